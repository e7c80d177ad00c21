/* CPython's AsyncContextManagerTestCase and AclosingTestCase (test_contextlib_async): generators as context managers. */
#include "conform.h"

/* How a manager treats what leaves the block. */
typedef enum style { PLAIN, FINALLY, SWALLOWS, YIELDS_AGAIN, RAISES_OTHER, WRAPS, NO_YIELD, SECOND_YIELD } style;

static CAW_ASYNC_GEN(int, managed, style how)
{
    CAW_BEGIN_GEN(int)
    {
        trace("1");
        if (how == NO_YIELD) CAW_RETURN();
        CAW_TRY {
            CAW_YIELD(42);
        } CAW_EXCEPT(CAW_EXCEPTION, e) {
            if (how == YIELDS_AGAIN) CAW_YIELD(43);
            if (how == RAISES_OTHER) CAW_RAISE(CAW_TYPE_ERROR, NULL);
            if (how == WRAPS) CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_RUNTIME_ERROR, "caught"), caw_ref(e)));
            if (how != SWALLOWS) CAW_RERAISE();
            trace("caught:%s", caw_error_message(e));
        } CAW_FINALLY {
            if (how == FINALLY) trace("999");
        }
        CAW_END_TRY;
        if (how == SECOND_YIELD) CAW_YIELD(44);
        if (how != FINALLY) trace("999");
    }
    CAW_END_GEN;
}

/* A block in such a manager that ends so. */
static CAW_ASYNC(void, block, style how, caw_error_type raises)
{
    CAW_BEGIN(void) {
        CAW_WITH_AS(int x, managed(how)) {
            trace("%d", x);
            if (raises != CAW_OK) CAW_RAISE(raises, "mine");
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(contextmanager_plain)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(block(PLAIN, CAW_OK));
        CHECK_TRACE("1 42 999");
    } CAW_END;
}

ASYNC_TEST(contextmanager_finally)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(FINALLY, CAW_VALUE_ERROR), CAW_VALUE_ERROR, "mine");
        CHECK_TRACE("1 42 999");
    } CAW_END;
}

ASYNC_TEST(contextmanager_no_reraise)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(PLAIN, CAW_TYPE_ERROR), CAW_TYPE_ERROR, "mine");
        CHECK_TRACE("1 42");
    } CAW_END;
}

ASYNC_TEST(contextmanager_trap_yield_after_throw)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(YIELDS_AGAIN, CAW_TYPE_ERROR), CAW_RUNTIME_ERROR, NULL);
        CHECK_TRACE("1 42");
    } CAW_END;
}

ASYNC_TEST(contextmanager_trap_no_yield)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(NO_YIELD, CAW_OK), CAW_RUNTIME_ERROR, NULL);
        CHECK_TRACE("1"); /* the block did not run */
    } CAW_END;
}

ASYNC_TEST(contextmanager_trap_second_yield)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(SECOND_YIELD, CAW_OK), CAW_RUNTIME_ERROR, NULL);
        CHECK_TRACE("1 42");
    } CAW_END;
}

ASYNC_TEST(contextmanager_non_normalised)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(RAISES_OTHER, CAW_RUNTIME_ERROR), CAW_TYPE_ERROR, NULL);
        CHECK_TRACE("1 42");
    } CAW_END;
}

ASYNC_TEST(contextmanager_except)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(block(SWALLOWS, CAW_VALUE_ERROR));
        CHECK_TRACE("1 42 caught:mine 999");
    } CAW_END;
}

ASYNC_TEST(contextmanager_except_stopiter)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(PLAIN, CAW_STOP_ASYNC_ITERATION), CAW_STOP_ASYNC_ITERATION, "mine");
        CHECK_TRACE("1 42");
    } CAW_END;
}

/* A RuntimeError made of the block's StopAsyncIteration is taken for the generator's own and undone. */
ASYNC_TEST(contextmanager_wrap_runtimeerror)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(block(WRAPS, CAW_VALUE_ERROR), CAW_RUNTIME_ERROR, "caught");
        CHECK_RAISES(block(WRAPS, CAW_STOP_ASYNC_ITERATION), CAW_STOP_ASYNC_ITERATION, "mine");
        CHECK_TRACE("1 42 1 42");
    } CAW_END;
}

typedef struct depths {
    int depth, count;
} depths;

static CAW_ASYNC_GEN(int, deeper, depths *d)
{
    CAW_BEGIN_GEN(int)
    {
        int before = d->depth++;
        d->count++;
        CAW_YIELD(before);
        CHECK_INT(--d->depth, before);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, recurse, depths *d)
{
    CAW_BEGIN(void) {
        CAW_WITH_AS(int before, deeper(d)) {
            CHECK_INT(d->depth, before + 1);
            if (d->depth < 10) CAW_AWAIT(recurse(d));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(recursive)
{
    CAW_BEGIN(void) {
        depths d = {0, 0};
        CAW_AWAIT(recurse(&d));
        CHECK_INT(d.count, 10);
        CHECK_INT(d.depth, 0);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, yields_in_block, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_WITH_AS(int x, managed(FINALLY)) {
            CHECK_INT(x, 42);
            CAW_YIELD(11);
        }
        CAW_END_WITH;
    }
    CAW_END_GEN;
}

/* GeneratorExit goes through the manager as any error. */
ASYNC_TEST(async_gen_propagates_generator_exit)
{
    CAW_BEGIN(void) {
        caw_auto g = yields_in_block();
        CAW_FOR_AWAIT(int i, caw_ref(g)) {
            CHECK_INT(i, 11);
            break;
        }
        CAW_END_FOR;
        CHECK_TRACE("1");
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("999");
        caw_unref(g);
    } CAW_END;
}

/* ---- aclosing ------------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC_GEN(int, closes, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(-1);
            CAW_YIELD(-2);
        } CAW_FINALLY {
            trace("closed");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* Takes one item of it, perhaps, and leaves the block, perhaps by an error. */
static CAW_ASYNC(void, in_aclosing, caw_gen(int) g, bool steps, bool fails)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_aclosing(caw_ref(g))) {
            if (steps) CHECK_INT(CAW_AWAIT(caw_anext(g)), -1);
            trace("block");
            if (fails) CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_WITH;
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

ASYNC_TEST(aclosing)
{
    CAW_BEGIN(void) {
        caw_auto g = closes();
        CAW_AWAIT(in_aclosing(g, true, false));
        CHECK_TRACE("block closed");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(aclosing_error)
{
    CAW_BEGIN(void) {
        caw_auto g = closes();
        CHECK_RAISES(in_aclosing(g, false, true), CAW_VALUE_ERROR, NULL);
        CHECK_TRACE("block"); /* it had not begun: there is nothing to run */
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(aclosing_bpo41229)
{
    CAW_BEGIN(void) {
        caw_auto g = closes();
        CHECK_RAISES(in_aclosing(g, true, true), CAW_VALUE_ERROR, NULL);
        CHECK_TRACE("block closed");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_nullcontext)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_nullcontext()) {
            trace("block");
        }
        CAW_END_WITH;
        CHECK_TRACE("block");
    } CAW_END;
}
