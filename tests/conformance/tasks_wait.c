/* CPython's BaseTaskTests (test_tasks): wait. */
#include "tasks.h"

static CAW_ASYNC(int, fail_after, double seconds)
{
    CAW_BEGIN(int) {
        if (seconds > 0) CAW_AWAIT(caw_sleep(seconds));
        CAW_RAISE(CAW_VALUE_ERROR, "err");
    } CAW_END;
}

/* Waits for two, b first, and traces who is done and who is pending, at what time. Borrows them. */
static CAW_ASYNC(void, wait_two, caw_of(int) a, caw_of(int) b, caw_wait_mode mode, double limit)
{
    CAW_BEGIN(void) {
        caw_waited *w = CAW_AWAIT(caw_wait_until(mode, limit, caw_ref(b), caw_ref(a)));
        CAW_DEFER(caw_unref, w);
        trace("done:");
        for (size_t i = 0; i < caw_waited_done_count(w); i++) trace(caw_waited_done(w, i) == caw_base(a) ? "a" : "b");
        trace("pending:");
        for (size_t i = 0; i < caw_waited_pending_count(w); i++) trace(caw_waited_pending(w, i) == caw_base(a) ? "a" : "b");
        trace("%g", elapsed());
    } CAW_END;
}

/* Afterwards both are let go on to their end. */
static CAW_ASYNC(void, wait_for_both, caw_of(int) a, caw_of(int) b)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait(a, b)));
    } CAW_END;
}

ASYNC_TEST(wait)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(0.1, 1)), b = caw_spawn(after(0.15, 2));
        CAW_AWAIT(wait_two(a, b, CAW_ALL_COMPLETED, CAW_NEVER));
        CHECK_TRACE("done: b a pending: 0.15");
        CAW_AWAIT(wait_two(a, b, CAW_ALL_COMPLETED, CAW_NEVER)); /* again, without any time */
        CHECK_TRACE("done: b a pending: 0.15");
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

ASYNC_TEST(wait_duplicate_coroutines)
{
    CAW_BEGIN(void) {
        caw_auto    c = caw_spawn(after(0, 1));
        caw_waited *w = CAW_AWAIT(caw_wait(caw_ref(c), caw_ref(c), caw_spawn(after(0, 2))));
        CHECK_INT(caw_waited_pending_count(w), 0);
        CHECK_INT(caw_waited_done_count(w), 2);
        CHECK(caw_waited_done(w, 0) == caw_base(c));
        caw_unref(w);
        caw_unref(c);
    } CAW_END;
}

ASYNC_TEST(wait_errors)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_array(NULL, 0, CAW_ALL_COMPLETED, CAW_NEVER), CAW_VALUE_ERROR, NULL);
        caw_auto t = caw_spawn(after(10, 1));
        CHECK_RAISES(caw_wait_until((caw_wait_mode)-1, CAW_NEVER, caw_ref(t)), CAW_VALUE_ERROR, NULL);
        caw_cancel(t, NULL);
        caw_unref(t);
    } CAW_END;
}

/* Tasks and futures are waited for, not coroutines; and at least one. */
ASYNC_TEST(wait_invalid_args)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait(after(0, 1)), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_wait_array(NULL, 0, CAW_ALL_COMPLETED, CAW_NEVER), CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(wait_first_completed)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(10, 1)), b = caw_spawn(after(0.1, 2));
        CAW_AWAIT(wait_two(a, b, CAW_FIRST_COMPLETED, CAW_NEVER));
        CHECK_TRACE("done: b pending: a 0.1");
        CHECK_OUTCOME(a, "pending");
        CHECK_OUTCOME(b, "done");
        CAW_AWAIT(wait_for_both(a, b));
    } CAW_END;
}

static CAW_ASYNC(int, yields, int count)
{
    CAW_BEGIN(int) {
        while (count-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(0);
    } CAW_END;
}

/* One that ends while the wait is told of another counts as done. */
ASYNC_TEST(wait_really_done)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(yields(1)), b = caw_spawn(yields(2));
        caw_auto waiting = caw_spawn(wait_two(a, b, CAW_FIRST_COMPLETED, CAW_NEVER));
        CAW_AWAIT(waiting);
        CHECK_TRACE("done: b a pending: 0");
        CHECK_OUTCOME(a, "done");
        CHECK_OUTCOME(b, "done");
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

ASYNC_TEST(wait_first_exception)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(10, 1)), b = caw_spawn(fail_after(0));
        CAW_AWAIT(wait_two(a, b, CAW_FIRST_EXCEPTION, CAW_NEVER));
        CHECK_TRACE("done: b pending: a 0");
        CAW_AWAIT(wait_for_both(a, b));
    } CAW_END;
}

ASYNC_TEST(wait_first_exception_in_wait)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(10, 1)), b = caw_spawn(fail_after(0.01));
        CAW_AWAIT(wait_two(a, b, CAW_FIRST_EXCEPTION, CAW_NEVER));
        CHECK_TRACE("done: b pending: a 0.01");
        CAW_AWAIT(wait_for_both(a, b));
    } CAW_END;
}

ASYNC_TEST(wait_with_exception)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(0.1, 1)), b = caw_spawn(fail_after(0.15));
        for (int i = 0; i < 2; i++) {
            CAW_AWAIT(wait_two(a, b, CAW_ALL_COMPLETED, CAW_NEVER));
            CHECK_TRACE("done: b a pending: 0.15");
            CHECK_OUTCOME(a, "done");
            CHECK_OUTCOME(b, "ValueError");
        }
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

ASYNC_TEST(wait_with_timeout)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(0.1, 1)), b = caw_spawn(after(0.15, 2));
        CAW_AWAIT(wait_two(a, b, CAW_ALL_COMPLETED, 0.11));
        CHECK_TRACE("done: a pending: b 0.11");
        CAW_AWAIT(wait_for_both(a, b));
    } CAW_END;
}

ASYNC_TEST(wait_concurrent_complete)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(after(0.1, 1)), b = caw_spawn(after(0.15, 2));
        CAW_AWAIT(caw_sleep(0)); /* their timers come before the limit's */
        CAW_AWAIT(wait_two(a, b, CAW_ALL_COMPLETED, 0.1));
        CHECK_TRACE("done: a pending: b 0.1");
        CAW_AWAIT(wait_for_both(a, b));
    } CAW_END;
}

/* Many, in an array: what an iterator or a generator of tasks is in C. */
ASYNC_TEST(wait_generator)
{
    CAW_BEGIN(void) {
        caw_any *tasks[10];
        for (int i = 0; i < 10; i++) tasks[i] = caw_base(caw_spawn(after(0, i)));
        caw_waited *w = CAW_AWAIT(caw_wait_array(tasks, 10, CAW_ALL_COMPLETED, CAW_NEVER));
        CHECK_INT(caw_waited_done_count(w), 10);
        CHECK_INT(caw_waited_pending_count(w), 0);
        caw_unref(w);
    } CAW_END;
}

static CAW_ASYNC(void, outer, caw_of(void) waiter)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait(caw_spawn(inner(waiter)))));
        trace("outer");
    } CAW_END;
}

/* Being cancelled ends the wait, and leaves what it waits for as it is. */
TEST(yield_wait_does_not_shield_cancel) { check_inner_is_spared(outer); }
