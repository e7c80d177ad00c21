/*
 * Owns: the measure of the tests steps_NAME.c: they are built together with the library's own sources, all with a call at the
 * beginning of each basic block (-fsanitize-coverage=trace-pc), which counts: the same on every machine, whatever its load.
 * Must not know: what is measured.
 */
#ifndef CAW_TEST_STEPS_H
#define CAW_TEST_STEPS_H

#include "test.h"

#define UNCOUNTED __attribute__((no_sanitize("coverage")))

static uint64_t steps;

void           __sanitizer_cov_trace_pc(void);
UNCOUNTED void __sanitizer_cov_trace_pc(void) { steps++; }

#define FEW 1000
#define MANY (4 * FEW) /* quadratic is 16 times as much, n log n below 5 */

/* Does something n times over. */
typedef void work(int n);

static inline uint64_t steps_of(work *run, int n)
{
    steps = 0;
    run(n);
    return steps;
}

static inline void test_linear(const char *file, int line, const char *what, work *run)
{
    uint64_t few = steps_of(run, FEW), many = steps_of(run, MANY);
    if (!few) test_complain("  %s:%d: no step of %s was counted\n", file, line, what);
    if (many > 6 * few)
        test_complain("  %s:%d: %s takes %llu steps for %d, %llu for %d\n", file, line, what, (unsigned long long)few, FEW,
                      (unsigned long long)many, MANY);
    if (getenv("STEPS")) printf("# %s: %.0f, %.0f each\n", what, (double)few / FEW, (double)many / MANY);
}
#define CHECK_LINEAR(run) test_linear(__FILE__, __LINE__, #run, (run))

/* A permutation of 0..n-1 that looks like none: n is no multiple of the prime. */
static inline int shuffled(int i, int n) { return (int)((int64_t)i * 7919 % n); }

#endif
