/* Jobs that the tests of executors have in common, on the frame of test.h. */
#ifndef TESTS_C_JOBS_H
#define TESTS_C_JOBS_H

#include "test.h"
#include <errno.h>

/* Where workers are. */
static const caw_executor_kind kinds[] = {CAW_EXECUTOR_INSTANCES, CAW_EXECUTOR_THREADS, CAW_EXECUTOR_INLINE};

static int nothing(void) { return 7; }
CAW_JOB(int, nothing);

static void sleeps(double seconds) { caw_job_sleep(seconds); }
CAW_JOB(void, sleeps, double, seconds);

static int sleeps_for(double seconds, int result)
{
    caw_job_sleep(seconds);
    return result;
}
CAW_JOB(int, sleeps_for, double, seconds, int, result);

static int square(int n) { return n * n; }
CAW_JOB(int, square, int, n);

#endif
