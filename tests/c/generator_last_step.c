/* A generator whose last reference is that of the step in which its body ends: nobody else will give back what it holds. */
#include "test.h"

static caw_gen(int) last;

static void drop_the_handle(void)
{
    caw_gen(int) g = last;
    last = NULL;
    caw_unref(g);
}

static CAW_ASYNC_GEN(int, asks_for_nothing, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        drop_the_handle();
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

ASYNC_TEST(what_was_sent_and_not_asked_for)
{
    CAW_BEGIN(void) {
        last = asks_for_nothing();
        CHECK_INT(CAW_AWAIT(caw_anext(last)), 1);
        caw_auto step = caw_spawn(caw_anext(last));
        CHECK_INT(CAW_AWAIT(caw_asend(last, caw_pointer("sent", say))), 2);
        CHECK_TRACE("");
        CHECK_RAISES(step, CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("sent");
    } CAW_END;
}

static caw_of(int) step_of_its_own;

static CAW_ASYNC_GEN(int, goes_on, void)
{
    CAW_BEGIN_GEN(int)
    {
        caw_gen(int) self = last;
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, exit) {
            step_of_its_own = caw_spawn(caw_anext(self));
        }
        CAW_END_TRY;
        CAW_YIELD(2);
        trace("ends");
    }
    CAW_END_GEN;
}

ASYNC_TEST(the_task_that_was_to_close_it)
{
    CAW_BEGIN(void) {
        last = goes_on();
        CHECK_INT(CAW_AWAIT(caw_anext(last)), 1);
        drop_the_handle();
        while (!step_of_its_own) CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(step_of_its_own, CAW_STOP_ASYNC_ITERATION, NULL);
        step_of_its_own = NULL;
        CHECK_TRACE("ends");
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("async generator ignored GeneratorExit");
    } CAW_END;
}
