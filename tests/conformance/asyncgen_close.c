/* CPython's AsyncGenAsyncioTest (test_asyncgen): aclose, with cleanups that await, yield or fail; the shutdown. */
#include "generators.h"

typedef enum cleanup { PLAIN, AWAITS, YIELDS, FAILS } cleanup;

/* Gives 1, perhaps waits for a future and gives 2; a cleanup of some kind. */
static CAW_ASYNC_GEN(int, with_cleanup, cleanup kind, caw_any *future)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
            if (future) CAW_AWAIT(caw_ref((caw_of(void))future));
            trace("on");
            CAW_YIELD(2);
        } CAW_FINALLY {
            if (kind == AWAITS) {
                CAW_AWAIT(caw_sleep(0.01));
                CAW_AWAIT(caw_sleep(0.01));
            }
            if (kind == YIELDS) CAW_YIELD(12);
            if (kind == FAILS) CAW_RAISE(CAW_VALUE_ERROR, "cleanup");
            trace("clean");
        }
        CAW_END_TRY;
        trace("over");
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_aclose_06)
{
    CAW_BEGIN(void) {
        caw_auto g = with_cleanup(YIELDS, NULL);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CHECK_RAISES(caw_aclose(g), CAW_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        caw_unref(g); /* nobody closes it a second time: what is left of its cleanup is lost, and that is said */
        CHECK_LOGGED("its cleanup did not run");
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_aclose_07)
{
    CAW_BEGIN(void) {
        caw_auto g = with_cleanup(AWAITS, NULL);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("clean");
        CHECK_REAL(elapsed(), 0.02);
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_aclose_08)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        caw_auto g = with_cleanup(AWAITS, caw_base(f));
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("clean");
        CHECK_OUTCOME(f, "pending"); /* it never got there */
        caw_unref(g);
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, endless, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (;;) CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
            trace("clean");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* The last reference to one that has begun closes it in a task of its own. */
ASYNC_TEST(async_gen_asyncio_gc_aclose_09)
{
    CAW_BEGIN(void) {
        caw_auto g = endless();
        CAW_AWAIT(caw_anext(g));
        CAW_AWAIT(caw_anext(g));
        caw_unref(g);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0)); /* the task begins, */
        CAW_AWAIT(caw_sleep(0)); /* its cleanup gives way once */
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("clean");
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_aclose_10)
{
    CAW_BEGIN(void) {
        caw_auto g = swallows(false);
        CAW_AWAIT(caw_asend(g, caw_none()));
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("done");
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_aclose_11)
{
    CAW_BEGIN(void) {
        caw_auto g = swallows(true);
        CAW_AWAIT(caw_asend(g, caw_none()));
        CHECK_RAISES(caw_aclose(g), CAW_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        CHECK_TRACE("");
        caw_unref(g);
        CHECK_LOGGED("its cleanup did not run");
    } CAW_END;
}

static CAW_ASYNC_GEN(int, awaits_task_in_cleanup, void)
{
    CAW_BEGIN_GEN(int)
    {
        caw_auto t = caw_spawn(fail_later());
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CHECK_RAISES(t, CAW_VALUE_ERROR, NULL);
            trace("clean");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

ASYNC_TEST(async_gen_asyncio_aclose_12)
{
    CAW_BEGIN(void) {
        caw_auto g = awaits_task_in_cleanup();
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("clean");
        CHECK_REAL(elapsed(), 0.01);
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(async_gen_aclose_twice_with_different_coros)
{
    CAW_BEGIN(void) {
        caw_auto g = with_cleanup(PLAIN, NULL);
        CAW_AWAIT(caw_aclose(g));
        CAW_AWAIT(caw_aclose(g));
        caw_unref(g); /* its body never ran */
    } CAW_END;
}

ASYNC_TEST(async_gen_aclose_after_exhaustion)
{
    CAW_BEGIN(void) {
        caw_auto g = with_cleanup(PLAIN, NULL);
        CAW_FOR_AWAIT(int i, caw_ref(g)) {
            trace("%d", i);
        }
        CAW_END_FOR;
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("1 on 2 clean over");
        caw_unref(g);
    } CAW_END;
}

/* ---- Shutdown ------------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC_GEN(int, waiter, double seconds)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
            trace("finalized");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, wait_in_for, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, waiter(1)) {
            (void)i;
        }
        CAW_END_FOR;
    } CAW_END;
}

ASYNC_TEST(async_gen_asyncio_shutdown_01)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(wait_in_for()), b = caw_spawn(wait_in_for());
        CAW_AWAIT(caw_sleep(0.1));
        caw_cancel(a, NULL);
        caw_cancel(b, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CHECK_RAISES(b, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_shutdown_generators(NULL));
        CHECK_TRACE("finalized finalized");
    } CAW_END;
}

static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("<%s: %s>", caw_error_message(report->error), report->message);
}

/* Takes one item and leaves it standing there; gives up the generator if it was told to. */
static CAW_ASYNC(void, take_one, caw_gen(int) g, bool give_up)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), receive, NULL);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        if (give_up) caw_unref(g);
    } CAW_END;
}

TEST(async_gen_asyncio_shutdown_02)
{
    caw_gen(int) g = with_cleanup(PLAIN, NULL);
    CHECK_ERROR(caw_run(take_one(g, false), NULL), CAW_OK, NULL);
    CHECK_TRACE("clean"); /* and nothing is reported */
    caw_unref(g);
}

TEST(async_gen_asyncio_shutdown_exception_01)
{
    caw_gen(int) g = with_cleanup(FAILS, NULL);
    CHECK_ERROR(caw_run(take_one(g, false), NULL), CAW_OK, NULL);
    CHECK_TRACE("<cleanup: an error occurred during closing of an async generator>");
    caw_unref(g);
}

/* Given up, it is closed by a task of the shutdown; what fails there is that task's failure. */
TEST(async_gen_asyncio_shutdown_exception_02)
{
    CHECK_ERROR(caw_run(take_one(with_cleanup(FAILS, NULL), true), NULL), CAW_OK, NULL);
    CHECK_TRACE("<cleanup: Task exception was never retrieved>");
}

static CAW_ASYNC(void, break_at_first, void)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), receive, NULL);
        CAW_FOR_AWAIT(int i, with_cleanup(PLAIN, NULL)) {
            CHECK_INT(i, 1);
            break;
        }
        CAW_END_FOR;
    } CAW_END;
}

TEST(asyncgen_nonstarted_hooks_are_cancellable)
{
    CHECK_ERROR(caw_run(break_at_first(), NULL), CAW_OK, NULL);
    CHECK_TRACE("clean");
}
