import asyncio
from contextlib import asynccontextmanager

from elapsed import elapsed


class Door:
    def __init__(self, name):
        self.name = name

    async def __aenter__(self):
        await asyncio.sleep(0.2)
        print(f'{elapsed()}  the {self.name} door is open')

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0.2)
        print(f'{elapsed()}  the {self.name} door is closed: {kind.__name__ if kind else "no error"}')
        return False  # True: the error goes no further


async def go_in(name, fails=False):
    async with Door(name):
        if fails:
            raise ValueError('it is dark')
        await asyncio.sleep(1)
        print(f'{elapsed()}  leaving')


@asynccontextmanager
async def room(name):
    print(f'{elapsed()}  the {name} is lit')
    try:
        yield 17  # the block runs here
    except ValueError as error:
        print(f'{elapsed()}  caught: {error}')
    finally:
        print(f'{elapsed()}  the {name} is dark again')


async def main():
    print(f'{elapsed()}  start')
    await go_in('front')
    try:
        await go_in('back', fails=True)
    except ValueError as error:
        print(f'{elapsed()}  outside: {error}')
    try:
        await asyncio.wait_for(go_in('side'), 0.6)
    except TimeoutError:
        print(f'{elapsed()}  outside: too slow')

    async with room('hall') as number:
        print(f'{elapsed()}  in room {number}')
        raise ValueError('nobody is there')


asyncio.run(main())
