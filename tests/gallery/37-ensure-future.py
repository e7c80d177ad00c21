import asyncio


async def work():
    await asyncio.sleep(0)
    return 42


async def show(what, given):
    future = asyncio.ensure_future(given)
    print(f'{what}:', 'the same object' if future is given else 'a task around it', end='')
    print(f', {await future}')


async def main():
    future = asyncio.get_running_loop().create_future()
    future.set_result(42)
    await show('a future', future)
    await show('a task', asyncio.create_task(work()))
    await show('a coroutine', work())


asyncio.run(main())
