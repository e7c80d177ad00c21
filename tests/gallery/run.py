"""Runs a lesson's original in virtual time: python3 run.py 01-together.py. It must not know what the lesson prints.

An idle loop's clock jumps to its next deadline, and what blocks (time.sleep) only moves it. Says what it lacks, with exit status 3,
if the lesson asks in its first line for a newer Python: # Python 3.13
"""

import asyncio
import re
import runpy
import sys
import time
from asyncio import base_events, events

now = 0.0


def advance(seconds):
    global now
    now += seconds


class Loop(base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = self
        self._clock_resolution = 1e-9

    def time(self):
        return now

    def select(self, timeout):
        if timeout is None:
            raise RuntimeError('deadlock')
        advance(timeout)
        return ()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


path = sys.argv[1]
with open(path) as file:
    needed = re.match(r'# Python 3\.(\d+)', file.readline())
if needed and sys.version_info < (3, int(needed[1])):
    sys.exit(3)
events.new_event_loop = asyncio.new_event_loop = Loop
time.sleep = advance
runpy.run_path(path, run_name='__main__')
