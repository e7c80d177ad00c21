import asyncio


def report(loop, context):
    task = context.get('task') or context.get('future')
    error = context.get('exception')
    why = f' ({type(error).__name__}: {error})' if error else ''
    print(f'{task.get_name()}: {context["message"]}{why}')


async def fail():
    await asyncio.sleep(1)
    raise ValueError('nobody looks')


async def main():
    asyncio.get_running_loop().set_exception_handler(report)
    forgotten = asyncio.create_task(fail(), name='forgotten')
    looked_at = asyncio.create_task(fail(), name='looked at')
    await asyncio.wait([looked_at])
    del forgotten
    print(f'asked for: {looked_at.exception()}')


asyncio.run(main())

other = asyncio.new_event_loop()
other.set_exception_handler(report)
abandoned = other.create_task(fail(), name='abandoned')
other.run_until_complete(asyncio.sleep(0))
other.close()  # the task was never run to its end
del abandoned
