import asyncio

from elapsed import elapsed


async def compute(answer):
    await asyncio.sleep(1)
    answer.set_result(41)


async def main():
    loop = asyncio.get_running_loop()
    from_task = loop.create_future()
    from_timer = loop.create_future()

    task = asyncio.create_task(compute(from_task))  # kept: the loop would not
    loop.call_later(2, from_timer.set_result, 42)
    print(f'{elapsed()}  two futures, pending')

    value = await from_task
    print(f'{elapsed()}  from a task: {value}')
    value = await from_timer
    print(f'{elapsed()}  from a timer: {value}')
    await task


asyncio.run(main())
