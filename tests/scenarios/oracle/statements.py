"""Owns: the statements without blocks: about what their own body has open, and all others.
Must not know: how lines are written.
"""

import asyncio

import contextvars

from blocks import generator
from words import NOTHING, Boom


async def wait(run, references, delay, mode):
    waited = dict.fromkeys(run.existing(references))
    done, pending = await asyncio.wait(waited, timeout=delay, return_when=getattr(asyncio, mode))
    return [[number for number, task in enumerate(run.tasks) if task in part] for part in (done, pending)]


async def of_task(run, reference, step):
    task = run.task(reference)
    return NOTHING if task is None else await step(task)


async def of_generator(run, slot, step):
    generator = run.generators[slot]
    return NOTHING if generator is None else await step(generator)


def callback(run, key):
    def called(future):
        run.say('-', f'cb {key} {run.state(future)}')

    return run.callbacks.setdefault(key, called)


def on_future(run, index, key):
    run.futures[index].add_done_callback(callback(run, key))


def on_task(run, reference, key):
    task = run.task(reference)
    if task is None:
        return NOTHING
    task.add_done_callback(callback(run, key))


def raising(run, index, number):
    def called(future):
        raise Boom(number)

    run.futures[index].add_done_callback(called)


def cancel(run, reference, message):
    task = run.task(reference)
    return NOTHING if task is None else task.cancel(message)


def later_set(run, delay, index, value):
    def called(value):
        if not run.futures[index].done():
            run.futures[index].set_result(value)

    run.loop.call_later(delay, called, run.value(value))


def later_cancel(run, delay, reference):
    task = run.task(reference)
    if task is None:
        return NOTHING
    run.loop.call_later(delay, lambda: task.cancel())


def soon(run, slot, key):
    run.handles[slot] = run.loop.call_soon(run.say, '-', f'soon {key}')


def later(run, slot, delay, key):
    run.handles[slot] = run.loop.call_later(delay, run.say, '-', f'later {key}')


def cancel_handle(run, slot):
    handle = run.handles[slot]
    if handle is None:
        return NOTHING
    handle.cancel()
    return handle.cancelled()


def make_generator(run, slot, number):
    run.generators[slot] = generator(run, number)
    run.kept.append(run.generators[slot])


def drop(run, slot):
    generator, run.generators[slot] = run.generators[slot], None
    if generator is None:
        return NOTHING
    run.kept.remove(generator)


def return_(run, frame, value):
    frame.left = True
    frame.value = run.value(value)
    return frame.value


def reschedule(run, frame, delay):
    if not frame.timeouts:
        return NOTHING
    frame.timeouts[-1].reschedule(None if delay is None else run.loop.time() + delay)


def group_start(run, frame, body):
    return run.start(body, frame.groups[-1].create_task) if frame.groups else NOTHING


def group_cancel(run, frame):
    return frame.groups[-1].cancel() if frame.groups else NOTHING


def fail(error):
    raise error


# -- errors and what they came of


async def reraise(run):
    raise


def error_of(frame, which):
    """A new one of a number; the one that is handled; None."""
    if which == 'caught':
        return frame.caught[-1] if frame.caught else None
    return None if which is None else Boom(which)


def raise_from(run, frame, number, which):
    raise Boom(number) from error_of(frame, which)


def raise_group(run, frame, which):
    raise BaseExceptionGroup('', [error for error in (error_of(frame, one) for one in which) if error])


def keep(run, frame, slot):
    run.errors[slot] = error_of(frame, 'caught')
    return run.errors[slot] or NOTHING


def raise_kept(run, slot):
    if run.errors[slot] is None:
        return NOTHING
    raise run.errors[slot]


def fail_with_kept(run, index, slot):
    if not isinstance(run.errors[slot], Exception) or isinstance(run.errors[slot], StopAsyncIteration):
        return NOTHING
    run.futures[index].set_exception(run.errors[slot])


# -- contexts


def copy_context(run, slot):
    run.contexts[slot] = contextvars.copy_context()


def swap(run, value):
    before = run.variable.get()
    run.variable.set(run.value(value, listed=False))
    return before


def in_context(run, slot, value):
    if run.contexts[slot] is None:
        return NOTHING
    try:
        return run.contexts[slot].run(swap, run, value)
    except RuntimeError:
        run.doubt = 'a context is entered twice'


def start_in_context(run, slot, body):
    context = run.contexts[slot]
    return NOTHING if context is None else run.start(body, context=context, eager_start=False)


def said_in_context(run, value):
    def called(future=None):
        run.say('-', f'ctx {run.text(swap(run, value))}')

    return called


def soon_in_context(run, value):
    run.loop.call_soon(said_in_context(run, value))


def on_future_in_context(run, index, value):
    run.futures[index].add_done_callback(said_in_context(run, value))


# -- values of their own


def renew(run, index):
    run.futures[index] = run.loop.create_future()


def forget(run, reference):
    task = run.task(reference)
    if task is None or task is run.tasks[0] or not task.done():
        return NOTHING
    run.tasks[run.tasks.index(task)] = None


async def released(run):
    await asyncio.sleep(0)
    values, run.released = sorted(run.released), []
    return values


SCOPED = {
    'return': return_,
    'raise_from': raise_from,
    'raise_group': raise_group,
    'keep': keep,
    'reschedule': reschedule,
    'tg_spawn': group_start,
    'tg_cancel': group_cancel,
}
PLAIN = {
    'y': lambda run: asyncio.sleep(0),
    'sleep': lambda run, delay: asyncio.sleep(delay),
    'await_f': lambda run, index: run.futures[index],
    'set_f': lambda run, index, value: run.futures[index].set_result(run.value(value)),
    'fail_f': lambda run, index, number: run.futures[index].set_exception(Boom(number)),
    'cancel_f': lambda run, index, message: run.futures[index].cancel(message),
    'spawn': lambda run, body: run.start(body),
    'spawn_eager': lambda run, body: run.start(body, eager_start=True),
    'call': lambda run, body: run.body(body),
    'cancel': cancel,
    'uncancel': lambda run: asyncio.current_task().uncancel(),
    'cancelling': lambda run: asyncio.current_task().cancelling(),
    'await_t': lambda run, reference: of_task(run, reference, lambda task: task),
    'shield_t': lambda run, reference: of_task(run, reference, asyncio.shield),
    'shield_b': lambda run, body: asyncio.shield(run.start(body)),
    'wait': wait,
    'gather': lambda run, settled, bodies: asyncio.gather(*map(run.start, bodies), return_exceptions=settled),
    'gather_t': lambda run, settled, refs: asyncio.gather(*run.existing(refs), return_exceptions=settled),
    'wait_for_f': lambda run, index, delay: asyncio.wait_for(run.futures[index], delay),
    'wait_for_t': lambda run, ref, delay: of_task(run, ref, lambda task: asyncio.wait_for(task, delay)),
    'wait_for_b': lambda run, body, delay: asyncio.wait_for(run.body(body), delay),
    'cond_wait': lambda run: run.condition.wait(),
    'notify': lambda run, count: run.condition.notify(count),
    'notify_all': lambda run: run.condition.notify_all(),
    'sem_release': lambda run: run.semaphore.release(),
    'bsem_release': lambda run: run.bounded.release(),
    'ev_wait': lambda run: run.event.wait(),
    'ev_set': lambda run: run.event.set(),
    'ev_clear': lambda run: run.event.clear(),
    'put': lambda run, queue, value: run.queues[queue].put(run.value(value)),
    'get': lambda run, queue: run.queues[queue].get(),
    'put_nw': lambda run, queue, value: run.queues[queue].put_nowait(run.value(value)),
    'get_nw': lambda run, queue: run.queues[queue].get_nowait(),
    'task_done': lambda run, queue: run.queues[queue].task_done(),
    'join': lambda run, queue: run.queues[queue].join(),
    'shutdown': lambda run, queue, immediate: run.queues[queue].shutdown(immediate),
    'barrier': lambda run: run.barrier.wait(),
    'b_reset': lambda run: run.barrier.reset(),
    'b_abort': lambda run: run.barrier.abort(),
    'cb_f': on_future,
    'cb_rm_f': lambda run, index, key: run.futures[index].remove_done_callback(callback(run, key)),
    'cb_t': on_task,
    'cb_raise_f': raising,
    'soon': soon,
    'later': later,
    'later_set_f': later_set,
    'later_cancel_t': later_cancel,
    'hcancel': cancel_handle,
    'raise': lambda run, number: fail(Boom(number)),
    'agen': make_generator,
    'anext': lambda run, slot: of_generator(run, slot, anext),
    'aclose': lambda run, slot: of_generator(run, slot, lambda generator: generator.aclose()),
    'athrow': lambda run, slot, number: of_generator(run, slot, lambda generator: generator.athrow(Boom(number))),
    'asend': lambda run, slot, value: of_generator(run, slot, lambda generator: generator.asend(run.value(value, listed=False))),
    'drop': drop,
    'ctxset': lambda run, value: run.variable.set(run.value(value, listed=False)) and None,
    'ctxget': lambda run: run.variable.get(),
    'ctxcopy': copy_context,
    'ctxin': in_context,
    'spawn_in': start_in_context,
    'soon_ctx': soon_in_context,
    'cb_ctx_f': on_future_in_context,
    'reraise': reraise,
    'raise_kept': raise_kept,
    'fail_kept': fail_with_kept,
    'kept': lambda run, slot: run.errors[slot] or NOTHING,
    'renew_f': renew,
    'forget_t': forget,
    'released': released,
}
