/* CPython's SemaphoreTests (test_locks). */
#include "conform.h"

static CAW_ASYNC(int, take, caw_semaphore *s, int number)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_acquire(s));
        trace("%d", number);
        CAW_RETURN(number);
    } CAW_END;
}

TEST(initial_value_zero)
{
    caw_semaphore *s = caw_semaphore_new(0);
    CHECK(caw_semaphore_locked(s));
    caw_unref(s);
}

TEST(semaphore_value) { CHECK(!caw_semaphore_new(-1) && !caw_bounded_semaphore_new(-1)); }

ASYNC_TEST(acquire)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(3);
        CAW_DEFER(caw_unref, s);
        CAW_AWAIT(caw_acquire(s));
        CAW_AWAIT(caw_acquire(s));
        CHECK(!caw_semaphore_locked(s));
        caw_auto a = caw_spawn(take(s, 1)), b = caw_spawn(take(s, 2)), c = caw_spawn(take(s, 3));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("1");
        CHECK(caw_semaphore_locked(s));
        CHECK_INT(caw_semaphore_value(s), 0);
        caw_auto d = caw_spawn(take(s, 4));
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_semaphore_value(s), 0); /* both permits have gone to waiters */
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("2 3"); /* asyncio leaves open who of the three is last */
        CHECK(caw_semaphore_locked(s));
        CHECK_INT(caw_semaphore_value(s), 0);
        CHECK(caw_done(a) && caw_done(b) && caw_done(c) && !caw_done(d));
        CHECK_INT(caw_release(s), 0);
        caw_results *r = CAW_AWAIT(caw_gather(a, b, c, d));
        CHECK_INT(caw_result_at(r, 0, int) + caw_result_at(r, 3, int), 5);
        caw_unref(r);
        CHECK_TRACE("4");
    } CAW_END;
}

ASYNC_TEST(acquire_cancel)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        CAW_DEFER(caw_unref, s);
        CAW_AWAIT(caw_acquire(s));
        caw_auto t = caw_spawn(caw_acquire(s));
        CANCEL_SOON(t);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_release(s), 0);
        CHECK(!caw_semaphore_locked(s)); /* nobody waits any more */
    } CAW_END;
}

ASYNC_TEST(acquire_cancel_before_awoken)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(caw_acquire(s)), b = caw_spawn(caw_acquire(s));
        caw_auto c = caw_spawn(caw_acquire(s)), d = caw_spawn(caw_acquire(s));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        caw_cancel(b, NULL);
        CHECK_INT(caw_release(s), 0);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(c, "done");
        CHECK_OUTCOME(d, "pending");
        caw_cancel(c, NULL);
        caw_cancel(d, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(d, "cancelled");
        caw_unref(a);
        caw_unref(b);
        caw_unref(c);
        caw_unref(d);
    } CAW_END;
}

ASYNC_TEST(acquire_hang)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(caw_acquire(s)), b = caw_spawn(caw_acquire(s));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_INT(caw_release(s), 0);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_semaphore_locked(s));
        CHECK_OUTCOME(b, "done");
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

static CAW_ASYNC(void, hold_then_cancel, caw_semaphore *s, caw_of(int) * other)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_acquire(s));
        CAW_AWAIT(caw_sleep(0));
        caw_release(s);           /* wakes the other one, ... */
        caw_cancel(*other, NULL); /* ... which is cancelled before it runs */
    } CAW_END;
}

ASYNC_TEST(acquire_no_hang)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        CAW_DEFER(caw_unref, s);
        caw_of(int) b = NULL;
        caw_auto a = caw_spawn(hold_then_cancel(s, &b));
        b = caw_spawn(take(s, 2));
        caw_results *r = CAW_AWAIT(caw_gather_settled(a, caw_ref(b)));
        CHECK(!caw_error_at(r, 0));
        CHECK(caw_error_is(caw_error_at(r, 1), CAW_CANCELLED_ERROR));
        caw_unref(r);
        caw_unref(b);
        CAW_AWAIT(caw_wait_for(caw_acquire(s), 1));
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

TEST(release_not_acquired)
{
    caw_semaphore *s = caw_bounded_semaphore_new(1);
    CHECK_INT(caw_release(s), -CAW_VALUE_ERROR);
    caw_unref(s);
}

ASYNC_TEST(release_no_waiters)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        CAW_DEFER(caw_unref, s);
        CAW_AWAIT(caw_acquire(s));
        CHECK(caw_semaphore_locked(s));
        CHECK_INT(caw_release(s), 0);
        CHECK(!caw_semaphore_locked(s));
    } CAW_END;
}

static CAW_ASYNC(void, twice, caw_semaphore *s, int number)
{
    CAW_BEGIN(void) {
        for (int round = 1; round <= 2; round++) {
            CAW_AWAIT(caw_acquire(s));
            trace("%d_%d", number, round);
            CAW_AWAIT(caw_sleep(0.01));
            caw_release(s);
        }
    } CAW_END;
}

ASYNC_TEST(acquire_fifo_order)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        CAW_DEFER(caw_unref, s);
        caw_unref(CAW_AWAIT(caw_gather(twice(s, 1), twice(s, 2), twice(s, 3))));
        CHECK_TRACE("1_1 2_1 3_1 1_2 2_2 3_2");
    } CAW_END;
}

static CAW_ASYNC(void, take_two, caw_semaphore *s)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(take(s, 2));
        caw_release(s);
        CAW_AWAIT(take(s, 4));
    } CAW_END;
}

ASYNC_TEST(acquire_fifo_order_2)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(take(s, 1));
        caw_auto b = caw_spawn(take_two(s));
        caw_auto c = caw_spawn(take(s, 3));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_release(s), 0);
        caw_unref(CAW_AWAIT(caw_gather(a, b, c)));
        CHECK_TRACE("1 2 3 4");
    } CAW_END;
}

ASYNC_TEST(acquire_fifo_order_3)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(take(s, 1)), b = caw_spawn(take(s, 2)), c = caw_spawn(take(s, 3));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_release(s), 0);
        caw_unref(CAW_AWAIT(caw_gather_settled(a, b, c)));
        CHECK_TRACE("2 3");
    } CAW_END;
}

static CAW_ASYNC(int, only_say, int number)
{
    CAW_BEGIN(int) {
        trace("%d", number);
        CAW_RETURN(number);
    } CAW_END;
}

static CAW_ASYNC(void, first_of_three, caw_semaphore *s, caw_of(int) * fourth)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_semaphore_value(s), 0);
        CAW_AWAIT(caw_acquire(s));
        CHECK_INT(caw_semaphore_value(s), 0); /* the other two permits have gone to the other two */
        *fourth = caw_spawn(only_say(4));
        trace("1");
    } CAW_END;
}

static CAW_ASYNC(void, second_of_three, caw_semaphore *s)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 3; i++) caw_release(s);
        CHECK_INT(caw_semaphore_value(s), 2);
        CHECK(caw_semaphore_locked(s)); /* the first was woken and has not run */
        CAW_AWAIT(take(s, 2));
    } CAW_END;
}

ASYNC_TEST(acquire_fifo_order_4)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_of(int) d = NULL;
        caw_auto a = caw_spawn(first_of_three(s, &d));
        caw_auto b = caw_spawn(second_of_three(s));
        caw_auto c = caw_spawn(take(s, 3));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_semaphore_value(s), 2);
        CAW_AWAIT(caw_sleep(0));
        caw_unref(CAW_AWAIT(caw_gather(a, b, c, d)));
        CHECK_TRACE("1 2 3 4");
    } CAW_END;
}
