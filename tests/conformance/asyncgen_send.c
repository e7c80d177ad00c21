/* CPython's AsyncGenAsyncioTest (test_asyncgen): values and errors sent in, and what happens in the middle. */
#include "generators.h"

/* Sleeps, and is cancelled meanwhile by somebody else. */
static CAW_ASYNC(void, sleep_cancelled, void)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(caw_sleep(0.01));
        caw_unref(caw_call_later(NULL, 0.005, conform_cancel, caw_base(t)));
        CAW_AWAIT(t);
    } CAW_END;
}

typedef enum middle { SLEEP, CRASH, CANCELLED } middle;

static caw_of(void) in_the_middle(middle what)
{
    return what == CRASH ? fail_later() : what == CANCELLED ? sleep_cancelled() : caw_sleep(0.01);
}

/* Gives 1, then twice what was sent, or 2000 after a LookupError; what happens between is `what`, when it was thrown if `on_throw`. */
static CAW_ASYNC_GEN(int, twice, middle what, bool on_throw)
{
    CAW_BEGIN_GEN(int)
    {
        int v = 0;
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0.01));
            CAW_TRY {
                CAW_YIELD(1);
                v = CAW_SENT().as_int32;
                if (!on_throw) CAW_AWAIT(in_the_middle(what));
            } CAW_EXCEPT(CAW_LOOKUP_ERROR, e) {
                v = 1000;
                CAW_AWAIT(in_the_middle(what));
            }
            CAW_END_TRY;
            CAW_YIELD(2 * v);
            CAW_AWAIT(caw_sleep(0.01));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.01));
            trace("clean");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static caw_of(int) throw_lookup(caw_gen(int) g) { return caw_athrow(g, caw_error_new(CAW_LOOKUP_ERROR, NULL)); }

ASYNC_TEST(async_gen_asyncio_asend_01)
{
    CAW_BEGIN(void) {
        caw_auto g = twice(SLEEP, false);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_int(100))), 200);
        CHECK_RAISES(caw_asend(g, caw_none()), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("clean");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_asend_02)
{
    CAW_BEGIN(void) {
        caw_auto g = twice(CRASH, false);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_RAISES(caw_asend(g, caw_int(100)), CAW_VALUE_ERROR, NULL);
        CHECK_TRACE("clean");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_asend_03)
{
    CAW_BEGIN(void) {
        caw_auto g = twice(CANCELLED, false);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_RAISES(caw_asend(g, caw_int(100)), CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("clean");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_athrow_01)
{
    CAW_BEGIN(void) {
        caw_auto g = twice(SLEEP, true);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_INT(CAW_AWAIT(throw_lookup(g)), 2000);
        CHECK_RAISES(caw_asend(g, caw_none()), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("clean");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_athrow_02)
{
    CAW_BEGIN(void) {
        caw_auto g = twice(CANCELLED, true);
        CHECK_INT(CAW_AWAIT(caw_asend(g, caw_none())), 1);
        CHECK_RAISES(throw_lookup(g), CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("clean");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_athrow_03)
{
    CAW_BEGIN(void) {
        caw_auto g = swallows(false);
        CAW_AWAIT(caw_asend(g, caw_none()));
        CHECK_RAISES(throw_lookup(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("done");
        caw_unref(g);
    } CAW_END;
}
