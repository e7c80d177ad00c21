import asyncio
from contextvars import ContextVar

request = ContextVar('request', default=0)


def show(who):
    print(f'{who}: request {request.get()}')


async def handle(who, number):
    show(who)
    request.set(number)
    await asyncio.sleep(0)
    show(who)


async def main():
    show('main')
    request.set(1)
    task = asyncio.create_task(handle('task', 3))
    asyncio.get_running_loop().call_soon(show, 'callback')
    request.set(2)

    await task
    show('main')
    await handle('awaited', 4)
    show('main')


asyncio.run(main())
