import asyncio
import time

from elapsed import elapsed


def square(number):  # an ordinary function; who calls it waits
    time.sleep(1)
    return number * number


async def tick():
    for _ in range(2):
        await asyncio.sleep(0.4)
        print(f'{elapsed()}  the loop goes on')


async def main():
    loop = asyncio.get_running_loop()
    print(f'{elapsed()}  start')
    ticking = asyncio.create_task(tick())
    squares = await asyncio.gather(loop.run_in_executor(None, square, 3), loop.run_in_executor(None, square, 4))
    print(f'{elapsed()}  {squares[0]}, {squares[1]}')
    await ticking

    number = await asyncio.to_thread(square, 5)  # the same, and with the context
    print(f'{elapsed()}  {number}')


asyncio.run(main())
