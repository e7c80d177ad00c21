import asyncio

from elapsed import elapsed


async def job(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def main():
    print(f'{elapsed()}  2, 1, 3 and 4 seconds')
    for next_one in asyncio.as_completed([job(2), job(1), job(3), job(4)]):
        result = await next_one
        print(f'{elapsed()}  {result}')
    print(f'{elapsed()}  that was all')


asyncio.run(main())
