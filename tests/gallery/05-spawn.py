import asyncio

from elapsed import elapsed


async def say_after(seconds, what):
    print(f'{elapsed()}  begin: {what}')
    await asyncio.sleep(seconds)
    print(f'{elapsed()}  {what}')


async def main():
    first = asyncio.create_task(say_after(1, 'first'))
    second = asyncio.create_task(say_after(2, 'second'))
    print(f'{elapsed()}  hello')

    await first
    await second
    print(f'{elapsed()}  done')


asyncio.run(main())
