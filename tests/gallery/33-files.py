import asyncio
import time

from elapsed import elapsed


def read_line(path, start):  # it blocks, as a slow disk does
    with open(path) as file:
        file.seek(start)
        line = file.readline()
        if line:
            time.sleep(1)
        return line


async def show(path):
    start = 0
    while line := await asyncio.to_thread(read_line, path, start):
        print(f'{elapsed()}  {line}', end='')
        start += len(line)


async def main():
    print(f'{elapsed()}  five lines, and three')
    await asyncio.gather(show('tests/gallery/hare.txt'), show('tests/gallery/tortoise.txt'))
    print(f'{elapsed()}  that was all')
    try:
        await show('tests/gallery/fox.txt')
    except FileNotFoundError:
        print(f'{elapsed()}  there is no fox')


asyncio.run(main())
