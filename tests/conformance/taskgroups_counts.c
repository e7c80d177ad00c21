/* CPython's BaseTestTaskGroup (test_taskgroups), lazy and eager: the counts of cancellations, and what a group holds on to. */
#include "groups.h"

LAZY_AND_EAGER_TEST(cancelling_level_preserved)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(g) {
                CAW_GROUP_START(g, child(0, CAW_RUNTIME_ERROR, CAW_OK));
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT_GROUP(CAW_RUNTIME_ERROR, e) {
        }
        CAW_END_TRY;
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

static CAW_ASYNC(void, both_groups, bool *inner_failed)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(outer) {
            CAW_TRY {
                CAW_WITH_TASK_GROUP(inner) {
                    CAW_GROUP_START(inner, child(0, CAW_RUNTIME_ERROR, CAW_OK));
                    CAW_GROUP_START(outer, child(0, CAW_VALUE_ERROR, CAW_OK));
                }
                CAW_END_TASK_GROUP;
            } CAW_EXCEPT_GROUP(CAW_RUNTIME_ERROR, e) {
                *inner_failed = true;
            }
            CAW_END_TRY;
            CHECK_INT(caw_cancelling(me()), 1); /* the outer one's, which is still to come */
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(nested_groups_both_cancelled)
{
    CAW_BEGIN(void) {
        bool inner_failed = false;
        CAW_AWAIT(trace_outcome(both_groups(&inner_failed)));
        CHECK_TRACE("ExceptionGroup[ValueError]");
        CHECK(inner_failed);
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

static CAW_ASYNC(void, set_and_fail, caw_event *event)
{
    CAW_BEGIN(void) {
        caw_event_set(event);
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

/* A child fails and the task is cancelled: the group comes first, the cancellation at the next suspension. */
static CAW_ASYNC(void, fail_and_be_cancelled, caw_event *event)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(g) {
                CAW_GROUP_START(g, set_and_fail(event));
                CAW_AWAIT(caw_sleep(1));
                NOT_HERE();
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT_GROUP(CAW_RUNTIME_ERROR, e) {
            CHECK_INT(caw_cancelling(me()), 1);
            trace("group");
        }
        CAW_END_TRY;
        CHECK_INT(caw_cancelling(me()), 1);
        CAW_AWAIT(caw_sleep(1));
        NOT_HERE();
    } CAW_END;
}

LAZY_AND_EAGER_TEST(error_and_cancel)
{
    CAW_BEGIN(void) {
        caw_event *event = caw_event_new();
        CAW_DEFER(caw_unref, event);
        caw_auto t = caw_spawn(fail_and_be_cancelled(event));
        CAW_AWAIT(caw_event_wait(event));
        CHECK_INT(caw_cancelling(t), 0);
        caw_cancel(t, NULL);
        CHECK_INT(caw_cancelling(t), 1);
        CHECK_RAISES(caw_ref(t), CAW_CANCELLED_ERROR, NULL);
        CHECK_OUTCOME(t, "cancelled");
        CHECK_TRACE("group");
        caw_unref(t);
    } CAW_END;
}

static CAW_ASYNC(void, fail_at_once, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_LOOKUP_ERROR, NULL);
    } CAW_END;
}

static CAW_ASYNC(void, start_a_failing_one, caw_task_group *g)
{
    CAW_BEGIN(void) {
        CAW_GROUP_START(g, fail_at_once());
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0)); /* eager ones are cancelled here, */
            CAW_AWAIT(caw_sleep(0)); /* lazy ones here */
            NOT_HERE();
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("ran");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, group_of_makers, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, start_a_failing_one(g));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(cancels_task_if_created_during_creation)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(group_of_makers()));
        CHECK_TRACE("ran ExceptionGroup[LookupError]");
    } CAW_END;
}

static CAW_ASYNC(void, group_of_one_failing, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, fail_at_once());
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(cancellation_does_not_leak_out_of_tg)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(group_of_one_failing()));
        CHECK_TRACE("ExceptionGroup[LookupError]");
        CAW_AWAIT(caw_sleep(0)); /* it would be delivered here */
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

/* ---- What a group that is over holds on to: nothing ----------------------------------------------------------------------------- */

static CAW_ASYNC(void, raise_in, caw_task_group *g, caw_error_type type)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_task_group_with(g)) {
            CAW_RAISE(type, NULL);
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, raise_in_a_child, caw_task_group *g)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(outer) {
            CAW_GROUP_START(outer, raise_in(g, CAW_LOOKUP_ERROR));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static CAW_ASYNC(void, time_out_in, caw_task_group *g)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, -1) {
            CAW_WITH(caw_task_group_with(g)) {
                CAW_AWAIT(caw_sleep(0));
            }
            CAW_END_WITH;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* Runs it with a group that lives on; all blocks that were taken meanwhile are free again once the error is. */
#define HOLDS_NOTHING(call)                                                                                                    \
    do {                                                                                                                       \
        caw_task_group *g = caw_task_group_new();                                                                              \
        CAW_DEFER(caw_unref, g);                                                                                               \
        caw_stats before = caw_get_stats();                                                                                    \
        CAW_AWAIT(trace_outcome(call));                                                                                        \
        CHECK_INT(caw_get_stats().blocks, before.blocks);                                                                      \
        CHECK_INT(caw_get_stats().frames, before.frames);                                                                      \
    } while (0)

LAZY_AND_EAGER_TEST(exception_refcycles_direct)
{
    CAW_BEGIN(void) {
        HOLDS_NOTHING(raise_in(g, CAW_LOOKUP_ERROR));
        CHECK_TRACE("ExceptionGroup[LookupError]");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(exception_refcycles_parent_task)
{
    CAW_BEGIN(void) {
        HOLDS_NOTHING(raise_in_a_child(g));
        CHECK_TRACE("ExceptionGroup[ExceptionGroup[LookupError]]");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(exception_refcycles_propagate_cancellation_error)
{
    CAW_BEGIN(void) {
        HOLDS_NOTHING(time_out_in(g));
        CHECK_TRACE("TimeoutError");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(exception_refcycles_base_error)
{
    CAW_BEGIN(void) {
        HOLDS_NOTHING(raise_in(g, CAW_KEYBOARD_INTERRUPT));
        CHECK_TRACE("KeyboardInterrupt");
    } CAW_END;
}
