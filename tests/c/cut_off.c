/* A coroutine that ignores GeneratorExit is cut off where it stands; whatever it held there goes with it. */
#include "test.h"

static CAW_ASYNC(void, nap, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

/* GeneratorExit comes here, and leaves as an error that is not immortal. */
static CAW_ASYNC(void, told_to_go, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap());
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, exit) {
            trace("told");
            CAW_RAISE(CAW_VALUE_ERROR, "not yet");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, stay, void)
{
    CAW_BEGIN(void) {
        trace("stays");
        CAW_AWAIT(caw_sleep(0));
        trace("wrong");
    } CAW_END;
}

static CAW_ASYNC(void, in_except, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, in_finally, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_FINALLY {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Two errors are alive: the one that is handled, and the one that waits for the finally. */
static CAW_ASYNC(void, in_finally_in_except, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_TRY {
                CAW_RAISE(CAW_RUNTIME_ERROR, "another");
            } CAW_FINALLY {
                CAW_AWAIT(stay());
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, in_except_group, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(caw_string *, returning, void)
{
    CAW_BEGIN(caw_string *) {
        CAW_TRY {
            CAW_TRY {
                CAW_AWAIT(told_to_go());
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                CAW_RETURN(caw_string_of("given back"));
            }
            CAW_END_TRY;
        } CAW_FINALLY {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(bool, slow_exit, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)self, (void)error;
        CAW_AWAIT(stay());
        CAW_RETURN(false);
    } CAW_END;
}

static const caw_with_type slow = {.exit = slow_exit};

static CAW_ASYNC(void, in_exit, void)
{
    CAW_BEGIN(void) {
        CAW_WITH(((caw_with){.type = &slow})) {
            CAW_AWAIT(told_to_go());
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, numbers, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0;; i++) CAW_YIELD(i);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, in_loop, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int n, numbers()) {
            CAW_TRY {
                CAW_AWAIT(told_to_go());
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                CAW_AWAIT(stay());
                trace("%d", n);
            }
            CAW_END_TRY;
        }
        CAW_END_FOR;
    } CAW_END;
}

#define CUT_OFF(name, coroutine)                                                                                               \
    TEST(name)                                                                                                                 \
    {                                                                                                                          \
        caw_loop *loop = caw_loop_new();                                                                                       \
        caw_unref(caw_spawn((coroutine), .loop = loop));                                                                       \
        caw_loop_turn(loop, NULL);                                                                                             \
        CHECK_INT(caw_loop_close(loop), 0);                                                                                    \
        CHECK_TRACE("told stays");                                                                                             \
        CHECK(strstr(test.log, "coroutine ignored GeneratorExit") != NULL);                                                    \
        test.log[0] = 0;                                                                                                       \
    }

CUT_OFF(while_it_handles_an_error, in_except())
CUT_OFF(in_a_finally_that_an_error_waits_for, in_finally())
CUT_OFF(in_a_finally_inside_an_except, in_finally_in_except())
CUT_OFF(while_it_handles_part_of_a_group, in_except_group())
CUT_OFF(in_a_finally_that_a_result_waits_for, returning())
CUT_OFF(in_the_exit_of_a_with, in_exit())
CUT_OFF(in_a_loop_over_a_generator, in_loop())
