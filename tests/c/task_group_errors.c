/* Task groups: which errors leave one, and who is cancelled for them. Traces checked against CPython 3.15. */
#include "child.h"

ASYNC_TEST(one_fails)
{
    CAW_BEGIN(void) {
        caw_auto counter = caw_spawn(tick(9));
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 9));
                CAW_GROUP_START(group, child("b", .yields = 2, .error = CAW_VALUE_ERROR));
                CAW_GROUP_START(group, child("c", .yields = 9));
                CAW_TRY {
                    CAW_AWAIT(caw_sleep(10));
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                    trace("body-cancelled:%d", caw_cancelling(me()));
                    CAW_RERAISE();
                }
                CAW_END_TRY;
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            trace_error(error);
            trace("%d", caw_cancelling(me()));
            trace_error(caw_error_context(error));
            CHECK(caw_error_cause(error) == NULL);
            CHECK_TEXT(caw_error_message(error), "unhandled errors in a TaskGroup");
            CHECK_TEXT(caw_error_message(caw_error_child(error, 0)), "b");
            char text[1024];
            caw_error_format(error, text, sizeof text);
            CHECK(strstr(text, "[1] ValueError: b") != NULL);
            CHECK(strstr(text, "while handling") == NULL); /* from None */
        }
        CAW_END_TRY;
        CAW_AWAIT(counter);
        CHECK_TRACE("0 +a +b +c 1 2 3 !c 4 !a body-cancelled:1 5 6 ExceptionGroup[ValueError] 0 CancelledError 7 8");
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

ASYNC_TEST(several_fail)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 3, .error = CAW_VALUE_ERROR));
                CAW_GROUP_START(group, child("b", .yields = 2, .error = CAW_TYPE_ERROR));
                CAW_GROUP_START(group, child("c", .yields = 9, .cleanup = 1, .cleanup_error = CAW_OS_ERROR));
                CAW_GROUP_START(group, child("d", .yields = 2, .error = CAW_LOOKUP_ERROR));
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("+a +b +c +d !c ExceptionGroup[TypeError,LookupError,ValueError,OSError] 0");
    } CAW_END;
}

ASYNC_TEST(the_blocks_own_error_is_last)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 9, .cleanup = 1, .cleanup_error = CAW_TYPE_ERROR));
                CAW_GROUP_START(group, child("b", .yields = 9));
                CAW_AWAIT(caw_sleep(0));
                CAW_RAISE(CAW_VALUE_ERROR, NULL);
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace_error(error);
            trace("%d", caw_cancelling(me()));
            trace_error(caw_error_context(error));
        }
        CAW_END_TRY;
        CHECK_TRACE("+a +b !a !b ExceptionGroup[TypeError,ValueError] 0 ValueError");
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_RAISE(CAW_VALUE_ERROR, NULL);
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("ExceptionGroup[ValueError] 0");
    } CAW_END;
}

ASYNC_TEST(break_out_of_the_block_is_an_error_of_it)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            for (int i = 0; i < 2; i++) {
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, child("a", .yields = 9), .eager = true);
                    break;
                }
                CAW_END_TASK_GROUP;
            }
        }
        TRACE_ERROR;
        CHECK_TRACE("+a !a ExceptionGroup[RuntimeError] 0");
    } CAW_END;
}

static CAW_ASYNC(int, return_out, void)
{
    CAW_BEGIN(int) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a", .yields = 2));
            CAW_RETURN(7);
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

ASYNC_TEST(returning_waits_for_the_children)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(return_out()), 7);
        CHECK_TRACE("+a -a");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_child_is_no_error)
{
    CAW_BEGIN(void) {
        caw_of(void) a = NULL;
        CAW_WITH_TASK_GROUP(group) {
            a = caw_group_spawn(group, child("a", .yields = 9));
            CAW_GROUP_START(group, child("b", .yields = 2));
            CAW_AWAIT(caw_sleep(0));
            caw_cancel(a, NULL);
        }
        CAW_END_TASK_GROUP;
        CHECK(caw_cancelled(a));
        caw_unref(a);
        CHECK_TRACE("+a +b !a -b");
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a", .yields = 1, .error = CAW_CANCELLED_ERROR));
            CAW_GROUP_START(group, child("b", .yields = 2));
        }
        CAW_END_TASK_GROUP;
        CHECK_TRACE("+a +b !a -b");
    } CAW_END;
}

/* ---- Errors that are no Exceptions --------------------------------------------------------------------------------------- */

ASYNC_TEST(a_lone_generator_exit_of_the_block_leaves_bare)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) {
            CAW_TRY {
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, child("a", .yields = 9, .cleanup_error = i ? CAW_VALUE_ERROR : CAW_OK));
                    CAW_AWAIT(caw_sleep(0));
                    CAW_RAISE(CAW_GENERATOR_EXIT, NULL);
                }
                CAW_END_TASK_GROUP;
            }
            TRACE_ERROR;
        }
        CHECK_TRACE("+a !a GeneratorExit 0 +a !a BaseExceptionGroup[ValueError,GeneratorExit] 0");
    } CAW_END;
}

static void on_report(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("report:%s", caw_error_name((int)caw_error_type_of(report->error)));
}

ASYNC_TEST(what_ends_the_program_leaves_bare_and_the_rest_is_reported)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), on_report, NULL);
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .yields = 9, .cleanup_error = CAW_VALUE_ERROR));
                CAW_AWAIT(caw_sleep(0));
                CAW_RAISE(CAW_KEYBOARD_INTERRUPT, NULL);
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("+a !a report:ValueError KeyboardInterrupt 0");
    } CAW_END;
}

/* ---- Eager ones ----------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, boom, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

/* The block is not cancelled inside the call that starts the child, nor before the child's callback has run (rule 31). */
ASYNC_TEST(an_eager_child_fails_at_once)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                caw_auto failed = caw_group_spawn(group, boom(), .eager = true);
                CHECK(caw_done(failed));
                caw_unref(failed);
                CAW_GROUP_START(group, child("b", .yields = 3));
                trace("more");
                CAW_TRY {
                    CAW_AWAIT(caw_sleep(0));
                    trace("once");
                    CAW_AWAIT(caw_sleep(0));
                    trace("twice");
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                    trace("body-cancelled");
                    CAW_RERAISE();
                }
                CAW_END_TRY;
            }
            CAW_END_TASK_GROUP;
        }
        TRACE_ERROR;
        CHECK_TRACE("more body-cancelled ExceptionGroup[ValueError] 0");
    } CAW_END;
}

/* ---- Nested --------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, nested, caw_error_type outer, caw_error_type inner, int cleanup)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, child("a", .yields = outer ? 2 : 9, .error = outer));
            CAW_TRY {
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, child("b", .yields = inner ? 2 : 9, .error = inner, .cleanup = cleanup));
                }
                CAW_END_TASK_GROUP;
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                trace("inner:");
                trace_error(error);
                trace("%d", caw_cancelling(me()));
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

ASYNC_TEST(groups_in_groups)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nested(CAW_VALUE_ERROR, CAW_OK, 2));
        }
        TRACE_ERROR;
        CHECK_TRACE("+a +b !b inner: CancelledError 1 ExceptionGroup[ValueError] 0");
        CAW_TRY {
            CAW_AWAIT(nested(CAW_VALUE_ERROR, CAW_TYPE_ERROR, 0));
        }
        TRACE_ERROR;
        CHECK_TRACE("+a +b inner: ExceptionGroup[TypeError] 1 ExceptionGroup[ValueError,ExceptionGroup[TypeError]] 0");
        CAW_TRY {
            CAW_AWAIT(nested(CAW_OK, CAW_TYPE_ERROR, 0));
        }
        TRACE_ERROR;
        CHECK_TRACE("+a +b inner: ExceptionGroup[TypeError] 0 !a ExceptionGroup[ExceptionGroup[TypeError]] 0");
    } CAW_END;
}

/* ---- The parent has gone -------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, enter_and_go, caw_task_group *group)
{
    CAW_BEGIN(void) {
        caw_with with = caw_task_group_with(group);
        CHECK(with.type->enter(with.self) == NULL);
        CAW_GROUP_START(group, child("a", .yields = 3, .error = CAW_VALUE_ERROR));
    } CAW_END;
}

ASYNC_TEST(a_child_that_fails_after_the_parent_is_reported)
{
    CAW_BEGIN(void) {
        caw_task_group *group = caw_task_group_new();
        CAW_AWAIT(caw_spawn(enter_and_go(group), .name = "parent"));
        for (int i = 0; i < 6; i++) CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("+a");
        CHECK_LOGGED("a task of a group has failed, but the group's parent 'parent' is already done");
        caw_unref(group);
    } CAW_END;
}

/* ---- On a loop that its host turns: nothing breaks a run off there ---------------------------------------------------------------- */

static CAW_ASYNC(void, group_of, caw_error_type first, caw_error_type second, caw_error_type body)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child("a", .error = first));
                CAW_GROUP_START(group, child("b", .error = second));
                CAW_GROUP_START(group, child("c", .yields = 9));
                if (body) {
                    CAW_AWAIT(caw_sleep(0));
                    CAW_TRY {
                        CAW_AWAIT(caw_sleep(9));
                    } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                        CAW_RAISE(body, "body");
                    }
                    CAW_END_TRY;
                }
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s:%s", caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

static void turned(caw_of(void) body)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  task = caw_spawn(body, .loop = loop);
    for (int i = 0; i < 20; i++) caw_loop_turn(loop, NULL);
    CHECK_INT(caw_result(task, NULL), 0);
    caw_unref(task);
    CHECK_INT(caw_loop_close(loop), 0);
    test.log[0] = 0;
}

/* The first error that ends programs leaves the group alone, the block's own only if there is none before it. */
TEST(errors_that_end_programs)
{
    turned(group_of(CAW_SYSTEM_EXIT, CAW_VALUE_ERROR, CAW_OK));
    CHECK_TRACE("+a +b +c !c SystemExit:a");
    turned(group_of(CAW_KEYBOARD_INTERRUPT, CAW_SYSTEM_EXIT, CAW_OK));
    CHECK_TRACE("+a +b +c !c KeyboardInterrupt:a");
    turned(group_of(CAW_VALUE_ERROR, CAW_SYSTEM_EXIT, CAW_OK));
    CHECK_TRACE("+a +b +c !c SystemExit:b");
    turned(group_of(CAW_SYSTEM_EXIT, CAW_VALUE_ERROR, CAW_KEYBOARD_INTERRUPT));
    CHECK_TRACE("+a +b +c !c SystemExit:a");
    turned(group_of(CAW_VALUE_ERROR, CAW_TYPE_ERROR, CAW_KEYBOARD_INTERRUPT));
    CHECK_TRACE("+a +b +c !c KeyboardInterrupt:body");
}
