import asyncio

from elapsed import elapsed


def say(what):
    print(f'{elapsed()}  {what}')


async def main():
    loop = asyncio.get_running_loop()
    say('asked')
    loop.call_later(0.2, say, '0.2 later')
    loop.call_later(0.1, say, '0.1 later')
    loop.call_soon(say, 'soon')

    cancelled = loop.call_later(0.1, say, 'never')
    cancelled.cancel()

    await asyncio.sleep(0.3)
    say('end')


asyncio.run(main())
