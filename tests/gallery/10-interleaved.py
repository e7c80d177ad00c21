import asyncio

from elapsed import elapsed


def step():
    return asyncio.sleep(1)


async def factorial(n):
    product = 1
    for i in range(2, n + 1):
        print(f'{elapsed():>4}  factorial: {product} * {i}')
        product *= i
        await step()
    return product


async def fibonacci(n):
    a, b = 0, 1
    for _ in range(1, n):
        print(f'{elapsed():>4}  fibonacci: {a} + {b}')
        a, b = b, a + b
        await step()
    return b


async def binomial(n, k):
    value = 1
    for i in range(1, k + 1):
        print(f'{elapsed():>4}  binomial: {value} * {n - k + i} / {i}')
        value = value * (n - k + i) // i
        await step()
    return value


async def main():
    f, fib, c = await asyncio.gather(factorial(10), fibonacci(10), binomial(20, 10))
    print(f'{elapsed():>4}  10! = {f}, fib(10) = {fib}, C(20, 10) = {c}')


asyncio.run(main())
