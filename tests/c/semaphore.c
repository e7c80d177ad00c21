/* Semaphores: first come, first served; what a cancelled waiter gives on (rule 34). */
#include "test.h"

static CAW_ASYNC(void, worker, caw_semaphore *s, const char *word, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_acquire(s));
        CAW_TRY {
            trace("%s+%g", word, elapsed());
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_FINALLY {
            trace("%s-", word);
            CHECK_INT(caw_release(s), 0);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(at_most_so_many_in_the_order_of_coming)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(2);
        CAW_DEFER(caw_unref, s);
        caw_unref(CAW_AWAIT(caw_gather(worker(s, "a", 3), worker(s, "b", 1), worker(s, "c", 1), worker(s, "d", 1))));
        CHECK_TRACE("a+0 b+0 b- c+1 c- d+2 a- d-");
        CHECK_INT(caw_semaphore_value(s), 2);
    } CAW_END;
}

ASYNC_TEST(a_free_permit_does_not_suspend)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        caw_auto       other = caw_spawn(worker(s, "other", 0));
        CHECK(!caw_semaphore_locked(s));
        CAW_AWAIT(caw_acquire(s));
        CHECK_TRACE(""); /* the other has not run yet */
        CHECK(caw_semaphore_locked(s));
        CHECK_INT(caw_release(s), 0);
        CAW_AWAIT(other);
        caw_unref(s);
        CHECK_TRACE("other+0 other-");
    } CAW_END;
}

/* The permit is reserved for the woken waiter from the release on: one who comes between must queue. */
ASYNC_TEST(nobody_overtakes_a_woken_waiter)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(worker(s, "a", 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_semaphore_value(s), 0);
        CHECK(caw_semaphore_locked(s));
        caw_auto b = caw_spawn(worker(s, "b", 1), .eager = true);
        CHECK_TRACE("");
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("a+0 a- b+1 b-");
    } CAW_END;
}

ASYNC_TEST(locked_while_somebody_waits)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(worker(s, "a", 1)), b = caw_spawn(worker(s, "b", 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_semaphore_value(s), 1);
        CHECK(caw_semaphore_locked(s)); /* woken waiters that have not run stand before any newcomer */
        CAW_AWAIT(caw_sleep(0));
        CHECK(!caw_semaphore_locked(s));
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("a+0 b+0 a- b-");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_waiter_leaves_the_line)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(worker(s, "a", 1)), b = caw_spawn(worker(s, "b", 1));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_INT(caw_release(s), 0); /* a has not seen its cancellation yet, but gets nothing */
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(b);
        CHECK_TRACE("b+0 b-");
        CHECK_INT(caw_semaphore_value(s), 1);
    } CAW_END;
}

ASYNC_TEST(cancelled_after_it_was_woken_it_gives_the_permit_on)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        CAW_DEFER(caw_unref, s);
        caw_auto a = caw_spawn(worker(s, "a", 1)), b = caw_spawn(worker(s, "b", 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_release(s), 0); /* wakes a */
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(b);
        CHECK_TRACE("b+0 b-");
        CHECK_INT(caw_semaphore_value(s), 1);
        CHECK(!caw_semaphore_locked(s));
    } CAW_END;
}

ASYNC_TEST(bounded)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_bounded_semaphore_new(1);
        CHECK_INT(caw_release(s), -CAW_VALUE_ERROR);
        CAW_AWAIT(caw_acquire(s));
        CHECK_INT(caw_release(s), 0);
        CHECK_INT(caw_release(s), -CAW_VALUE_ERROR);
        CHECK_INT(caw_semaphore_value(s), 1);
        caw_unref(s);
        CHECK(caw_semaphore_new(-1) == NULL);
        CHECK(caw_bounded_semaphore_new(-1) == NULL);
    } CAW_END;
}

ASYNC_TEST(an_acquire_keeps_its_semaphore)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(1);
        caw_of(void) first = caw_acquire(s), second = caw_acquire(s);
        caw_unref(s);
        CAW_AWAIT(first);
        caw_drop(second);
    } CAW_END;
}

static CAW_ASYNC(void, acquire, caw_semaphore *s)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_acquire(s));
    } CAW_END;
}

TEST(bound_to_the_loop_where_it_first_blocked)
{
    caw_loop      *a = caw_loop_new(), *b = caw_loop_new();
    caw_semaphore *s = caw_semaphore_new(1);
    CHECK_ERROR(caw_run_until_complete(a, acquire(s), NULL), CAW_OK, ""); /* does not block: not bound yet */
    CHECK_INT(caw_release(s), 0);
    CHECK_ERROR(caw_run_until_complete(b, acquire(s), NULL), CAW_OK, "");
    caw_auto waiting = caw_spawn(acquire(s), .loop = b);
    caw_loop_turn(b, NULL);
    CHECK_ERROR(caw_run_until_complete(a, acquire(s), NULL), CAW_RUNTIME_ERROR,
                "the semaphore is bound to a different event loop");
    CHECK_INT(caw_release(s), 0);
    CHECK_ERROR(caw_run_until_complete(b, waiting, NULL), CAW_OK, "");
    caw_unref(s);
    caw_loop_close(a);
    caw_loop_close(b);
}

TEST(a_loop_closed_under_a_waiter)
{
    caw_loop      *loop = caw_loop_new();
    caw_semaphore *s = caw_semaphore_new(0);
    caw_unref(caw_spawn(acquire(s), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_loop_close(loop);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK_INT(caw_release(s), 0);
    CHECK_INT(caw_semaphore_value(s), 1);
    caw_unref(s);
}
