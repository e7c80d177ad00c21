import asyncio
import os
import time

from elapsed import elapsed


def measure(path):  # they block, as a slow disk does
    time.sleep(1)
    return os.path.getsize(path)


def read_file(path, size):
    time.sleep(1)
    with open(path) as file:
        return file.read(size)


class Reader:
    def __init__(self, path):
        self.path = path

    async def __aenter__(self):
        self.size = await asyncio.to_thread(measure, self.path)
        print(f'{elapsed()}  {self.path} has {self.size} bytes')
        return self

    async def __aexit__(self, kind, error, traceback):
        print(f'{elapsed()}  {self.path} is closed{", after an error" if error else ""}')
        return False

    async def read(self):
        return await asyncio.to_thread(read_file, self.path, self.size)


async def count_lines(path):
    async with Reader(path) as it:
        text = await it.read()
        return text.count('\n')


async def main():
    print(f'{elapsed()}  start')
    counts = await asyncio.gather(count_lines('tests/gallery/hare.txt'), count_lines('tests/gallery/tortoise.txt'))
    print(f'{elapsed()}  {counts[0]} lines, and {counts[1]}')


asyncio.run(main())
