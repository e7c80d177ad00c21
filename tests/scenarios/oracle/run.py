"""Owns: one run of one program: its objects, its tasks by number, its lines.
Must not know: what any one statement does.
"""

import asyncio
import contextvars

from blocks import BLOCKS
from frame import Frame, Lines
from loop import Deadlock, Loop, NoTrace, Task, lazy_factory
from statements import PLAIN, SCOPED
from words import ERRORS, NOTHING, SUSPENDING, Boom


class Run:
    """One run of one program."""

    def __init__(self, program):
        self.bodies = program['bodies']
        self.sources = program.get('gens', [])
        self.lines = []
        self.tasks = []  # by number; None: its creation failed, or goes on
        self.numbers = {}
        self.loop = Loop(program.get('real', False))
        self.loop.set_exception_handler(self.report)
        eager = asyncio.create_eager_task_factory(Task)
        self.loop.set_task_factory(eager if program.get('eager') else lazy_factory)
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
