import asyncio

from elapsed import elapsed


async def work(seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f'{elapsed()}  cancelled')
        raise
    return 42


async def hurry(what, awaitable):
    try:
        value = await asyncio.wait_for(awaitable, 0.4)
        print(f'{elapsed()}  {what}: {value}')
    except TimeoutError:
        print(f'{elapsed()}  {what}: TimeoutError')


async def main():
    print(f'{elapsed()}  start')
    await hurry('in time', work(0.2))
    await hurry('too late', work(0.6))

    safe = asyncio.create_task(work(0.6))
    await hurry('shielded', asyncio.shield(safe))
    value = await safe
    print(f'{elapsed()}  it went on: {value}')


asyncio.run(main())
