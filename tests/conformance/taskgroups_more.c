/* CPython's BaseTestTaskGroup (test_taskgroups), lazy and eager: which error wins, who may join, what is left of a cancellation. */
#include "groups.h"
#include "tasks.h"

/* A child fails so after 0.1 s; the block, being cancelled for it, fails otherwise. */
static CAW_ASYNC(void, both_fail, caw_error_type of_child, caw_error_type of_block)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, child(0.1, of_child, CAW_OK));
            CAW_AWAIT(child(10, CAW_OK, of_block));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_19)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(caw_spawn(both_fail(CAW_VALUE_ERROR, CAW_LOOKUP_ERROR))));
        CHECK_TRACE("cancelled ExceptionGroup[ValueError LookupError]");
    } CAW_END;
}

/* KeyboardInterrupt leaves bare; who is told of the child's error then is the exception handler. */
static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("<%s>", caw_error_name((int)caw_error_type_of(report->error)));
}

LAZY_AND_EAGER_TEST(taskgroup_20)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), receive, NULL);
        CAW_AWAIT(trace_outcome(both_fail(CAW_VALUE_ERROR, CAW_KEYBOARD_INTERRUPT)));
        CHECK_TRACE("cancelled <ValueError> KeyboardInterrupt");
        caw_set_exception_handler(caw_running_loop(), NULL, NULL);
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_20a)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(both_fail(CAW_VALUE_ERROR, CAW_BASE_EXCEPTION)));
        CHECK_TRACE("cancelled BaseExceptionGroup[ValueError BaseException]");
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_21a)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(both_fail(CAW_BASE_EXCEPTION, CAW_TYPE_ERROR)));
        CHECK_TRACE("cancelled BaseExceptionGroup[BaseException TypeError]");
    } CAW_END;
}

static CAW_ASYNC(void, two_sleepers, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, sleeper(1));
            CAW_GROUP_START(g, sleeper(2));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_22)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(cancel_after(0.05, two_sleepers())));
        CHECK_TRACE("cancelled cancelled CancelledError");
    } CAW_END;
}

static size_t pending(void) { return caw_all_tasks(NULL, NULL, 0); }

/* Children that have ended are forgotten while the block goes on. */
LAZY_AND_EAGER_TEST(taskgroup_23)
{
    CAW_BEGIN(void) {
        size_t   before = pending();
        unsigned blocks = 0;
        CAW_WITH_TASK_GROUP(g) {
            for (int count = 0; count < 10; count++) {
                CAW_AWAIT(caw_sleep(0.1));
                CAW_GROUP_START(g, sleeper(0.3));
                if (count == 5) CHECK(pending() - before < 5);
                if (count == 0) blocks = caw_get_stats().blocks;
            }
            CAW_AWAIT(caw_sleep(1.35));
            CHECK_INT(pending(), before);
            CHECK(caw_get_stats().blocks < blocks + 4); /* nothing of ten children is kept */
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static CAW_ASYNC(void, root, caw_task_group *g)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.1));
        CAW_GROUP_START(g, sleeper(0.1));
        CAW_GROUP_START(g, sleeper(0.2));
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_24)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, root(g));
        }
        CAW_END_TASK_GROUP;
        CHECK_REAL(elapsed(), 0.3);
    } CAW_END;
}

static CAW_ASYNC(void, hydra, caw_task_group *g, int *heads)
{
    CAW_BEGIN(void) {
        ++*heads;
        CAW_AWAIT(caw_sleep(0.01));
        CAW_GROUP_START(g, hydra(g, heads));
        CAW_GROUP_START(g, hydra(g, heads));
    } CAW_END;
}

static CAW_ASYNC(void, hercules, const int *heads)
{
    CAW_BEGIN(void) {
        while (*heads < 10) CAW_AWAIT(caw_sleep(0.015));
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

static CAW_ASYNC(void, fight, int *heads)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, hydra(g, heads));
            CAW_GROUP_START(g, hercules(heads));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_25)
{
    CAW_BEGIN(void) {
        int heads = 0;
        CAW_AWAIT(trace_outcome(fight(&heads)));
        CHECK_TRACE("ExceptionGroup[ValueError]");
        CHECK(heads >= 10);
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_task_name)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            caw_auto t = caw_group_spawn(g, caw_sleep(0), .name = "yolo");
            CHECK_TEXT(caw_task_name(t), "yolo");
            caw_unref(t);
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(name)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, tell_name(), .name = "example_name");
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("example_name");
    } CAW_END;
}

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(-1));

static CAW_ASYNC(void, set_number, int value)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_CHECK(caw_context_set(&number, caw_int(value)));
    } CAW_END;
}

static void trace_number(void *unused)
{
    (void)unused;
    trace("%d", caw_context_get(&number).as_int32);
}

LAZY_AND_EAGER_TEST(taskgroup_task_context)
{
    CAW_BEGIN(void) {
        caw_context *context = caw_context_copy();
        CAW_DEFER(caw_unref, context);
        CAW_WITH_TASK_GROUP(g) {
            caw_context_run(context, trace_number, NULL);
            CAW_AWAIT(caw_group_spawn(g, set_number(1), .context = context));
            caw_context_run(context, trace_number, NULL);
            CAW_AWAIT(caw_group_spawn(g, set_number(2), .context = context));
            caw_context_run(context, trace_number, NULL);
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("-1 1 2");
    } CAW_END;
}

/* ---- Who may join ---------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, join_too_late, caw_task_group *g)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_sleep(1), CAW_CANCELLED_ERROR, NULL);
        CHECK_RAISES(caw_group_spawn(g, tell_name()), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

static CAW_ASYNC(void, failing_group, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(g) {
            CAW_GROUP_START(g, child(0.001, CAW_VALUE_ERROR, CAW_OK));
            CAW_GROUP_START(g, join_too_late(g));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_no_create_task_after_failure)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_outcome(failing_group()));
        CHECK_TRACE("ExceptionGroup[ValueError]");
    } CAW_END;
}

/* A manager whose exit fails, around the block in which a child's failure arrives. */
static CAW_ASYNC(bool, exit_failing, void *self, caw_error *error)
{
    (void)self, (void)error;
    CAW_BEGIN(bool) {
        CAW_RAISE(CAW_LOOKUP_ERROR, NULL);
    } CAW_END;
}
static const caw_with_type database_type = {.exit = exit_failing};

static CAW_ASYNC(void, group_and_database, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(g) {
                CAW_WITH(((caw_with){NULL, &database_type})) {
                    CAW_GROUP_START(g, child(0, CAW_LOOKUP_ERROR, CAW_OK));
                    CAW_AWAIT(caw_sleep(1));
                }
                CAW_END_WITH;
            }
            CAW_END_TASK_GROUP;
            NOT_HERE();
        } CAW_EXCEPT_GROUP(CAW_LOOKUP_ERROR, e) {
            CHECK_INT(caw_cancelling(me()), 0);
            CHECK_INT(caw_error_child_count(e), 2);
            trace("both");
        }
        CAW_END_TRY;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_context_manager_exit_raises)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_spawn(group_and_database()));
        CHECK_TRACE("both");
    } CAW_END;
}

static CAW_ASYNC(void, enter, caw_task_group *g)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_task_group_with(g)) {
        }
        CAW_END_WITH;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_already_entered)
{
    CAW_BEGIN(void) {
        caw_task_group *g = caw_task_group_new();
        CAW_DEFER(caw_unref, g);
        CAW_WITH(caw_task_group_with(g)) {
            CHECK_RAISES(enter(g), CAW_RUNTIME_ERROR, NULL);
        }
        CAW_END_WITH;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_double_enter)
{
    CAW_BEGIN(void) {
        caw_task_group *g = caw_task_group_new();
        CAW_DEFER(caw_unref, g);
        CAW_AWAIT(enter(g));
        CHECK_RAISES(enter(g), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

LAZY_AND_EAGER_TEST(taskgroup_not_entered)
{
    CAW_BEGIN(void) {
        caw_task_group *g = caw_task_group_new();
        CAW_DEFER(caw_unref, g);
        CHECK_RAISES(caw_group_spawn(g, tell_name()), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

/* What is refused is closed: the frame of the case sees that nothing is left of it. */
LAZY_AND_EAGER_TEST(coro_closed_when_tg_closed)
{
    CAW_BEGIN(void) {
        caw_task_group *g = caw_task_group_new();
        CAW_DEFER(caw_unref, g);
        CAW_AWAIT(enter(g));
        CHECK_RAISES(caw_group_spawn(g, tell_name()), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}
