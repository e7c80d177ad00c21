/* CPython's LockTests and EventTests (test_locks). */
#include "conform.h"

static CAW_ASYNC(int, take, caw_lock *l, int number)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_lock_acquire(l));
        trace("%d", number);
        CAW_RETURN(number);
    } CAW_END;
}

ASYNC_TEST(acquire)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto a = caw_spawn(take(l, 1)), b = caw_spawn(take(l, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("1");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        caw_auto c = caw_spawn(take(l, 3));
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("2");
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("3");
        CHECK(caw_done(a) && caw_done(b) && caw_done(c));
        CHECK_INT(CAW_AWAIT(a), 1);
        CHECK_INT(CAW_AWAIT(b), 2);
        CHECK_INT(CAW_AWAIT(c), 3);
    } CAW_END;
}

ASYNC_TEST(acquire_cancel)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto t = caw_spawn(caw_lock_acquire(l));
        CANCEL_SOON(t);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(caw_lock_acquire(l)); /* at once: it left no waiter behind */
    } CAW_END;
}

/* Takes the lock, waits for the blocker if there is one (borrowed), lets go. */
static CAW_ASYNC(void, hold, caw_lock *l, caw_any *blocker)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(l));
        CAW_TRY {
            if (blocker) CAW_AWAIT(caw_ref((caw_of(void))blocker));
        } CAW_FINALLY {
            caw_lock_release(l);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(cancel_race)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        caw_auto blocker = caw_future(void);
        caw_auto a = caw_spawn(hold(l, caw_base(blocker)));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_lock_locked(l));
        caw_auto b = caw_spawn(hold(l, NULL));
        CAW_AWAIT(caw_sleep(0));
        caw_auto c = caw_spawn(hold(l, NULL));
        CAW_AWAIT(caw_sleep(0));
        caw_set_done(blocker); /* a releases in the pass in which b is cancelled */
        caw_cancel(b, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK(!caw_lock_locked(l));
        CHECK_OUTCOME(a, "done");
        CHECK_OUTCOME(b, "cancelled");
        CAW_AWAIT(c);
        caw_unref(blocker);
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

typedef struct race {
    caw_lock *lock;
    caw_of(int) first;
} race;

static void cancel_and_release(void *argument)
{
    race *r = argument;
    caw_cancel(r->first, NULL);
    caw_lock_release(r->lock);
}

ASYNC_TEST(cancel_release_race)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        caw_auto a = caw_spawn(take(l, 1)), b = caw_spawn(take(l, 2)), c = caw_spawn(take(l, 3));
        CAW_AWAIT(caw_sleep(0));
        race r = {l, a};
        caw_unref(caw_call_soon(NULL, cancel_and_release, &r));
        CHECK_RAISES(caw_ref(a), CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("2"); /* one of the two that are left, not both */
        CHECK_OUTCOME(a, "cancelled");
        CHECK_OUTCOME(b, "done");
        caw_cancel(c, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(c, "cancelled");
        caw_unref(a);
        caw_unref(b);
        caw_unref(c);
    } CAW_END;
}

ASYNC_TEST(finished_waiter_cancelled)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        CHECK(caw_lock_locked(l));
        caw_auto b = caw_spawn(caw_lock_acquire(l));
        CAW_AWAIT(caw_sleep(0));
        caw_auto c = caw_spawn(caw_lock_acquire(l));
        caw_cancel(b, NULL);
        CHECK_INT(caw_lock_release(l), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_lock_locked(l));
        CHECK_OUTCOME(b, "cancelled");
        CAW_AWAIT(c);
        caw_unref(b);
    } CAW_END;
}

TEST(release_not_acquired)
{
    caw_lock *l = caw_lock_new();
    CHECK_INT(caw_lock_release(l), -CAW_RUNTIME_ERROR);
    caw_unref(l);
}

ASYNC_TEST(release_no_waiters)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_AWAIT(caw_lock_acquire(l));
        CHECK(caw_lock_locked(l));
        CHECK_INT(caw_lock_release(l), 0);
        CHECK(!caw_lock_locked(l));
    } CAW_END;
}

ASYNC_TEST(context_manager)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CHECK(!caw_lock_locked(l));
        CAW_WITH(caw_lock_with(l)) {
            CHECK(caw_lock_locked(l));
        }
        CAW_END_WITH;
        CHECK(!caw_lock_locked(l));
    } CAW_END;
}

/* ---- Event ----------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, wait_event, caw_event *e, int number)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_event_wait(e));
        trace("%d", number);
    } CAW_END;
}

ASYNC_TEST(wait)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        CHECK(!caw_event_is_set(e));
        caw_auto a = caw_spawn(wait_event(e, 1)), b = caw_spawn(wait_event(e, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        caw_auto c = caw_spawn(wait_event(e, 3));
        caw_event_set(e);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("3 1 2"); /* the third was scheduled before the wakeups */
        CHECK(caw_done(a) && caw_done(b) && caw_done(c));
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
    } CAW_END;
}

ASYNC_TEST(wait_on_set)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        caw_event_set(e);
        CAW_AWAIT(caw_event_wait(e));
    } CAW_END;
}

ASYNC_TEST(wait_cancel)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        caw_auto   t = caw_spawn(caw_event_wait(e));
        CANCEL_SOON(t);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        caw_unref(e); /* the case's end sees whether a waiter was left */
    } CAW_END;
}

TEST(clear)
{
    caw_event *e = caw_event_new();
    CHECK(!caw_event_is_set(e));
    caw_event_set(e);
    CHECK(caw_event_is_set(e));
    caw_event_clear(e);
    CHECK(!caw_event_is_set(e));
    caw_unref(e);
}

ASYNC_TEST(clear_with_waiters)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        caw_auto t = caw_spawn(wait_event(e, 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        caw_event_set(e);
        caw_event_clear(e);
        CHECK(!caw_event_is_set(e));
        caw_event_set(e);
        caw_event_set(e);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("1");
        CHECK(caw_done(t));
        CAW_AWAIT(t);
    } CAW_END;
}
