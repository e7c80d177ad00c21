# Python 3.13: Queue.shutdown()
import asyncio

from elapsed import elapsed


async def items(queue):  # a queue of asyncio's is no iterator itself
    while True:
        try:
            yield await queue.get()
        except asyncio.QueueShutDown:
            return


async def produce(queue, items):
    for i in range(1, items + 1):
        await queue.put(i)
    queue.shutdown()
    print(f'{elapsed()}  all is in the queue')


async def consume(name, queue):
    count = 0
    async for item in items(queue):
        await asyncio.sleep(1)
        print(f'{elapsed()}  {name}: {item}')
        count += 1
    await asyncio.sleep(1)  # what is left to do after the last one
    print(f'{elapsed()}  {name} has had {count}')


async def main():
    queue = asyncio.Queue()
    print(f'{elapsed()}  21 items, three who use them, a second each')

    await asyncio.gather(produce(queue, 21), *(consume(name, queue) for name in 'abc'))
    print(f'{elapsed()}  all was dealt with')


asyncio.run(main())
