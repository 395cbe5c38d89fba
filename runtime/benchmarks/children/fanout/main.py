import asyncio

async def work(i, limit):
    async with limit:
        sum = 0
        for k in range(100):
            sum += (i + k) % 7
        return sum

async def run(n):
    limit = asyncio.Semaphore(10)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(i, limit)) for i in range(n)]
    return sum(t.result() for t in tasks)

print(asyncio.run(run(n)))
