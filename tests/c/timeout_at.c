/* Timeout scopes by the clock, and other limits for them, in every state of theirs. Traces are CPython 3.13's. */
#include "tasks.h"

static double now(void) { return caw_time(caw_running_loop()); }

static CAW_ASYNC(void, until, double when, double work)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT_AT(scope, when) {
            CHECK_REAL(caw_timeout_when(scope), when);
            trace("runs");
            if (work >= 0) CAW_AWAIT(caw_sleep(work));
            trace("done");
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(one_time_for_several_blocks)
{
    CAW_BEGIN(void) {
        double end = now() + 3;
        CAW_AWAIT(until(end, 2));
        CHECK_RAISES(until(end, 2), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 3);
        CHECK_RAISES(until(end, 0), CAW_TIMEOUT_ERROR, NULL); /* it is past: over at once, but not before a suspension */
        CAW_AWAIT(until(end, -1));
        CAW_AWAIT(until(CAW_NEVER, 9));
        CHECK_TRACE("runs done runs runs runs done runs done");
        CHECK_REAL(elapsed(), 12);
        CHECK_RAISES(until(NAN, 1), CAW_VALUE_ERROR, NULL);
        CHECK_TRACE("");
    } CAW_END;
}

static caw_timeout *shown; /* a scope, to those outside */

static CAW_ASYNC(void, show, double seconds, double work)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, seconds) {
            shown = scope;
            CAW_AWAIT(caw_sleep(0));
            CAW_AWAIT(caw_sleep(work));
            trace("slept-%d", caw_timeout_expired(scope));
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

static void later(void *seconds) { trace("%d", caw_timeout_reschedule(shown, now() + *(double *)seconds)); }

ASYNC_TEST(another_limit_as_it_is_due)
{
    CAW_BEGIN(void) {
        double two = 2, none = 0;
        caw_unref(caw_call_later(NULL, 2, later, &two)); /* runs before the scope's timer, in the same pass */
        CAW_AWAIT(show(2, 3));
        CHECK_TRACE("0 slept-0");
        caw_unref(caw_call_later(NULL, 2, later, &none));
        CHECK_RAISES(show(2, 3), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("0");
        CHECK_REAL(elapsed(), 5);
    } CAW_END;
}

ASYNC_TEST(a_limit_that_is_past)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(show(9, 30));
        CAW_AWAIT(caw_sleep(0));
        caw_auto t = caw_spawn(tick(5));
        CAW_AWAIT(caw_sleep(0));
        double none = 0, past = -5;
        later(&none);
        later(&past);
        CHECK_RAISES(task, CAW_TIMEOUT_ERROR, NULL);
        trace("timeout");
        CAW_AWAIT(t);
        CHECK_TRACE("0 0 0 1 2 3 timeout 4");
    } CAW_END;
}

static void expired(void *unused)
{
    (void)unused;
    trace("%d", caw_timeout_expired(shown));
}

static CAW_ASYNC(void, states, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 1) {
            shown = scope;
            caw_unref(caw_call_later(NULL, 0.5, expired, NULL));
            caw_unref(caw_call_later(NULL, 1, expired, NULL)); /* after the scope's: it has cancelled, the task has not run */
            CHECK_INT(caw_timeout_reschedule(scope, NAN), -CAW_VALUE_ERROR);
            CHECK_REAL(caw_timeout_when(scope), now() + 1);
            CAW_TRY {
                CAW_AWAIT(caw_sleep(5));
            } CAW_FINALLY {
                expired(NULL);
                CHECK_INT(caw_timeout_reschedule(scope, now() + 5), -CAW_RUNTIME_ERROR);
                CHECK_REAL(caw_timeout_when(scope), now());
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(expired_from_the_cancellation_on)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(states(), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("0 1 1");
    } CAW_END;
}

/* The scope's timer is due in the pass in which its block is left. */
static void finish(void *future) { CHECK_INT(caw_set_done(*(caw_of(void) *)future), 0); }

static CAW_ASYNC(void, just_left, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 2) {
            CAW_AWAIT(future);
        }
        CAW_END_TIMEOUT;
        CAW_AWAIT(caw_sleep(1));
        trace("left");
    } CAW_END;
}

ASYNC_TEST(left_as_it_is_due)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        caw_auto task = caw_spawn(just_left(caw_ref(future)));
        CAW_AWAIT(caw_sleep(0));
        caw_sim_set_time(test.start + 2 - 1e-9);
        finish(&future); /* the task is woken before the timer, which is due, runs */
        caw_sim_set_time(test.start + 3);
        CAW_AWAIT(task);
        CHECK_TRACE("left");
        caw_unref(future);
    } CAW_END;
}
