"""Owns: asyncio's loop in virtual time, and what of asyncio is put in order or put right for the oracle.
Must not know: the language.
"""

import asyncio
import itertools
import weakref
from asyncio import base_events, events, tasks

MOST_PASSES = 20_000  # of one program: more is a program that never ends
NEAR = 1e-6  # seconds: in real time nearer timers are in an order that chance decides


class Deadlock(BaseException):
    """Nothing is ready, no timer is set."""


class NoTrace(BaseException):
    """What happens next is chance, or nothing ever ends."""


class TimerHandle(events.TimerHandle):
    """A timer whose place among those that tie with it is the order in which they were made: the heap leaves it to chance."""

    __slots__ = ('_number',)
    numbers = itertools.count()

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._number = next(self.numbers)

    def __lt__(self, other):
        return (self._when, self._number) < (other._when, other._number)


events.TimerHandle = TimerHandle


class InOrderWeakly(dict):
    """A weak set that keeps the order of its members: generators are closed in the order in which they began."""

    def add(self, member):
        self[weakref.ref(member)] = True

    def discard(self, member):
        self.pop(weakref.ref(member), None)

    def __iter__(self):
        return (member for reference in list(self.keys()) if (member := reference()) is not None)


class Loop(base_events.BaseEventLoop):
    """asyncio's loop, whose clock jumps to the next deadline when nothing is ready."""

    def __init__(self, real=False):
        super().__init__()
        self.real = real
        self.now = 0.0
        self.passes = 0
        self.over = False
        self._asyncgens = InOrderWeakly()
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
        if self.real and len(self._scheduled) > 1:
            self.look_for_ties()
        return ()

    def look_for_ties(self):
        due = sorted(h._when for h in self._scheduled if not h._cancelled and h._when <= self.now + NEAR)
        if any(later - earlier < NEAR for earlier, later in zip(due, due[1:])):
            raise NoTrace('two timers tie')

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def _asyncgen_finalizer_hook(self, generator):
        if not self.over:  # else it is not run again
            super()._asyncgen_finalizer_hook(generator)


class Task(asyncio.Task):
    """A task whose cancel() is Python: tasks that await each other in a circle end in RecursionError, not with the process."""

    number = None

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
