"""Owns: where statements are: the run of a body with what it has open, and the lines that each statement prints.
Must not know: what statements do.
"""

from words import SUSPENDING


class Frame:
    """One run of a body or a generator: what its own statements have open and handle, and whether `return` has left it."""

    __slots__ = 'timeouts', 'groups', 'caught', 'left', 'value'

    def __init__(self):
        self.timeouts = []
        self.groups = []
        self.caught = []
        self.left = False
        self.value = None

    def set_aside(self):
        """What a return has done so far, while a finally block runs."""
        before = self.left, self.value
        self.overtaken()
        return before

    def overtaken(self):
        """By an error or another return: what a return gave is no result any more."""
        self.left, self.value = False, None

    def finally_left(self, before):
        """After a finally block: whether a return of its own has left it; else all is as before."""
        if not self.left:
            self.left, self.value = before
            return False
        return True


def forget_tracebacks(error):
    """What an error came through holds what was in those frames, which nobody promises."""
    seen, rest = set(), [error]
    while rest:
        one = rest.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = None
        rest += [one.__cause__, one.__context__, *getattr(one, 'exceptions', ())]


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
            forget_tracebacks(error)
        self.value = None
        return False
