import asyncio

from elapsed import elapsed


async def visit(name):
    print(f'{elapsed()}  {name} starts')
    await asyncio.sleep(1)
    print(f'{elapsed()}  {name} ends')


async def main():
    await asyncio.gather(visit('one'), visit('two'), visit('three'))
    print(f'{elapsed()}  all three took one second')


asyncio.run(main())
