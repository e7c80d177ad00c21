/* Task groups: cancelling them, their parents and their children. Traces checked against CPython 3.15. */
#include "child.h"

/* ---- From outside -------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, guarded, double body, child_options a, child_options b)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child_run("a", a));
                CAW_GROUP_START(group, child_run("b", b));
                if (body >= 0) CAW_AWAIT(caw_sleep(body));
                else trace("body");
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace_error(error);
            trace("%d", caw_cancelling(me()));
            if (!caw_error_is(error, CAW_EXCEPTION_GROUP)) CAW_RERAISE();
        }
        CAW_END_TRY;
        trace("next");
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0));
            trace("wrong");
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("redelivered:%d", caw_cancelling(me()));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, cancel_after, int passes, int times, caw_of(void) coroutine)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(coroutine);
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < times; i++) {
            caw_cancel(task, i ? "c1" : "c0");
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_TRY {
            CAW_AWAIT(task);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("out:%s", caw_error_message(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(the_parent_is_cancelled_in_the_block)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(cancel_after(2, 1, guarded(10, (child_options){9, .cleanup = 1}, (child_options){9, .cleanup = 0})));
        CHECK_TRACE("+a +b !a !b CancelledError 1 out:c0");
    } CAW_END;
}

ASYNC_TEST(the_parent_is_cancelled_while_it_waits)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(cancel_after(2, 1, guarded(-1, (child_options){9, .cleanup = 3}, (child_options){9, .cleanup = 0})));
        CHECK_TRACE("body +a +b !a !b CancelledError 1 out:c0");
        /* again: the children are left alone */
        CAW_AWAIT(cancel_after(2, 2, guarded(-1, (child_options){9, .cleanup = 3}, (child_options){9, .cleanup = 0})));
        CHECK_TRACE("body +a +b !a !b CancelledError 2 out:c0");
    } CAW_END;
}

ASYNC_TEST(errors_go_first_then_the_cancellation_comes_again)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(cancel_after(
            2, 1,
            guarded(10, (child_options){9, .cleanup = 1, .cleanup_error = CAW_VALUE_ERROR}, (child_options){9, .cleanup = 0})));
        CHECK_TRACE("+a +b !a !b ExceptionGroup[ValueError] 1 next redelivered:1 out:");
        CAW_AWAIT(cancel_after(6, 1, guarded(10, (child_options){1, CAW_VALUE_ERROR, 0, 0}, (child_options){9, .cleanup = 6})));
        CHECK_TRACE("+a +b !b ExceptionGroup[ValueError] 1 next redelivered:1 out:");
    } CAW_END;
}

ASYNC_TEST(a_block_that_swallows_the_cancellation_goes_on)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 1, .error = CAW_VALUE_ERROR));
                CAW_GROUP_START(group, child("b", .yields = 9));
                CAW_TRY {
                    CAW_AWAIT(caw_sleep(10));
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                    trace("swallowed");
                }
                CAW_END_TRY;
                CHECK_RAISES(caw_group_spawn(group, child("x")), CAW_RUNTIME_ERROR, "the task group is shutting down");
                CAW_AWAIT(caw_sleep(0));
                trace("going on");
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("+a +b !b swallowed going on ExceptionGroup[ValueError] 0");
    } CAW_END;
}

/* ---- caw_group_cancel ----------------------------------------------------------------------------------------------------- */

ASYNC_TEST(cancelling_a_group_leaves_it_without_an_error)
{
    CAW_BEGIN(void) {
        caw_task_group *kept = NULL;
        CAW_WITH_TASK_GROUP(group) {
            kept = caw_ref(group);
            CAW_GROUP_START(group, child("a", .yields = 9, .cleanup = 1));
            CAW_AWAIT(caw_sleep(0));
            caw_group_cancel(group);
            caw_group_cancel(group);
            trace("c%d", caw_cancelling(me()));
            CAW_TRY {
                CAW_AWAIT(caw_sleep(0));
                trace("wrong");
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("cancelled");
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TASK_GROUP;
        trace("after:%d", caw_cancelling(me()));
        caw_group_cancel(kept);
        CAW_AWAIT(caw_sleep(0));
        caw_unref(kept);
        CHECK_TRACE("+a c1 !a cancelled after:0");
    } CAW_END;
}

ASYNC_TEST(in_a_block_that_does_not_suspend)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a", .yields = 9)); /* never runs */
            caw_group_cancel(group);
            trace("body");
        }
        CAW_END_TASK_GROUP;
        trace("after:%d", caw_cancelling(me()));
        CAW_AWAIT(caw_sleep(0));
        CAW_WITH_TASK_GROUP(group) {
            caw_group_cancel(group);
            trace("body");
        }
        CAW_END_TASK_GROUP;
        trace("after:%d", caw_cancelling(me()));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("body after:0 body after:0");
    } CAW_END;
}

static CAW_ASYNC(void, cancel_it, caw_task_group *group, int yields)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < yields; i++) CAW_AWAIT(caw_sleep(0));
        caw_group_cancel(group);
        trace("cancel");
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0));
            trace("wrong");
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("self");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(from_a_child)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, cancel_it(group, 1));
            CAW_GROUP_START(group, child("b", .yields = 9));
            CAW_AWAIT(caw_sleep(10));
        }
        CAW_END_TASK_GROUP;
        trace("after:%d", caw_cancelling(me()));
        CHECK_TRACE("+b cancel !b self after:0");
    } CAW_END;
}

/* Its first step runs before the group knows it; it is cancelled all the same. */
ASYNC_TEST(from_an_eager_child)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, cancel_it(group, 0), .eager = true);
            trace("body");
            CAW_AWAIT(caw_sleep(10));
        }
        CAW_END_TASK_GROUP;
        trace("after:%d", caw_cancelling(me()));
        CHECK_TRACE("cancel body self after:0");
    } CAW_END;
}

static void cancel_now(void *group) { caw_group_cancel(group); }

ASYNC_TEST(from_a_callback_while_the_end_waits)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("b", .yields = 9, .cleanup = 1));
            caw_unref(caw_call_soon(NULL, cancel_now, group));
        }
        CAW_END_TASK_GROUP;
        trace("after:%d", caw_cancelling(me()));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("+b !b after:0");
    } CAW_END;
}

ASYNC_TEST(before_it_is_entered)
{
    CAW_BEGIN(void) {
        caw_task_group *group = caw_task_group_new();
        CAW_DEFER(caw_unref, group);
        caw_group_cancel(group);
        CAW_WITH(caw_task_group_with(group)) {
            trace("body:%d", caw_cancelling(me()));
            CHECK_RAISES(caw_group_spawn(group, child("x")), CAW_RUNTIME_ERROR, "the task group is shutting down");
            CAW_AWAIT(caw_sleep(0));
            trace("wrong");
        }
        CAW_END_WITH;
        trace("after:%d", caw_cancelling(me()));
        CHECK_TRACE("body:1 after:0");
    } CAW_END;
}

ASYNC_TEST(errors_leave_a_cancelled_group)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 9, .cleanup_error = CAW_VALUE_ERROR));
                CAW_AWAIT(caw_sleep(0));
                caw_group_cancel(group);
                CAW_AWAIT(caw_sleep(0));
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                caw_group_cancel(group);
                CAW_RAISE(CAW_TYPE_ERROR, NULL);
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("+a !a ExceptionGroup[ValueError] 0 ExceptionGroup[TypeError] 0");
    } CAW_END;
}

/* ---- Both ------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, cancelled_group, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 9, .cleanup = 5));
                CAW_AWAIT(caw_sleep(0));
                caw_group_cancel(group);
            }
            CAW_END_TASK_GROUP;
            trace("wrong");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace_error(error);
            trace("%d", caw_cancelling(me()));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_cancellation_from_outside_is_not_lost)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(cancel_after(4, 1, cancelled_group()));
        CHECK_TRACE("+a !a CancelledError 1 out:c0");
    } CAW_END;
}

static CAW_ASYNC(void, slow_to_cancel, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(10));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_timeout_around_it_is_not_lost)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, 2) {
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, slow_to_cancel());
                    CAW_AWAIT(caw_sleep(1));
                    caw_group_cancel(group);
                }
                CAW_END_TASK_GROUP;
            }
            CAW_END_TIMEOUT;
        }
        TRACE_ERROR;
        CHECK_TRACE("TimeoutError 0");
        CHECK_REAL(elapsed(), 11);
    } CAW_END;
}

static CAW_ASYNC(void, park, const char *word, caw_of(void) future)
{
    CAW_BEGIN_OWNING(void, caw_unref(future)) {
        CAW_TRY {
            CAW_AWAIT(future);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("!%s", word);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(children_are_cancelled_in_the_order_of_their_creation)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            caw_of(void) a = caw_future(void);
            CAW_GROUP_START(group, park("a", caw_ref(a)));
            CAW_GROUP_START(group, park("b", caw_future(void)));
            CAW_GROUP_START(group, park("c", caw_future(void)));
            CAW_GROUP_START(group, park("d", caw_future(void)));
            CAW_AWAIT(caw_sleep(0));
            (void)caw_set_done(a); /* one from the middle of the list, one from its end */
            caw_unref(a);
            CAW_AWAIT(caw_sleep(1));
            CAW_GROUP_START(group, park("e", caw_future(void)));
            CAW_AWAIT(caw_sleep(0));
            caw_group_cancel(group);
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("!b !c !d !e");
    } CAW_END;
}
