/* What the tests of tasks awaited together have in common: bodies that count passes, give, fail, wait. */
#ifndef CAW_TEST_TASKS_H
#define CAW_TEST_TASKS_H

#include "test.h"

/* One number a pass. */
static CAW_ASYNC(void, tick, int n)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < n; i++) {
            trace("%d", i);
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

/* So many passes. */
static CAW_ASYNC(void, yields, int n)
{
    CAW_BEGIN(void) {
        while (n-- > 0) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

/* Gives n after so many seconds, and traces it; cancelled: n! */
static CAW_ASYNC(int, give, int n, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%d!", n);
            CAW_RERAISE();
        }
        CAW_END_TRY;
        trace("%d", n);
        CAW_RETURN(n);
    } CAW_END;
}

/* For CAW_AWAITABLE. */
static inline caw_any *await_one(caw_awaitable *self)
{
    (void)self;
    return caw_base(give(1, 0));
}

static CAW_ASYNC(void, fail, const char *message, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RAISE(CAW_VALUE_ERROR, "%s", message);
    } CAW_END;
}

/* word. when the handle is done; cancelled: word! and the cancellations of this task. */
static CAW_ASYNC(void, await_void, caw_of(void) handle, const char *word)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(handle);
            trace("%s.", word);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s!%d", word, caw_cancelling(me()));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

#endif
