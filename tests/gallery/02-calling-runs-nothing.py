import asyncio


async def greet(name):
    print(f'hello, {name}')


async def main():
    awaited = greet('Ada')
    spawned = greet('Barbara')
    dropped = greet('nobody')
    print('three calls, no greeting yet')

    await awaited
    await asyncio.create_task(spawned)
    dropped.close()  # or: RuntimeWarning: coroutine 'greet' was never awaited
    print('two greetings')


asyncio.run(main())
