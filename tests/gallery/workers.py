"""Executors in one thread, for originals that run in virtual time: a call is made as its worker begins it, and its result comes when
as much time is over as it has slept. While it waits for what it has asked of the loop, that goes on within it. It must not know who uses
it, or what time.sleep() is otherwise.
"""

import asyncio
import concurrent.futures
import time
from collections import deque

sleep = time.sleep
sleeping = None  # how long the call that is made has slept; None: none is


def sleep_in_call(seconds):
    global sleeping
    if sleeping is None:
        sleep(seconds)
    else:
        sleeping += seconds


class Pool(concurrent.futures.Executor):
    def __init__(self, max_workers=4, **_):
        self.idle, self.waiting, self.over = max_workers, deque(), False

    def submit(self, function, /, *arguments, **named):
        if self.over:
            raise RuntimeError('cannot schedule new futures after shutdown')
        future = concurrent.futures.Future()
        self.waiting.append((future, lambda: function(*arguments, **named)))
        self.feed()
        return future

    def feed(self):
        while self.idle and self.waiting:
            self.idle -= 1
            asyncio.get_running_loop().call_soon(self.work, *self.waiting.popleft())

    def work(self, future, call):
        global sleeping
        future.set_running_or_notify_cancel()
        sleeping = 0.0
        try:
            tell, outcome = future.set_result, call()
        except Exception as error:
            tell, outcome = future.set_exception, error
        asyncio.get_running_loop().call_later(sleeping, self.answer, tell, outcome)
        sleeping = None

    def answer(self, tell, outcome):
        tell(outcome)
        self.idle += 1
        self.feed()

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.over = True


outcome = concurrent.futures.Future.result


def result(future, timeout=None):
    """In a call: the loop runs until it is there, or the time is over."""
    if sleeping is not None:
        loop = asyncio.get_running_loop()
        over = timeout is not None and loop.call_later(timeout, lambda: None)
        while not (future.done() or over and over.when() <= loop.time()):
            loop._run_once()
    return outcome(future, 0)


def simulate():
    """From now on all executors are such ones; who has replaced time.sleep() has done so before."""
    global sleep
    sleep, time.sleep = time.sleep, sleep_in_call
    concurrent.futures.Future.result = result
    concurrent.futures.ThreadPoolExecutor = concurrent.futures.ProcessPoolExecutor = Pool
