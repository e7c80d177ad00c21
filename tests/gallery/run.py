"""Runs lessons' originals in virtual time: python3 run.py 01-together.py. It must not know what they print.

An idle loop's clock jumps to its next deadline, and what blocks (time.sleep) only moves it.
"""

import asyncio
import contextlib
import gc
import io
import json
import os
import runpy
import sys
import time
import traceback
from asyncio import base_events, events

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import workers  # noqa: E402
from network import Network  # noqa: E402

now = 0.0


def advance(seconds):
    global now
    now += seconds


class Loop(Network, base_events.BaseEventLoop):
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

    async def shutdown_default_executor(self, timeout=None):
        pass


events.new_event_loop = asyncio.new_event_loop = Loop
time.sleep = advance
workers.simulate()

if sys.platform == 'emscripten':  # pyodide has a loop running, and an asyncio.run() of its own

    def asyncio_run(main):
        if events._get_running_loop():
            raise RuntimeError('asyncio.run() cannot be called from a running event loop')
        with asyncio.Runner() as runner:
            return runner.run(main)

    events._set_running_loop(None)
    asyncio.run = asyncio_run


def run(path):
    global now
    now = 0.0
    sys.modules.pop('elapsed', None)  # it knows when the last one began
    path = os.path.abspath(path)
    sys.path.insert(0, os.path.dirname(path))
    os.chdir(ROOT)  # where the lessons' files have their names from
    runpy.run_path(path, run_name='__main__')
    gc.collect()  # what nobody has any more is reported


def outcome(path):
    """What it prints, as JSON; where it fails, status 1 and why."""
    status, text = 0, io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        try:
            run(path)
        except BaseException:
            status = 1
            traceback.print_exc()
    return json.dumps({'status': status, 'output': text.getvalue()})


if __name__ == '__main__':
    run(sys.argv[1])
