/* Task groups: the life of a group and its children. Traces checked against CPython 3.15. */
#include "child.h"

static CAW_ASYNC(int, square, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(n));
        CAW_RETURN(n * n);
    } CAW_END;
}

ASYNC_TEST(the_block_ends_after_its_children)
{
    CAW_BEGIN(void) {
        caw_of(int) a = NULL, b = NULL;
        CAW_WITH_TASK_GROUP(group) {
            a = caw_group_spawn(group, square(3), .name = "three");
            b = caw_group_spawn(group, square(2));
            CAW_GROUP_START(group, child("c"));
            CAW_GROUP_START(group, child("d"), .name = "d");
            CHECK_TEXT(caw_task_name(a), "three");
            CHECK(!caw_done(a));
            trace("body");
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("body +c -c +d -d");
        CHECK_REAL(elapsed(), 3);
        int n = 0;
        CHECK_INT(caw_result(a, &n), 0);
        CHECK_INT(n, 9);
        caw_unref(a);
        CHECK_INT(CAW_AWAIT(b), 4);
    } CAW_END;
}

ASYNC_TEST(leaving_takes_two_passes)
{
    CAW_BEGIN(void) {
        caw_auto counter = caw_spawn(tick(9));
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a", .yields = 1));
            CAW_GROUP_START(group, child("b", .yields = 3));
            trace("body");
        }
        CAW_END_TASK_GROUP;
        trace("after");
        CAW_AWAIT(counter);
        CHECK_TRACE("body 0 +a +b 1 -a 2 3 -b 4 5 after 6 7 8");
    } CAW_END;
}

ASYNC_TEST(leaving_takes_no_pass_when_no_child_is_left)
{
    CAW_BEGIN(void) {
        caw_auto counter = caw_spawn(tick(5));
        CAW_WITH_TASK_GROUP(group) {
            trace("empty");
        }
        CAW_END_TASK_GROUP;
        trace("after");
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a"));
            for (int i = 0; i < 3; i++) CAW_AWAIT(caw_sleep(0));
            trace("body");
        }
        CAW_END_TASK_GROUP;
        trace("after");
        CAW_AWAIT(counter);
        CHECK_TRACE("empty after 0 +a -a 1 2 body after 3 4");
    } CAW_END;
}

static CAW_ASYNC(void, outer, caw_task_group *group)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_GROUP_START(group, child("late", .yields = 1));
        trace("outer");
    } CAW_END;
}

ASYNC_TEST(children_start_others_while_the_end_waits)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, outer(group));
            trace("body");
        }
        CAW_END_TASK_GROUP;
        trace("after");
        CHECK_TRACE("body outer +late -late after");
    } CAW_END;
}

/* ---- Refused ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, owning, const char *word)
{
    CAW_BEGIN_OWNING(void, say((void *)(uintptr_t) word)) {
        trace("wrong");
    } CAW_END;
}

ASYNC_TEST(a_group_takes_children_only_between_enter_and_the_end)
{
    CAW_BEGIN(void) {
        caw_task_group *group = caw_task_group_new();
        CAW_DEFER(caw_unref, group);
        CHECK_RAISES(caw_group_spawn(group, owning("dropped")), CAW_RUNTIME_ERROR, "the task group has not been entered");
        CAW_WITH(caw_task_group_with(group)) {
            caw_group_cancel(group);
            CHECK_RAISES(caw_group_spawn(group, owning("dropped")), CAW_RUNTIME_ERROR, "the task group is shutting down");
        }
        CAW_END_WITH;
        CHECK_RAISES(caw_group_spawn(group, owning("dropped")), CAW_RUNTIME_ERROR, "the task group is finished");
        CHECK_TRACE("dropped dropped dropped");
        CAW_TRY {
            CAW_GROUP_START(group, owning("dropped"));
            trace("wrong");
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "the task group is finished");
        }
        CAW_END_TRY;
        CHECK_TRACE("dropped");
        CAW_TRY {
            CAW_WITH(caw_task_group_with(group)) {
                trace("wrong");
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "the task group has already been entered");
            trace("refused");
        }
        CAW_END_TRY;
        CHECK_TRACE("refused");
    } CAW_END;
}

ASYNC_TEST(a_call_that_failed_is_no_child)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, caw_wait_for(caw_sleep(1), NAN));
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("ExceptionGroup[ValueError] 0");
    } CAW_END;
}

/* ---- What else can be a child -------------------------------------------------------------------------------------------- */

static void set_two(void *future) { (void)caw_set_result((caw_of(int))(uintptr_t)future, 2); }

ASYNC_TEST(futures_and_tasks_join_as_they_are)
{
    CAW_BEGIN(void) {
        caw_of(int) future = caw_future(int);
        CAW_DEFER(caw_unref, future);
        caw_auto task = caw_spawn(child("task", .yields = 1)), done = caw_spawn(child("done"), .eager = true);
        CAW_WITH_TASK_GROUP(group) {
            caw_auto joined = caw_group_spawn(group, caw_ref(future));
            CHECK(caw_base(joined) == caw_base(future));
            caw_unref(joined);
            CAW_GROUP_START(group, task);
            CAW_GROUP_START(group, done);
            CAW_GROUP_START(group, caw_sleep(1));
            caw_unref(caw_call_later(NULL, 2, set_two, caw_base(future)));
        }
        CAW_END_TASK_GROUP;
        CHECK_REAL(elapsed(), 2);
        CHECK_TRACE("+done -done +task -task");
        CHECK_INT(CAW_AWAIT(caw_ref(future)), 2);
    } CAW_END;
}

ASYNC_TEST(eager_children)
{
    CAW_BEGIN(void) {
        caw_loop_set_eager(caw_running_loop(), true);
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a"));
            CAW_GROUP_START(group, child("b", .yields = 1));
            trace("body");
        }
        CAW_END_TASK_GROUP;
        caw_loop_set_eager(caw_running_loop(), false);
        CHECK_TRACE("+a -a +b body -b");
    } CAW_END;
}

/* A gather as a child: it is no task, but can be cancelled. */
ASYNC_TEST(a_child_that_is_no_task_is_cancelled)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, caw_gather(child("a", .yields = 9), child("b", .yields = 9)));
            CAW_AWAIT(caw_sleep(0));
            CAW_AWAIT(caw_sleep(0));
            caw_group_cancel(group);
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("+a +b !a !b");
    } CAW_END;
}

/* ---- The loop is closed --------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, grouped, double body)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a", .yields = 1000));
            CAW_GROUP_START(group, child("failing", .yields = 1, .error = CAW_VALUE_ERROR, .cleanup = 1), .eager = true);
            CAW_AWAIT(caw_sleep(body));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

TEST(a_loop_closed_under_groups)
{
    for (int turns = 1; turns < 6; turns++) {
        caw_loop *loop = caw_loop_new();
        caw_unref(caw_spawn(grouped(0), .loop = loop));
        caw_unref(caw_spawn(grouped(9), .loop = loop));
        for (int i = 0; i < turns; i++) caw_loop_turn(loop, &(caw_budget){.jobs = 3});
        caw_loop_close(loop);
        CHECK(strstr(test.log, "ignored GeneratorExit") == NULL);
        test.log[0] = test.trace[0] = 0;
    }
}

static CAW_ASYNC(void, wait_for_ever, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, caw_future(void));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

TEST(a_deadlock_names_the_group)
{
    CHECK_ERROR(caw_run(wait_for_ever(), NULL), CAW_RUNTIME_ERROR, NULL);
    CHECK_LOGGED("(T) Task-1: waits for a TaskGroup\n");
}

/* ---- From outside its loop ------------------------------------------------------------------------------------------------------- */

static caw_task_group *its_group;

static CAW_ASYNC(void, stand_in_group, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            its_group = group;
            CAW_AWAIT(caw_sleep(0));
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

/* A child is the group's loop's, wherever it is spawned; what is another loop's already is not taken. */
TEST(spawned_from_outside)
{
    caw_loop *loop = caw_loop_new(), *elsewhere = caw_loop_new();
    caw_auto  task = caw_spawn(stand_in_group(), .loop = loop);
    caw_loop_turn(loop, &(caw_budget){.jobs = 1});
    caw_auto it = caw_group_spawn(its_group, child("a", .yields = 1));
    CHECK(caw_loop_of(it) == loop);
    caw_auto other = caw_future_on(elsewhere, void);
    caw_auto refused = caw_group_spawn(its_group, caw_ref(other));
    CHECK_ERROR(caw_exception(refused), CAW_VALUE_ERROR, "the future belongs to a different loop");
    for (int i = 0; i < 5; i++) caw_loop_turn(loop, NULL);
    CHECK_TRACE("+a -a");
    CHECK_INT(caw_result(task, NULL), 0);
    caw_unref(refused);
    caw_unref(other);
    caw_unref(it);
    caw_unref(task);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(caw_loop_close(elsewhere), 0);
}

ASYNC_TEST(another_loop_s_future)
{
    CAW_BEGIN(void) {
        caw_loop *elsewhere = caw_loop_new();
        caw_auto  other = caw_future_on(elsewhere, void);
        CAW_WITH_TASK_GROUP(group) {
            CHECK_RAISES(caw_group_spawn(group, caw_ref(other)), CAW_RUNTIME_ERROR,
                          "the future belongs to a different event loop than the task group");
        }
        CAW_END_TASK_GROUP;
        caw_unref(other);
        CHECK_INT(caw_loop_close(elsewhere), 0);
    } CAW_END;
}

static void enter_in_callback(void *group)
{
    caw_with with = caw_task_group_with(group);
    caw_auto entering = with.type->enter(with.self);
    CHECK_ERROR(caw_exception(entering), CAW_RUNTIME_ERROR, "the task group has no parent task");
    caw_unref(entering);
    trace("refused");
}

ASYNC_TEST(entered_by_no_task)
{
    CAW_BEGIN(void) {
        caw_task_group *group = caw_task_group_new();
        caw_unref(caw_call_soon(NULL, enter_in_callback, group));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("refused");
        caw_unref(group);
    } CAW_END;
}

/* ---- Cancelled too late, or twice ------------------------------------------------------------------------------------------------ */

ASYNC_TEST(cancelled_after_its_end_or_again)
{
    CAW_BEGIN(void) {
        caw_task_group *kept = NULL;
        caw_auto        task = caw_future(void);
        CAW_WITH_TASK_GROUP(group) {
            kept = caw_ref(group);
            caw_unref(task);
            task = caw_group_spawn(group, child("a", .yields = 9, .cleanup = 1));
            CAW_AWAIT(caw_sleep(0));
            caw_group_cancel(group);
            CHECK_INT(caw_cancelling(task), 1);
            CHECK_INT(caw_cancelling(me()), 1);
            caw_group_cancel(group);
            CHECK_INT(caw_cancelling(task), 1);
            CHECK_INT(caw_cancelling(me()), 1);
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("+a !a");
        CHECK_INT(caw_cancelling(me()), 0);
        caw_group_cancel(kept);
        caw_unref(kept);
        caw_unref(task);
        CAW_WITH_TASK_GROUP(group) {
            kept = caw_ref(group);
        }
        CAW_END_TASK_GROUP;
        caw_group_cancel(kept); /* nobody is in it any more */
        CHECK_INT(caw_cancelling(me()), 0);
        CAW_AWAIT(caw_sleep(0));
        caw_unref(kept);
    } CAW_END;
}
