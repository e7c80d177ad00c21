import asyncio

from elapsed import elapsed


async def work():
    print(f'{elapsed()}  working, in a loop')
    await asyncio.sleep(1)
    return 42


async def lesson():
    coroutine = work()
    try:
        asyncio.run(coroutine)
    except RuntimeError:
        print(f'{elapsed()}  refused: RuntimeError')
        coroutine.close()

    value = await work()  # what was meant
    print(f'{elapsed()}  {value}')


def main():
    value = asyncio.run(work())
    print(f'the result is {value}')
    asyncio.run(lesson())  # in another loop


main()
