import asyncio

async def task_e():
    await asyncio.sleep(1)
    return 10

async def task_f():
    await asyncio.sleep(2)
    return 20

async def subsequent_processing(results):
    # Process the aggregated results
    total = sum(results)
    return total

async def my_branch_operator_with_aggregation(condition):
    tasks = []
    async with asyncio.TaskGroup() as tg:
        if condition:
            tasks.append(tg.create_task(task_e()))
        tasks.append(tg.create_task(task_f()))
    results = [t.result() for t in tasks]
    total = await subsequent_processing(results)
    return total


async def main():
    total = await my_branch_operator_with_aggregation(True)
    print(f"Total: {total}")
    total = await my_branch_operator_with_aggregation(False)
    print(f"Total: {total}")


if __name__ == "__main__":
    asyncio.run(main())
