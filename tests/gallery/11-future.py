import asyncio


def state(future):
    if not future.done():
        return 'pending'
    if future.cancelled():
        return 'cancelled'
    return 'failed' if future.exception() else 'done'


def outcome(call, *arguments):
    try:
        value = call(*arguments)
        return 'ok' if value is None else f'ok {value}'
    except (ValueError, asyncio.InvalidStateError) as error:
        return type(error).__name__


async def value(future):
    print(f'{state(future)}; result: {outcome(future.result)}')
    print(f'set: {outcome(future.set_result, 1)}')
    print(f'{state(future)}; set again: {outcome(future.set_result, 2)}')
    for _ in range(2):
        print(f'result: {outcome(future.result)}')
    print(f'awaited: {await future}, and once more: {await future}')


async def error(future):
    future.set_exception(ValueError('no number'))
    print(f'{state(future)}; result: {outcome(future.result)}')
    why = future.exception()
    print(f'exception: {type(why).__name__}: {why}')
    try:
        await future
    except ValueError as raised:
        print(f'awaited: raises {raised}')


async def cancelled(future):
    print('cancel:', 'done' if future.cancel('not needed') else 'too late')
    print('cancel again:', 'done' if future.cancel() else 'too late')
    print(f'{state(future)}; set: {outcome(future.set_result, 3)}')
    try:
        await future
    except asyncio.CancelledError as raised:
        print(f'awaited: CancelledError, {raised}')


async def main():
    for part in value, error, cancelled:
        print(f'- {part.__name__}')
        await part(asyncio.get_running_loop().create_future())


asyncio.run(main())
