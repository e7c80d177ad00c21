/*
 * Executors of threads: really at once, with shared memory; cancelled in the middle, closed under their loop, by the hundred thousand.
 */
#define _GNU_SOURCE
#include "../net/seam.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define TOGETHER 4
#define MANY 100000

static int meets(pthread_barrier_t *barrier)
{
    int status = pthread_barrier_wait(barrier);
    return status == PTHREAD_BARRIER_SERIAL_THREAD ? 1 : status;
}
CAW_JOB(int, meets, pthread_barrier_t *, barrier);

static void counts(atomic_int *times) { atomic_fetch_add(times, 1); }
CAW_JOB(void, counts, atomic_int *, times);

static void until_cancelled(atomic_int *state)
{
    atomic_store(state, 1);
    while (!caw_job_cancelled()) usleep(100);
    atomic_store(state, 2);
}
CAW_JOB(void, until_cancelled, atomic_int *, state);

static bool sleeps(double seconds, atomic_int *state)
{
    atomic_store(state, 1);
    bool slept = caw_job_sleep(seconds);
    atomic_store(state, slept ? 2 : 3);
    return slept;
}
CAW_JOB(bool, sleeps, double, seconds, atomic_int *, state);

static CAW_ASYNC(int, naps, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN(n * 2);
    } CAW_END;
}

/* A loop of its own in the worker's thread. */
static int runs(int n)
{
    int        result = 0;
    caw_error *error = caw_run(naps(n), &result);
    if (error) caw_job_raise(error);
    return result;
}
CAW_JOB(int, runs, int, n);

static CAW_ASYNC(int, together, void)
{
    CAW_BEGIN(int) {
        pthread_barrier_t barrier;
        pthread_barrier_init(&barrier, NULL, TOGETHER);
        caw_executor      *e = caw_executor_new(.workers = TOGETHER);
        pthread_barrier_t *each[TOGETHER] = {&barrier, &barrier, &barrier, &barrier};
        caw_results       *r = CAW_AWAIT(caw_executor_map(e, meets, each, TOGETHER));
        int                sum = 0;
        for (size_t i = 0; i < TOGETHER; i++) sum += caw_result_at(r, i, int);
        caw_unref(r);
        CAW_AWAIT(caw_executor_shutdown(e));
        caw_unref(e);
        pthread_barrier_destroy(&barrier);
        sum += 10 * CAW_AWAIT(caw_run_in_executor(NULL, runs, 21));
        CAW_RETURN(sum);
    } CAW_END;
}

static void wait_for(atomic_int *state, int value)
{
    while (atomic_load(state) < value) usleep(100);
}

static CAW_ASYNC(int, cancels, void)
{
    CAW_BEGIN(int) {
        atomic_int    state = 0, slept = 0;
        int           right = 0;
        caw_executor *e = caw_executor_new(.workers = 2);
        caw_of(void) spins = caw_run_in_executor(e, until_cancelled, &state);
        caw_of(bool) late = caw_run_in_executor(e, sleeps, 1000.0, &slept);
        wait_for(&state, 1);
        wait_for(&slept, 1);
        caw_cancel(spins, NULL);
        caw_cancel(late, NULL);
        CAW_TRY {
            CAW_AWAIT(spins);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            right++;
        }
        CAW_END_TRY;
        caw_drop(late);
        CAW_AWAIT(caw_executor_shutdown(e)); /* when both have ended */
        right += atomic_load(&state) == 2 && atomic_load(&slept) == 3;
        caw_unref(e);
        right += CAW_AWAIT(caw_run_in_executor(NULL, sleeps, 0.001, &slept));
        CAW_RETURN(right);
    } CAW_END;
}

/* Each is done once, or it was cancelled. */
static CAW_ASYNC(int, many, size_t count)
{
    CAW_BEGIN(int) {
        atomic_int   *times = calloc(count, sizeof *times);
        caw_any     **jobs = calloc(count, sizeof *jobs);
        caw_executor *e = caw_executor_new(.workers = 3);
        unsigned      random = 7;
        CAW_DEFER(free, times);
        CAW_DEFER(free, jobs);
        for (size_t i = 0; i < count; i++) jobs[i] = caw_base(caw_run_in_executor(e, counts, &times[i]));
        for (size_t i = 0; i < count; i++) {
            random = random * 1103515245u + 12345u;
            if (random >> 16 & 1) caw_cancel((caw_of(void))jobs[random % count], NULL);
            if (i % 1000 == 0) CAW_AWAIT(caw_sleep(0));
        }
        CAW_AWAIT(caw_executor_shutdown(e));
        caw_unref(e);
        size_t right = 0, cancelled = 0;
        for (size_t i = 0; i < count; i++) {
            bool was = caw_cancelled((caw_of(void))jobs[i]);
            cancelled += was;
            right += was ? atomic_load(&times[i]) <= 1 : caw_done((caw_of(void))jobs[i]) && atomic_load(&times[i]) == 1;
            caw_unref(jobs[i]);
        }
        CAW_RETURN(right == count && cancelled > 0);
    } CAW_END;
}

static atomic_int left_states[2];

/* Leaves two jobs to a loop that is closed. */
static CAW_ASYNC(void, leaves, void)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1);
        caw_drop(caw_run_in_executor(e, until_cancelled, &left_states[0]));
        caw_drop(caw_run_in_executor(e, until_cancelled, &left_states[1]));
        wait_for(&left_states[0], 1);
        caw_unref(e);
    } CAW_END;
}

static void *in_thread(void *right)
{
    int result = 0;
    caw_unref(caw_run(many(1000), &result));
    caw_thread_end();
    *(int *)right = result;
    return NULL;
}

int main(void)
{
    int result = 0, files = open_files();
    caw_unref(caw_run(together(), &result));
    check_is("jobs run at once, and may run loops", result, 421);
    caw_unref(caw_run(cancels(), &result));
    check_is("a job hears that it is cancelled", result, 3);
    caw_unref(caw_run(many(MANY), &result));
    check_is("none is lost, none done twice", result, 1);
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_run_until_complete(loop, leaves(), NULL));
    check_is("a loop can be closed under a job", caw_loop_close(loop), 0);
    wait_for(&left_states[0], 2);
    check_is("which hears of it", atomic_load(&left_states[0]), 2);
    check_is("and what has not begun never does", atomic_load(&left_states[1]), 0);
    pthread_t threads[2];
    int       right[2] = {0};
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, in_thread, &right[i])) return 1;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    check_is("loops of two threads", right[0] + right[1], 2);
    check_is("file descriptors", open_files(), files);
    caw_stats stats = caw_get_stats();
    check_is("what lives at the end", stats.blocks + stats.frames + stats.loops, 0);
    return all_good ? 0 : 1;
}
