import asyncio

from elapsed import elapsed


async def work(name, seconds, fails=False):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f'{elapsed()}  {name} is cancelled')
        raise
    if fails:
        raise ValueError(f'{name} has failed')
    print(f'{elapsed()}  {name} is done')


async def grouped():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(work('one', 1))
            group.create_task(work('two', 2, fails=True))
            group.create_task(work('three', 3))
            print(f'{elapsed()}  three tasks')
    except* ValueError as errors:
        for error in errors.exceptions:
            print(f'{elapsed()}  ValueError: {error}')


async def limited():
    try:
        async with asyncio.timeout(2):
            try:
                async with asyncio.timeout(1):
                    await work('in both', 5)
            except TimeoutError:
                print(f'{elapsed()}  the inner limit')
            await work('in the outer', 5)
    except TimeoutError:
        print(f'{elapsed()}  the outer limit')

    async with asyncio.timeout(1) as limit:
        limit.reschedule(limit.when() + 2)
        await work('with more time', 2)
        print(f'{elapsed()}  expired: {"yes" if limit.expired() else "no"}')


async def main():
    await grouped()
    await limited()


asyncio.run(main())
