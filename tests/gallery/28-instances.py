import asyncio
from concurrent.futures import ProcessPoolExecutor


def is_prime(n):
    d = 2
    while d * d <= n:
        if n % d == 0:
            return False
        d += 1
    return n > 1


def primes(below):
    if below < 0:
        raise ValueError(f'there is no number below {below}')
    found = [n for n in range(below) if is_prime(n)]
    return len(found), found[-1]


def backwards(text):
    return text[::-1]


async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=2) as pool:
        below = [50000, 10, 1000]
        found = await asyncio.gather(*[loop.run_in_executor(pool, primes, n) for n in below])
        for n, (count, last) in zip(below, found):
            print(f'{count} primes below {n}, the last is {last}')

        print(await loop.run_in_executor(pool, backwards, 'secnatsni'))
        try:
            await loop.run_in_executor(pool, primes, -1)
        except ValueError as error:
            print(f'ValueError: {error}')


if __name__ == '__main__':
    asyncio.run(main())
