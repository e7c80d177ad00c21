"""Owns: the words of a trace that are not its numbers: which statements may suspend, the names of errors, what a try catches.
Must not know: when they are printed.
"""

import asyncio

SUSPENDING = frozenset(
    'y sleep await_f call await_t shield_t shield_b wait gather gather_t as_completed wait_for_f wait_for_t wait_for_b '
    'timeout tg lock sem bsem cond cond_wait ev_wait put get join barrier b_reset b_abort try yield anext aclose athrow '
    'for reraise asend for_n for_new ctxwith released'.split()
)
NOTHING = object()  # what a statement gives whose object is not there: prints `none`


class Boom(Exception):
    """The error of `raise`, `fail_f` and `athrow`."""


class Owned:
    """A value of its own: the run hears of its end."""

    __slots__ = 'run', 'number', 'listed'

    def __init__(self, run, number, listed):
        self.run, self.number, self.listed = run, number, listed

    def __del__(self):
        self.run.let_go(self)


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
