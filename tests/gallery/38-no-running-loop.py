import asyncio


async def work():
    print('working')
    await asyncio.sleep(0)


def spawn(where):
    coroutine = work()
    try:
        task = asyncio.create_task(coroutine, name='worker')
        print(f'{where}: {task.get_name()} is on its way')
    except RuntimeError as error:
        coroutine.close()
        print(f'{where}: RuntimeError, {error}')


async def main():
    spawn('inside')
    await asyncio.sleep(0)


spawn('outside')
asyncio.run(main())
