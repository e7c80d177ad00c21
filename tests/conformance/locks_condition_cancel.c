/* CPython's ConditionTests (test_locks): cancellations that meet a notification. */
#include "conform.h"

typedef struct store {
    caw_condition *condition;
    int            state;
    caw_error     *raised; /* owned */
} store;

static CAW_ASYNC(void, acquire, store *s)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(caw_condition_lock(s->condition)));
    } CAW_END;
}
static void release(store *s) { CHECK_INT(caw_lock_release(caw_condition_lock(s->condition)), 0); }
static bool is_not_zero(void *s) { return ((store *)s)->state != 0; }
static bool is_zero(void *s) { return ((store *)s)->state == 0; }

/* Notes the error that comes out of the wait and raises that very one. */
static CAW_ASYNC(void, wait_and_note, store *s)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(acquire(s));
        CAW_TRY {
            CAW_AWAIT(caw_condition_wait_for(s->condition, is_not_zero, s));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            s->raised = caw_ref(e);
            CAW_RERAISE();
        } CAW_FINALLY {
            release(s);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, same_error_comes_out, caw_of(void) task, store *s)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(task);
            NOT_HERE();
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            CHECK_TEXT(caw_error_message(e), "foo");
            CHECK(e == s->raised);
        }
        CAW_END_TRY;
        caw_unref(s->raised);
    } CAW_END;
}

ASYNC_TEST(cancelled_error_wakeup)
{
    CAW_BEGIN(void) {
        store s = {.condition = caw_condition_new(NULL)};
        CAW_DEFER(caw_unref, s.condition);
        caw_auto t = caw_spawn(wait_and_note(&s));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(t, "foo");
        CAW_AWAIT(same_error_comes_out(t, &s));
    } CAW_END;
}

ASYNC_TEST(cancelled_error_re_aquire)
{
    CAW_BEGIN(void) {
        store s = {.condition = caw_condition_new(NULL)};
        CAW_DEFER(caw_unref, s.condition);
        caw_auto t = caw_spawn(wait_and_note(&s));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(acquire(&s));
        s.state = 1;
        CHECK_INT(caw_condition_notify(s.condition, 1), 0);
        CAW_AWAIT(caw_sleep(0)); /* it wants the lock back now */
        caw_cancel(t, "foo");
        release(&s);
        CAW_AWAIT(same_error_comes_out(t, &s));
    } CAW_END;
}

/* Takes one after another until the state is negative. */
static CAW_ASYNC(void, consumer, store *s)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(acquire(s));
        CAW_TRY {
            while (s->state >= 0) {
                CAW_AWAIT(caw_condition_wait_for(s->condition, is_not_zero, s));
                if (s->state > 0) s->state--;
            }
        } CAW_FINALLY {
            release(s);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* One item, one notification, and the consumer that got it is cancelled: before it ran, or while it wants the lock back. */
static CAW_ASYNC(void, no_wakeup_is_lost, bool relock)
{
    CAW_BEGIN(void) {
        store s = {.condition = caw_condition_new(NULL)};
        CAW_DEFER(caw_unref, s.condition);
        caw_auto a = caw_spawn(consumer(&s)), b = caw_spawn(consumer(&s));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(acquire(&s));
        s.state++;
        CHECK_INT(caw_condition_notify(s.condition, 1), 0);
        if (relock) CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, 0.01) {
                CAW_AWAIT(caw_condition_wait_for(s.condition, is_zero, &s));
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
        }
        CAW_END_TRY;
        CHECK_INT(s.state, 0);
        s.state = -1;
        CHECK_INT(caw_condition_notify_all(s.condition), 0);
        release(&s);
        CAW_AWAIT(b);
        CHECK_OUTCOME(a, "cancelled");
        caw_unref(a);
    } CAW_END;
}

ASYNC_TEST(cancelled_wakeup)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(no_wakeup_is_lost(false));
    } CAW_END;
}

ASYNC_TEST(cancelled_wakeup_relock)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(no_wakeup_is_lost(true));
    } CAW_END;
}
