/*
 * Owns: what the cases of tasks share: small coroutines, and who is spared when another is cancelled.
 * Must not know: what is awaited by what.
 */
#ifndef TASKS_H
#define TASKS_H

#include "conform.h"

static CAW_ASYNC(int, answer, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(42);
    } CAW_END;
}

static CAW_ASYNC(int, after, double seconds, int value)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC(void, tell_name, void)
{
    CAW_BEGIN(void) {
        trace("%s", caw_task_name(me()));
    } CAW_END;
}

static CAW_ASYNC(void, inner, caw_of(void) waiter)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(waiter));
        trace("inner");
    } CAW_END;
}

/* Outer awaits inner in some way and is cancelled: inner comes to its end, outer does not. */
static inline void check_inner_is_spared(caw_of(void) (*outer)(caw_of(void) waiter))
{
    caw_loop *loop = caw_loop_new();
    caw_auto  waiter = caw_future_on(loop, void);
    caw_auto  t = caw_spawn(outer(waiter), .loop = loop);
    run_briefly(loop);
    caw_cancel(t, NULL);
    CHECK_ERROR(caw_run_until_complete(loop, t, NULL), CAW_CANCELLED_ERROR, NULL);
    caw_set_done(waiter);
    run_briefly(loop);
    CHECK_TRACE("inner");
    caw_unref(waiter);
    caw_loop_close(loop);
}

#endif
