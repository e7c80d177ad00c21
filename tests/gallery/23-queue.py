import asyncio

from elapsed import elapsed


async def produce(queue, items, consumers):
    for i in range(1, items + 1):
        await queue.put(i)
    for _ in range(consumers):
        await queue.put(None)  # no more, for each of them
    print(f'{elapsed():>4}  all is in the queue')


async def consume(name, queue):
    item = 0
    while item is not None:
        item = await queue.get()
        await asyncio.sleep(2)  # it takes its time, to see that there is no more, too
        if item is not None:
            print(f'{elapsed():>4}  {name}: {item}')
        queue.task_done()
    print(f'{elapsed():>4}  {name} is done')


async def main():
    queue = asyncio.Queue()
    print(f'{elapsed():>4}  21 items, three who use them, 2 seconds each')

    consumers = asyncio.gather(*(consume(name, queue) for name in 'abc'))
    await produce(queue, 21, 3)
    await queue.join()
    print(f'{elapsed():>4}  all was dealt with')
    await consumers


asyncio.run(main())
