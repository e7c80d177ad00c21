import asyncio

from elapsed import elapsed


async def work():
    try:
        print(f'{elapsed()}  working')
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        print(f'{elapsed()}  CancelledError: {error}')
        await asyncio.sleep(0.2)
        print(f'{elapsed()}  cleaned up')
        raise


def show(when, task):
    print(f'{elapsed()}  {when}: done {task.done():d}, cancelled {task.cancelled():d}')


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0.2)

    task.cancel('no longer needed')
    show('just after cancel()', task)
    await asyncio.sleep(0)
    show('one step later', task)

    try:
        await task
    except asyncio.CancelledError:
        show('at its end', task)


asyncio.run(main())
