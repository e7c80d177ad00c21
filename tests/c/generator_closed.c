/* What becomes of a generator that was closed, or whose loop was: before it began, against its will, on its way. */
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

static CAW_ASYNC_GEN(int, ignoring, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, exit) {
        }
        CAW_END_TRY;
        CAW_YIELD(2);
        CAW_YIELD(3);
        trace("wrong");
    }
    CAW_END_GEN;
}

/* It goes on, but is not closed again when an iteration leaves it, nor when nobody has it any more. */
ASYNC_TEST(one_that_would_not_be_closed)
{
    CAW_BEGIN(void) {
        caw_auto g = ignoring();
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CHECK_RAISES(caw_aclose(g), CAW_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        CHECK_RAISES(caw_aclose(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CAW_TRY {
            CAW_FOR_AWAIT(int i, g) {
                trace("%d", i);
                CAW_RAISE(CAW_VALUE_ERROR, "enough");
            }
            CAW_END_FOR;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("left");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s", caw_error_name((int)caw_error_type_of(error)));
        }
        CAW_END_TRY;
        CHECK_TRACE("3 left");
        CHECK_LOGGED("an async generator was let go of where it stood");
    } CAW_END;
}

ASYNC_TEST(one_that_was_closed_before_it_began)
{
    CAW_BEGIN(void) {
        caw_auto g = ticks("never");
        CAW_AWAIT(caw_aclose(g));
        CHECK_RAISES(caw_asend(g, caw_pointer("dropped", say)), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("dropped");
        CAW_FOR_AWAIT(int i, g) {
            trace("%d", i);
        }
        CAW_END_FOR;
    } CAW_END;
}

static caw_gen(int) moved;

static CAW_ASYNC(void, begin_it, void)
{
    CAW_BEGIN(void) {
        moved = ticks("moved");
        CHECK_INT(CAW_AWAIT(caw_anext(moved)), 0);
    } CAW_END;
}

/* Its loop is closed, and it goes on elsewhere: there it is closed, as if it had begun there. */
static CAW_ASYNC(void, lose_it, void)
{
    CAW_BEGIN(void) {
        caw_auto step = caw_anext(moved);
        caw_unref(moved);
        CHECK_INT(CAW_AWAIT(step), 1);
        trace("lost");
    } CAW_END;
}

TEST(one_that_goes_on_on_another_loop)
{
    caw_loop *first = caw_loop_new();
    caw_unref(caw_spawn(begin_it(), .loop = first));
    caw_loop_turn(first, NULL);
    CHECK_INT(caw_loop_close(first), 0);
    CHECK_TRACE("");
    CHECK_ERROR(caw_run(lose_it(), NULL), CAW_OK, "");
    CHECK_TRACE("lost moved moved.");
}

static CAW_ASYNC_GEN(int, slow_to_end, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            trace("ends");
            CAW_AWAIT(caw_sleep(100));
            trace("wrong");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, close_it, void)
{
    CAW_BEGIN(void) {
        caw_auto g = slow_to_end();
        CAW_DEFER(caw_unref, g);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CAW_TRY {
            CAW_AWAIT(caw_aclose(g));
            trace("wrong");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s", caw_error_name((int)caw_error_type_of(error)));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

/* The GeneratorExit that comes out is the closing task's own, not the answer of the generator's. */
TEST(a_close_that_is_under_way_when_its_loop_is_closed)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(close_it(), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_TRACE("ends");
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("GeneratorExit");
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

static CAW_ASYNC(void, lose_ignoring, void)
{
    CAW_BEGIN(void) {
        caw_auto g = ignoring();
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        caw_unref(g);
    } CAW_END;
}

/* The end of the run closes it, once. */
TEST(one_that_nobody_has_and_that_would_not_be_closed)
{
    CHECK_ERROR(caw_run(lose_ignoring(), NULL), CAW_OK, "");
    const char *said = strstr(test.log, "async generator ignored GeneratorExit");
    CHECK(said && !strstr(said + 1, "async generator ignored GeneratorExit"));
    test.log[0] = 0;
}

static CAW_ASYNC_GEN(int, loses_another, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            caw_auto g = ticks("another");
            CHECK_INT(CAW_AWAIT(caw_anext(g)), 0);
            caw_unref(g);
            for (int i = 0; i < 3; i++) CAW_AWAIT(caw_sleep(0));
            trace("ends");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static caw_gen(int) held;

static CAW_ASYNC(void, hold_one, void)
{
    CAW_BEGIN(void) {
        held = loses_another();
        CHECK_INT(CAW_AWAIT(caw_anext(held)), 1);
    } CAW_END;
}

/* Its closing has begun by itself, and is waited for all the same. */
TEST(one_that_is_lost_while_others_are_closed)
{
    CHECK_ERROR(caw_run(hold_one(), NULL), CAW_OK, "");
    CHECK_TRACE("another ends another.");
    caw_unref(held);
}
