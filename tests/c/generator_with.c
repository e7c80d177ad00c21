/* Generators as context managers, and aclosing: contextlib's rules. Traces checked against CPython 3.15. */
#include "test.h"

enum { PLAIN, TWICE, SWALLOW, NEW, AGAIN, OWN };

static CAW_ASYNC_GEN(const char *, managed, const char *word, int how)
{
    CAW_BEGIN_GEN(const char *)
    {
        CAW_AWAIT(caw_sleep(0));
        trace("+%s", word);
        CAW_TRY {
            CAW_YIELD(word);
            CAW_AWAIT(caw_sleep(0));
            trace("-%s", word);
            if (how == TWICE) CAW_YIELD("more");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("!%s:%s", word, caw_error_name((int)caw_error_type_of(error)));
            if (how == SWALLOW) CAW_RETURN();
            if (how == NEW) CAW_RAISE(CAW_TYPE_ERROR, "new");
            if (how == AGAIN) CAW_YIELD("again");
            if (how == OWN) CAW_RAISE(CAW_RUNTIME_ERROR, "own");
            CAW_RERAISE();
        } CAW_FINALLY {
            trace("~%s", word);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, play, int how, caw_error_type body)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_AS(const char *word, managed("g", how)) {
                trace("%s", word);
                if (body) CAW_RAISE(body, "body");
            }
            CAW_END_WITH;
            trace("after");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            char text[256] = "";
            test_append(text, sizeof text, "%s:", caw_error_message(error));
            for (const caw_error *e = error; e; e = caw_error_context(e)) {
                test_append(text, sizeof text, "%s%s", e == error ? "" : "<", caw_error_name((int)caw_error_type_of(e)));
            }
            trace("%s", text);
        }
        CAW_END_TRY;
    } CAW_END;
}

#define CHECK_PLAY(how, body, want)                                                                                            \
    do {                                                                                                                       \
        CAW_AWAIT(play((how), (body)));                                                                                        \
        CHECK_TRACE(want);                                                                                                     \
    } while (0)

ASYNC_TEST(the_block_runs_at_the_yield)
{
    CAW_BEGIN(void) {
        CHECK_PLAY(PLAIN, CAW_OK, "+g g -g ~g after");
        CHECK_PLAY(PLAIN, CAW_VALUE_ERROR, "+g g !g:ValueError ~g body:ValueError");
        CHECK_PLAY(SWALLOW, CAW_VALUE_ERROR, "+g g !g:ValueError ~g after");
        CHECK_PLAY(NEW, CAW_VALUE_ERROR, "+g g !g:ValueError ~g new:TypeError<ValueError");
        CHECK_PLAY(OWN, CAW_VALUE_ERROR, "+g g !g:ValueError ~g own:RuntimeError<ValueError");
        CHECK_PLAY(PLAIN, CAW_RUNTIME_ERROR, "+g g !g:RuntimeError ~g body:RuntimeError");
    } CAW_END;
}

ASYNC_TEST(a_body_that_yields_once_more)
{
    CAW_BEGIN(void) {
        CHECK_PLAY(TWICE, CAW_OK, "+g g -g !g:GeneratorExit ~g generator didn't stop:RuntimeError");
        CHECK_PLAY(AGAIN, CAW_VALUE_ERROR,
                   "+g g !g:ValueError ~g generator didn't stop after athrow():RuntimeError<ValueError");
    } CAW_END;
}

ASYNC_TEST(errors_that_mean_something_to_generators)
{
    CAW_BEGIN(void) {
        CHECK_PLAY(PLAIN, CAW_STOP_ASYNC_ITERATION, "+g g !g:StopAsyncIteration ~g body:StopAsyncIteration");
        CHECK_PLAY(SWALLOW, CAW_STOP_ASYNC_ITERATION, "+g g !g:StopAsyncIteration ~g after");
        CHECK_PLAY(PLAIN, CAW_GENERATOR_EXIT, "+g g !g:GeneratorExit ~g body:GeneratorExit");
        CHECK_PLAY(SWALLOW, CAW_GENERATOR_EXIT, "+g g !g:GeneratorExit ~g after");
        CHECK_PLAY(SWALLOW, CAW_CANCELLED_ERROR, "+g g !g:CancelledError ~g after");
    } CAW_END;
}

static CAW_ASYNC_GEN(int, never_yields, caw_error_type error)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(caw_sleep(0));
        if (error) CAW_RAISE(error, "early");
        if (error) CAW_YIELD(1);
    }
    CAW_END_GEN;
}

ASYNC_TEST(a_body_that_does_not_yield)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) {
            CAW_TRY {
                CAW_WITH_AS(int item, never_yields(i ? CAW_VALUE_ERROR : CAW_OK)) {
                    trace("wrong%d", item);
                }
                CAW_END_WITH;
            } CAW_EXCEPT(CAW_EXCEPTION, error) {
                trace("%s:%s", caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
            }
            CAW_END_TRY;
        }
        CHECK_TRACE("RuntimeError:generator didn't yield ValueError:early");
    } CAW_END;
}

ASYNC_TEST(without_the_item_and_with_a_place_for_it)
{
    CAW_BEGIN(void) {
        const char *word = NULL;
        CAW_WITH(caw_generator_with(managed("a", PLAIN), &word)) {
            CAW_WITH(caw_generator_with(managed("b", PLAIN), NULL)) {
                CHECK_TEXT(word, "a");
            }
            CAW_END_WITH;
        }
        CAW_END_WITH;
        CHECK_TRACE("+a +b -b ~b -a ~a");
    } CAW_END;
}

/* A counted item: it is the block's; dropped where nobody takes it. */
static CAW_ASYNC_GEN(caw_string *, with_text, void)
{
    CAW_BEGIN_GEN(caw_string *) { CAW_YIELD(caw_string_of("text")); }
    CAW_END_GEN;
}

ASYNC_TEST(counted_items)
{
    CAW_BEGIN(void) {
        CAW_WITH_AS(caw_string *text, with_text()) {
            CHECK_TEXT(caw_string_data(text), "text");
            caw_unref(text);
        }
        CAW_END_WITH;
        CAW_WITH(caw_generator_with(with_text(), NULL)) {
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(on_an_exit_stack)
{
    CAW_BEGIN(void) {
        const char *words[3] = {0};
        CAW_WITH_EXIT_STACK(stack) {
            static const char *const names[] = {"a", "b", "c"};
            for (int i = 0; i < 3; i++) {
                CAW_AWAIT(
                    caw_exit_stack_enter(stack, caw_generator_with(managed(names[i], i == 1 ? SWALLOW : PLAIN), &words[i])));
            }
            trace("%s%s%s", words[0], words[1], words[2]);
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_EXIT_STACK;
        CHECK_TRACE("+a +b +c abc !c:ValueError ~c !b:ValueError ~b -a ~a");
    } CAW_END;
}

/* ---- Cancelled, closed --------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, hold, int how)
{
    CAW_BEGIN(void) {
        CAW_WITH_AS(const char *word, managed("g", how)) {
            trace("%s", word);
            CAW_AWAIT(caw_sleep(10));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(a_cancelled_block)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(hold(PLAIN));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("+g g !g:CancelledError ~g");
        task = caw_spawn(hold(PLAIN));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL); /* before the yield */
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("");
    } CAW_END;
}

TEST(a_loop_closed_under_the_block)
{
    for (int turns = 0; turns < 3; turns++) {
        caw_loop *loop = caw_loop_new();
        caw_unref(caw_spawn(hold(PLAIN), .loop = loop));
        for (int i = 0; i < turns; i++) caw_loop_turn(loop, &(caw_budget){.jobs = 1});
        caw_loop_close(loop);
        CHECK(strstr(test.log, "let go of") == NULL);
        test.log[0] = 0;
    }
    CHECK_TRACE("+g g !g:GeneratorExit ~g");
}

/* ---- aclosing ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, numbers, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (int i = 1;; i++) CAW_YIELD(i);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(1));
            trace("closed+%g", elapsed());
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

ASYNC_TEST(aclosing_closes_at_the_end_of_the_block)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = numbers();
        CAW_TRY {
            CAW_WITH(caw_aclosing(g)) {
                trace("%d", CAW_AWAIT(caw_anext(g)));
                trace("%d", CAW_AWAIT(caw_anext(g)));
                CAW_RAISE(CAW_VALUE_ERROR, NULL);
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("error");
        }
        CAW_END_TRY;
        CHECK_TRACE("1 2 closed+1 error");
        CAW_WITH(caw_aclosing(numbers())) {
            trace("unused");
        }
        CAW_END_WITH;
        CHECK_TRACE("unused");
    } CAW_END;
}

/* ---- Errors that are not the block's ---------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, answers_by_another, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, error) {
            CAW_RAISE_ERROR(
                caw_error_set_cause(caw_error_new(CAW_RUNTIME_ERROR, "its own"), caw_error_new(CAW_OS_ERROR, "why")));
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* A RuntimeError about the block's StopAsyncIteration stands for that; one that has another cause stands for itself. */
ASYNC_TEST(a_runtime_error_of_its_own)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_AS(int n, answers_by_another()) {
                CHECK_INT(n, 1);
                CAW_RAISE(CAW_STOP_ASYNC_ITERATION, NULL);
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "its own");
            CHECK_TEXT(caw_error_message(caw_error_cause(error)), "why");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, twice_with_bad_cleanup, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_TRY {
            CAW_YIELD(2);
        } CAW_FINALLY {
            CAW_RAISE(CAW_OS_ERROR, "cleanup");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

ASYNC_TEST(one_that_does_not_stop_and_cannot_be_closed)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_AS(int n, twice_with_bad_cleanup()) {
                CHECK_INT(n, 1);
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "cleanup");
            CHECK_INT(caw_error_type_of(caw_error_context(error)), CAW_GENERATOR_EXIT);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, plain_one, void)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(1); }
    CAW_END_GEN;
}

/* The block has closed it: nothing is thrown any more, and so it does not answer. */
ASYNC_TEST(a_block_that_has_closed_it)
{
    CAW_BEGIN(void) {
        caw_auto g = plain_one();
        CAW_DEFER(caw_unref, g);
        CAW_TRY {
            CAW_WITH_AS(int n, caw_ref(g)) {
                CHECK_INT(n, 1);
                CAW_AWAIT(caw_aclose(g));
                CAW_RAISE(CAW_VALUE_ERROR, "in the block");
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "generator didn't stop after athrow()");
        }
        CAW_END_TRY;
    } CAW_END;
}
