import asyncio

async def run(n):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.1)) for _ in range(n)]
    return len(tasks)

print(asyncio.run(run(n)))
