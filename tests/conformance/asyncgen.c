/* CPython's AsyncGenTest (test_asyncgen): what a generator's steps give, raise and refuse. */
#include "conform.h"

/* Steps through it to its end and traces every item and error. Owns the generator. */
static CAW_ASYNC(void, step_through, caw_gen(int) g)
{
    CAW_BEGIN_OWNING(void, caw_unref(g)) {
        CAW_DEFER(caw_unref, g);
        for (bool more = true; more;) {
            CAW_TRY {
                trace("%d", CAW_AWAIT(caw_anext(g)));
            } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, e) {
                trace("STOP");
                more = false;
            } CAW_EXCEPT(CAW_EXCEPTION, e) {
                trace("%s", caw_error_name((int)caw_error_type_of(e)));
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

static caw_of(void) breathe(void) { return caw_sleep(0); }

static CAW_ASYNC(void, fail, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_VALUE_ERROR, "awaited");
    } CAW_END;
}

static CAW_ASYNC_GEN(int, three_items, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(breathe());
        CAW_YIELD(123);
        CHECK_INT(CAW_SENT().tag, CAW_NONE);
        CAW_AWAIT(breathe());
        CAW_YIELD(456);
        CAW_AWAIT(breathe());
        CAW_YIELD(789);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_iteration_01)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, three_items()) {
            trace("%d", i);
        }
        CAW_END_FOR;
        CHECK_TRACE("123 456 789");
    } CAW_END;
}

static CAW_ASYNC_GEN(int, one_item, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(breathe());
        CAW_YIELD(123);
        CAW_AWAIT(breathe());
    }
    CAW_END_GEN;
}

/* Each step suspends once where the body does, then gives its item or the end. */
ASYNC_TEST(async_gen_iteration_02)
{
    CAW_BEGIN(void) {
        caw_auto g = one_item();
        CAW_DEFER(caw_unref, g);
        for (int round = 0; round < 2; round++) {
            caw_auto t = caw_spawn(caw_anext(g), .eager = true);
            CHECK(!caw_done(t));
            CAW_AWAIT(caw_sleep(0));
            CHECK_OUTCOME(t, round == 0 ? "done" : "StopAsyncIteration");
            caw_unref(t);
        }
    } CAW_END;
}

static CAW_ASYNC_GEN(int, await_fails, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(breathe());
        CAW_YIELD(123);
        CAW_AWAIT(fail());
        CAW_YIELD(456);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_exception_03)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(await_fails()));
        CHECK_TRACE("123 ValueError STOP");
    } CAW_END;
}

static CAW_ASYNC_GEN(int, fails_with, caw_error_type type)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(breathe());
        CAW_YIELD(123);
        CAW_RAISE(type, NULL);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_exception_04)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(fails_with(CAW_VALUE_ERROR)));
        CHECK_TRACE("123 ValueError STOP");
    } CAW_END;
}

ASYNC_TEST(async_gen_exception_05)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(fails_with(CAW_STOP_ASYNC_ITERATION)));
        CHECK_TRACE("123 RuntimeError STOP");
    } CAW_END;
}

/* Fails before, inside or not at all, in a block whose finally yields. */
static CAW_ASYNC_GEN(int, yields_in_finally, bool fails_before, bool fails_inside, bool breathes)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            if (breathes) CAW_AWAIT(breathe());
            CAW_YIELD(1);
            if (fails_before) CAW_RAISE(CAW_VALUE_ERROR, NULL);
        } CAW_FINALLY {
            if (breathes) CAW_AWAIT(breathe());
            CAW_YIELD(2);
            if (fails_inside) CAW_RAISE(CAW_VALUE_ERROR, NULL);
            CAW_YIELD(3);
        }
        CAW_END_TRY;
        CAW_YIELD(100);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_exception_07)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(yields_in_finally(true, false, false)));
        CHECK_TRACE("1 2 3 ValueError STOP");
    } CAW_END;
}

ASYNC_TEST(async_gen_exception_08)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(yields_in_finally(false, true, true)));
        CHECK_TRACE("1 2 ValueError STOP");
    } CAW_END;
}

ASYNC_TEST(async_gen_exception_09)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(yields_in_finally(true, false, true)));
        CHECK_TRACE("1 2 3 ValueError STOP");
    } CAW_END;
}

ASYNC_TEST(async_gen_exception_10)
{
    CAW_BEGIN(void) {
        caw_auto g = one_item();
        CHECK_RAISES(caw_asend(g, caw_int(100)), CAW_TYPE_ERROR, NULL);
        caw_unref(g);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, ten_twenty, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(10);
        CAW_YIELD(20);
    }
    CAW_END_GEN;
}

static CAW_ASYNC_GEN(int, throws_exit_into_another, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        caw_auto other = ten_twenty();
        CAW_DEFER(caw_unref, other);
        CHECK_INT(CAW_AWAIT(caw_asend(other, caw_none())), 10);
        CAW_TRY {
            CAW_AWAIT(caw_athrow(other, caw_error_new(CAW_GENERATOR_EXIT, NULL)));
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, e) {
            CAW_YIELD(2);
        }
        CAW_END_TRY;
        CAW_YIELD(3);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_exception_11)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(step_through(throws_exit_into_another()));
        CHECK_TRACE("1 2 3 STOP");
    } CAW_END;
}

typedef struct self {
    caw_gen(int) g;
} self;

static CAW_ASYNC_GEN(int, steps_itself, self *s)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(caw_anext(s->g));
        CAW_YIELD(123);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_exception_12)
{
    CAW_BEGIN(void) {
        self s;
        s.g = steps_itself(&s);
        CHECK_RAISES(caw_anext(s.g), CAW_RUNTIME_ERROR, NULL);
        caw_unref(s.g);
    } CAW_END;
}

/* ---- One step at a time ---------------------------------------------------------------------------------------------------------- */

/* Never comes to an end, whatever is thrown; an item first, or none. */
static CAW_ASYNC_GEN(int, endless, bool item_first)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            if (item_first) CAW_YIELD(1);
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, e) {
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_future(void));
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

typedef enum step { SEND, THROW } step;
static caw_of(int) make(caw_gen(int) g, step s)
{
    return s == SEND ? caw_asend(g, caw_none()) : caw_athrow(g, caw_error_new(CAW_LOOKUP_ERROR, NULL));
}

/* While one step is under way in a task, another is refused. */
static CAW_ASYNC(void, check_one_at_a_time, step first, step second)
{
    CAW_BEGIN(void) {
        caw_auto g = endless(first == THROW);
        CAW_DEFER(caw_unref, g);
        if (first == THROW) CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        caw_auto t = caw_spawn(make(g, first));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(t, "pending");
        CHECK_RAISES(make(g, second), CAW_RUNTIME_ERROR, NULL);
        caw_cancel(t, NULL);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(async_gen_asend_throw_concurrent_with_send)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_one_at_a_time(SEND, SEND));
    } CAW_END;
}

ASYNC_TEST(async_gen_athrow_throw_concurrent_with_send)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_one_at_a_time(SEND, THROW));
    } CAW_END;
}

ASYNC_TEST(async_gen_asend_throw_concurrent_with_throw)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_one_at_a_time(THROW, SEND));
    } CAW_END;
}

ASYNC_TEST(async_gen_athrow_throw_concurrent_with_throw)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_one_at_a_time(THROW, THROW));
    } CAW_END;
}
