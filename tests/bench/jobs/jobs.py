# The jobs of jobs.c in CPython, by loop.run_in_executor and a ProcessPoolExecutor of two: seconds for each row, printed as JSON.
import asyncio
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor


def nothing():
    pass


def size_of(data):
    return len(data)


async def main(counts):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2) as pool:
        await loop.run_in_executor(pool, nothing)
        kilobyte = b"\1" * 1024

        async def round_trips(count):
            for _ in range(count):
                await loop.run_in_executor(pool, nothing)

        async def kilobytes(count):
            left = [count]

            async def lane():
                while left[0] > 0:
                    left[0] -= 1
                    await loop.run_in_executor(pool, sum, kilobyte)

            await asyncio.gather(*(lane() for _ in range(16)))

        async def megabytes(count):
            await loop.run_in_executor(pool, size_of, b"\1" * (count << 20))

        result = {}
        for name, function in (("roundTrips", round_trips), ("kilobytes", kilobytes), ("megabytes", megabytes)):
            begun = time.perf_counter()
            await function(counts[name])
            result[name] = time.perf_counter() - begun
        print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
