/* Raising and handling: which section runs, in which order, on every way through CAW_TRY. */
#include "test.h"

static CAW_ASYNC(void, fail, caw_error_type type, int yields)
{
    CAW_BEGIN(void) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        if (type) CAW_RAISE(type, "from fail");
    } CAW_END;
}

/* Every section awaits, so that each way is tried with and without suspending. */
static CAW_ASYNC(int, sections, caw_error_type type, int yields, bool returns)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(fail(type, yields));
            trace("body");
            if (returns) CAW_RETURN(1);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_AWAIT(fail(CAW_OK, yields));
            trace("value");
            if (returns) CAW_RETURN(2);
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            trace("os");
            CAW_RAISE(CAW_TYPE_ERROR, "in handler");
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CAW_RERAISE();
        } CAW_FINALLY {
            CAW_AWAIT(fail(CAW_OK, yields));
            trace("finally");
        }
        CAW_END_TRY;
        trace("after");
        CAW_RETURN(0);
    } CAW_END;
}

ASYNC_TEST(the_right_sections_run)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 3; yields++) {
            CHECK_INT(CAW_AWAIT(sections(CAW_OK, yields, false)), 0);
            CHECK_TRACE("body finally after");
            CHECK_INT(CAW_AWAIT(sections(CAW_OK, yields, true)), 1);
            CHECK_TRACE("body finally");
            CHECK_INT(CAW_AWAIT(sections(CAW_VALUE_ERROR, yields, false)), 0);
            CHECK_TRACE("value finally after");
            CHECK_INT(CAW_AWAIT(sections(CAW_VALUE_ERROR, yields, true)), 2);
            CHECK_TRACE("value finally");
            CHECK_RAISES(sections(CAW_TIMEOUT_ERROR, yields, false), CAW_TYPE_ERROR, "in handler"); /* a kind of OSError */
            CHECK_TRACE("os finally");
            CHECK_RAISES(sections(CAW_LOOKUP_ERROR, yields, false), CAW_LOOKUP_ERROR, "from fail");
            CHECK_TRACE("finally");
            CHECK_RAISES(sections(CAW_QUEUE_FULL, yields, false), CAW_QUEUE_FULL, "from fail");
            CHECK_TRACE("finally");
            CHECK_RAISES(sections(CAW_CANCELLED_ERROR, yields, false), CAW_CANCELLED_ERROR, "from fail");
            CHECK_TRACE("finally");
        }
    } CAW_END;
}

ASYNC_TEST(cancellation_is_no_exception)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE(CAW_CANCELLED_ERROR, NULL);
            } CAW_EXCEPT(CAW_EXCEPTION, error) {
                trace("wrong");
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("base");
        }
        CAW_END_TRY;
        CHECK_TRACE("base");
    } CAW_END;
}

static CAW_ASYNC(int, through_many, int how)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_TRY {
                for (int i = 0; i < 3; i++) {
                    CAW_TRY {
                        CAW_AWAIT(caw_sleep(0));
                        if (how == 1 && i == 1) CAW_RETURN(10);
                        if (how == 2 && i == 1) CAW_RAISE(CAW_VALUE_ERROR, "two");
                        trace("i%d", i);
                    } CAW_FINALLY {
                        CAW_AWAIT(caw_sleep(0));
                        trace("f%d", i);
                    }
                    CAW_END_TRY;
                }
            } CAW_FINALLY {
                trace("middle");
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("caught");
        } CAW_FINALLY {
            trace("outer");
            if (how == 3) CAW_RETURN(30);
        }
        CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}

ASYNC_TEST(nested_sections_unwind_from_the_inside)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(through_many(0)), 0);
        CHECK_TRACE("i0 f0 i1 f1 i2 f2 middle outer");
        CHECK_INT(CAW_AWAIT(through_many(1)), 10);
        CHECK_TRACE("i0 f0 f1 middle outer");
        CHECK_INT(CAW_AWAIT(through_many(2)), 0);
        CHECK_TRACE("i0 f0 f1 middle caught outer");
        CHECK_INT(CAW_AWAIT(through_many(3)), 30);
        CHECK_TRACE("i0 f0 i1 f1 i2 f2 middle outer");
    } CAW_END;
}

static CAW_ASYNC(int, finally_decides, int how)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            if (how & 1) CAW_RETURN(1);
            CAW_RAISE(CAW_VALUE_ERROR, "body");
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
            if (how & 2) CAW_RETURN(2);
            if (how & 4) CAW_RAISE(CAW_TYPE_ERROR, "finally");
        }
        CAW_END_TRY;
        CAW_RETURN(3);
    } CAW_END;
}

ASYNC_TEST(what_leaves_finally_replaces_what_entered)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(finally_decides(0), CAW_VALUE_ERROR, "body");
        CHECK_INT(CAW_AWAIT(finally_decides(1)), 1);
        CHECK_INT(CAW_AWAIT(finally_decides(2)), 2); /* swallows the error, as in Python */
        CHECK_INT(CAW_AWAIT(finally_decides(3)), 2);
        CHECK_RAISES(finally_decides(5), CAW_TYPE_ERROR, "finally");
        CAW_TRY {
            CAW_AWAIT(finally_decides(4));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "body");
            CHECK(caw_error_cause(error) == NULL);
            trace("context");
        }
        CAW_END_TRY;
        CHECK_TRACE("context");
    } CAW_END;
}

/* A counted result on its way out must not be lost when a finally block changes its mind. */
static CAW_ASYNC(caw_string *, return_twice, bool raise)
{
    CAW_BEGIN(caw_string *) {
        CAW_TRY {
            CAW_RETURN(caw_string_of("first"));
        } CAW_FINALLY {
            if (raise) CAW_RAISE(CAW_VALUE_ERROR, "no result");
            CAW_RETURN(caw_string_of("second"));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_counted_result_overtaken_by_finally_is_released)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(return_twice(true), CAW_VALUE_ERROR, "no result");
        caw_string *text = CAW_AWAIT(return_twice(false));
        CHECK_TEXT(caw_string_data(text), "second");
        caw_unref(text);
    } CAW_END;
}

/* ---- Context and reraise ------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, raise_within, int depth)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            if (depth) CAW_AWAIT(raise_within(depth - 1));
            CAW_RAISE(CAW_VALUE_ERROR, "level 0");
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            CAW_AWAIT(caw_sleep(0));
            CAW_RAISE(CAW_RUNTIME_ERROR, "level %d", depth + 1);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(an_error_raised_in_a_handler_has_its_context)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(raise_within(1));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            for (const caw_error *e = error; e; e = caw_error_context(e)) trace("%s,", caw_error_message(e));
        }
        CAW_END_TRY;
        CHECK_TRACE("level 2, level 1, level 0,");
    } CAW_END;
}

ASYNC_TEST(a_handled_error_is_no_context_of_later_ones)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "handled");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("handled");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "fresh");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK(caw_error_context(error) == NULL);
        }
        CAW_END_TRY;
        CHECK_TRACE("handled");
    } CAW_END;
}

static CAW_ASYNC(void, reraise, bool inside)
{
    CAW_BEGIN(void) {
        caw_error *seen = NULL;
        if (!inside) CAW_RERAISE();
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE(CAW_VALUE_ERROR, "same");
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                seen = error;
                CAW_TRY {
                    CAW_RAISE(CAW_TYPE_ERROR, "inner");
                } CAW_EXCEPT(CAW_TYPE_ERROR, other) {
                    CHECK_TEXT(caw_error_message(caw_error_context(other)), "same");
                }
                CAW_END_TRY;
                CAW_RERAISE(); /* the one of this block, not the inner one */
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK(error == seen);
            CHECK(caw_error_context(error) == NULL);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(reraising_gives_the_same_error)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(reraise(true), CAW_VALUE_ERROR, "same");
        CHECK_RAISES(reraise(false), CAW_RUNTIME_ERROR, "no active exception to reraise");
    } CAW_END;
}

/* ---- Checks ----------------------------------------------------------------------------------------------------------------- */

static int may_fail(int n) { return n; }

static CAW_ASYNC(int, checking, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_CHECK(may_fail(n)) + 1);
    } CAW_END;
}

ASYNC_TEST(check_raises_a_negative_return)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(checking(4)), 5);
        CHECK_INT(CAW_AWAIT(checking(0)), 1);
        CHECK_RAISES(checking(-CAW_QUEUE_FULL), CAW_QUEUE_FULL, "the queue is full");
    } CAW_END;
}

/* ---- Leaving a section by a loop's break or continue -------------------------------------------------------------------------- */

static CAW_ASYNC(int, leave_by, int how)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < 3; i++) {
            CAW_TRY {
                if (how == 0) break;
                if (how == 1) continue;
                if (how == 2) CAW_RAISE(CAW_VALUE_ERROR, NULL);
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                if (how == 2) break;
            } CAW_FINALLY {
                trace("finally");
                if (how == 3) break;
            }
            CAW_END_TRY;
        }
        CAW_RETURN(1);
    } CAW_END;
}

ASYNC_TEST(break_and_continue_out_of_a_section_are_errors)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 4; how++) {
            CAW_TRY {
                CAW_AWAIT(leave_by(how));
                trace("wrong");
            } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
                CHECK(strstr(caw_error_message(error), "break or continue out of a CAW_TRY section in 'leave_by'") != NULL);
                trace("error%d", how);
            }
            CAW_END_TRY;
        }
        CHECK_TRACE("finally error0 finally error1 finally error2 finally error3");
    } CAW_END;
}

ASYNC_TEST(loops_inside_sections_are_free)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            for (int i = 0; i < 5; i++) {
                if (i == 1) continue;
                if (i == 3) break;
                CAW_AWAIT(caw_sleep(0));
                trace("%d", i);
            }
            switch (1) {
            case 1: trace("switch"); break;
            default: trace("wrong");
            }
        }
        CAW_END_TRY;
        CHECK_TRACE("0 2 switch");
    } CAW_END;
}

/* ---- In the frames above ---------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, pass, int depth, int yields)
{
    CAW_BEGIN(int) {
        if (depth == 0) CAW_AWAIT(fail(CAW_VALUE_ERROR, yields));
        CAW_RETURN(CAW_AWAIT(pass(depth - 1, yields)));
    } CAW_END;
}

ASYNC_TEST(an_error_says_through_which_functions_it_came)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 2; yields++) {
            CAW_TRY {
                CAW_AWAIT(pass(2, yields));
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                caw_place place;
                for (size_t i = 0; caw_error_place(error, i, &place); i++) {
                    trace("%s", place.function);
                    CHECK(strstr(place.file, "try.c") != NULL);
                    CHECK(place.line > 0);
                }
            }
            CAW_END_TRY;
            CHECK_TRACE("fail pass pass pass");
        }
    } CAW_END;
}

TEST(an_error_that_nobody_handles_comes_out_of_run)
{
    CHECK_ERROR(caw_run(fail(CAW_VALUE_ERROR, 0), NULL), CAW_VALUE_ERROR, "from fail");
    CHECK_ERROR(caw_run(fail(CAW_VALUE_ERROR, 2), NULL), CAW_VALUE_ERROR, "from fail");
}
