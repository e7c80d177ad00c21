/* Locks: first come, first served; what a cancelled waiter passes on (rule 33). */
#include "test.h"

static CAW_ASYNC(void, worker, caw_lock *l, const char *word, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(l));
        CAW_TRY {
            trace("%s+%g", word, elapsed());
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_FINALLY {
            trace("%s-", word);
            CHECK_INT(caw_lock_release(l), 0);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(one_at_a_time_in_the_order_of_coming)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        caw_unref(CAW_AWAIT(caw_gather(worker(l, "a", 2), worker(l, "b", 1), worker(l, "c", 1))));
        CHECK_TRACE("a+0 a- b+2 b- c+3 c-");
        CHECK(!caw_lock_locked(l));
    } CAW_END;
}

ASYNC_TEST(who_is_to_have_it_keeps_it_alive)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        caw_auto  first = caw_spawn(caw_lock_acquire(l));
        caw_auto  second = caw_spawn(worker(l, "second", 0));
        CAW_AWAIT(first);
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(second);
        CHECK_TRACE("second+0 second-");
        caw_of(void) last = caw_lock_acquire(l);
        caw_unref(l);
        CAW_AWAIT(last); /* the lock goes with it, locked */
        l = caw_lock_new();
        last = caw_lock_acquire(l);
        caw_unref(l);
        caw_drop(last);
    } CAW_END;
}

ASYNC_TEST(a_free_lock_does_not_suspend)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        caw_auto other = caw_spawn(worker(l, "other", 0));
        CAW_AWAIT(caw_lock_acquire(l));
        CHECK_TRACE(""); /* the other has not run yet */
        CHECK(caw_lock_locked(l));
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(other);
        CHECK_TRACE("other+0 other-");
    } CAW_END;
}

ASYNC_TEST(releasing_what_is_not_locked_is_refused)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CHECK_INT(caw_lock_release(l), -CAW_RUNTIME_ERROR);
        caw_unref(l);
    } CAW_END;
}

ASYNC_TEST(nobody_overtakes_a_woken_waiter)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto a = caw_spawn(worker(l, "a", 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_lock_release(l), 0);
        CHECK(!caw_lock_locked(l)); /* woken, but it has not run */
        caw_auto b = caw_spawn(worker(l, "b", 1), .eager = true);
        CHECK_TRACE("");
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("a+0 a- b+1 b-");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_waiter_leaves_the_line)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto a = caw_spawn(worker(l, "a", 1)), b = caw_spawn(worker(l, "b", 1));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CHECK(caw_lock_locked(l));
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(b);
        CHECK_TRACE("b+0 b-");
    } CAW_END;
}

ASYNC_TEST(cancelled_after_it_was_woken_it_passes_the_turn_on)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto a = caw_spawn(worker(l, "a", 1)), b = caw_spawn(worker(l, "b", 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_lock_release(l), 0); /* wakes a */
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(b);
        CHECK_TRACE("b+0 b-");
        CHECK(!caw_lock_locked(l));
    } CAW_END;
}

/* The first in line is cancelled in the pass in which the lock was released: the second must not be lost. */
ASYNC_TEST(a_race_of_cancellation_and_release)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto a = caw_spawn(worker(l, "a", 1)), b = caw_spawn(worker(l, "b", 1)), c = caw_spawn(worker(l, "c", 1));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_INT(caw_lock_release(l), 0);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
        CHECK_TRACE("b+0 b- c+1 c-");
    } CAW_END;
}

static CAW_ASYNC(void, acquire, caw_lock *l)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(l));
    } CAW_END;
}

TEST(bound_to_the_loop_where_it_first_blocked)
{
    caw_loop *a = caw_loop_new(), *b = caw_loop_new();
    caw_lock *l = caw_lock_new();
    CHECK_ERROR(caw_run_until_complete(a, acquire(l), NULL), CAW_OK, ""); /* does not block: not bound yet */
    caw_auto waiting = caw_spawn(acquire(l), .loop = b);
    caw_loop_turn(b, NULL);
    CHECK_ERROR(caw_run_until_complete(a, acquire(l), NULL), CAW_RUNTIME_ERROR, "the lock is bound to a different event loop");
    CHECK_INT(caw_lock_release(l), 0);
    CHECK_ERROR(caw_run_until_complete(b, waiting, NULL), CAW_OK, "");
    caw_unref(l);
    caw_loop_close(a);
    caw_loop_close(b);
}

TEST(a_loop_closed_under_a_waiter)
{
    caw_loop *loop = caw_loop_new();
    caw_lock *l = caw_lock_new();
    caw_unref(caw_spawn(acquire(l), .loop = loop));
    caw_unref(caw_spawn(acquire(l), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_loop_close(loop);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK_INT(caw_lock_release(l), 0);
    caw_unref(l);
}
