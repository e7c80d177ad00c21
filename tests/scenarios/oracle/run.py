"""Owns: one run of one program: its objects, its tasks by number, its lines.
Must not know: what any one statement does.
"""

import asyncio
import contextvars
import sys

from blocks import BLOCKS
from frame import Frame, Lines, forget_tracebacks
from loop import Deadlock, Loop, NoTrace, Task, lazy_factory
from statements import PLAIN, SCOPED
from words import ERRORS, NOTHING, SUSPENDING, Boom, Owned

DEEPEST = 4  # what is deeper in a chain of errors is not written


def circular(error):
    """Whether an error is among those that it came of."""
    on_the_way, seen = set(), set()

    def looks(one):
        if one is None or id(one) in seen:
            return False
        if id(one) in on_the_way:
            return True
        on_the_way.add(id(one))
        if any(map(looks, (one.__cause__, one.__context__, *getattr(one, 'exceptions', ())))):
            return True
        on_the_way.remove(id(one))
        seen.add(id(one))
        return False

    return looks(error)


class Run:
    """One run of one program."""

    def __init__(self, program):
        self.bodies = program['bodies']
        self.sources = program.get('gens', [])
        self.loses = any(word in str(program) for word in ("'drop'", "'for_new'"))
        self.eager = program.get('eager', False)
        self.chains = program.get('chains', False)
        self.closes = program.get('agens', False)
        self.lines = []
        self.tasks = []  # by number; None: its creation failed, or goes on; or it was forgotten
        self.loop = Loop(program.get('real', False))
        self.loop.set_exception_handler(self.report)
        eager = asyncio.create_eager_task_factory(Task)
        self.loop.set_task_factory(eager if self.eager else lazy_factory)
        asyncio.set_event_loop(self.loop)
        self.futures = [self.loop.create_future() for _ in range(4)]
        self.lock = asyncio.Lock()
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
        self.errors = [None] * 2
        self.contexts = [None] * 2
        self.owned = 0
        self.released = []  # numbers of values
        self.doubt = None  # why CPython's trace is none

    # -- lines

    def say(self, path, text):
        task = asyncio.current_task(self.loop)
        who = '-' if task is None else f'T{"?" if task.number is None else task.number}'
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
        return f'O{value.number}' if isinstance(value, Owned) else f'T{value.number}'

    def error(self, error):
        if not self.chains:
            return self.name(error)
        if circular(error):
            self.doubt = 'errors came of one another in a circle'
        return self.chain(error, 0)

    def chain(self, error, depth):
        parts = []
        if isinstance(error, BaseExceptionGroup):
            parts += [self.chain(member, depth + 1) for member in error.exceptions]
        name = f'Group[{",".join(parts)}]' if parts else self.name(error)
        origins = [('from', error.__cause__), ('in', error.__context__)]
        parts = [f'{word} {self.chain(one, depth + 1) if depth < DEEPEST else "..."}' for word, one in origins if one]
        parts += ['hidden'] if error.__suppress_context__ else []
        if not parts or isinstance(error, (StopAsyncIteration, GeneratorExit)):
            return name
        return f'{name}{{{"; ".join(parts)}}}'

    def name(self, error):
        if isinstance(error, Boom):
            return f'Boom:{error.args[0]}'
        if isinstance(error, asyncio.CancelledError):
            return f'Cancelled:{error.args[0]}' if error.args and error.args[0] is not None else 'Cancelled'
        if isinstance(error, BaseExceptionGroup):
            return f'Group[{",".join(map(self.name, error.exceptions))}]'
        if isinstance(error, (RecursionError, MemoryError)):
            self.doubt = 'it recurses too deep'
        if self.loses and str(error) == 'async generator ignored GeneratorExit':
            self.doubt = 'a generator that ignored its end may be let go of'
        return next((name for kind, name in ERRORS if isinstance(error, kind)), None) or repr(error)

    def state(self, future):
        if not future.done():
            return 'pending'
        if future.cancelled():
            return 'cancelled'
        return f'!{self.error(future.exception())}' if future.exception() else self.text(future.result())

    def report(self, loop, context):
        message = context['message']
        forget_tracebacks(context.get('exception'))
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
        asyncio.current_task().number = number  # it may run before create_task has returned
        return await self.body(body)

    def start(self, body, create=asyncio.create_task, **options):
        eager = options.get('eager_start', self.eager)
        if eager and self.chains and sys.exc_info()[1]:
            self.doubt = 'an eager task begins while an error is handled'
        number = len(self.tasks)
        self.tasks.append(None)
        task = create(self.task_of(number, body), **options)
        self.tasks[number] = task
        task.number = number
        return task

    def task(self, reference):
        return self.tasks[reference % len(self.tasks)]

    def existing(self, references):
        return [task for task in map(self.task, references) if task is not None]

    # -- values

    def value(self, source, listed=True):
        """What an argument means: itself, or a value of its own."""
        if source != 'own':
            return source
        self.owned += 1
        return Owned(self, self.owned, listed)

    def let_go(self, value):
        if value.listed:
            self.released.append(value.number)

    # -- the whole

    def run(self):
        first = self.start(0, self.loop.create_task)
        ended = self.until_done(first)
        self.lines.append('end' if ended else 'DEADLOCK')
        self.outcomes('end')
        if not ended:
            return
        for last in (self.closing, self.loop.shutdown_asyncgens) if self.closes else (self.closing,):
            if not self.until_done(self.loop.create_task(last())):
                self.lines.append('DEADLOCK')
                self.outcomes('end')
                return
        self.outcomes('final')
        text, items = self.text, [list(queue._queue) for queue in self.queues]
        self.lines.append(
            f'objects F=[{",".join(map(self.state, self.futures))}] L={text(self.lock.locked())} '
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

    # -- bodies

    async def body(self, number):
        frame = Frame()
        try:
            await self.block(frame, self.bodies[number], f'b{number}')
            return frame.value
        finally:
            frame.value = None

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
