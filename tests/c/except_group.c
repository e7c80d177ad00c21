/* CAW_EXCEPT_GROUP: which sections run, with what, and what is raised in the end. Checked against CPython 3.15. */
#include "groups.h"

static void got(const caw_error *group)
{
    char text[1024] = "";
    append_group(text, sizeof text, group);
    trace("got:%s", text);
}

/* Each raises `error` (consumed) and handles it in another way. */
typedef caw_of(void) handler(caw_error *error);

#define HANDLER(name) static CAW_ASYNC(void, name, caw_error *error)

HANDLER(one)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            got(group);
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(everything)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_BASE_EXCEPTION, group) {
            got(group);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            trace("wrong");
        }
        CAW_END_TRY;
        trace("after");
    } CAW_END;
}

HANDLER(no_match)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_QUEUE_FULL, group) {
            trace("wrong");
        } CAW_EXCEPT_GROUP(CAW_QUEUE_EMPTY, group) {
            trace("wrong");
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(reraise)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_AWAIT(caw_sleep(0));
            CAW_RERAISE();
        } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
            trace("type");
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(reraise_all)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_RERAISE();
        } CAW_EXCEPT_GROUP(CAW_OS_ERROR, group) {
            CAW_RERAISE();
        } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(raise_new)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_RAISE(CAW_RUNTIME_ERROR, "new1");
        } CAW_EXCEPT_GROUP(CAW_OS_ERROR, group) {
            CAW_AWAIT(caw_sleep(0));
            CAW_RAISE(CAW_RUNTIME_ERROR, "new2");
        } CAW_FINALLY {
            trace("finally");
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(raise_new_and_again)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_RAISE(CAW_RUNTIME_ERROR, "new1");
        } CAW_EXCEPT_GROUP(CAW_OS_ERROR, group) {
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(raise_new_for_all)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_EXCEPTION, group) {
            CAW_RAISE(CAW_RUNTIME_ERROR, "new1");
        }
        CAW_END_TRY;
    } CAW_END;
}

HANDLER(leave_by_break)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) {
            CAW_TRY {
                CAW_RAISE_ERROR(error);
            } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
                break;
            } CAW_EXCEPT_GROUP(CAW_QUEUE_FULL, group) {
                trace("wrong");
            } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
                trace("type");
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

/* What comes out of a handler, as text; `same`: it is the very error that went in. */
static CAW_ASYNC(void, out_of, caw_of(void) handling, const caw_error *in)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(handling);
            trace("out:nothing");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            char text[1024] = "";
            append_group(text, sizeof text, error);
            trace("out:%s%s", text, error == in ? " same" : "");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, play, handler *handle, caw_error *error)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(out_of(handle(caw_ref(error)), error));
        caw_unref(error);
    } CAW_END;
}

#define PLAY(handle, want)                                                                                                     \
    CAW_AWAIT(play(handle, make_group()));                                                                                     \
    CHECK_TRACE(want)
#define PLAY_NAKED(handle, want)                                                                                               \
    CAW_AWAIT(play(handle, LEAF(CAW_VALUE_ERROR, "v")));                                                                       \
    CHECK_TRACE(want)

ASYNC_TEST(a_section_catches_its_part_and_the_rest_goes_on)
{
    CAW_BEGIN(void) {
        PLAY(one, "got:ExceptionGroup(m)[ValueError(1),ExceptionGroup(n)[ValueError(3)]]<note><more> "
                  "out:ExceptionGroup(m)[TypeError(2),ExceptionGroup(n)[OSError(4)]]<note><more>");
        PLAY(everything, "got:ExceptionGroup(m)[ValueError(1),TypeError(2),ExceptionGroup(n)[ValueError(3),OSError(4)]]"
                         "<note><more> after out:nothing");
        PLAY(no_match, "out:ExceptionGroup(m)[ValueError(1),TypeError(2),ExceptionGroup(n)[ValueError(3),OSError(4)]]"
                       "<note><more> same");
    } CAW_END;
}

ASYNC_TEST(an_error_that_is_no_group_is_caught_as_one)
{
    CAW_BEGIN(void) {
        PLAY_NAKED(one, "got:ExceptionGroup()[ValueError(v)] out:nothing");
        PLAY_NAKED(everything, "got:ExceptionGroup()[ValueError(v)] after out:nothing");
        PLAY_NAKED(no_match, "out:ValueError(v) same");
        PLAY_NAKED(reraise, "out:ExceptionGroup()[ValueError(v)]");
        PLAY_NAKED(raise_new_for_all, "out:RuntimeError(new1)");
        CAW_AWAIT(play(everything, LEAF(CAW_CANCELLED_ERROR, "c")));
        CHECK_TRACE("got:BaseExceptionGroup()[CancelledError(c)] after out:nothing");
    } CAW_END;
}

ASYNC_TEST(what_is_raised_again_goes_on_with_the_rest)
{
    CAW_BEGIN(void) {
        PLAY(reraise, "type out:ExceptionGroup(m)[ValueError(1),ExceptionGroup(n)[ValueError(3),OSError(4)]]<note><more>");
        PLAY(reraise_all,
             "out:ExceptionGroup(m)[ValueError(1),TypeError(2),ExceptionGroup(n)[ValueError(3),OSError(4)]]<note><more>");
    } CAW_END;
}

ASYNC_TEST(new_errors_are_put_before_what_goes_on)
{
    CAW_BEGIN(void) {
        PLAY(raise_new, "finally out:ExceptionGroup()[RuntimeError(new1),RuntimeError(new2),"
                        "ExceptionGroup(m)[TypeError(2)]<note><more>]");
        PLAY(raise_new_and_again, "out:ExceptionGroup()[RuntimeError(new1),"
                                  "ExceptionGroup(m)[TypeError(2),ExceptionGroup(n)[OSError(4)]]<note><more>]");
        PLAY(raise_new_for_all, "out:RuntimeError(new1)");
        caw_error *both[] = {LEAF(CAW_VALUE_ERROR, "1"), LEAF(CAW_OS_ERROR, "2")};
        CAW_AWAIT(play(raise_new, caw_error_group("m", both, 2)));
        CHECK_TRACE("finally out:ExceptionGroup()[RuntimeError(new1),RuntimeError(new2)]");
        caw_error *base[] = {LEAF(CAW_VALUE_ERROR, "1"), LEAF(CAW_CANCELLED_ERROR, "2")};
        CAW_AWAIT(play(raise_new, caw_error_group("b", base, 2)));
        CHECK_TRACE("finally out:BaseExceptionGroup()[RuntimeError(new1),BaseExceptionGroup(b)[CancelledError(2)]]");
    } CAW_END;
}

ASYNC_TEST(break_out_of_a_section_is_a_new_error)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(leave_by_break(make_group()));
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            CHECK_INT(caw_error_type_of(caw_error_child(error, 0)), CAW_RUNTIME_ERROR);
            CHECK_GROUP(caw_error_child(error, 1), "ExceptionGroup(m)[ExceptionGroup(n)[OSError(4)]]<note><more>");
            CHECK_INT(caw_error_child_count(error), 2);
        }
        CAW_END_TRY;
        CHECK_TRACE("type");
    } CAW_END;
}

/* ---- Contexts ------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, while_another_is_handled, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_LOOKUP_ERROR, "outer");
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CAW_AWAIT(raise_new(GROUP("m", LEAF(CAW_VALUE_ERROR, "1"), LEAF(CAW_TYPE_ERROR, "2"))));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_new_error_has_the_sections_group_as_context)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(while_another_is_handled());
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            caw_error *fresh = caw_error_child(error, 0);
            CHECK_GROUP(caw_error_context(fresh), "ExceptionGroup(m)[ValueError(1)]");
        }
        CAW_END_TRY;
        CHECK_TRACE("finally");
    } CAW_END;
}

/* Python makes a cycle here; a cycle of counted objects would stay for ever. */
HANDLER(raise_part)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(error);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_RAISE_ERROR(caw_ref(caw_error_child(group, 0)));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_part_of_the_group_is_raised)
{
    CAW_BEGIN(void) {
        PLAY(raise_part, "out:ExceptionGroup()[ValueError(1),"
                         "ExceptionGroup(m)[TypeError(2),ExceptionGroup(n)[OSError(4)]]<note><more>]");
        PLAY_NAKED(raise_part, "out:ValueError(v) same");
    } CAW_END;
}

/* ---- Together with the rest of the dialect ------------------------------------------------------------------------------- */

static CAW_ASYNC(int, without_errors, bool early)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            if (early) CAW_RETURN(1);
            trace("body");
        } CAW_EXCEPT_GROUP(CAW_EXCEPTION, group) {
            trace("wrong");
        } CAW_FINALLY {
            trace("finally");
            if (!early) CAW_RETURN(2);
        }
        CAW_END_TRY;
        CAW_RETURN(3);
    } CAW_END;
}

ASYNC_TEST(without_an_error_no_section_runs)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(without_errors(true)), 1);
        CHECK_INT(CAW_AWAIT(without_errors(false)), 2);
        CHECK_TRACE("finally body finally");
    } CAW_END;
}

static CAW_ASYNC(void, fail, caw_error_type type)
{
    CAW_BEGIN(void) {
        CAW_RAISE(type, "child");
    } CAW_END;
}

ASYNC_TEST(the_errors_of_a_task_group)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_TRY {
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, fail(CAW_VALUE_ERROR));
                    CAW_GROUP_START(group, fail(CAW_TYPE_ERROR));
                    CAW_GROUP_START(group, fail(CAW_VALUE_ERROR));
                }
                CAW_END_TASK_GROUP;
            } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, errors) {
                trace("values:%d", (int)caw_error_child_count(errors));
                CAW_TRY { /* another inside a section */
                    CAW_RAISE_ERROR(make_group());
                } CAW_EXCEPT_GROUP(CAW_EXCEPTION, inner) {
                    trace("inner:%d", (int)caw_error_child_count(inner));
                }
                CAW_END_TRY;
            } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, errors) {
                trace("types:%d", (int)caw_error_child_count(errors));
                CAW_RERAISE();
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            CHECK_GROUP(error, "ExceptionGroup(unhandled errors in a TaskGroup)[TypeError(child)]");
            trace("out");
        }
        CAW_END_TRY;
        CHECK_TRACE("values:2 inner:3 types:1 out");
    } CAW_END;
}
