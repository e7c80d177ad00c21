/* CPython's BaseTestTaskGroup (test_taskgroups), lazy and eager: children that fail, blocks that are cancelled, groups in groups. */
#include "groups.h"

LAZY_AND_EAGER_TEST(taskgroup_01)
{
    CAW_BEGIN(void) {
        caw_of(int) a = NULL, b = NULL;
        CAW_WITH_TASK_GROUP(g) {
            a = caw_group_spawn(g, sleeper(0.1));
            b = caw_group_spawn(g, sleeper(0.2));
        }
        CAW_END_TASK_GROUP;
        CHECK_INT(CAW_AWAIT(a) + CAW_AWAIT(b), 84);
        CHECK_REAL(elapsed(), 0.2);
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_02)
{
    CAW_BEGIN(void) {
        caw_of(int) a = NULL, b = NULL;
        CAW_WITH_TASK_GROUP(g) {
            a = caw_group_spawn(g, sleeper(0.1));
            CAW_AWAIT(caw_sleep(0.15));
            b = caw_group_spawn(g, sleeper(0.2));
        }
        CAW_END_TASK_GROUP;
        CHECK_INT(CAW_AWAIT(a) + CAW_AWAIT(b), 84);
        CHECK_REAL(elapsed(), 0.35);
    } CAW_END;
}

/* A child that is cancelled from elsewhere is no error. */
LAZY_AND_EAGER_TEST(taskgroup_03)
{
    CAW_BEGIN(void) {
        caw_of(int) a = NULL, b = NULL;
        CAW_WITH_TASK_GROUP(g) {
            a = caw_group_spawn(g, sleeper(1));
            CAW_AWAIT(caw_sleep(0.15));
            caw_cancel(a, NULL);
            b = caw_group_spawn(g, sleeper(0.2));
        }
        CAW_END_TASK_GROUP;
        CHECK_OUTCOME(a, "cancelled");
        CHECK_INT(CAW_AWAIT(b), 42);
        CHECK_TRACE("cancelled");
        caw_unref(a);
    } CAW_END;
}

static CAW_ASYNC(void, runner_04, caw_of(int) * second)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, child(0.1, CAW_VALUE_ERROR, CAW_OK));
            *second = caw_group_spawn(g, sleeper(1));
        }
        CAW_END_TASK_GROUP;
        NOT_HERE();
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_04)
{
    CAW_BEGIN(void) {
        caw_of(int) second = NULL;
        CAW_AWAIT(trace_outcome(caw_spawn(runner_04(&second))));
        CHECK_TRACE("cancelled ExceptionGroup[ValueError]");
        CHECK_OUTCOME(second, "cancelled");
        caw_unref(second);
    } CAW_END;
}

/* A block with so many children of one kind, which itself sleeps long, and fails so when it is cancelled. */
static CAW_ASYNC(void, block, int count, caw_error_type children_cancelled, caw_error_type cancelled)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            for (int i = 0; i < count; i++) CAW_GROUP_START(g, child(5, CAW_OK, children_cancelled));
            CAW_AWAIT(child(10, CAW_OK, cancelled));
        }
        CAW_END_TASK_GROUP;
        NOT_HERE();
    } CAW_END;
}

static CAW_ASYNC(void, runner_children_error, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            for (int i = 0; i < 3; i++) CAW_GROUP_START(g, child(0.1, CAW_VALUE_ERROR, CAW_OK));
            CAW_GROUP_START(g, sleeper(5));
            CAW_AWAIT(sleeper(10));
        }
        CAW_END_TASK_GROUP;
        NOT_HERE();
    } CAW_END;
}

LAZY_AND_EAGER_TEST(cancel_children_on_child_error)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(caw_spawn(runner_children_error())));
        CHECK_TRACE("cancelled cancelled ExceptionGroup[ValueError ValueError ValueError]");
    } CAW_END;
}

static CAW_ASYNC(void, only_children, int count, caw_error_type cancelled)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            for (int i = 0; i < count; i++) CAW_GROUP_START(g, child(5, CAW_OK, cancelled));
        }
        CAW_END_TASK_GROUP;
        NOT_HERE();
    } CAW_END;
}

LAZY_AND_EAGER_TEST(cancellation)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, only_children(5, CAW_OK))));
        CHECK_TRACE("cancelled cancelled cancelled cancelled cancelled CancelledError");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_07)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, block(5, CAW_OK, CAW_OK))));
        CHECK_TRACE("cancelled cancelled cancelled cancelled cancelled cancelled CancelledError");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_08)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, block(2, CAW_VALUE_ERROR, CAW_OK))));
        CHECK_TRACE("cancelled cancelled cancelled ExceptionGroup[ValueError ValueError]");
    } CAW_END;
}

/* The block fails, after a while or at once: the children are cancelled, the error comes in a group. */
static CAW_ASYNC(void, block_that_fails, double seconds, caw_of(int) * a, caw_of(int) * b)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            *a = caw_group_spawn(g, sleeper(1));
            *b = caw_group_spawn(g, sleeper(2));
            if (seconds > 0) CAW_AWAIT(caw_sleep(seconds));
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static CAW_ASYNC(void, check_block_fails, double seconds)
{
    CAW_BEGIN(void) {
        caw_of(int) a = NULL, b = NULL;
        CAW_AWAIT(trace_outcome(block_that_fails(seconds, &a, &b)));
        CHECK_OUTCOME(a, "cancelled");
        CHECK_OUTCOME(b, "cancelled");
        CHECK_REAL(elapsed(), seconds);
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_09)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_block_fails(0.1));
        CHECK_TRACE("cancelled cancelled ExceptionGroup[ValueError]");
    } CAW_END;
}

/* Lazy children never start; eager ones are in their sleep. */
LAZY_AND_EAGER_TEST(taskgroup_10)
{
    CAW_BEGIN(void) {
        caw_auto probe = caw_spawn(conform_nothing());
        bool     eager = caw_done(probe);
        CAW_AWAIT(probe);
        CAW_AWAIT(check_block_fails(0));
        CHECK_TRACE(eager ? "cancelled cancelled ExceptionGroup[ValueError]" : "ExceptionGroup[ValueError]");
    } CAW_END;
}

/* A group in a group's block; the outer one may have a child of its own. */
static CAW_ASYNC(void, nested_block, bool outer_child)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(outer) {
            if (outer_child) CAW_GROUP_START(outer, caw_sleep(10));
            CAW_AWAIT(block(2, CAW_VALUE_ERROR, CAW_OK));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_11)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, nested_block(false))));
        CHECK_TRACE("cancelled cancelled cancelled ExceptionGroup[ExceptionGroup[ValueError ValueError]]");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_12)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, nested_block(true))));
        CHECK_TRACE("cancelled cancelled cancelled ExceptionGroup[ExceptionGroup[ValueError ValueError]]");
    } CAW_END;
}

static CAW_ASYNC(void, two_crashes, double outer_seconds, double inner_seconds)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(outer) {
            CAW_GROUP_START(outer, child(outer_seconds, CAW_VALUE_ERROR, CAW_OK));
            CAW_WITH_TASK_GROUP(inner) {
                CAW_GROUP_START(inner, child(inner_seconds, CAW_VALUE_ERROR, CAW_OK));
            }
            CAW_END_TASK_GROUP;
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_13)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(caw_spawn(two_crashes(0.1, 10))));
        CHECK_TRACE("cancelled ExceptionGroup[ValueError]");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_14)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(caw_spawn(two_crashes(10, 0.1))));
        CHECK_TRACE("cancelled ExceptionGroup[ExceptionGroup[ValueError]]");
    } CAW_END;
}

/* Cancelled from outside, the block takes its time; meanwhile a child fails: that wins. */
static CAW_ASYNC(void, slow_to_go, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, child(0.3, CAW_VALUE_ERROR, CAW_OK));
            CAW_TRY {
                CAW_AWAIT(caw_sleep(10));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
                CAW_AWAIT(caw_sleep(0.5));
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_15)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, slow_to_go())));
        CHECK_TRACE("ExceptionGroup[ValueError]");
    } CAW_END;
}

static CAW_ASYNC(void, await_slow, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_spawn(slow_to_go()));
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_16)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, await_slow())));
        CHECK_TRACE("ExceptionGroup[ValueError]");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_17)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, block(0, CAW_OK, CAW_OK))));
        CHECK_TRACE("cancelled CancelledError");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_18)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.1, block(0, CAW_OK, CAW_LOOKUP_ERROR))));
        CHECK_TRACE("cancelled ExceptionGroup[LookupError]");
    } CAW_END;
}
