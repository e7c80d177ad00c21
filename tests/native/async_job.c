/*
 * Async jobs in threads, each with a loop of its own there: really at once; cancelled wherever they are, left behind, closed under their
 * loop, by the ten thousand.
 */
#define _GNU_SOURCE
#include "../net/seam.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define MANY 10000

static atomic_int meeting; /* how many wait for each other */

/* With another thread: it is done only if both loops run at once. */
static CAW_ASYNC(int, meets, int of)
{
    CAW_BEGIN(int) {
        atomic_fetch_add(&meeting, 1);
        while (atomic_load(&meeting) < of) CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN(of);
    } CAW_END;
}
CAW_JOB(int, meets, int, of);

/* What asyncio says of a task that is cancelled: it hears why, ends in its own time, and may refuse. */
static CAW_ASYNC(int, lingers, atomic_int *state, bool agrees)
{
    CAW_BEGIN(int) {
        bool right = false;
        atomic_store(state, 1);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            right = strcmp(caw_error_message(error), "enough") == 0;
            CAW_AWAIT(caw_sleep(0.01));
            atomic_store(state, right ? 2 : 3);
            if (agrees) CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(right ? 42 : 0);
    } CAW_END;
}
CAW_JOB(int, lingers, atomic_int *, state, bool, agrees);

static CAW_ASYNC(void, cleans_up, atomic_int *state)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.01));
            atomic_fetch_add(state, 1);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Leaves a task in its thread's loop, which ends with it as a run's do; and breaks its run off. */
static CAW_ASYNC(int, leaves_a_task, atomic_int *state, bool breaks_off)
{
    CAW_BEGIN(int) {
        caw_drop(caw_spawn(cleans_up(state)));
        CAW_AWAIT(caw_sleep(0));
        if (breaks_off) CAW_RAISE(CAW_KEYBOARD_INTERRUPT, NULL);
        CAW_RETURN(7);
    } CAW_END;
}
CAW_JOB(int, leaves_a_task, atomic_int *, state, bool, breaks_off);

static CAW_ASYNC(void, counts, atomic_int *times, int turns)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < turns; i++) CAW_AWAIT(caw_sleep(0));
        atomic_fetch_add(times, 1);
    } CAW_END;
}
CAW_JOB(void, counts, atomic_int *, times, int, turns);

static CAW_ASYNC(void, until, atomic_int *state, int value)
{
    CAW_BEGIN(void) {
        while (atomic_load(state) < value) CAW_AWAIT(caw_sleep(0.001));
    } CAW_END;
}

static CAW_ASYNC(int, together, void)
{
    CAW_BEGIN(int) {
        caw_executor *e = caw_executor_new(.workers = 3);
        int           three[] = {3, 3, 3}, sum = 0;
        caw_results  *r = CAW_AWAIT(caw_executor_map(e, meets, three, 3));
        for (size_t i = 0; i < 3; i++) sum += caw_result_at(r, i, int);
        caw_unref(r);
        caw_unref(e);
        CAW_RETURN(sum);
    } CAW_END;
}

static CAW_ASYNC(int, cancels, void)
{
    CAW_BEGIN(int) {
        atomic_int    state = 0;
        int           right = 0;
        caw_executor *e = caw_executor_new(.workers = 1);
        CAW_DEFER(caw_unref, e);
        for (int agrees = 0; agrees < 2; agrees++) {
            atomic_store(&state, 0);
            caw_of(int) job = caw_run_in_executor(e, lingers, &state, agrees);
            CAW_AWAIT(until(&state, 1));
            caw_cancel(job, "enough");
            right += !caw_done(job);
            CAW_TRY {
                right += CAW_AWAIT(job) == 42;
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                right += agrees * 10 + (strcmp(caw_error_message(error), "enough") == 0) * 100;
            }
            CAW_END_TRY;
            right += atomic_load(&state) == 2;
        }
        /* At once: before its loop is there it hears of it, too. */
        caw_of(int) early = caw_run_in_executor(e, lingers, &state, true);
        caw_cancel(early, NULL);
        CAW_TRY {
            CAW_AWAIT(early);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            right += 1000;
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_executor_shutdown(e));
        CAW_RETURN(right);
    } CAW_END;
}

static CAW_ASYNC(int, leaves, void)
{
    CAW_BEGIN(int) {
        atomic_int state = 0;
        int        right = CAW_AWAIT(caw_run_in_executor(NULL, leaves_a_task, &state, false));
        right += atomic_load(&state) * 10; /* it was waited for */
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, leaves_a_task, &state, true));
        } CAW_EXCEPT(CAW_KEYBOARD_INTERRUPT, error) {
            right += atomic_load(&state) * 100;
        }
        CAW_END_TRY;
        CAW_RETURN(right);
    } CAW_END;
}

/* Each is done once, or was cancelled; some before they begin, some in the middle. */
static CAW_ASYNC(int, many, size_t count)
{
    CAW_BEGIN(int) {
        atomic_int   *times = calloc(count, sizeof *times);
        caw_any     **jobs = calloc(count, sizeof *jobs);
        caw_executor *e = caw_executor_new(.workers = 3);
        unsigned      random = 7;
        CAW_DEFER(free, times);
        CAW_DEFER(free, jobs);
        for (size_t i = 0; i < count; i++) jobs[i] = caw_base(caw_run_in_executor(e, counts, &times[i], (int)(i % 4)));
        for (size_t i = 0; i < count; i++) {
            random = random * 1103515245u + 12345u;
            if (random >> 16 & 1) caw_cancel((caw_of(void))jobs[i], NULL);
            if (i % 50 == 0) CAW_AWAIT(caw_sleep(0.0005));
        }
        CAW_AWAIT(caw_executor_shutdown(e));
        caw_unref(e);
        size_t right = 0, cancelled = 0;
        for (size_t i = 0; i < count; i++) {
            bool was = caw_cancelled((caw_of(void))jobs[i]);
            cancelled += was;
            right += atomic_load(&times[i]) == !was && caw_done((caw_of(void))jobs[i]);
            caw_unref(jobs[i]);
        }
        CAW_RETURN(right == count && cancelled > 0 && cancelled < count);
    } CAW_END;
}

static atomic_int left_states[2];

/* Leaves two jobs to a loop that is closed. */
static CAW_ASYNC(void, leaves_jobs, void)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1);
        caw_drop(caw_run_in_executor(e, lingers, &left_states[0], true));
        caw_drop(caw_run_in_executor(e, lingers, &left_states[1], true));
        CAW_AWAIT(until(&left_states[0], 1));
        caw_unref(e);
    } CAW_END;
}

/* Its jobs are cancelled with its tasks. */
static CAW_ASYNC(void, leaves_one_running, atomic_int *state)
{
    CAW_BEGIN(void) {
        caw_drop(caw_run_in_executor(NULL, lingers, state, true));
        CAW_AWAIT(until(state, 1));
    } CAW_END;
}

int main(void)
{
    int result = 0, files = open_files();
    caw_unref(caw_run(together(), &result));
    check_is("loops run at once", result, 9);
    caw_unref(caw_run(cancels(), &result));
    check_is("a job is cancelled as a task is", result, 1115);
    caw_unref(caw_run(leaves(), &result));
    check_is("what a job leaves ends with it", result, 217);
    caw_unref(caw_run(many(MANY), &result));
    check_is("none is lost, none done twice", result, 1);
    atomic_int state = 0;
    caw_unref(caw_run(leaves_one_running(&state), NULL));
    check_is("a run's end is theirs", atomic_load(&state), 3);
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_run_until_complete(loop, leaves_jobs(), NULL));
    check_is("a loop can be closed under a job", caw_loop_close(loop), 0);
    while (atomic_load(&left_states[0]) < 2) usleep(100);
    check_is("which hears of it", atomic_load(&left_states[0]), 3);
    check_is("and what has not begun never does", atomic_load(&left_states[1]), 0);
    while (open_files() != files) usleep(100); /* until that thread's loop is closed */
    check_is("file descriptors", open_files(), files);
    caw_stats stats = caw_get_stats();
    check_is("what lives at the end", stats.blocks + stats.frames + stats.loops, 0);
    return all_good ? 0 : 1;
}
