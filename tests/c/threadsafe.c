/* What is asked of a loop by call_soon_threadsafe and run_coroutine_threadsafe, in its own thread: the simulated host has no other. */
#include "test.h"

static void traces(void *word) { trace("%s", (const char *)word); }
static void stops(void *loop) { caw_stop(loop); }

static CAW_ASYNC(caw_string *, named, const char *name)
{
    CAW_BEGIN(caw_string *) {
        trace("named");
        CAW_AWAIT(caw_sleep(1));
        if (!*name) CAW_RAISE(CAW_VALUE_ERROR, "no name");
        CAW_RETURN(caw_string_of(name));
    } CAW_END;
}

static CAW_ASYNC(void *, pointer, int *to)
{
    CAW_BEGIN(void *) {
        CAW_RETURN(to);
    } CAW_END;
}

static CAW_ASYNC(caw_value, owner, void *block)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(caw_pointer(block, free));
    } CAW_END;
}

/* Runs the loop until it is asked to stop, after so many seconds. */
static void run_for(caw_loop *loop, double seconds)
{
    caw_unref(caw_call_later(loop, seconds, stops, loop));
    CHECK_INT(caw_run_forever(loop), 0);
}

TEST(calls)
{
    caw_loop *loop = caw_loop_new();
    CHECK_INT(caw_call_soon_threadsafe(loop, traces, "a"), 0);
    caw_unref(caw_call_soon(loop, traces, "b"));
    CHECK_INT(caw_call_soon_threadsafe(loop, traces, "c"), 0);
    CHECK_TRACE("");
    run_for(loop, 0);
    CHECK_TRACE("a b c");
    CHECK_INT(caw_call_soon_threadsafe(loop, traces, "never"), 0);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("");
    CHECK_INT(caw_call_soon_threadsafe(NULL, traces, "nowhere"), -CAW_RUNTIME_ERROR);
}

TEST(coroutines)
{
    caw_loop       *loop = caw_loop_new();
    caw_string     *name = NULL;
    void           *place = NULL;
    int             number = 0;
    caw_concurrent *c = caw_run_coroutine_threadsafe(loop, named, "x"), *fails = caw_run_coroutine_threadsafe(loop, named, ""),
                   *points = caw_run_coroutine_threadsafe(loop, pointer, &number);
    CHECK(!caw_concurrent_done(c));
    CHECK_ERROR(caw_concurrent_result(c, 1, &name), CAW_RUNTIME_ERROR,
                "this is the loop's own thread, which would wait for itself: await it");
    run_for(loop, 2);
    CHECK_TRACE("named named");
    CHECK(caw_concurrent_done(c));
    CHECK(!caw_concurrent_result(c, 0, &name));
    CHECK_TEXT(caw_string_data(name), "x");
    caw_unref(name);
    CHECK(!caw_concurrent_result(c, 0, NULL));
    CHECK_ERROR(caw_concurrent_result(c, 0, &(char){0}), CAW_TYPE_ERROR, "the result is of another type");
    CHECK_ERROR(caw_concurrent_result(fails, 0, &name), CAW_VALUE_ERROR, "no name");
    CHECK(!caw_concurrent_cancel(fails));
    CHECK(!caw_concurrent_result(points, 0, &place));
    CHECK(place == &number);
    caw_concurrent_free(c);
    caw_concurrent_free(fails);
    caw_concurrent_free(points);
    caw_concurrent *owns = caw_run_coroutine_threadsafe(loop, owner, malloc(1));
    run_for(loop, 0.1);
    CHECK_ERROR(caw_concurrent_result(owns, 0, NULL), CAW_TYPE_ERROR,
                "a pointer with a destructor has one owner, and stays with it");
    caw_concurrent_free(owns);
    caw_concurrent_free(NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(!caw_run_coroutine_threadsafe(loop = NULL, named, "x"));
}

TEST(cancellations)
{
    caw_loop       *loop = caw_loop_new();
    caw_concurrent *early = caw_run_coroutine_threadsafe(loop, named, "x"),
                   *late = caw_run_coroutine_threadsafe(loop, named, "y");
    CHECK(caw_concurrent_cancel(early)); /* before it began: it never does */
    CHECK(!caw_concurrent_cancel(early));
    CHECK_ERROR(caw_concurrent_result(early, 0, NULL), CAW_CANCELLED_ERROR, "");
    run_for(loop, 0.5);
    CHECK_TRACE("named");
    CHECK(caw_concurrent_cancel(late));
    run_for(loop, 0.1);
    CHECK_INT(caw_all_tasks(loop, NULL, 0), 0);
    caw_concurrent_free(early);
    caw_concurrent_free(late);
    caw_concurrent *left = caw_run_coroutine_threadsafe(loop, named, "z"), *fresh = NULL;
    run_for(loop, 0.1);
    fresh = caw_run_coroutine_threadsafe(loop, named, "never");
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK_TRACE("named");
    CHECK_ERROR(caw_concurrent_result(left, 0, NULL), CAW_CANCELLED_ERROR, "");
    CHECK_ERROR(caw_concurrent_result(fresh, 0, NULL), CAW_RUNTIME_ERROR, "the loop is closed");
    caw_concurrent_free(left);
    caw_concurrent_free(fresh);
}
