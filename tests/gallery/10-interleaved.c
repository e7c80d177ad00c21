/* Lesson: long computations that give way at each step share one thread; their lines interleave. */
#include "elapsed.h"
#include <stdio.h>

static caw_of(void) step(void) { return caw_sleep(1); }

static CAW_ASYNC(int, factorial, int n)
{
    CAW_BEGIN(int) {
        int product = 1;
        for (int i = 2; i <= n; i++) {
            printf("%4.1f  factorial: %d * %d\n", elapsed(), product, i);
            product *= i;
            CAW_AWAIT(step());
        }
        CAW_RETURN(product);
    } CAW_END;
}

static CAW_ASYNC(int, fibonacci, int n)
{
    CAW_BEGIN(int) {
        int a = 0, b = 1;
        for (int i = 1; i < n; i++) {
            printf("%4.1f  fibonacci: %d + %d\n", elapsed(), a, b);
            int next = a + b;
            a = b;
            b = next;
            CAW_AWAIT(step());
        }
        CAW_RETURN(b);
    } CAW_END;
}

/* C(n, k) = product of (n - k + i) / i; after each factor it is the whole number C(n - k + i, i). */
static CAW_ASYNC(int, binomial, int n, int k)
{
    CAW_BEGIN(int) {
        int value = 1;
        for (int i = 1; i <= k; i++) {
            printf("%4.1f  binomial: %d * %d / %d\n", elapsed(), value, n - k + i, i);
            value = value * (n - k + i) / i;
            CAW_AWAIT(step());
        }
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_results *r = CAW_AWAIT(caw_gather(factorial(10), fibonacci(10), binomial(20, 10)));
        CAW_DEFER(caw_unref, r);
        printf("%4.1f  10! = %d, fib(10) = %d, C(20, 10) = %d\n", elapsed(), caw_result_at(r, 0, int), caw_result_at(r, 1, int),
               caw_result_at(r, 2, int));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
