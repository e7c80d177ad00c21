/* Timeout scopes: who is cancelled, when, which error leaves, and what of the task's count remains (rules 21-26). */
#include "test.h"

static CAW_ASYNC(int, limited, double limit, double work)
{
    CAW_BEGIN(int) {
        int result = 1;
        CAW_WITH_TIMEOUT(scope, limit) {
            CHECK(!caw_timeout_expired(scope));
            if (work >= 0) CAW_AWAIT(caw_sleep(work));
            result = 2;
        }
        CAW_END_TIMEOUT;
        CHECK_INT(caw_cancelling(me()), 0);
        CAW_RETURN(result);
    } CAW_END;
}

ASYNC_TEST(in_time_or_not)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(limited(5, 1)), 2);
        CHECK_REAL(elapsed(), 1);
        CHECK_RAISES(limited(5, 10), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 6);
        CHECK_INT(CAW_AWAIT(limited(CAW_NEVER, 10)), 2);
        CHECK_INT(caw_cancelling(me()), 0);
        CAW_AWAIT(caw_sleep(100)); /* no timer is left that would cancel */
    } CAW_END;
}

ASYNC_TEST(zero_lets_pass_what_does_not_suspend)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(limited(0, -1)), 2);
        CHECK_RAISES(limited(0, 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK_RAISES(limited(-3, 5), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

ASYNC_TEST(the_error_comes_from_the_cancellation)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(limited(1, 10));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            CHECK_INT(caw_error_type_of(caw_error_cause(error)), CAW_CANCELLED_ERROR);
            CHECK(caw_error_is(error, CAW_OS_ERROR));
            trace("timeout");
        }
        CAW_END_TRY;
        CHECK_TRACE("timeout");
    } CAW_END;
}

static CAW_ASYNC(void, nested, double outer_limit, double inner_limit)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(outer, outer_limit) {
                CAW_TRY {
                    CAW_WITH_TIMEOUT(inner, inner_limit) {
                        CAW_AWAIT(caw_sleep(50));
                    }
                    CAW_END_TIMEOUT;
                } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                    trace("inner:%s:%d", caw_error_name((int)caw_error_type_of(error)), caw_cancelling(me()));
                    CAW_RERAISE();
                }
                CAW_END_TRY;
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("outer:%s:%d", caw_error_name((int)caw_error_type_of(error)), caw_cancelling(me()));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(nested_scopes)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(nested(5, 1));
        CHECK_TRACE("inner:TimeoutError:0 outer:TimeoutError:0");
        CAW_AWAIT(nested(1, 5));
        CHECK_TRACE("inner:CancelledError:1 outer:TimeoutError:0");
        CAW_AWAIT(nested(1, 1)); /* equal: one CancelledError; the inner passes it on, the outer converts it (rule 22) */
        CHECK_TRACE("inner:CancelledError:1 outer:TimeoutError:0");
    } CAW_END;
}

static CAW_ASYNC(void, one_scope, double limit)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, limit) {
                CAW_AWAIT(caw_sleep(50));
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s:%d", caw_error_name((int)caw_error_type_of(error)), caw_cancelling(me()));
        }
        CAW_END_TRY;
    } CAW_END;
}

static void cancel_it(void *task) { caw_cancel(*(caw_of(void) *)task, "outside"); }

ASYNC_TEST(an_outside_cancellation_in_the_same_moment_wins)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(one_scope(2));
        caw_unref(caw_call_later(NULL, 2, cancel_it, &task)); /* before the scope's timer */
        CAW_AWAIT(caw_ref(task));
        CHECK_TRACE("CancelledError:1");
        caw_unref(task);
        task = caw_spawn(one_scope(2));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_call_later(NULL, 2, cancel_it, &task)); /* after it */
        CAW_AWAIT(caw_ref(task));
        CHECK_TRACE("CancelledError:1");
        caw_unref(task);
        task = caw_spawn(one_scope(20));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL); /* long before */
        CAW_AWAIT(task);
        CHECK_TRACE("CancelledError:1");
    } CAW_END;
}

static CAW_ASYNC(int, swallow, void)
{
    CAW_BEGIN(int) {
        int expired = -1;
        CAW_WITH_TIMEOUT(scope, 1) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(10));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("swallowed:%d", caw_cancelling(me()));
            }
            CAW_END_TRY;
            expired = caw_timeout_expired(scope);
        }
        CAW_END_TIMEOUT;
        CHECK_INT(caw_cancelling(me()), 0);
        CAW_RETURN(expired);
    } CAW_END;
}

ASYNC_TEST(swallowed_it_is_no_error)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(swallow()), 1);
        CHECK_TRACE("swallowed:1");
    } CAW_END;
}

static CAW_ASYNC(void, another_error, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 1) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(10));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CAW_RAISE(CAW_VALUE_ERROR, "cleanup failed");
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(another_error_during_expiry_has_the_timeout_in_its_history)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(another_error());
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            for (caw_error *e = error; e; e = caw_error_context(e)) trace("%s", caw_error_name((int)caw_error_type_of(e)));
            CHECK_INT(caw_error_type_of(caw_error_cause(caw_error_context(error))), CAW_CANCELLED_ERROR);
        }
        CAW_END_TRY;
        CHECK_TRACE("ValueError TimeoutError CancelledError");
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

/* Rule 25: the result and the limit are due in the same pass. */
ASYNC_TEST(a_tie_is_a_timeout)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(limited(2, 2), CAW_TIMEOUT_ERROR, NULL);
        caw_of(void) early = caw_sleep(2); /* its timer before the scope's */
        CHECK_RAISES(caw_wait_for(early, 2), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 4);
    } CAW_END;
}

static CAW_ASYNC(void, rescheduling, double first, double then, double work)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, first) {
            double now = caw_time(caw_running_loop());
            CHECK_REAL(caw_timeout_when(scope), now + first);
            CHECK_INT(caw_timeout_reschedule(scope, now + then), 0);
            CHECK_REAL(caw_timeout_when(scope), now + then);
            CAW_TRY {
                CAW_AWAIT(caw_sleep(work));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CHECK(caw_timeout_expired(scope));
                CHECK_INT(caw_timeout_reschedule(scope, now + 100), -CAW_RUNTIME_ERROR);
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(another_limit)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(rescheduling(1, 5, 3));
        CHECK_REAL(elapsed(), 3);
        CAW_AWAIT(rescheduling(1, CAW_NEVER, 3));
        CHECK_RAISES(rescheduling(CAW_NEVER, 1, 3), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 7);
        CHECK_RAISES(rescheduling(5, -1, 3), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 7);
    } CAW_END;
}

static CAW_ASYNC(int, leave, int how)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, 1) {
                if (how == 0) CAW_RETURN(10);
                if (how == 1) CAW_RAISE(CAW_TYPE_ERROR, "own");
                CAW_AWAIT(caw_sleep(5));
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            CAW_RETURN(20);
        } CAW_FINALLY {
            trace("finally");
        }
        CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}

ASYNC_TEST(a_scope_may_be_left_in_every_way)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(leave(0)), 10);
        CHECK_RAISES(leave(1), CAW_TYPE_ERROR, "own");
        CHECK_INT(CAW_AWAIT(leave(2)), 20);
        CHECK_TRACE("finally finally finally");
        CAW_AWAIT(caw_sleep(10));
    } CAW_END;
}

static CAW_ASYNC(void, spin, int *steps)
{
    CAW_BEGIN(void) {
        for (;;) {
            ++*steps;
            CAW_AWAIT(caw_sleep(0));
            caw_sim_set_time(caw_sim_time() + 0.001);
        }
    } CAW_END;
}

ASYNC_TEST(one_that_only_gives_way_is_interrupted)
{
    CAW_BEGIN(void) {
        int steps = 0;
        CHECK_RAISES(caw_wait_for(spin(&steps), 1), CAW_TIMEOUT_ERROR, NULL);
        CHECK(steps >= 1000 && steps <= 1100);
    } CAW_END;
}
