import asyncio

async def task_c():
    await asyncio.sleep(1)
    raise Exception("Task C failed")

async def task_d():
    await asyncio.sleep(2)
    return "Task D complete"

async def my_branch_operator_with_exception_handling(condition):
    results = []
    exceptions = []

    async def keep(work):
        try:
            results.append(await work)
        except Exception as e:
            exceptions.append(e)

    async with asyncio.TaskGroup() as tg:
        if condition:
            tg.create_task(keep(task_c()))
        tg.create_task(keep(task_d()))
    return results, exceptions

async def main():
    results, exceptions = await my_branch_operator_with_exception_handling(True)
    print(f"Results: {results}, Exceptions: {exceptions}")
    results, exceptions = await my_branch_operator_with_exception_handling(False)
    print(f"Results: {results}, Exceptions: {exceptions}")


if __name__ == "__main__":
    asyncio.run(main())
