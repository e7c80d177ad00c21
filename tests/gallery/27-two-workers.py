import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from elapsed import elapsed


def call(seconds):
    time.sleep(seconds)
    return seconds


async def coroutine(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def main():
    loop = asyncio.get_running_loop()
    two = ThreadPoolExecutor(max_workers=2)
    print(f'{elapsed()}  start')
    beside = asyncio.create_task(coroutine(3))
    calls = [loop.run_in_executor(two, call, 3), loop.run_in_executor(two, call, 2)]
    for next_one in asyncio.as_completed(calls):
        seconds = await next_one
        print(f'{elapsed()}  the call of {seconds} is done')
    seconds = await beside
    print(f'{elapsed()}  the coroutine of {seconds} is done')

    two.shutdown()  # its workers have ended
    try:
        await loop.run_in_executor(two, call, 1)
    except RuntimeError as error:
        print(f'{elapsed()}  {error}')


asyncio.run(main())
