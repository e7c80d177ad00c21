/* CPython's AsyncGenAsyncioTest (test_asyncgen): loops over generators, anext, asend. */
#include "generators.h"

static CAW_ASYNC_GEN(int, one_two, double seconds)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        if (seconds > 0) CAW_AWAIT(caw_sleep(seconds));
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

/* Twice the items, then the end again and again; asked with a default, that. */
#define CHECK_ONE_TWO(next)                                                                                                    \
    do {                                                                                                                       \
        CHECK_INT(CAW_AWAIT(next), 1);                                                                                         \
        CHECK_INT(CAW_AWAIT(next), 2);                                                                                         \
        CHECK_RAISES(next, CAW_STOP_ASYNC_ITERATION, NULL);                                                                    \
        CHECK_RAISES(next, CAW_STOP_ASYNC_ITERATION, NULL);                                                                    \
    } while (0)

ASYNC_TEST(async_generator_anext)
{
    CAW_BEGIN(void) {
        caw_auto g = one_two(0);
        CHECK_ONE_TWO(caw_anext(g));
        caw_unref(g);
    } CAW_END;
}

/* An iterator of one's own: a function that makes the next awaitable. */
static CAW_ASYNC(int, own_next, int *yielded)
{
    CAW_BEGIN(int) {
        if (*yielded >= 2) CAW_RAISE(CAW_STOP_ASYNC_ITERATION, NULL);
        CAW_RETURN(++*yielded);
    } CAW_END;
}

ASYNC_TEST(python_async_iterator_anext)
{
    CAW_BEGIN(void) {
        int yielded = 0;
        CHECK_ONE_TWO(own_next(&yielded));
        yielded = 0;
        CAW_FOR_NEXT(int i, own_next(&yielded)) { trace("%d", i); }
        CAW_END_FOR;
        CHECK_TRACE("1 2");
    } CAW_END;
}

ASYNC_TEST(async_gen_aiter)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, one_two(0)) {
            trace("%d", i);
        }
        CAW_END_FOR;
        CHECK_TRACE("1 2");
    } CAW_END;
}

static CAW_ASYNC(int, failing_next, void)
{
    CAW_BEGIN(int) {
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(anext_await_raises)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_FOR_NEXT(int i, failing_next())
            {
                (void)i;
                NOT_HERE();
            }
            CAW_END_FOR;
            NOT_HERE();
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, returns_early, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_AWAIT(caw_sleep(0.01));
        CAW_YIELD(2);
        CAW_AWAIT(caw_sleep(0.01));
        if (elapsed() > 0) CAW_RETURN();
        CAW_YIELD(3);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_01)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, returns_early()) {
            trace("%d", i);
        }
        CAW_END_FOR;
        CHECK_TRACE("1 2");
        CHECK_REAL(elapsed(), 0.02);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, fails_after_two, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_AWAIT(caw_sleep(0.01));
        CAW_YIELD(2);
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, trace_all, caw_gen(int) g)
{
    CAW_BEGIN_OWNING(void, caw_unref(g)) {
        CAW_FOR_AWAIT(int i, g) {
            trace("%d", i);
        }
        CAW_END_FOR;
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_02)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(trace_all(fails_after_two()), CAW_VALUE_ERROR, NULL);
        CHECK_TRACE("1 2");
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_03)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_all(one_two(0.01)));
        CHECK_TRACE("1 2");
        CHECK_REAL(elapsed(), 0.01);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, catches, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_AWAIT(caw_sleep(0.01));
        CAW_TRY {
            CAW_YIELD(2);
            CAW_YIELD(3);
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CAW_YIELD(1000);
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_sleep(0.01));
        CAW_YIELD(4);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_anext_04)
{
    CAW_BEGIN(void) {
        caw_auto g = catches();
        for (int i = 1; i <= 4; i++) CHECK_INT(CAW_AWAIT(caw_anext(g)), i);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
        g = catches();
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 2);
        CHECK_INT(CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, NULL))), 1000);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 4);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, echo, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_YIELD(CAW_SENT().as_int32);
        CAW_YIELD(CAW_SENT().as_int32 * 100);
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_anext_05)
{
    CAW_BEGIN(void) {
        caw_auto g = echo();
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_int(10))), 10);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_int(12))), 1200);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_anext_06)
{
    CAW_BEGIN(void) {
        caw_auto g = swallows(false);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 0);
        CHECK_RAISES(caw_asend(g, caw_none()), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("done");
        caw_unref(g);
    } CAW_END;
}

/* ---- Items that are more than a number --------------------------------------------------------------------------------------------- */

typedef struct pair {
    int a, b;
} pair;

static CAW_ASYNC_GEN(pair, pairs, void)
{
    CAW_BEGIN_GEN(pair)
    {
        CAW_TRY {
            CAW_YIELD(((pair){1, 2}));
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CAW_YIELD(((pair){3, 4}));
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_anext_tuple)
{
    CAW_BEGIN(void) {
        caw_auto g = pairs();
        pair     p = CAW_AWAIT(caw_anext(g));
        CHECK(p.a == 1 && p.b == 2);
        p = CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, NULL)));
        CHECK(p.a == 3 && p.b == 4);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
    } CAW_END;
}

static CAW_ASYNC_GEN(pair, no_pairs, void)
{
    CAW_BEGIN_GEN(pair) { CAW_RETURN(); }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_anext_tuple_no_exceptions)
{
    CAW_BEGIN(void) {
        caw_auto g = no_pairs();
        for (int i = 0; i < 2; i++) CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
    } CAW_END;
}

/* Errors as items are items, not errors: even the one that would end the loop. */
static CAW_ASYNC_GEN(caw_error *, errors, void)
{
    CAW_BEGIN_GEN(caw_error *)
    {
        CAW_TRY {
            CAW_YIELD(caw_error_new(CAW_STOP_ASYNC_ITERATION, "1"));
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CAW_YIELD(caw_error_new(CAW_STOP_ASYNC_ITERATION, "3"));
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_anext_stopiteration)
{
    CAW_BEGIN(void) {
        caw_auto g = errors();
        CHECK_ERROR(CAW_AWAIT(caw_anext(g)), CAW_STOP_ASYNC_ITERATION, "1");
        CHECK_ERROR(CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, NULL))), CAW_STOP_ASYNC_ITERATION, "3");
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
    } CAW_END;
}

/* ---- Generators of generators -------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, arange, int n)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < n; i++) {
            CAW_AWAIT(caw_sleep(0.01));
            CAW_YIELD(i);
        }
    }
    CAW_END_GEN;
}

static CAW_ASYNC_GEN(int, doubled, int n)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_FOR_AWAIT(int i, arange(n)) {
            CAW_YIELD(2 * i);
        }
        CAW_END_FOR;
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_expression_01)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_all(doubled(10)));
        CHECK_TRACE("0 2 4 6 8 10 12 14 16 18");
    } CAW_END;
}

static CAW_ASYNC(int, wrap, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, doubled_if, int n)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < n; i++) {
            if (CAW_AWAIT(wrap(i))) CAW_YIELD(2 * i);
        }
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_expression_02)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(trace_all(doubled_if(10)));
        CHECK_TRACE("2 4 6 8 10 12 14 16 18");
    } CAW_END;
}
