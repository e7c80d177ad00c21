/* CPython's AsyncioWaitForTest and WaitForShieldTests (test_waitfor). */
#include "conform.h"

/* Works for 0.2 s whatever cancellations come. */
static CAW_ASYNC(void, slow, bool *exited)
{
    CAW_BEGIN(void) {
        double end = caw_sim_time() + 0.2;
        while (caw_sim_time() < end) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(end - caw_sim_time()));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            }
            CAW_END_TRY;
        }
        *exited = true;
    } CAW_END;
}

ASYNC_TEST(asyncio_wait_for_cancelled)
{
    CAW_BEGIN(void) {
        bool     exited = false;
        caw_auto t = caw_spawn(caw_wait_for(slow(&exited), 0.4));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(t, NULL);
        caw_unref(CAW_AWAIT(caw_gather_settled(t)));
        CHECK(exited);
    } CAW_END;
}

ASYNC_TEST(asyncio_wait_for_timeout)
{
    CAW_BEGIN(void) {
        bool exited = false;
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(slow(&exited), 0.1));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
        }
        CAW_END_TRY;
        CHECK(exited);
    } CAW_END;
}

ASYNC_TEST(wait_for_timeout_less_then_0_or_0_future_done)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        caw_set_result(f, 42);
        CHECK_INT(CAW_AWAIT(caw_wait_for(f, 0)), 42);
    } CAW_END;
}

static CAW_ASYNC(void, say_started, void)
{
    CAW_BEGIN(void) {
        trace("started");
    } CAW_END;
}

ASYNC_TEST(wait_for_timeout_less_then_0_or_0_coroutine_do_not_started)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_for(say_started(), 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("");
    } CAW_END;
}

static CAW_ASYNC(int, run_long, void)
{
    CAW_BEGIN(int) {
        trace("runs");
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_FINALLY {
            trace("ends");
        }
        CAW_END_TRY;
        CAW_RETURN(42);
    } CAW_END;
}

ASYNC_TEST(wait_for_timeout_less_then_0_or_0)
{
    CAW_BEGIN(void) {
        for (int limit = 0; limit >= -1; limit--) {
            caw_auto t = caw_spawn(run_long());
            CAW_AWAIT(caw_sleep(0));
            CHECK_TRACE("runs");
            CHECK_RAISES(caw_wait_for(caw_ref(t), limit), CAW_TIMEOUT_ERROR, NULL);
            CHECK_OUTCOME(t, "cancelled");
            CHECK_TRACE("ends");
            caw_unref(t);
        }
    } CAW_END;
}

ASYNC_TEST(wait_for)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(run_long());
        CHECK_RAISES(caw_wait_for(caw_ref(t), 0.1), CAW_TIMEOUT_ERROR, NULL);
        CHECK_OUTCOME(t, "cancelled");
        CHECK_TRACE("runs ends");
        caw_unref(t);
    } CAW_END;
}

static CAW_ASYNC(int, done_at_once, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(42);
    } CAW_END;
}

ASYNC_TEST(wait_for_blocking)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_wait_for(done_at_once(), CAW_NEVER)), 42);
    } CAW_END;
}

static void set_42(void *future) { CHECK_INT(caw_set_result(*(caw_of(int) *)future, 42), 0); }

ASYNC_TEST(wait_for_race_condition)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        caw_auto waiting = caw_wait_for(caw_ref(f), 0.2);
        caw_unref(caw_call_soon(NULL, set_42, &f));
        CHECK_INT(CAW_AWAIT(waiting), 42);
        caw_unref(f);
    } CAW_END;
}

/* Swallows the cancellation and gives a value. */
static CAW_ASYNC(int, swallow, void)
{
    CAW_BEGIN(int) {
        CHECK_RAISES(caw_sleep(10), CAW_CANCELLED_ERROR, NULL);
        CAW_RETURN(42);
    } CAW_END;
}

ASYNC_TEST(wait_for_cancellation_race_condition)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_wait_for(swallow(), 0.01)), 42);
    } CAW_END;
}

ASYNC_TEST(wait_for_cancel_suppressed)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(swallow());
        CHECK_INT(CAW_AWAIT(caw_wait_for(t, 0.1)), 42);
    } CAW_END;
}

/* Takes its time for the cleanup. */
static CAW_ASYNC(void, slow_cleanup, bool *done)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            CAW_AWAIT(caw_sleep(0.001));
            CAW_RERAISE();
        } CAW_FINALLY {
            *done = true;
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Starts it and gives up on it after 0.001 s: by the limit, or by waiting before a limit of 0. */
static CAW_ASYNC(void, given_up, bool *done, bool at_once)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(slow_cleanup(done));
        if (at_once) CAW_AWAIT(caw_sleep(0.001));
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(t, at_once ? 0 : 0.001));
            NOT_HERE();
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
            CHECK(*done);
            CHECK(caw_error_is(caw_error_context(e), CAW_CANCELLED_ERROR));
            CHECK(caw_error_is(caw_error_cause(e), CAW_CANCELLED_ERROR));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(wait_for_waits_for_task_cancellation)
{
    CAW_BEGIN(void) {
        bool done = false;
        CAW_AWAIT(given_up(&done, false));
        CHECK(done);
    } CAW_END;
}

ASYNC_TEST(wait_for_waits_for_task_cancellation_w_timeout_0)
{
    CAW_BEGIN(void) {
        bool done = false;
        CAW_AWAIT(given_up(&done, true));
        CHECK(done);
    } CAW_END;
}

static CAW_ASYNC(void, fail_in_cleanup, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0.2));
        } CAW_FINALLY {
            CAW_RAISE(CAW_LOOKUP_ERROR, "foo");
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(wait_for_reraises_exception_during_cancellation)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(fail_in_cleanup());
        CHECK_RAISES(caw_wait_for(t, 0.001), CAW_LOOKUP_ERROR, "foo");
    } CAW_END;
}

static CAW_ASYNC(void, block, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_future(void));
    } CAW_END;
}

/* Cancelling the wait cancels what is waited for. */
static CAW_ASYNC(void, cancel_the_wait, double limit)
{
    CAW_BEGIN(void) {
        caw_auto inside = caw_spawn(block());
        caw_auto waiting = caw_spawn(caw_wait_for(caw_ref(inside), limit));
        CANCEL_SOON(waiting);
        CHECK_RAISES(waiting, CAW_CANCELLED_ERROR, NULL);
        CHECK_OUTCOME(inside, "cancelled");
        caw_unref(inside);
    } CAW_END;
}

ASYNC_TEST(cancel_blocking_wait_for)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(cancel_the_wait(CAW_NEVER));
    } CAW_END;
}

ASYNC_TEST(cancel_wait_for)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(cancel_the_wait(60));
    } CAW_END;
}

static CAW_ASYNC(void, wait_and_sleep, caw_of(int) inside)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(inside, 100));
        CAW_AWAIT(caw_sleep(1));
        NOT_HERE();
    } CAW_END;
}

/* The inside is done in the pass in which the waiter is cancelled: the waiter must be cancelled all the same. */
ASYNC_TEST(wait_for_issue86296)
{
    CAW_BEGIN(void) {
        caw_auto inside = caw_spawn(done_at_once());
        caw_auto t = caw_spawn(wait_and_sleep(caw_ref(inside)));
        CHECK(!caw_done(t));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(t, NULL);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK_OUTCOME(inside, "done");
        CHECK_INT(CAW_AWAIT(inside), 42);
    } CAW_END;
}

/* ---- With a shield ---------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, after, double seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(42);
    } CAW_END;
}

ASYNC_TEST(zero_timeout)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(after(0.01));
        caw_auto shielded = caw_shield(caw_ref(t));
        CHECK_RAISES(caw_wait_for(caw_ref(shielded), 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK_OUTCOME(t, "pending");
        CHECK_OUTCOME(shielded, "cancelled");
        CAW_AWAIT(caw_sleep(0.1));
        CHECK_OUTCOME(t, "done");
        caw_unref(t);
        caw_unref(shielded);
    } CAW_END;
}

ASYNC_TEST(none_timeout)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(after(0.1));
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_shield(caw_ref(t)), CAW_NEVER)), 42);
        CHECK_OUTCOME(t, "done");
        CHECK_INT(CAW_AWAIT(t), 42);
    } CAW_END;
}

ASYNC_TEST(shielded_timeout)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(after(0.1));
        CHECK_RAISES(caw_wait_for(caw_shield(caw_ref(t)), 0.01), CAW_TIMEOUT_ERROR, NULL);
        CHECK_OUTCOME(t, "pending");
        CHECK_INT(CAW_AWAIT(t), 42);
    } CAW_END;
}
