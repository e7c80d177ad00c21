import asyncio
import time

from elapsed import elapsed


def say(what):
    print(f'{elapsed()}  {what}')


async def main():
    loop = asyncio.get_running_loop()
    start = loop.time()
    say('start')
    loop.call_at(start + 1, say, 'at 1')
    await asyncio.sleep(2)

    loop.call_at(start + 4, say, 'at 4')
    loop.call_later(1, say, 'in 1, at 3')
    loop.call_at(start + 2, say, 'at 2')  # that is now
    loop.call_soon(say, 'soon')
    time.sleep(3)
    say('blocked for 3')

    await asyncio.sleep(1)
    say('end')


asyncio.run(main())
