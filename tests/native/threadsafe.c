/*
 * What another thread asks of a loop: calls in order, coroutines and what comes of them, cancellation, a loop that is closed. With lesson 29's
 * story: a loop in a thread, asked from outside, and stopped.
 */
#define _GNU_SOURCE
#include "../net/seam.h"
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define CALLS 20000

static caw_loop   *loop;
static atomic_int  made, ran;
static long        order; /* the loop's */
static atomic_bool in_order = true;

static void *loop_thread(void *status)
{
    loop = caw_loop_new();
    atomic_store(&made, 1);
    *(int *)status = caw_run_forever(loop);
    caw_loop_close(loop);
    caw_thread_end();
    return NULL;
}

static void counts(void *number)
{
    if ((long)number != order++) atomic_store(&in_order, false);
    atomic_fetch_add(&ran, 1);
}

static CAW_ASYNC(double, half, double *of)
{
    CAW_BEGIN(double) {
        double value = *of;
        CAW_AWAIT(caw_sleep(0.001));
        if (value < 0) CAW_RAISE(CAW_VALUE_ERROR, "no half of %d", (int)value);
        CAW_RETURN(value / 2);
    } CAW_END;
}

static CAW_ASYNC(void, forever, atomic_int *state)
{
    CAW_BEGIN(void) {
        atomic_store(state, 1);
        CAW_TRY {
            CAW_AWAIT(caw_future(void));
        } CAW_FINALLY {
            atomic_store(state, 2);
        }
        CAW_END_TRY;
    } CAW_END;
}

static void stops(void *it) { caw_stop(it); }

static void check_error(const char *name, caw_error *error, caw_error_type type)
{
    check_is(name, caw_error_type_of(error), type);
    caw_unref(error);
}

static void waits(atomic_int *state, int value)
{
    while (atomic_load(state) < value) usleep(100);
}

static void *posts(void *errors)
{
    for (long i = 0; i < CALLS; i++)
        if (caw_call_soon_threadsafe(loop, counts, (void *)i)) ++*(int *)errors;
    return NULL;
}

int main(void)
{
    pthread_t thread, poster;
    int       status = -1, errors = 0, files = open_files();
    if (pthread_create(&thread, NULL, loop_thread, &status)) return 1;
    waits(&made, 1);
    if (pthread_create(&poster, NULL, posts, &errors)) return 1;
    pthread_join(poster, NULL);
    waits(&ran, CALLS);
    check_is("calls from another thread", errors, 0);
    check_is("in order", atomic_load(&in_order), 1);

    double          of = 5, result = 0;
    caw_concurrent *c = caw_run_coroutine_threadsafe(loop, half, &of);
    check_error("its result", caw_concurrent_result(c, 10, &result), CAW_OK);
    check_is("is half", (long)(result * 2), 5);
    check_error("again", caw_concurrent_result(c, 0, &result), CAW_OK);
    check_error("of another type", caw_concurrent_result(c, 0, &(char){0}), CAW_TYPE_ERROR);
    check_is("done is done", caw_concurrent_done(c) && !caw_concurrent_cancel(c), 1);
    caw_concurrent_free(c);

    double negative = -3;
    c = caw_run_coroutine_threadsafe(loop, half, &negative);
    caw_error *error = caw_concurrent_result(c, INFINITY, &result);
    check("what it raises", error && !strcmp(caw_error_message(error), "no half of -3"));
    caw_unref(error);
    caw_concurrent_free(c);

    atomic_int state = 0;
    c = caw_run_coroutine_threadsafe(loop, forever, &state);
    waits(&state, 1);
    check_error("a time limit", caw_concurrent_result(c, 0.001, NULL), CAW_TIMEOUT_ERROR);
    check("a cancellation", caw_concurrent_cancel(c));
    check_error("is told at once", caw_concurrent_result(c, 10, NULL), CAW_CANCELLED_ERROR);
    waits(&state, 2);
    caw_concurrent_free(c);
    caw_concurrent_free(caw_run_coroutine_threadsafe(loop, half, &of)); /* nobody asks */

    c = caw_run_coroutine_threadsafe(loop, forever, &state); /* ends with its loop */
    check_is("it can be stopped", caw_call_soon_threadsafe(loop, stops, loop), 0);
    pthread_join(thread, NULL);
    check_is("and says so", status, 0);
    check_error("what it left", caw_concurrent_result(c, 10, NULL), CAW_CANCELLED_ERROR);
    caw_concurrent_free(c);
    check_is("a loop that is gone", caw_call_soon_threadsafe(loop, stops, loop), -CAW_RUNTIME_ERROR);
    check("has no coroutine run", !caw_run_coroutine_threadsafe(loop, half, &of));

    loop = caw_loop_new(); /* of this thread */
    c = caw_run_coroutine_threadsafe(loop, half, &of);
    check_error("who would wait for itself", caw_concurrent_result(c, 10, &result), CAW_RUNTIME_ERROR);
    check_is("runs it", caw_call_soon_threadsafe(loop, stops, loop), 0);
    caw_run_forever(loop);
    caw_concurrent_free(c);
    caw_loop_close(loop);
    check_is("file descriptors", open_files(), files);
    caw_stats stats = caw_get_stats();
    check_is("what lives at the end", stats.blocks + stats.frames + stats.loops, 0);
    return all_good ? 0 : 1;
}
