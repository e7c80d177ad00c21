import asyncio
from functools import partial


def told(who, future):
    print(f'{who}: {future.result()}')


async def main():
    future = asyncio.get_running_loop().create_future()
    removed = partial(told, 'removed')
    future.add_done_callback(partial(told, 'first'))
    future.add_done_callback(removed)
    future.add_done_callback(partial(told, 'second'))
    print(f'removed {future.remove_done_callback(removed)} of them')

    future.set_result(7)
    print('set, and nobody was told yet')
    await asyncio.sleep(0)

    future.add_done_callback(partial(told, 'late'))
    print('added to a future that is done: told in the next pass too')
    await asyncio.sleep(0)


asyncio.run(main())
