"""Owns: the statements with blocks in them, and the generators, whose own statements may yield.
Must not know: how lines are written.

Each is given the run, the frame of its body, its path and its arguments.
"""

import asyncio

from frame import Frame, Lines
from loop import Group
from words import NOTHING, catches


async def generator(run, number):
    """A generator's body: `yield` works only in the function itself, so the places where it may stand are spelt out."""
    frame = Frame()
    for index, statement in enumerate(run.sources[number]):
        path = f'g{number}.{index}'
        op, *arguments = statement
        if op == 'yield':
            with Lines(run, op, path):
                yield arguments[0]
        elif op == 'try' and any(inner[0] == 'yield' for part in (0, 3) for inner in arguments[part] or ()):
            block, kind, handler, final = arguments
            with Lines(run, op, path):
                failure = None
                try:
                    for at, inner in enumerate(block):
                        if inner[0] == 'yield':
                            with Lines(run, 'yield', f'{path}.0.{at}'):
                                yield inner[1]
                        else:
                            await run.statement(frame, inner, f'{path}.0.{at}')
                        if frame.left:
                            break
                except BaseException as error:
                    failure = await handle(run, frame, path, kind, handler, error)
                if final:
                    before = frame.set_aside()
                    for at, inner in enumerate(final):
                        if inner[0] == 'yield':
                            with Lines(run, 'yield', f'{path}.3.{at}'):
                                yield inner[1]
                        else:
                            await run.statement(frame, inner, f'{path}.3.{at}')
                        if frame.left:
                            failure = None
                            break
                    else:
                        frame.left, frame.value = before
                if failure:
                    try:
                        raise failure
                    finally:
                        failure = None
        else:
            await run.statement(frame, statement, path)
        if frame.left:
            return


async def handle(run, frame, path, kind, handler, error):
    """The except clause: what it leaves to be raised after the finally block, or None."""
    try:
        if not catches(kind, error):
            return error
        run.say(path, f'? {run.error(error)}')
        frame.left = False  # by a return that the error has overtaken
        await run.block(frame, handler, f'{path}.2')
    except BaseException as another:
        return another


async def try_(run, frame, path, block, kind, handler, final):
    failure = None
    try:
        await run.block(frame, block, f'{path}.0')
    except BaseException as error:
        failure = await handle(run, frame, path, kind, handler, error)
    if final:
        before = frame.set_aside()
        await run.block(frame, final, f'{path}.3')
        if frame.left:
            failure = None
        else:
            frame.left, frame.value = before
    if failure:
        try:
            raise failure
        finally:
            failure = None


async def timeout(run, frame, path, delay, block):
    async with asyncio.timeout(delay) as scope:
        frame.timeouts.append(scope)
        try:
            await run.block(frame, block, f'{path}.1')
        finally:
            frame.timeouts.pop()
    return scope.expired()


async def group(run, frame, path, bodies, block):
    async with Group() as scope:
        frame.groups.append(scope)
        try:
            for body in bodies:
                run.start(body, scope.create_task)
            await run.block(frame, block, f'{path}.1')
        finally:
            frame.groups.pop()


async def holding(manager, op, run, frame, path, block):
    async with manager:
        run.say(path, f'+ {op}')
        await run.block(frame, block, f'{path}.0')


async def for_(run, frame, path, slot, block):
    items = run.generators[slot]
    if items is None:
        return NOTHING
    async for item in items:
        run.say(path, f'~ {run.text(item)}')
        await run.block(frame, block, f'{path}.1')
        if frame.left:
            break


async def as_completed(run, frame, path, bodies, delay):
    started = [run.start(body) for body in bodies]
    for next_one in asyncio.as_completed(started, timeout=delay):
        try:
            value = await next_one
        except TimeoutError:
            raise
        except Exception as error:
            run.say(path, f'~ !{run.error(error)}')
        else:
            run.say(path, f'~ {run.text(value)}')


BLOCKS = {
    'timeout': timeout,
    'tg': group,
    'lock': lambda run, *rest: holding(run.lock, 'lock', run, *rest),
    'sem': lambda run, *rest: holding(run.semaphore, 'sem', run, *rest),
    'bsem': lambda run, *rest: holding(run.bounded, 'bsem', run, *rest),
    'cond': lambda run, *rest: holding(run.condition, 'cond', run, *rest),
    'try': try_,
    'for': for_,
    'as_completed': as_completed,
}
