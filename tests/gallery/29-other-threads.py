import asyncio


async def twice(n):
    await asyncio.sleep(0)
    if n < 0:
        raise ValueError(f'{n} is too small')
    return 2 * n


async def too_long():
    await asyncio.sleep(3600)


def tell(asked, seconds):  # waits for what was asked: this thread does, and the loop goes on
    try:
        print('outside:', asked.result(seconds))
    except TimeoutError:
        print('outside: not in time')
    except Exception as error:
        print('outside:', error)
    asked.cancel()  # if it is not done


def outside(loop, end):
    tell(asyncio.run_coroutine_threadsafe(twice(21), loop), 5)
    tell(asyncio.run_coroutine_threadsafe(twice(-1), loop), 5)
    tell(asyncio.run_coroutine_threadsafe(too_long(), loop), 0.1)
    loop.call_soon_threadsafe(end.set)


async def main():
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    job = loop.run_in_executor(None, outside, loop, end)
    await end.wait()
    print('inside: told to end')
    await job


asyncio.run(main())
