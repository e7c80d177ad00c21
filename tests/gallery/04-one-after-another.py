import asyncio

from elapsed import elapsed


async def worker(n):
    await asyncio.sleep(1)
    print(f'{elapsed()}  worker {n} is done')
    return n * n


async def consumer(n):
    square = await worker(n)
    return square + 1


async def main():
    print(f'{elapsed()}  start')
    first = await consumer(2)
    second = await consumer(3)
    print(f'{elapsed()}  {first} and {second}')


asyncio.run(main())
