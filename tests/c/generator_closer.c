/*
 * Owns: tests of the task that closes an async generator nobody has any more: before it has begun, as the run ends, from a factory.
 */
#include "test.h"

static caw_gen(int) kept;

static CAW_ASYNC_GEN(int, tells, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s", caw_error_name((int)caw_error_type_of(error)));
            CAW_AWAIT(caw_sleep(1));
            trace("slept");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* asyncio throws the cancellation into the generator: it does not skip the closing. */
ASYNC_TEST(the_task_that_closes_one_is_cancelled_before_it_has_begun)
{
    CAW_BEGIN(void) {
        caw_any *tasks[2];
        caw_gen(int) g = tells();
        CAW_AWAIT(caw_anext(g));
        caw_unref(g);
        CAW_AWAIT(caw_sleep(0)); /* it is there, but has not run */
        CHECK_INT(caw_all_tasks(NULL, tasks, 2), 2);
        caw_of(void) closer = (caw_of(void))caw_ref(tasks[1]);
        CAW_DEFER(caw_unref, closer);
        caw_cancel(closer, NULL);
        caw_unref(CAW_AWAIT(caw_wait(caw_ref(closer))));
        CHECK(caw_cancelled(closer));
        CHECK_TRACE("CancelledError slept");
    } CAW_END;
}

static CAW_ASYNC(void, lets_go_and_ends, void)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = tells();
        CAW_AWAIT(caw_anext(g));
        caw_unref(g);
    } CAW_END;
}

TEST(the_loop_is_closed_before_that_task_has_begun)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, lets_go_and_ends(), NULL);
    CHECK(!error);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "let go of where it stood"));
    test.log[0] = 0;
    CHECK_TRACE("");
}

static CAW_ASYNC_GEN(int, count_down, int from)
{
    CAW_BEGIN_GEN(int)
    {
        while (from) CAW_YIELD(from--);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, gives_back_and_closes_all, void)
{
    CAW_BEGIN(void) {
        caw_unref(kept);
        CAW_AWAIT(caw_shutdown_generators(NULL));
    } CAW_END;
}

static CAW_ASYNC(void, leaves_one_behind, void)
{
    CAW_BEGIN(void) {
        caw_loop_set_eager(caw_running_loop(), true);
        kept = count_down(3);
        CAW_AWAIT(caw_anext(kept));
        caw_unref(caw_spawn(gives_back_and_closes_all(), .lazy = true));
    } CAW_END;
}

/* Closed by others before the callback ran that is to close it, which then never runs. */
TEST(the_loop_is_closed_before_the_callback_of_one_that_has_ended)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, leaves_one_behind(), NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
}

/* ---- Others' tasks ---------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, wrapped, caw_any *coroutine)
{
    CAW_BEGIN_OWNING(void, caw_drop((caw_of(void)) coroutine)) {
        trace("wrapped");
        CAW_AWAIT((caw_of(void))coroutine);
        trace("done");
    } CAW_END;
}

static caw_any *wrapping(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    (void)data;
    return caw_task_new((caw_any *)wrapped(coroutine), options);
}

/* A factory's task awaits the closing: it is not the one that closes, and begins by itself. */
ASYNC_TEST(closed_by_the_task_of_a_factory)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = tells();
        CAW_AWAIT(caw_anext(g));
        caw_loop_set_task_factory(caw_running_loop(), wrapping, NULL);
        caw_unref(g);
        CAW_AWAIT(caw_sleep(0));
        caw_loop_set_task_factory(caw_running_loop(), NULL, NULL);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("wrapped GeneratorExit slept done");
    } CAW_END;
}

static caw_any *shielding(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    (void)data;
    caw_loop_set_task_factory(options->loop, NULL, NULL);
    return (caw_any *)caw_shield((caw_of(void))caw_task_new(coroutine, options));
}

static CAW_ASYNC(void, ends_as_one_is_to_be_closed, void)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = tells();
        CAW_AWAIT(caw_anext(g));
        caw_loop_set_task_factory(caw_running_loop(), shielding, NULL);
        caw_unref(g); /* its task will be there, behind a shield, and will not have begun as the run ends */
    } CAW_END;
}

TEST(closed_behind_a_shield_as_the_run_ends)
{
    CHECK_ERROR(caw_run(ends_as_one_is_to_be_closed(), NULL), CAW_OK, NULL);
    CHECK_TRACE("GeneratorExit slept");
}

/* ---- Kept by its own cleanup ------------------------------------------------------------------------------------------------------ */

static caw_gen(int) known; /* no reference */

static CAW_ASYNC_GEN(int, keeps_itself, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            kept = caw_ref(known);
        }
        CAW_END_TRY;
        CAW_YIELD(2);
        CAW_YIELD(3);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, gives_it_back_in_a_step, void)
{
    CAW_BEGIN(void) {
        known = keeps_itself();
        CAW_AWAIT(caw_anext(known));
        caw_unref(known);
        for (int i = 0; i < 3; i++) CAW_AWAIT(caw_sleep(0));
        CHECK(kept != NULL);
        caw_of(int) step = caw_anext(kept);
        caw_unref(kept);
        trace("%d", CAW_AWAIT(step)); /* the step has the last reference, and leaves it at a yield */
    } CAW_END;
}

TEST(kept_by_its_own_cleanup_and_given_back_in_a_step)
{
    CHECK_ERROR(caw_run(gives_it_back_in_a_step(), NULL), CAW_OK, NULL);
    CHECK_TRACE("3");
    CHECK(strstr(test.log, "ignored GeneratorExit"));
    CHECK(strstr(test.log, "let go of where it stood"));
    test.log[0] = 0;
}

/* ---- One whose closing is the end of another ------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, closes_another, caw_gen(int) another)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            trace("first");
            CAW_AWAIT(caw_aclose(another));
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC_GEN(int, plain, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            trace("then");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* The task that closes the younger one is eager, and closes the older one, whose turn is still to come, while both are gone through. */
static CAW_ASYNC(void, leaves_two, void)
{
    CAW_BEGIN(void) {
        kept = plain();
        CAW_AWAIT(caw_anext(kept));
        caw_auto closing = closes_another(kept);
        CAW_AWAIT(caw_anext(closing));
        caw_unref(closing);
        caw_loop_set_eager(caw_running_loop(), true);
    } CAW_END;
}

TEST(closing_one_is_the_end_of_another)
{
    CHECK_ERROR(caw_run(leaves_two(), NULL), CAW_OK, NULL);
    CHECK_TRACE("first then");
    caw_unref(kept);
}
