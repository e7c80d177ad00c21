import asyncio

from elapsed import elapsed


async def after(seconds, value):
    await asyncio.sleep(seconds)
    if value < 0:
        raise ValueError(f'{value} is negative')
    print(f'{elapsed()}  {value} is there')
    return value


async def main():
    print(f'{elapsed()}  in order')
    results = await asyncio.gather(after(0.4, 10), after(0.2, 20))
    print(f'{elapsed()}  {results}')

    print('settled')
    value, error = await asyncio.gather(after(0.4, 30), after(0.2, -1), return_exceptions=True)
    print(f'{elapsed()}  [{value}, {error}]')

    print('failing')
    try:
        await asyncio.gather(after(0.4, 40), after(0.2, -2))
    except ValueError as error:
        print(f'{elapsed()}  raised: {error}')
    await asyncio.sleep(0.4)  # the sibling went on


asyncio.run(main())
