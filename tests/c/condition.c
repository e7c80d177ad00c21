/* Conditions: notifications in order, the lock held again however a wait ends, none lost to a cancelled waiter (rule 35). */
#include "test.h"

static CAW_ASYNC(void, waiter, caw_condition *c, const char *word)
{
    CAW_BEGIN(void) {
        caw_lock *lock = caw_condition_lock(c);
        CAW_AWAIT(caw_lock_acquire(lock));
        CAW_TRY {
            CAW_AWAIT(caw_condition_wait(c));
            trace("%s%g", word, elapsed());
        } CAW_FINALLY {
            CHECK(caw_lock_locked(lock));
            CHECK_INT(caw_lock_release(lock), 0);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, notify, caw_condition *c, size_t count)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(caw_condition_lock(c)));
        CHECK_INT(caw_condition_notify(c, count), 0);
        caw_lock_release(caw_condition_lock(c));
    } CAW_END;
}

ASYNC_TEST(notified_in_order)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_auto x = caw_spawn(waiter(c, "a")), y = caw_spawn(waiter(c, "b")), z = caw_spawn(waiter(c, "c"));
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(notify(c, 1));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a1");
        CAW_AWAIT(notify(c, 1));
        CAW_AWAIT(notify(c, 2048));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("b2 c2");
        CAW_AWAIT(x);
        CAW_AWAIT(y);
        CAW_AWAIT(z);
    } CAW_END;
}

ASYNC_TEST(the_lock_is_needed)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        CHECK_RAISES(caw_condition_wait(c), CAW_RUNTIME_ERROR, "cannot wait on a condition whose lock is not held");
        CHECK_INT(caw_condition_notify(c, 1), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_condition_notify_all(c), -CAW_RUNTIME_ERROR);
    } CAW_END;
}

ASYNC_TEST(several_over_one_lock)
{
    CAW_BEGIN(void) {
        caw_lock      *l = caw_lock_new();
        caw_condition *full = caw_condition_new(l), *empty = caw_condition_new(l);
        caw_unref(l);
        CHECK(caw_condition_lock(full) == l && caw_condition_lock(empty) == l);
        caw_auto a = caw_spawn(waiter(full, "full")), b = caw_spawn(waiter(empty, "empty"));
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(notify(empty, 1));
        CAW_AWAIT(b);
        CHECK_TRACE("empty1");
        CAW_AWAIT(notify(full, 1));
        CAW_AWAIT(a);
        CHECK_TRACE("full1");
        caw_unref(full);
        caw_unref(empty);
    } CAW_END;
}

ASYNC_TEST(a_cancelled_waiter_has_the_lock_first)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_lock *lock = caw_condition_lock(c);
        caw_auto  a = caw_spawn(waiter(c, "a"));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_lock_acquire(lock));
        caw_cancel(a, "first");
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(a)); /* it waits for the lock */
        caw_cancel(a, "second");
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(a));
        caw_lock_release(lock);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, "second");
        CHECK(!caw_lock_locked(lock));
    } CAW_END;
}

ASYNC_TEST(a_notification_to_a_cancelled_waiter_goes_to_the_next)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_auto x = caw_spawn(waiter(c, "a")), y = caw_spawn(waiter(c, "b")), z = caw_spawn(waiter(c, "c"));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(notify(c, 1)); /* wakes a */
        caw_cancel(x, NULL);
        CHECK_RAISES(x, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("b0");
        CAW_AWAIT(notify(c, 1));
        CAW_AWAIT(y);
        CAW_AWAIT(z);
        CHECK_TRACE("c1");
    } CAW_END;
}

static bool is_three(void *count) { return *(int *)count == 3; }

static CAW_ASYNC(void, wait_for_three, caw_condition *c, int *count)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(caw_condition_lock(c)));
        CAW_AWAIT(caw_condition_wait_for(c, is_three, count));
        trace("%d", *count);
        caw_lock_release(caw_condition_lock(c));
    } CAW_END;
}

ASYNC_TEST(waiting_for_a_state)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        int      count = 0;
        caw_auto waiting = caw_spawn(wait_for_three(c, &count));
        while (count < 3) {
            CAW_AWAIT(caw_sleep(1));
            CHECK_TRACE("");
            count++;
            CAW_AWAIT(notify(c, 1));
        }
        CAW_AWAIT(waiting);
        CHECK_TRACE("3");
        CAW_AWAIT(wait_for_three(c, &count)); /* holds already */
        CHECK_TRACE("3");
    } CAW_END;
}

TEST(a_loop_closed_under_waiters)
{
    caw_loop      *loop = caw_loop_new();
    caw_condition *c = caw_condition_new(NULL);
    caw_unref(caw_spawn(caw_lock_acquire(caw_condition_lock(c)), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_unref(caw_spawn(caw_condition_wait(c), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK(!caw_lock_locked(caw_condition_lock(c)));
    caw_loop_close(loop);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    caw_unref(c);
}
