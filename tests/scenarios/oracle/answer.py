"""Owns: from a line to a line: a program's run in an interpreter that has run others before.
Must not know: where lines come from.
"""

import asyncio
import gc
import json
import sys
import warnings
from asyncio import tasks

if sys.version_info < (3, 15):
    sys.exit('the oracle needs CPython 3.15: TaskGroup.cancel() is new there')

warnings.simplefilter('ignore')  # of a return in a finally block, too

from loop import NoTrace
from run import Run

# Programs with tasks that did not end: collecting them would run their finally blocks, on a loop that is dead or another's.
unended = []


def answer(line):
    """The trace of the program on a line, both as JSON."""
    run = Run(json.loads(line))
    try:
        run.run()
    except (NoTrace, RecursionError) as error:
        run.doubt = run.doubt or str(error)
    run.loop.over = True
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


sys.setrecursionlimit(250)
asyncio._set_running_loop(None)
