import asyncio


async def body(name):
    print(f'{name} runs')
    await asyncio.sleep(0)


def state(task):
    return 'pending' if not task.done() else 'cancelled' if task.cancelled() else 'finished'


def show(when, *tasks):
    print(f'{when}:', ', '.join(f'{task.get_name()} is {state(task)}' for task in tasks))


async def main():
    good = asyncio.create_task(body('the good one'), name='good')
    bad = asyncio.create_task(body('the cancelled one'), name='bad')
    show('spawned', good, bad)

    print('cancel:', 'requested' if bad.cancel() else 'too late')
    show('just after', bad)

    await good
    try:
        await bad
    except asyncio.CancelledError:
        print('awaiting it raises CancelledError')
    show('at the end', good, bad)


asyncio.run(main())
