/*
 * Lesson: what computes for long goes to instances of the program, as to a pool of processes: no memory is shared, so what goes there and
 * comes back is copied. Results are in the order of what was asked.
 *
 * A native program has threads instead, and under WASI the loop does it itself: what is said here is the same.
 */
#include <cawait.h>
#include <stdio.h>
#include <string.h>

typedef struct found {
    int count, last;
} found;

static bool is_prime(int n)
{
    for (int d = 2; d * d <= n; d++)
        if (n % d == 0) return false;
    return n > 1;
}

static found primes(int below)
{
    found f = {0, 0};
    if (below < 0) caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "there is no number below %d", below));
    for (int n = 0; n < below; n++)
        if (is_prime(n)) f = (found){f.count + 1, n};
    return f;
}
CAW_JOB(found, primes, int, below);

static caw_string *backwards(const char *text)
{
    caw_string *other = caw_string_new(text, strlen(text));
    char       *at = other ? (char *)(uintptr_t)caw_string_data(other) : NULL;
    for (size_t i = 0, n = strlen(text); at && i < n; i++) at[i] = text[n - 1 - i];
    return other;
}
CAW_JOB(caw_string *, backwards, const char *, text);

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_executor *pool = caw_executor_new(.workers = 2); /* of the kind that the host has: instances, if it can */
        if (!pool) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, pool);

        static const int below[] = {50000, 10, 1000};
        caw_results     *all = CAW_AWAIT(caw_executor_map(pool, primes, below, 3));
        CAW_DEFER(caw_unref, all);
        for (size_t i = 0; i < 3; i++) {
            found f = caw_result_at(all, i, found);
            printf("%d primes below %d, the last is %d\n", f.count, below[i], f.last);
        }

        caw_string *text = CAW_AWAIT(caw_run_in_executor(pool, backwards, "secnatsni"));
        printf("%s\n", caw_string_data(text));
        caw_unref(text);
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(pool, primes, -1));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            printf("ValueError: %s\n", caw_error_message(error));
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
