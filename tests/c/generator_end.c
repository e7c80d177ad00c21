/*
 * Owns: tests of how async generators end that nobody brought to their end: by caw_run, by a closed loop, by the last reference.
 */
#include "test.h"

static CAW_ASYNC_GEN(int, ticks, const char *name)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (int i = 0;; i++) CAW_YIELD(i);
        } CAW_FINALLY {
            trace("%s", name);
            CAW_AWAIT(caw_sleep(1));
            trace("%s.", name);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static caw_gen(int) kept[4];

static CAW_ASYNC(void, starts_some, void)
{
    CAW_BEGIN(void) {
        kept[0] = ticks("a");
        kept[1] = ticks("b");
        kept[2] = ticks("c");
        for (int i = 1; i >= 0; i--) CAW_AWAIT(caw_anext(kept[i]));
        trace("main");
    } CAW_END;
}

static void release(int count)
{
    for (int i = 0; i < count; i++) {
        caw_unref(kept[i]);
        kept[i] = NULL;
    }
}

TEST(run_closes_all_that_have_begun_in_that_order)
{
    caw_error *error = caw_run(starts_some(), NULL);
    CHECK(!error);
    CHECK_TRACE("main b a b. a.");
    CHECK_REAL(elapsed(), 1);
    release(3);
}

static CAW_ASYNC_GEN(int, bad_cleanup, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_RAISE(CAW_OS_ERROR, "disk full");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, starts_a_bad_one, void)
{
    CAW_BEGIN(void) {
        kept[0] = bad_cleanup();
        CAW_AWAIT(caw_anext(kept[0]));
    } CAW_END;
}

TEST(an_error_of_the_cleanup_at_the_end_is_reported)
{
    caw_error *error = caw_run(starts_a_bad_one(), NULL);
    CHECK(!error);
    CHECK_LOGGED("an error occurred during closing of an async generator");
    release(1);
}

TEST(a_loop_closed_without_a_shutdown)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, starts_some(), NULL);
    CHECK(!error);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("main");
    caw_unref(kept[0]);
    CHECK_LOGGED("an async generator was let go of where it stood");
    caw_unref(kept[1]);
    CHECK_LOGGED("task: ticks");
    caw_unref(kept[2]); /* had not begun: nothing to say */
}

TEST(the_loop_is_closed_before_the_finalizer_ran)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, starts_some(), NULL);
    CHECK(!error);
    release(3);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "let go of where it stood"));
    test.log[0] = 0;
    CHECK_TRACE("main");
}

static CAW_ASYNC_GEN(int, sleeper, const char *name)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_FINALLY {
            trace("%s", name);
        }
        CAW_END_TRY;
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, reads, caw_gen(int) g)
{
    CAW_BEGIN_OWNING(void, caw_unref(g)) {
        CAW_FOR_AWAIT(int i, g) {
            trace("%d", i);
        }
        CAW_END_FOR;
    } CAW_END;
}

TEST(a_loop_closed_in_the_middle_of_a_step)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  task = caw_spawn(reads(sleeper("unwound")), .loop = loop);
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK_TRACE("1 unwound");
    caw_unref(task);
}

static CAW_ASYNC_GEN(int, refuses_to_end, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (;;) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(0));
            } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
                trace("no");
            }
            CAW_END_TRY;
        }
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, reads_one, caw_gen(int) g)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_anext(g));
    } CAW_END;
}

TEST(a_closed_loop_cuts_off_one_that_will_not_end)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  g = refuses_to_end();
    caw_auto  task = caw_spawn(reads_one(g), .loop = loop);
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "coroutine ignored GeneratorExit"));
    test.log[0] = 0;
    CHECK_TRACE("no");
    caw_unref(task);
    caw_unref(g);
}

static CAW_ASYNC(void, closes_what_it_iterates, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, ticks("t")) {
            trace("%d", i);
            CAW_AWAIT(caw_sleep(10)); /* unwound here */
        }
        CAW_END_FOR;
    } CAW_END;
}

TEST(a_loop_closed_in_the_block_of_a_for)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  task = caw_spawn(closes_what_it_iterates(), .loop = loop);
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!"));
    test.log[0] = 0;
    CHECK_TRACE("0 t");
    caw_unref(task);
}

ASYNC_TEST(the_error_of_a_closing_replaces_the_one_that_left)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_FOR_AWAIT(int i, bad_cleanup()) {
                CAW_RAISE(CAW_VALUE_ERROR, "%d", i);
            }
            CAW_END_FOR;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            CHECK_ERROR(caw_ref(error), CAW_OS_ERROR, "disk full");
            CHECK(error && caw_error_context(error) && caw_error_is(caw_error_context(error), CAW_GENERATOR_EXIT));
        }
        CAW_END_TRY;
    } CAW_END;
}

/* ---- Given back as the run ends ---------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, gives_back_last, int passes)
{
    CAW_BEGIN(void) {
        kept[0] = ticks("a");
        CAW_AWAIT(caw_anext(kept[0]));
        release(1);
        while (passes--) CAW_AWAIT(caw_sleep(0));
        trace("main");
    } CAW_END;
}

/* asyncio gives its cleanup two or three passes, then destroys it pending; here it is waited for. */
TEST(one_given_back_as_the_run_ends_is_closed)
{
    CHECK_ERROR(caw_run(gives_back_last(0), NULL), CAW_OK, "");
    CHECK_TRACE("main a a.");
    CHECK_REAL(elapsed(), 1);
}

/* The task that closes it is one of those that are cancelled, as in asyncio. */
TEST(one_given_back_before_the_run_ends_is_cancelled_in_its_cleanup)
{
    CHECK_ERROR(caw_run(gives_back_last(2), NULL), CAW_OK, "");
    CHECK_TRACE("a main");
    CHECK_REAL(elapsed(), 0);
    CHECK_ERROR(caw_run(gives_back_last(1), NULL), CAW_OK, "");
    CHECK_TRACE("main a");
}

static CAW_ASYNC_GEN(int, holds_another, int depth)
{
    CAW_BEGIN_GEN(int)
    {
        caw_gen(int) inner = depth ? holds_another(depth - 1) : ticks("inner");
        CAW_AWAIT(caw_anext(inner));
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(1));
            trace("%d", depth);
            caw_unref(inner);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, gives_back_nested, void)
{
    CAW_BEGIN(void) {
        caw_gen(int) outer = holds_another(3);
        CAW_AWAIT(caw_anext(outer));
        caw_unref(outer);
    } CAW_END;
}

TEST(and_those_that_their_cleanup_lets_go_of)
{
    CHECK_ERROR(caw_run(gives_back_nested(), NULL), CAW_OK, "");
    CHECK(strstr(test.trace, "inner.") != NULL);
    test.trace[0] = 0;
}

static CAW_ASYNC_GEN(int, never_the_last, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            caw_gen(int) next = never_the_last();
            CAW_AWAIT(caw_anext(next));
            caw_unref(next);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, gives_back_one_of_many, void)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = never_the_last();
        CAW_AWAIT(caw_anext(g));
        caw_unref(g);
    } CAW_END;
}

TEST(one_that_leaves_another_each_time_does_not_hold_up_the_end)
{
    CHECK_ERROR(caw_run(gives_back_one_of_many(), NULL), CAW_OK, "");
    CHECK(strstr(test.log, "let go of where it stood"));
    test.log[0] = 0;
}

/* ---- Closed in an eager task, by cleanup that closes all -------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, closes_all, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            trace("cleanup");
            CAW_AWAIT(caw_shutdown_generators(NULL));
            trace("all closed");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, gives_back_one_that_closes_all, void)
{
    CAW_BEGIN(void) {
        caw_loop_set_eager(caw_running_loop(), true);
        kept[0] = closes_all();
        CAW_AWAIT(caw_anext(kept[0]));
        release(1);
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        trace("main");
    } CAW_END;
}

/* It finds itself among those to be closed, once, and says that it runs; as in CPython. */
TEST(cleanup_in_an_eager_task_that_closes_all)
{
    CHECK_ERROR(caw_run(gives_back_one_that_closes_all(), NULL), CAW_OK, "");
    CHECK_TRACE("cleanup all closed main");
    const char *said = strstr(test.log, "already running");
    CHECK(said && !strstr(said + 1, "already running"));
    test.log[0] = 0;
}
