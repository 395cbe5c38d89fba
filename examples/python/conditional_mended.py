import asyncio

async def task_a():
    # Simulate some asynchronous operation
    await asyncio.sleep(1)
    return "Task A complete"

async def task_b():
    # Simulate another asynchronous operation
    await asyncio.sleep(2)
    return "Task B complete"

async def my_branch_operator(condition):
    tasks = []
    async with asyncio.TaskGroup() as tg:
        if condition:
            tasks.append(tg.create_task(task_a()))
        tasks.append(tg.create_task(task_b()))  # Always execute task_b
    return [t.result() for t in tasks]


async def main():
    results = await my_branch_operator(True)
    print(f"Results: {results}")
    results = await my_branch_operator(False)
    print(f"Results: {results}")

if __name__ == "__main__":
    asyncio.run(main())
