# The primitives' work in CPython's asyncio, for `npm run bench -- --python`: prints {row: nanoseconds} as JSON.
# Runs in a python3 of this machine, and in the npm package pyodide (python.mjs), which awaits `measured()` on its own loop.

import asyncio
import json
import sys
import time


async def at_once(n):
    return n


async def once(n):
    await asyncio.sleep(0)
    return n


async def queue_ping_pong(times):
    there, back = asyncio.Queue(1), asyncio.Queue(1)

    async def echo():
        for _ in range(times):
            await back.put(await there.get())

    other = asyncio.create_task(echo())
    for i in range(times):
        await there.put(i)
        await back.get()
    await other


async def lock_hand_over(times):
    lock = asyncio.Lock()

    async def turns():
        for _ in range(times // 2):
            async with lock:
                await asyncio.sleep(0)

    await asyncio.gather(turns(), turns())


async def gather_10(times):
    for _ in range(times // 10):
        await asyncio.gather(*(at_once(n) for n in range(10)))


async def gather_10_once(times):
    for _ in range(times // 10):
        await asyncio.gather(*(once(n) for n in range(10)))


async def gather_many(times):
    await asyncio.gather(*(once(n) for n in range(times)))


async def group_10(times):
    for _ in range(times // 10):
        async with asyncio.TaskGroup() as group:
            for n in range(10):
                group.create_task(once(n))


async def wait_for(times):
    for i in range(times):
        await asyncio.wait_for(once(i), 10)


async def items(times):
    async def numbers():
        for i in range(times):
            yield i

    async for _ in numbers():
        pass


async def cancel_storm(times):
    tasks = [asyncio.create_task(asyncio.sleep(1000)) for _ in range(times)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def many_timers(times):
    loop, done = asyncio.get_running_loop(), 0

    def fired():
        nonlocal done
        done += 1

    handles = [loop.call_later(1e-9 * (i * 7919 % times), fired) for i in range(times)]
    for handle in handles[1::2]:
        handle.cancel()
    while done < times // 2:
        await asyncio.sleep(0)


ROWS = [queue_ping_pong, lock_hand_over, gather_10, gather_10_once, gather_many, group_10, wait_for, items, cancel_storm, many_timers]


async def measured(times=10_000, rounds=3):
    numbers = {}
    for row in ROWS:
        best = float("inf")
        for _ in range(rounds):
            start = time.perf_counter()
            await row(times)
            best = min(best, (time.perf_counter() - start) * 1e9 / times)
        numbers[row.__name__] = best
    return json.dumps(numbers)


if __name__ == "__main__" and sys.platform != "emscripten":
    print(asyncio.run(measured()))
