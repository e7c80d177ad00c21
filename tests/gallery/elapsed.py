"""The time that the lessons print: since the program began, in tenths of a second."""

import asyncio

start = None


def elapsed():
    global start
    now = asyncio.get_running_loop().time()
    if start is None:
        start = now
    return f'{int((now - start) * 10 + 0.01) / 10:.1f}'
