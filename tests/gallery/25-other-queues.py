# Python 3.13: Queue.shutdown()
import asyncio


def outcome(call, *arguments):
    try:
        call(*arguments)
        return 'ok'
    except (asyncio.QueueEmpty, asyncio.QueueFull, asyncio.QueueShutDown) as error:
        return type(error).__name__


async def show_order(what, queue):
    for number in 2, 3, 1:
        await queue.put(number)
    print(f'{what}:', end='')
    while not queue.empty():
        item = await queue.get()
        print(f' {item}', end='')
    print()


async def main():
    await show_order('first in, first out', asyncio.Queue())
    await show_order('last in, first out', asyncio.LifoQueue())
    await show_order('smallest first', asyncio.PriorityQueue())

    queue = asyncio.Queue(1)
    print(f'get of an empty one: {outcome(queue.get_nowait)}')
    print(f'put: {outcome(queue.put_nowait, 1)}')
    print(f'put into a full one: {outcome(queue.put_nowait, 2)}')

    queue.shutdown()
    print(f'put after the shutdown: {outcome(queue.put_nowait, 3)}')
    print(f'what is in it can be had: {outcome(queue.get_nowait)}')
    try:
        await queue.get()
    except asyncio.QueueShutDown:
        print('then QueueShutDown is raised')


asyncio.run(main())
