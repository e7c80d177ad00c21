/* CPython's ConditionTests (test_locks). */
#include "conform.h"

static CAW_ASYNC(void, acquire, caw_condition *c)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(caw_condition_lock(c)));
    } CAW_END;
}
static void release(caw_condition *c) { CHECK_INT(caw_lock_release(caw_condition_lock(c)), 0); }
static bool locked(caw_condition *c) { return caw_lock_locked(caw_condition_lock(c)); }

/* Waits once to be notified; lets the lock go or keeps it. */
static CAW_ASYNC(int, wait_once, caw_condition *c, int number, bool lets_go)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(acquire(c));
        CAW_AWAIT(caw_condition_wait(c));
        trace("%d", number);
        if (lets_go) release(c);
        CAW_RETURN(number);
    } CAW_END;
}

ASYNC_TEST(wait)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_auto x = caw_spawn(wait_once(c, 1, false)), y = caw_spawn(wait_once(c, 2, false)),
                 z = caw_spawn(wait_once(c, 3, false));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        CHECK(!locked(c));
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify(c, 1), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        CHECK(locked(c));
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("1");
        CHECK(locked(c)); /* it keeps the lock, and in its name: */
        CHECK_INT(caw_condition_notify(c, 2), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        CHECK(locked(c));
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("2");
        CHECK(locked(c));
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("3");
        CHECK(locked(c));
        CHECK(caw_done(x) && caw_done(y) && caw_done(z));
        CHECK_INT(CAW_AWAIT(x), 1);
        CHECK_INT(CAW_AWAIT(y), 2);
        CHECK_INT(CAW_AWAIT(z), 3);
    } CAW_END;
}

ASYNC_TEST(wait_cancel)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        CAW_AWAIT(acquire(c));
        caw_auto t = caw_spawn(caw_condition_wait(c));
        CANCEL_SOON(t);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK(locked(c));
        CHECK_INT(caw_condition_notify(c, 1), 0); /* nobody is left to be woken */
    } CAW_END;
}

static void release_soon(void *condition) { release(condition); }

ASYNC_TEST(wait_cancel_contested)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        CAW_AWAIT(acquire(c));
        CHECK(locked(c));
        caw_auto t = caw_spawn(caw_condition_wait(c));
        CAW_AWAIT(caw_sleep(0));
        CHECK(!locked(c));
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify(c, 1), 0);
        CANCEL_SOON(t);
        caw_unref(caw_call_soon(NULL, release_soon, c));
        CAW_TRY {
            CAW_AWAIT(t);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
        }
        CAW_END_TRY;
        CHECK(locked(c)); /* cancelled or not, the lock is held */
    } CAW_END;
}

static CAW_ASYNC(void, wait_locked, caw_condition *c)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(acquire(c));
        CAW_TRY {
            trace("waits");
            CAW_AWAIT(caw_condition_wait(c));
        } CAW_FINALLY {
            release(c);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(wait_cancel_after_notify)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_auto t = caw_spawn(wait_locked(c));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("waits");
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify(c, 1), 0);
        CAW_AWAIT(caw_sleep(0)); /* it wants the lock now */
        caw_cancel(t, NULL);
        CAW_AWAIT(caw_sleep(0));
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(t, "cancelled");
        caw_unref(t);
    } CAW_END;
}

ASYNC_TEST(wait_unacquired)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        CHECK_RAISES(caw_condition_wait(c), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

static bool is_set(void *flag) { return *(bool *)flag; }

static CAW_ASYNC(void, wait_for_flag, caw_condition *c, bool *flag)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(acquire(c));
        CAW_AWAIT(caw_condition_wait_for(c, is_set, flag));
        trace("holds");
        release(c);
    } CAW_END;
}

static CAW_ASYNC(void, notify_one, caw_condition *c)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify(c, 1), 0);
        release(c);
    } CAW_END;
}

ASYNC_TEST(wait_for)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        bool     flag = false;
        caw_auto t = caw_spawn(wait_for_flag(c, &flag));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(notify_one(c));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        flag = true;
        CAW_AWAIT(notify_one(c));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("holds");
        CHECK(caw_done(t));
        CAW_AWAIT(t);
    } CAW_END;
}

ASYNC_TEST(wait_for_unacquired)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        bool flag = true;
        CAW_AWAIT(caw_condition_wait_for(c, is_set, &flag)); /* holds at once: the lock is not needed */
        flag = false;
        CHECK_RAISES(caw_condition_wait_for(c, is_set, &flag), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(notify)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_auto x = caw_spawn(wait_once(c, 1, true)), y = caw_spawn(wait_once(c, 2, true)),
                 z = caw_spawn(wait_once(c, 3, true));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify(c, 1), 0);
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("1");
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify(c, 1), 0);
        CHECK_INT(caw_condition_notify(c, 2048), 0);
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("2 3");
        CHECK(caw_done(x) && caw_done(y) && caw_done(z));
        CAW_AWAIT(x);
        CAW_AWAIT(y);
        CAW_AWAIT(z);
    } CAW_END;
}

ASYNC_TEST(notify_all)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        caw_auto x = caw_spawn(wait_once(c, 1, true)), y = caw_spawn(wait_once(c, 2, true));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(acquire(c));
        CHECK_INT(caw_condition_notify_all(c), 0);
        release(c);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("1 2");
        CHECK(caw_done(x) && caw_done(y));
        CAW_AWAIT(x);
        CAW_AWAIT(y);
    } CAW_END;
}

TEST(notify_unacquired)
{
    caw_condition *c = caw_condition_new(NULL);
    CHECK_INT(caw_condition_notify(c, 1), -CAW_RUNTIME_ERROR);
    caw_unref(c);
}

TEST(notify_all_unacquired)
{
    caw_condition *c = caw_condition_new(NULL);
    CHECK_INT(caw_condition_notify_all(c), -CAW_RUNTIME_ERROR);
    caw_unref(c);
}

ASYNC_TEST(context_manager)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        CHECK(!locked(c));
        CAW_WITH(caw_condition_with(c)) {
            CHECK(locked(c));
        }
        CAW_END_WITH;
        CHECK(!locked(c));
    } CAW_END;
}

/* One lock under two names: what is done through one is seen through the other. */
static CAW_ASYNC(void, one_lock, caw_lock *given)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(given);
        CAW_DEFER(caw_unref, c);
        caw_lock *l = caw_condition_lock(c);
        CHECK(!given || l == given);
        for (int i = 0; i < 2; i++) {
            CHECK(!caw_lock_locked(l) && !locked(c));
            CAW_AWAIT(i ? acquire(c) : caw_lock_acquire(l));
            CHECK(caw_lock_locked(l) && locked(c));
            CHECK_INT(caw_lock_release(i ? l : caw_condition_lock(c)), 0);
        }
        CHECK(!caw_lock_locked(l) && !locked(c));
    } CAW_END;
}

ASYNC_TEST(explicit_lock)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(one_lock(NULL));
        CAW_AWAIT(one_lock(l));
        CAW_AWAIT(one_lock(l));
    } CAW_END;
}

static CAW_ASYNC(void, wait_on_another_loop, caw_condition *c)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_condition_wait(c), CAW_RUNTIME_ERROR, NULL);
        CHECK_RAISES(acquire(c), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

/* A loop that has a waiter, and another that comes: through the condition and through its lock. */
TEST(ambiguous_loops)
{
    caw_loop      *a = caw_loop_new(), *b = caw_loop_new();
    caw_condition *c = caw_condition_new(NULL);
    caw_auto       t = caw_spawn(wait_locked(c), .loop = a);
    caw_loop_turn(a, NULL);
    CHECK_TRACE("waits");
    caw_auto first = caw_spawn(acquire(c), .loop = a), second = caw_spawn(acquire(c), .loop = a);
    caw_loop_turn(a, NULL);
    CHECK_ERROR(caw_run_until_complete(b, wait_on_another_loop(c), NULL), CAW_OK, NULL);
    CHECK_INT(caw_condition_notify(c, 1), 0);
    release(c);
    caw_loop_turn(a, NULL);
    release(c);
    CHECK_ERROR(caw_run_until_complete(a, t, NULL), CAW_OK, NULL);
    CHECK_OUTCOME(first, "done");
    CHECK_OUTCOME(second, "done");
    caw_unref(first);
    caw_unref(second);
    caw_unref(c);
    caw_loop_close(a);
    caw_loop_close(b);
}

ASYNC_TEST(timeout_in_block)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        CAW_AWAIT(acquire(c));
        CHECK_RAISES(caw_wait_for(caw_condition_wait(c), 0.5), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 0.5);
        release(c);
    } CAW_END;
}
