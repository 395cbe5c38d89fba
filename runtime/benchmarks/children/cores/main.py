import asyncio

async def work(n):
    sum = 0
    for i in range(n):
        sum += i % 7
    return sum

async def run(n):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(n)) for _ in range(16)]
    return sum(t.result() for t in tasks)

print(asyncio.run(run(n)))
