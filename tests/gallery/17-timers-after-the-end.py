import asyncio

from elapsed import elapsed


def say(what):
    print(f'{elapsed()}  {what}')


async def main():
    loop = asyncio.get_running_loop()
    say('start')
    loop.call_later(0.6, say, '0.6 is too late: this is never printed')
    loop.call_later(0.2, say, '0.2 is in time')
    await asyncio.sleep(0.4)
    say('end')


asyncio.run(main())
