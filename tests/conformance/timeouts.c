/* CPython's TimeoutTests (test_timeouts): when a scope expires, and who is told. */
#include "conform.h"

static double now(void) { return caw_time(caw_running_loop()); }

/* Works so long under a limit; notes what the scope says when the block is left. */
static CAW_ASYNC(void, work, double limit, double seconds)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, limit) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(seconds));
            } CAW_FINALLY {
                trace("expired:%d when:%g", caw_timeout_expired(scope), caw_timeout_when(scope) - test.start);
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(timeout_basic)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(work(0.01, 10), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("expired:1 when:0.01");
    } CAW_END;
}

static CAW_ASYNC(void, work_until, double when, double seconds)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT_AT(scope, when) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(seconds));
            } CAW_FINALLY {
                trace("expired:%d", caw_timeout_expired(scope));
                CHECK_REAL(caw_timeout_when(scope), when);
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(timeout_at_basic)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(work_until(now() + 0.01, 10), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("expired:1");
    } CAW_END;
}

/* Two limits of the same time: only the outer scope says TimeoutError. */
ASYNC_TEST(nested_timeouts)
{
    CAW_BEGIN(void) {
        bool cancelled = false, both = false;
        CAW_TRY {
            CAW_WITH_TIMEOUT(outer, 0.01) {
                CAW_TRY {
                    CAW_WITH_TIMEOUT(inner, 0.01) {
                        CAW_TRY {
                            CAW_AWAIT(caw_sleep(10));
                        } CAW_FINALLY {
                            both = caw_timeout_expired(outer) && caw_timeout_expired(inner);
                        }
                        CAW_END_TRY;
                    }
                    CAW_END_TIMEOUT;
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
                    cancelled = true;
                    CAW_RERAISE();
                }
                CAW_END_TRY;
            }
            CAW_END_TIMEOUT;
            NOT_HERE();
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
        }
        CAW_END_TRY;
        CHECK(cancelled && both);
    } CAW_END;
}

static CAW_ASYNC(void, note_cancellation, double limit)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, limit) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(10));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
                trace("cancelled");
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(waiter_cancelled)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(note_cancellation(0.01), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("cancelled");
    } CAW_END;
}

ASYNC_TEST(timeout_not_called)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(work(10, 0.01));
        CHECK_TRACE("expired:0 when:10");
        CHECK_REAL(elapsed(), 0.01);
    } CAW_END;
}

ASYNC_TEST(timeout_disabled)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(work(CAW_NEVER, 0.01));
        CHECK_TRACE("expired:0 when:inf");
    } CAW_END;
}

ASYNC_TEST(timeout_at_disabled)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(work_until(CAW_NEVER, 0.01));
        CHECK_TRACE("expired:0");
    } CAW_END;
}

ASYNC_TEST(timeout_zero)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(work(0, 10), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("expired:1 when:0");
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

ASYNC_TEST(timeout_zero_sleep_zero)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(work(0, 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("expired:1 when:0");
    } CAW_END;
}

ASYNC_TEST(timeout_in_the_past_sleep_zero)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(work(-11, 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("expired:1 when:-11");
    } CAW_END;
}

ASYNC_TEST(foreign_cancel_doesnt_timeout_if_not_expired)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(work(10, 10));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(t, NULL);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("expired:0 when:10");
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

static CAW_ASYNC(void, outer_task, void)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(note_cancellation(0.001), CAW_TIMEOUT_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(outer_task_is_not_cancelled)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(outer_task());
        CAW_AWAIT(caw_ref(t));
        CHECK_OUTCOME(t, "done");
        CHECK_TRACE("cancelled");
        caw_unref(t);
    } CAW_END;
}

/* The loop is busy so long that the limit has passed when it looks again. */
static CAW_ASYNC(void, busy_under_limit, double limit, double busy)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, limit) {
            caw_sim_set_time(caw_sim_time() + busy);
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(nested_timeouts_concurrent)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, 0.002) {
                CAW_TRY {
                    CAW_AWAIT(busy_under_limit(0.1, 0.01));
                } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
                    NOT_HERE(); /* it is the outer one's time that is over */
                }
                CAW_END_TRY;
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            trace("%s", caw_error_name((int)caw_error_type_of(e)));
        }
        CAW_END_TRY;
        CHECK_TRACE("TimeoutError");
    } CAW_END;
}

ASYNC_TEST(nested_timeouts_loop_busy)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, 0.1) {
                CHECK_RAISES(busy_under_limit(0.01, 0.09), CAW_TIMEOUT_ERROR, NULL);
                trace("inner");
                CAW_AWAIT(caw_sleep(10));
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
            trace("outer");
        }
        CAW_END_TRY;
        CHECK_TRACE("inner outer");
        CHECK(elapsed() <= 1); /* a limit counts from the loop's next look at the clock, not from before the busy time */
    } CAW_END;
}

static CAW_ASYNC(void, show_scope, caw_timeout **shown, bool *expired)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 10) {
            *shown = scope;
            CAW_TRY {
                CAW_AWAIT(caw_sleep(50));
            } CAW_FINALLY {
                *expired = caw_timeout_expired(scope);
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(reschedule)
{
    CAW_BEGIN(void) {
        caw_timeout *scope = NULL;
        bool         expired = true;
        double       first = now() + 10, second = first + 20;
        caw_auto     t = caw_spawn(show_scope(&scope, &expired));
        CAW_AWAIT(caw_sleep(0));
        CHECK_REAL(caw_timeout_when(scope), first);
        CHECK_INT(caw_timeout_reschedule(scope, second), 0);
        CHECK_REAL(caw_timeout_when(scope), second);
        CHECK_INT(caw_timeout_reschedule(scope, CAW_NEVER), 0);
        CHECK_REAL(caw_timeout_when(scope), CAW_NEVER);
        caw_cancel(t, NULL);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK(!expired);
    } CAW_END;
}

/* Cancels itself, swallows that, and then tidies up under a limit, cancelled a second time or not. */
static CAW_ASYNC(void, tidy_up, double limit, bool again)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_cancel(me(), NULL);
            CAW_AWAIT(caw_sleep(1));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("swallowed");
        }
        CAW_END_TRY;
        CAW_WITH_TIMEOUT(scope, limit) {
            if (again) caw_cancel(me(), NULL);
            CAW_AWAIT(caw_sleep(2));
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(timeout_after_cancellation)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_spawn(tidy_up(0, false)), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("swallowed");
    } CAW_END;
}

ASYNC_TEST(cancel_in_timeout_after_cancellation)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_spawn(tidy_up(1, true)), CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("swallowed");
    } CAW_END;
}

ASYNC_TEST(timeout_expiring)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            CHECK_RAISES(caw_sleep(1), CAW_CANCELLED_ERROR, NULL);
            CHECK_INT(caw_timeout_reschedule(scope, now() + 0.02), -CAW_RUNTIME_ERROR);
        }
        CAW_END_TIMEOUT; /* swallowed: no error leaves */
    } CAW_END;
}
