import asyncio


def add(a, b, result):
    print(f'{a} + {b}')
    result.set_result(a + b)


async def main():
    loop = asyncio.get_running_loop()
    result = loop.create_future()
    loop.call_soon(print, 'first')
    loop.call_soon(add, 1, 2, result)
    loop.call_soon(print, 'last')
    print('three are to be called, none was')

    print(f'the sum is {await result}')


asyncio.run(main())
