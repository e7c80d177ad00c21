import asyncio

from elapsed import elapsed


async def work(seconds):
    await asyncio.sleep(seconds)
    if seconds == 2:
        raise ValueError('two is no good')
    return seconds * 10


def show(when, tasks, waited):
    done, pending = ([f' {task.get_name()}' for task in tasks if task in part] for part in waited)
    print(f'{elapsed()}  {when}: done{"".join(done)}; pending{"".join(pending)}')


async def main():
    a = asyncio.create_task(work(1), name='one')
    b = asyncio.create_task(work(2), name='two')
    c = asyncio.create_task(work(3), name='three')
    tasks = [a, b, c]
    print(f'{elapsed()}  start')

    show('first completed', tasks, await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED))
    show('first exception', tasks, await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION))
    show('half a second more', tasks, await asyncio.wait(tasks, timeout=0.5))
    show('all completed', tasks, await asyncio.wait(tasks))

    print(f'{await a}, {b.exception()}, {await c}')


asyncio.run(main())
