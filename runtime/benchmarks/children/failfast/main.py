import asyncio

async def fails():
    await asyncio.sleep(0.001)
    raise ValueError("disk full")

async def run(n):
    failures = 0
    for _ in range(10):
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(n):
                    group.create_task(asyncio.sleep(3600))
                group.create_task(fails())
        except* ValueError:
            failures += 1
    return failures

print(asyncio.run(run(n)))
