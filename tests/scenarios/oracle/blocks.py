"""Owns: the statements with blocks in them, and the generators, whose own statements may yield.
Must not know: how lines are written.

Each is given the run, the frame of its body, its path and its arguments.
"""

import asyncio
import contextlib

from frame import Frame, Lines, forget_tracebacks
from loop import Group
from words import NOTHING, catches


def may_yield(block, kind, handler, final):
    return any(inner[0] == 'yield' for part in (block, handler, final) for inner in part or ())


async def generator(run, number):
    """A generator's body: `yield` works only in the function itself, so the places where it may stand are spelt out."""
    frame = Frame()
    for index, statement in enumerate(run.sources[number]):
        path = f'g{number}.{index}'
        op, *arguments = statement
        if op == 'yield':
            with Lines(run, op, path) as line:
                line.value = yield run.value(arguments[0])
        elif op == 'try' and may_yield(*arguments):
            block, kind, handler, final = arguments
            with Lines(run, op, path):
                try:
                    try:
                        for at, inner in enumerate(block):
                            if inner[0] == 'yield':
                                with Lines(run, 'yield', f'{path}.0.{at}') as line:
                                    line.value = yield run.value(inner[1])
                            else:
                                await run.statement(frame, inner, f'{path}.0.{at}')
                            if frame.left:
                                break
                    except BaseException as error:
                        if not catches(kind, error):
                            raise
                        handling(run, frame, path, error)
                        try:
                            for at, inner in enumerate(handler):
                                if inner[0] == 'yield':
                                    with Lines(run, 'yield', f'{path}.2.{at}') as line:
                                        line.value = yield run.value(inner[1])
                                else:
                                    await run.statement(frame, inner, f'{path}.2.{at}')
                                if frame.left:
                                    break
                        finally:
                            frame.caught.pop()
                finally:
                    before = frame.set_aside()
                    for at, inner in enumerate(final or ()):
                        if inner[0] == 'yield':
                            with Lines(run, 'yield', f'{path}.3.{at}') as line:
                                line.value = yield run.value(inner[1])
                        else:
                            await run.statement(frame, inner, f'{path}.3.{at}')
                        if frame.left:
                            break
                    if frame.finally_left(before):
                        return
        else:
            await run.statement(frame, statement, path)
        if frame.left:
            return


def handling(run, frame, path, error):
    """At the beginning of an except clause; who calls it takes the error from `frame.caught` at the end."""
    run.say(path, f'? {run.error(error)}')
    frame.overtaken()
    forget_tracebacks(error)
    frame.caught.append(error)


async def try_(run, frame, path, block, kind, handler, final):
    try:
        try:
            await run.block(frame, block, f'{path}.0')
        except BaseException as error:
            if not catches(kind, error):
                raise
            handling(run, frame, path, error)
            try:
                await run.block(frame, handler, f'{path}.2')
            finally:
                frame.caught.pop()
    finally:
        before = frame.set_aside()
        await run.block(frame, final or (), f'{path}.3')
        if frame.finally_left(before):
            return


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


async def iterate(run, frame, path, items, most, block, part):
    async for item in items:
        run.say(path, f'~ {run.text(item)}')
        del item
        await run.block(frame, block, f'{path}.{part}')
        if frame.left or (most := most - 1) == 0:
            break


async def for_(run, frame, path, slot, block):
    items = run.generators[slot]
    return NOTHING if items is None else await iterate(run, frame, path, items, 0, block, 1)


async def for_some(run, frame, path, slot, most, block):
    items = run.generators[slot]
    return NOTHING if items is None else await iterate(run, frame, path, items, most, block, 2)


async def for_new(run, frame, path, number, most, block):
    async with contextlib.aclosing(generator(run, number)) as items:
        await iterate(run, frame, path, items, most, block, 2)


async def with_variable(run, frame, path, value, block):
    token = run.variable.set(run.value(value, listed=False))
    try:
        await run.block(frame, block, f'{path}.1')
    finally:
        run.variable.reset(token)


async def as_completed(run, frame, path, bodies, delay):
    for next_one in asyncio.as_completed([run.start(body) for body in bodies], timeout=delay):
        try:
            value = await next_one
        except TimeoutError:
            raise
        except Exception as error:
            run.say(path, f'~ !{run.error(error)}')
        else:
            run.say(path, f'~ {run.text(value)}')
            del value


BLOCKS = {
    'timeout': timeout,
    'tg': group,
    'lock': lambda run, *rest: holding(run.lock, 'lock', run, *rest),
    'sem': lambda run, *rest: holding(run.semaphore, 'sem', run, *rest),
    'bsem': lambda run, *rest: holding(run.bounded, 'bsem', run, *rest),
    'cond': lambda run, *rest: holding(run.condition, 'cond', run, *rest),
    'try': try_,
    'for': for_,
    'for_n': for_some,
    'for_new': for_new,
    'ctxwith': with_variable,
    'as_completed': as_completed,
}
