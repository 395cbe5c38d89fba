import asyncio

async def tree(depth):
    if depth == 0:
        return 1
    async with asyncio.TaskGroup() as group:
        left = group.create_task(tree(depth - 1))
        right = group.create_task(tree(depth - 1))
    return left.result() + right.result()

print(asyncio.run(tree(n)))
