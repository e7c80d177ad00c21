import asyncio

from elapsed import elapsed


class Shop:
    def __init__(self):
        self.changed = asyncio.Condition()  # protects what follows
        self.loaves = 0


async def buy(name, shop):
    async with shop.changed:
        await shop.changed.wait_for(lambda: shop.loaves > 0)
        shop.loaves -= 1
        print(f'{elapsed()}  {name} buys, {shop.loaves} left')


async def bake(shop):
    await asyncio.sleep(1)
    async with shop.changed:
        shop.loaves += 3
        shop.changed.notify_all()


async def swim(name, lanes):
    async with lanes:
        print(f'{elapsed()}  {name} swims{", all lanes taken" if lanes.locked() else ""}')
        await asyncio.sleep(1)


async def meet(seconds, table):
    await asyncio.sleep(seconds)
    print(f'{elapsed()}  there after {seconds}')
    place = await table.wait()
    print(f'{elapsed()}  all there, number {place} sits down')


async def main():
    shop, lanes, table = Shop(), asyncio.Semaphore(2), asyncio.Barrier(3)

    print(f'{elapsed()}  a condition')
    await asyncio.gather(buy('Ada', shop), buy('Barbara', shop), bake(shop))
    print(f'{elapsed()}  a semaphore')
    await asyncio.gather(swim('Ada', lanes), swim('Barbara', lanes), swim('Grace', lanes))
    try:
        asyncio.BoundedSemaphore(1).release()
    except ValueError:
        print(f'{elapsed()}  a bounded one: ValueError')
    print(f'{elapsed()}  a barrier')
    await asyncio.gather(meet(0, table), meet(1, table), meet(2, table))


asyncio.run(main())
