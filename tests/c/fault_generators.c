/* The Nth allocation fails: async generators, at each of their ends. */
#include "fault.h"

static CAW_ASYNC_GEN(int, count, int to)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (int i = 1; i <= to; i++) CAW_YIELD(i);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

SCENARIO(sending)
{
    CAW_BEGIN(void) {
        caw_auto g = count(2);
        CAW_DEFER(caw_unref, g);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_text(caw_string_of("sent")))), 2);
    } CAW_END;
}

SCENARIO(sending_to_nobody)
{
    CAW_BEGIN(void) {
        caw_auto g = count(2);
        CAW_DEFER(caw_unref, g);
        CAW_TRY {
            (void)CAW_AWAIT(caw_asend(g, caw_pointer((void *)caw_string_of("sent"), caw_unref)));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(throwing)
{
    CAW_BEGIN(void) {
        caw_auto g = count(2);
        CAW_DEFER(caw_unref, g);
        CAW_TRY {
            (void)CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_OS_ERROR, "thrown")));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, stopping, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_RAISE(CAW_STOP_ASYNC_ITERATION, NULL);
    }
    CAW_END_GEN;
}

SCENARIO(a_generator_that_stops_by_hand)
{
    CAW_BEGIN(void) {
        caw_auto g = stopping();
        CAW_DEFER(caw_unref, g);
        (void)CAW_AWAIT(caw_anext(g));
        CAW_TRY {
            (void)CAW_AWAIT(caw_anext(g));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, with_cleanup, int *ended)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
            CAW_YIELD(2);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
            ++*ended;
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static int begun, ended;

/* At the yield its last reference goes: if it cannot be closed soon, the end of the run closes it. */
SCENARIO(a_generator_that_nobody_waits_for)
{
    CAW_BEGIN(void) {
        caw_auto g = with_cleanup(&ended);
        caw_auto step = caw_anext(g);
        caw_unref(g);
        (void)CAW_AWAIT(step);
        begun++;
    } CAW_END;
}

SCENARIO(a_generator_that_is_let_go_of)
{
    CAW_BEGIN(void) {
        caw_auto g = with_cleanup(&ended);
        CAW_DEFER(caw_unref, g);
        (void)CAW_AWAIT(caw_anext(g));
        begun++;
    } CAW_END;
}
