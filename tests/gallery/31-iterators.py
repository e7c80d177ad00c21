import asyncio

from elapsed import elapsed


class Counter:
    def __init__(self, first, last):
        self.next, self.last = first, last

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.next > self.last:
            raise StopAsyncIteration
        await asyncio.sleep(0.2)
        self.next += 1
        return self.next - 1


async def groups(first, last):
    try:
        for i in range(first, last + 1, 3):
            await asyncio.sleep(0.2)
            yield f'{i}{i + 1}{i + 2}'
    finally:
        print(f'{elapsed()}  closed')


async def main():
    print(f'{elapsed()}  an iterator')
    async for i in Counter(1, 4):
        print(f'{elapsed()}  {i}')

    print(f'{elapsed()}  a generator')
    async for group in groups(1, 9):
        print(f'{elapsed()}  {group}')

    print(f'{elapsed()}  one that is closed early')
    g = groups(1, 9)
    first = await anext(g)
    print(f'{elapsed()}  {first}')
    await g.aclose()


asyncio.run(main())
