/* move_on_after: the block is left without an error; whose cancellation it is. */
#include "test.h"

static CAW_ASYNC(int, limited, double limit, double work)
{
    CAW_BEGIN(int) {
        int result = 1;
        CAW_MOVE_ON_AFTER(scope, limit) {
            CHECK(!caw_timeout_expired(scope));
            if (work >= 0) CAW_AWAIT(caw_sleep(work));
            result = 2;
        }
        CAW_END_MOVE_ON;
        trace("%s", caw_timeout_expired(scope) ? "late" : "in-time");
        CHECK_INT(caw_timeout_reschedule(scope, 5), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_cancelling(me()), 0);
        CAW_RETURN(result);
    } CAW_END;
}

ASYNC_TEST(in_time_or_not)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(limited(5, 1)), 2);
        CHECK_REAL(elapsed(), 1);
        CHECK_INT(CAW_AWAIT(limited(5, 10)), 1);
        CHECK_REAL(elapsed(), 6);
        CHECK_INT(CAW_AWAIT(limited(0, 0)), 1);
        CHECK_INT(CAW_AWAIT(limited(0, -1)), 2);
        CHECK_INT(CAW_AWAIT(limited(CAW_NEVER, 10)), 2);
        CHECK_TRACE("in-time late late in-time in-time");
        CHECK_RAISES(limited(NAN, 1), CAW_VALUE_ERROR, NULL);
        CAW_AWAIT(caw_sleep(10));
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

/* Several beside each other, in a loop, one in another. */
static CAW_ASYNC(void, rounds, void)
{
    CAW_BEGIN(void) {
        for (int i = 1; i < 4; i++) {
            CAW_MOVE_ON_AFTER(outer, 2) {
                CAW_MOVE_ON_AFTER(inner, i) {
                    CAW_TRY {
                        CAW_AWAIT(caw_sleep(9));
                    } CAW_FINALLY {
                        CAW_AWAIT(caw_sleep(0));
                    }
                    CAW_END_TRY;
                }
                CAW_END_MOVE_ON;
                trace("inner-%d", caw_timeout_expired(inner));
            }
            CAW_END_MOVE_ON;
            CAW_MOVE_ON_AFTER(second, 1) {
                CAW_AWAIT(caw_sleep(0.5));
            }
            CAW_END_MOVE_ON;
            trace("outer-%d-%d-%d", caw_timeout_expired(outer), caw_timeout_expired(second), caw_cancelling(me()));
        }
    } CAW_END;
}

ASYNC_TEST(scopes_in_scopes)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(rounds());
        /* of equal times the inner one passes on, the outer one moves on (rule 22) */
        CHECK_TRACE("inner-1 outer-0-0-0 outer-1-0-0 outer-1-0-0");
        CHECK_REAL(elapsed(), 1 + 2 + 2 + 1.5);
    } CAW_END;
}

static CAW_ASYNC(void, guarded, double limit)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_MOVE_ON_AFTER(scope, limit) {
                CAW_AWAIT(caw_sleep(50));
            }
            CAW_END_MOVE_ON;
            trace("moved-on-%d", caw_timeout_expired(scope));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cancelled-%d", caw_cancelling(me()));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static void cancel_it(void *task) { caw_cancel(*(caw_of(void) *)task, "outside"); }

ASYNC_TEST(an_outside_cancellation_goes_on)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(guarded(5));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        for (int before = 0; before < 2; before++) { /* in the same moment */
            task = caw_spawn(guarded(2));
            if (!before) CAW_AWAIT(caw_sleep(0));
            caw_unref(caw_call_later(NULL, 2, cancel_it, &task));
            CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, NULL);
            caw_unref(task);
        }
        CHECK_TRACE("cancelled-1 cancelled-1 cancelled-1");
        CHECK_RAISES(caw_wait_for(guarded(5), 1), CAW_TIMEOUT_ERROR, NULL); /* another scope's, too */
        CHECK_TRACE("cancelled-1");
        CAW_AWAIT(caw_wait_for(guarded(1), 5));
        CHECK_TRACE("moved-on-1");
    } CAW_END;
}

static CAW_ASYNC(int, leave, int how)
{
    CAW_BEGIN(int) {
        CAW_MOVE_ON_AFTER(scope, 1) {
            if (how == 0) CAW_RETURN(10);
            if (how == 1) CAW_RAISE(CAW_TYPE_ERROR, "own");
            CAW_TRY {
                CAW_AWAIT(caw_sleep(5));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                if (how == 2) CAW_RAISE(CAW_VALUE_ERROR, "in cleanup");
                if (how == 3) CAW_RETURN(30);
                trace("swallowed");
            }
            CAW_END_TRY;
        }
        CAW_END_MOVE_ON;
        trace("%d", caw_timeout_expired(scope));
        CAW_RETURN(40);
    } CAW_END;
}

ASYNC_TEST(left_in_every_way)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(leave(0)), 10);
        CHECK_RAISES(leave(1), CAW_TYPE_ERROR, "own");
        CAW_TRY {
            (void)CAW_AWAIT(leave(2));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK_INT(caw_error_type_of(caw_error_context(error)), CAW_CANCELLED_ERROR); /* no TimeoutError is made up */
            trace("%s", caw_error_message(error));
        }
        CAW_END_TRY;
        CHECK_INT(CAW_AWAIT(leave(3)), 30);
        CHECK_INT(CAW_AWAIT(leave(4)), 40);
        CHECK_INT(caw_cancelling(me()), 0);
        CAW_AWAIT(caw_sleep(10));
        CHECK_TRACE("in cleanup swallowed 1");
    } CAW_END;
}

static CAW_ASYNC(void, handling, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "first");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_MOVE_ON_AFTER(scope, 1) {
                CAW_AWAIT(caw_sleep(5));
            }
            CAW_END_MOVE_ON;
            trace("%d", caw_timeout_expired(scope));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(while_an_error_is_handled)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(handling(), CAW_VALUE_ERROR, "first");
        CHECK_TRACE("1");
    } CAW_END;
}

ASYNC_TEST(more_time)
{
    CAW_BEGIN(void) {
        CAW_MOVE_ON_AFTER(scope, 1) {
            for (int i = 0; i < 5; i++) {
                CAW_AWAIT(caw_sleep(0.9));
                CHECK_INT(caw_timeout_reschedule(scope, caw_timeout_when(scope) + 0.9), 0); /* each step earns some */
            }
            CAW_AWAIT(caw_sleep(9));
        }
        CAW_END_MOVE_ON;
        CHECK(caw_timeout_expired(scope));
        CHECK_REAL(elapsed(), 5.5);
        CHECK_REAL(caw_timeout_when(scope), test.start + 5.5);
    } CAW_END;
}

static CAW_ASYNC(void, scope_there, void)
{
    CAW_BEGIN(void) {
        CAW_MOVE_ON_AFTER(scope, 9) {
            CAW_AWAIT(caw_sleep(50));
        }
        CAW_END_MOVE_ON;
        trace("never");
    } CAW_END;
}

TEST(a_loop_closed_meanwhile)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(scope_there(), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "destroyed") != NULL);
    test.log[0] = 0;
}

static CAW_ASYNC(void, move_on_at_once, bool *after)
{
    CAW_BEGIN(void) {
        caw_cancel(me(), "before");
        CAW_MOVE_ON_AFTER(scope, 0) {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_MOVE_ON;
        *after = true;
    } CAW_END;
}

static CAW_ASYNC(void, limited_to_nothing, void)
{
    CAW_BEGIN(void) {
        caw_cancel(me(), "before");
        CAW_WITH_TIMEOUT(scope, 0) {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* A limit of nothing takes no cancellation for its own that was asked for before it. */
ASYNC_TEST(cancelled_before_a_limit_of_nothing)
{
    CAW_BEGIN(void) {
        bool after = false;
        CHECK_RAISES(caw_spawn(move_on_at_once(&after)), CAW_CANCELLED_ERROR, "before");
        CHECK(!after);
        CHECK_RAISES(caw_spawn(limited_to_nothing()), CAW_CANCELLED_ERROR, "before");
    } CAW_END;
}

/* Neither the block's group nor its members are told of the limit: nobody gets a TimeoutError from it. */
ASYNC_TEST(a_group_that_leaves_a_limit_that_has_expired)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_MOVE_ON_AFTER(scope, 1) {
                CAW_TRY {
                    CAW_AWAIT(caw_sleep(5));
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                    caw_error *members[] = {caw_error_new(CAW_VALUE_ERROR, "member")};
                    CAW_RAISE_ERROR(caw_error_group("group", members, 1));
                }
                CAW_END_TRY;
            }
            CAW_END_MOVE_ON;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, group) {
            CHECK_INT(caw_error_type_of(caw_error_context(group)), CAW_CANCELLED_ERROR);
            CHECK(caw_error_context(caw_error_child(group, 0)) == NULL);
        }
        CAW_END_TRY;
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}
