import asyncio

async def child(i):
    return i

async def run(n):
    sum_ = 0
    for _ in range(max(100000 // n, 1)):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(child(i)) for i in range(n)]
        sum_ += sum(t.result() for t in tasks)
    return sum_

print(asyncio.run(run(n)))
