"""Owns: the scenario language over CPython's asyncio: a program in, its trace out.
Must not know: how programs are made, what else runs them, or which Node or process it runs in.

    python3.15 oracle.py < programs.jsonl > traces.jsonl

Each line of the input is a program, each line of the output a JSON array of trace lines, or {"none": reason} where CPython has
no trace to give: it recursed to death, or two timers were due at one time. In the npm package pyodide, `trace(line)` is called.
The contract is CPython 3.15.2. What older releases of 3.15 do otherwise is put right here, with the issue's number.
"""

import asyncio
import contextvars
import gc
import json
import os
import sys
import warnings
from asyncio import base_events, tasks

if sys.version_info < (3, 15):
    sys.exit('the oracle needs CPython 3.15: TaskGroup.cancel() is new there')

MOST_PASSES = 20_000  # of one program: more is a program that never ends
TIE = 1e-6  # seconds: nearer timers are in an order that rounding decides
SUSPENDING = frozenset(
    'y sleep await_f call await_t shield_t shield_b wait gather gather_t as_completed wait_for_f wait_for_t wait_for_b '
    'timeout tg lock sem bsem cond cond_wait ev_wait put get join barrier b_reset b_abort try yield anext aclose athrow '
    'for'.split()
)
NOTHING = object()  # what a statement gives whose object is not there: prints `none`


class Boom(Exception):
    """The error of `raise`, `fail_f` and `athrow`."""


class Deadlock(BaseException):
    """Nothing is ready, no timer is set."""


class NoTrace(BaseException):
    """What happens next is chance, or nothing ever ends."""


# ---- The loop ---------------------------------------------------------------------------------------------------------


class Loop(base_events.BaseEventLoop):
    """asyncio's loop, whose clock jumps to the next deadline when nothing is ready."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.passes = 0
        self._clock_resolution = 1e-9
        self._selector = self

    def time(self):
        return self.now

    def select(self, timeout):
        self.passes += 1
        if self.passes > MOST_PASSES:
            raise NoTrace('it never ends')
        if timeout is None:
            raise Deadlock
        self.now += timeout
        if len(self._scheduled) > 1:
            self.look_for_ties()
        return ()

    def look_for_ties(self):
        due = sorted(h._when for h in self._scheduled if not h._cancelled and h._when <= self.now + TIE)
        if any(later - earlier < TIE for earlier, later in zip(due, due[1:])):
            raise NoTrace('two timers tie')

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def _asyncgen_finalizer_hook(self, generator):
        pass  # a generator that nobody has any more is not run again


class Task(asyncio.Task):
    """A task whose cancel() is Python: tasks that await each other in a circle end in RecursionError, not with the process."""

    def cancel(self, msg=None):
        return super().cancel(msg)


def lazy_factory(loop, coroutine, **options):
    return Task(coroutine, loop=loop, **options)


class InOrder(dict):
    """A set that keeps the order of its members: a TaskGroup aborts its tasks in order of creation."""

    def add(self, member):
        self[member] = True

    def discard(self, member):
        self.pop(member, None)


class Group(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks = InOrder()


class OlderGroup(Group):
    """gh-155433, fixed after 3.15.0rc1: a cancellation from elsewhere that came while the group cancelled itself is not lost."""

    async def _aexit(self, kind, error):
        self._exiting = True
        if kind and not self._aborting:
            self._abort()
        arrived = None
        while self._tasks:
            self._on_completed_fut = self._loop.create_future()
            try:
                await self._on_completed_fut
            except asyncio.CancelledError as cancelled:
                arrived = cancelled
                if not self._aborting:
                    kind, error = asyncio.CancelledError, cancelled
                    self._abort()
            self._on_completed_fut = None
        ours = self._parent_cancel_requested and not self._errors and kind is not asyncio.CancelledError
        if ours and arrived and self._parent_task.cancelling() > 1:
            self._parent_task.uncancel()
            raise arrived
        return await super()._aexit(kind, error)


if 'pending_cancellation_error' not in asyncio.TaskGroup._aexit.__code__.co_varnames:
    Group = OlderGroup

# gh-156321, fixed after 3.15.0rc1: a shield that was cancelled does not report the error of what it shielded.
if hasattr(tasks, '_log_on_exception'):
    tasks._log_on_exception = lambda future: None


# ---- Words ------------------------------------------------------------------------------------------------------------

ERRORS = (  # the more special before the more general
    (asyncio.InvalidStateError, 'InvalidState'),
    (asyncio.QueueEmpty, 'QueueEmpty'),
    (asyncio.QueueFull, 'QueueFull'),
    (asyncio.QueueShutDown, 'QueueShutDown'),
    (asyncio.BrokenBarrierError, 'BrokenBarrier'),
    (StopAsyncIteration, 'StopAsync'),
    (GeneratorExit, 'GeneratorExit'),
    (TimeoutError, 'Timeout'),
    (RuntimeError, 'Runtime'),
    (ValueError, 'Value'),
    (TypeError, 'Type'),
)


CAUGHT = {
    'boom': Boom,
    'timeout': TimeoutError,
    'cancelled': asyncio.CancelledError,
    'group': BaseExceptionGroup,
    'any': Exception,
    'none': (),
}


def catches(kind, error):
    return not isinstance(error, GeneratorExit) if kind == 'base' else isinstance(error, CAUGHT[kind])


class Frame:
    """One run of a body or a generator: what its own statements have open, and whether `return` has left it."""

    __slots__ = 'timeouts', 'groups', 'left', 'value'

    def __init__(self):
        self.timeouts = []
        self.groups = []
        self.left = False
        self.value = None

    def set_aside(self):
        """What a return has done so far, while a finally block runs."""
        before = self.left, self.value
        self.left = False
        return before


# ---- A program --------------------------------------------------------------------------------------------------------


class Lines:
    """The lines of one statement: one when it starts, if it may suspend, and one when it ends or an error leaves it."""

    __slots__ = 'run', 'op', 'path', 'value'

    def __init__(self, run, op, path):
        self.run, self.op, self.path, self.value = run, op, path, None

    def __enter__(self):
        if self.op in SUSPENDING:
            self.run.say(self.path, f'> {self.op}')
        return self

    def __exit__(self, kind, error, traceback):
        if error is None:
            self.run.say(self.path, f'= {self.op} {self.run.text(self.value)}')
        else:
            self.run.say(self.path, f'! {self.op} {self.run.error(error)}')
        return False


class Run:
    """One run of one program."""

    def __init__(self, program):
        self.bodies = program['bodies']
        self.sources = program.get('gens', [])
        self.lines = []
        self.tasks = []  # by number; None: its creation failed, or goes on
        self.numbers = {}
        self.loop = Loop()
        self.loop.set_exception_handler(self.report)
        eager = asyncio.create_eager_task_factory(Task)
        self.loop.set_task_factory(eager if program.get('eager') else lazy_factory)
        asyncio.set_event_loop(self.loop)
        self.futures = [self.loop.create_future() for _ in range(4)]
        self.lock_ = asyncio.Lock()
        self.semaphore = asyncio.Semaphore(2)
        self.bounded = asyncio.BoundedSemaphore(1)
        self.event = asyncio.Event()
        self.condition = asyncio.Condition()
        self.queues = [asyncio.Queue(2), asyncio.LifoQueue(), asyncio.PriorityQueue(2)]
        self.barrier = asyncio.Barrier(2)
        self.variable = contextvars.ContextVar('V', default=0)
        self.handles = [None] * 4
        self.generators = [None] * 2
        self.kept = []  # every generator: none is finalized while the program runs
        self.callbacks = {}
        self.doubt = None  # why CPython's trace is none

    # -- lines

    def say(self, path, text):
        task = asyncio.current_task(self.loop)
        who = '-' if task is None else f'T{self.numbers.get(task, "?")}'
        self.lines.append(f'{self.loop.now:.4f} {who} {path} {text}')

    def text(self, value):
        if value is None:
            return 'None'
        if value is NOTHING:
            return 'none'
        if isinstance(value, bool):
            return 'true' if value else 'false'
        if isinstance(value, int):
            return str(value)
        if isinstance(value, (list, tuple)):
            return f'[{",".join(map(self.text, value))}]'
        if isinstance(value, BaseException):
            return self.error(value)
        return f'T{self.numbers[value]}'

    def error(self, error):
        if isinstance(error, Boom):
            return f'Boom:{error.args[0]}'
        if isinstance(error, asyncio.CancelledError):
            return f'Cancelled:{error.args[0]}' if error.args and error.args[0] is not None else 'Cancelled'
        if isinstance(error, BaseExceptionGroup):
            return f'Group[{",".join(map(self.error, error.exceptions))}]'
        if isinstance(error, (RecursionError, MemoryError)):
            self.doubt = 'it recurses too deep'
        return next((name for kind, name in ERRORS if isinstance(error, kind)), None) or repr(error)

    def state(self, future):
        if not future.done():
            return 'pending'
        if future.cancelled():
            return 'cancelled'
        return f'!{self.error(future.exception())}' if future.exception() else self.text(future.result())

    def report(self, loop, context):
        message = context['message']
        if 'never retrieved' in message or 'destroyed' in message:
            return
        kind = (
            'callback'
            if message.startswith('Exception in callback')
            else 'shielded'
            if 'in shielded future' in message
            else 'taskgroup'
            if 'has errored out but its parent' in message
            else 'other'
        )
        self.lines.append(f'{loop.now:.4f} - - handler {kind} {self.error(context["exception"])}')

    def outcomes(self, word):
        for number, task in enumerate(self.tasks):
            if task is None:
                self.lines.append(f'{word} T{number} none')
                continue
            state = self.state(task)
            if task.done() and not task.cancelled():
                state = f'failed {state[1:]}' if task.exception() else f'done {state}'
            self.lines.append(f'{word} T{number} {state} cancelling={task.cancelling()}')

    # -- tasks

    async def task_of(self, number, body):
        self.numbers[asyncio.current_task()] = number  # it may run before create_task has returned
        return await self.body(body)

    def start(self, body, create=asyncio.create_task, **options):
        number = len(self.tasks)
        self.tasks.append(None)
        task = create(self.task_of(number, body), **options)
        self.tasks[number] = task
        self.numbers[task] = number
        return task

    def task(self, reference):
        return self.tasks[reference % len(self.tasks)]

    def existing(self, references):
        return [task for task in map(self.task, references) if task is not None]

    # -- the whole

    def run(self):
        first = self.start(0, self.loop.create_task)
        ended = self.until_done(first)
        self.lines.append('end' if ended else 'DEADLOCK')
        self.outcomes('end')
        if not ended:
            return
        if not self.until_done(self.loop.create_task(self.closing())):
            self.lines.append('DEADLOCK')
            self.outcomes('end')
            return
        self.outcomes('final')
        text, items = self.text, [list(queue._queue) for queue in self.queues]
        self.lines.append(
            f'objects F=[{",".join(map(self.state, self.futures))}] L={text(self.lock_.locked())} '
            f'S={self.semaphore._value} BS={self.bounded._value} E={text(self.event.is_set())} '
            f'Q={text([items[0], items[1], sorted(items[2])])}'
        )

    def until_done(self, task):
        """Runs the loop until the task is done; false for a deadlock."""
        try:
            self.loop.run_until_complete(task)
        except Deadlock:
            return False
        except NoTrace:
            raise
        except BaseException as error:
            self.error(error)
        return True

    async def closing(self):
        pending = asyncio.all_tasks() - {asyncio.current_task()}
        left = sorted(pending, key=lambda task: int(task.get_name().removeprefix('Task-')))
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    # -- blocks

    async def body(self, number):
        frame = Frame()
        await self.block(frame, self.bodies[number], f'b{number}')
        return frame.value if frame.left else None

    async def block(self, frame, block, path):
        for index, statement in enumerate(block):
            await self.statement(frame, statement, f'{path}.{index}')
            if frame.left:
                return

    async def statement(self, frame, statement, path):
        op, *arguments = statement
        with Lines(self, op, path) as line:
            if op in BLOCKS:
                line.value = await BLOCKS[op](self, frame, path, *arguments)
            elif op in SUSPENDING:
                line.value = await PLAIN[op](self, *arguments)
            elif op in SCOPED:
                line.value = SCOPED[op](self, frame, *arguments)
            else:
                line.value = PLAIN[op](self, *arguments)

    async def generator(self, number):
        """A generator's body: `yield` works only in the function itself, so the places where it may stand are spelt out."""
        frame = Frame()
        for index, statement in enumerate(self.sources[number]):
            path = f'g{number}.{index}'
            op, *arguments = statement
            if op == 'yield':
                with Lines(self, op, path):
                    yield arguments[0]
            elif op == 'try' and any(inner[0] == 'yield' for part in (0, 3) for inner in arguments[part] or ()):
                block, kind, handler, final = arguments
                with Lines(self, op, path):
                    failure = None
                    try:
                        for at, inner in enumerate(block):
                            if inner[0] == 'yield':
                                with Lines(self, 'yield', f'{path}.0.{at}'):
                                    yield inner[1]
                            else:
                                await self.statement(frame, inner, f'{path}.0.{at}')
                            if frame.left:
                                break
                    except BaseException as error:
                        failure = await self.handle(frame, path, kind, handler, error)
                    if final:
                        before = frame.set_aside()
                        for at, inner in enumerate(final):
                            if inner[0] == 'yield':
                                with Lines(self, 'yield', f'{path}.3.{at}'):
                                    yield inner[1]
                            else:
                                await self.statement(frame, inner, f'{path}.3.{at}')
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
                await self.statement(frame, statement, path)
            if frame.left:
                return

    async def handle(self, frame, path, kind, handler, error):
        """The except clause: what it leaves to be raised after the finally block, or None."""
        try:
            if not catches(kind, error):
                return error
            self.say(path, f'? {self.error(error)}')
            frame.left = False  # by a return that the error has overtaken
            await self.block(frame, handler, f'{path}.2')
        except BaseException as another:
            return another

    async def try_(self, frame, path, block, kind, handler, final):
        failure = None
        try:
            await self.block(frame, block, f'{path}.0')
        except BaseException as error:
            failure = await self.handle(frame, path, kind, handler, error)
        if final:
            before = frame.set_aside()
            await self.block(frame, final, f'{path}.3')
            if frame.left:
                failure = None
            else:
                frame.left, frame.value = before
        if failure:
            try:
                raise failure
            finally:
                failure = None

    async def timeout(self, frame, path, delay, block):
        async with asyncio.timeout(delay) as scope:
            frame.timeouts.append(scope)
            try:
                await self.block(frame, block, f'{path}.1')
            finally:
                frame.timeouts.pop()
        return scope.expired()

    async def group(self, frame, path, bodies, block):
        async with Group() as scope:
            frame.groups.append(scope)
            try:
                for body in bodies:
                    self.start(body, scope.create_task)
                await self.block(frame, block, f'{path}.1')
            finally:
                frame.groups.pop()

    async def holding(self, manager, op, frame, path, block):
        async with manager:
            self.say(path, f'+ {op}')
            await self.block(frame, block, f'{path}.0')

    async def for_(self, frame, path, slot, block):
        generator = self.generators[slot]
        if generator is None:
            return NOTHING
        async for item in generator:
            self.say(path, f'~ {self.text(item)}')
            await self.block(frame, block, f'{path}.1')
            if frame.left:
                break

    async def as_completed(self, frame, path, bodies, delay):
        started = [self.start(body) for body in bodies]
        for next_one in asyncio.as_completed(started, timeout=delay):
            try:
                value = await next_one
            except TimeoutError:
                raise
            except Exception as error:
                self.say(path, f'~ !{self.error(error)}')
            else:
                self.say(path, f'~ {self.text(value)}')

    # -- single statements

    async def wait(self, references, delay, mode):
        waited = dict.fromkeys(self.existing(references))
        done, pending = await asyncio.wait(waited, timeout=delay, return_when=getattr(asyncio, mode))
        return [sorted(self.numbers[task] for task in part) for part in (done, pending)]

    async def of_task(self, reference, wait):
        task = self.task(reference)
        return NOTHING if task is None else await wait(task)

    async def of_generator(self, slot, step):
        generator = self.generators[slot]
        return NOTHING if generator is None else await step(generator)

    def callback(self, key):
        def called(future):
            self.say('-', f'cb {key} {self.state(future)}')

        return self.callbacks.setdefault(key, called)

    def on_future(self, index, key):
        self.futures[index].add_done_callback(self.callback(key))

    def on_task(self, reference, key):
        task = self.task(reference)
        if task is None:
            return NOTHING
        task.add_done_callback(self.callback(key))

    def raising(self, index, number):
        def called(future):
            raise Boom(number)

        self.futures[index].add_done_callback(called)

    def cancel(self, reference, message):
        task = self.task(reference)
        return NOTHING if task is None else task.cancel(message)

    def later_set(self, delay, index, value):
        def called():
            if not self.futures[index].done():
                self.futures[index].set_result(value)

        self.loop.call_later(delay, called)

    def later_cancel(self, delay, reference):
        task = self.task(reference)
        if task is None:
            return NOTHING
        self.loop.call_later(delay, lambda: task.cancel())

    def soon(self, slot, key):
        self.handles[slot] = self.loop.call_soon(self.say, '-', f'soon {key}')

    def later(self, slot, delay, key):
        self.handles[slot] = self.loop.call_later(delay, self.say, '-', f'later {key}')

    def cancel_handle(self, slot):
        handle = self.handles[slot]
        if handle is None:
            return NOTHING
        handle.cancel()
        return handle.cancelled()

    def make_generator(self, slot, number):
        self.generators[slot] = self.generator(number)
        self.kept.append(self.generators[slot])

    def return_(self, frame, value):
        frame.left = True
        frame.value = value
        return value

    def reschedule(self, frame, delay):
        if not frame.timeouts:
            return NOTHING
        frame.timeouts[-1].reschedule(None if delay is None else self.loop.time() + delay)

    def group_start(self, frame, body):
        return self.start(body, frame.groups[-1].create_task) if frame.groups else NOTHING

    def group_cancel(self, frame):
        return frame.groups[-1].cancel() if frame.groups else NOTHING


def fail(error):
    raise error


# Statements by name: with blocks in them; about what their own body has open; the rest.
BLOCKS = {
    'timeout': Run.timeout,
    'tg': Run.group,
    'lock': lambda run, *rest: run.holding(run.lock_, 'lock', *rest),
    'sem': lambda run, *rest: run.holding(run.semaphore, 'sem', *rest),
    'bsem': lambda run, *rest: run.holding(run.bounded, 'bsem', *rest),
    'cond': lambda run, *rest: run.holding(run.condition, 'cond', *rest),
    'try': Run.try_,
    'for': Run.for_,
    'as_completed': Run.as_completed,
}
SCOPED = {
    'return': Run.return_,
    'reschedule': Run.reschedule,
    'tg_spawn': Run.group_start,
    'tg_cancel': Run.group_cancel,
}
PLAIN = {
    'y': lambda run: asyncio.sleep(0),
    'sleep': lambda run, delay: asyncio.sleep(delay),
    'await_f': lambda run, index: run.futures[index],
    'set_f': lambda run, index, value: run.futures[index].set_result(value),
    'fail_f': lambda run, index, number: run.futures[index].set_exception(Boom(number)),
    'cancel_f': lambda run, index, message: run.futures[index].cancel(message),
    'spawn': lambda run, body: run.start(body),
    'spawn_eager': lambda run, body: run.start(body, eager_start=True),
    'call': lambda run, body: run.body(body),
    'cancel': Run.cancel,
    'uncancel': lambda run: asyncio.current_task().uncancel(),
    'cancelling': lambda run: asyncio.current_task().cancelling(),
    'await_t': lambda run, reference: run.of_task(reference, lambda task: task),
    'shield_t': lambda run, reference: run.of_task(reference, asyncio.shield),
    'shield_b': lambda run, body: asyncio.shield(run.start(body)),
    'wait': Run.wait,
    'gather': lambda run, settled, bodies: asyncio.gather(*map(run.start, bodies), return_exceptions=settled),
    'gather_t': lambda run, settled, refs: asyncio.gather(*run.existing(refs), return_exceptions=settled),
    'wait_for_f': lambda run, index, delay: asyncio.wait_for(run.futures[index], delay),
    'wait_for_t': lambda run, ref, delay: run.of_task(ref, lambda task: asyncio.wait_for(task, delay)),
    'wait_for_b': lambda run, body, delay: asyncio.wait_for(run.body(body), delay),
    'cond_wait': lambda run: run.condition.wait(),
    'notify': lambda run, count: run.condition.notify(count),
    'notify_all': lambda run: run.condition.notify_all(),
    'sem_release': lambda run: run.semaphore.release(),
    'bsem_release': lambda run: run.bounded.release(),
    'ev_wait': lambda run: run.event.wait(),
    'ev_set': lambda run: run.event.set(),
    'ev_clear': lambda run: run.event.clear(),
    'put': lambda run, queue, value: run.queues[queue].put(value),
    'get': lambda run, queue: run.queues[queue].get(),
    'put_nw': lambda run, queue, value: run.queues[queue].put_nowait(value),
    'get_nw': lambda run, queue: run.queues[queue].get_nowait(),
    'task_done': lambda run, queue: run.queues[queue].task_done(),
    'join': lambda run, queue: run.queues[queue].join(),
    'shutdown': lambda run, queue, immediate: run.queues[queue].shutdown(immediate),
    'barrier': lambda run: run.barrier.wait(),
    'b_reset': lambda run: run.barrier.reset(),
    'b_abort': lambda run: run.barrier.abort(),
    'cb_f': Run.on_future,
    'cb_rm_f': lambda run, index, key: run.futures[index].remove_done_callback(run.callback(key)),
    'cb_t': Run.on_task,
    'cb_raise_f': Run.raising,
    'soon': Run.soon,
    'later': Run.later,
    'later_set_f': Run.later_set,
    'later_cancel_t': Run.later_cancel,
    'hcancel': lambda run, slot: run.cancel_handle(slot),
    'raise': lambda run, number: fail(Boom(number)),
    'agen': Run.make_generator,
    'anext': lambda run, slot: run.of_generator(slot, anext),
    'aclose': lambda run, slot: run.of_generator(slot, lambda generator: generator.aclose()),
    'athrow': lambda run, slot, number: run.of_generator(slot, lambda generator: generator.athrow(Boom(number))),
    'ctxset': lambda run, value: run.variable.set(value) and None,
    'ctxget': lambda run: run.variable.get(),
}

# ---- Lines of programs ------------------------------------------------------------------------------------------------

# Programs with tasks that did not end: collecting them would run their finally blocks, on a loop that is dead or another's.
unended = []


def trace(line):
    """The trace of the program on a line, both as JSON."""
    run = Run(json.loads(line))
    try:
        run.run()
    except (NoTrace, RecursionError) as error:
        run.doubt = run.doubt or str(error)
    pending = asyncio.all_tasks(run.loop)
    if pending:
        unended.append(run)
        for task in pending:
            tasks._unregister_task(task)
        gc.freeze()  # nor need the collector look at them again
    asyncio.set_event_loop(None)
    asyncio._set_running_loop(run.loop)
    tasks._swap_current_task(run.loop, None)  # a task that died of its recursion is still the current one
    asyncio._set_running_loop(None)
    return json.dumps({'none': run.doubt} if run.doubt else run.lines, separators=(',', ':'))


warnings.simplefilter('ignore')
sys.setrecursionlimit(250)
asyncio._set_running_loop(None)

if __name__ == '__main__' and sys.platform != 'emscripten':
    for program in sys.stdin:
        print(trace(program), flush=True)
    os._exit(0)  # without collecting
