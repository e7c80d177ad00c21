/* Cancellation of tasks that await tasks: chains as long as memory allows, cycles. */
#include "tasks.h"

ASYNC_TEST(awaiting_a_task_couples_lifetimes)
{
    CAW_BEGIN(void) {
        caw_auto child = caw_spawn(nap(100));
        caw_auto a = caw_spawn(await_void(caw_ref(child), "a")), b = caw_spawn(await_void(caw_ref(child), "b"));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(a, NULL));
        CHECK_INT(caw_cancelling(child), 1);
        CHECK_INT(caw_cancelling(b), 0);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(b, CAW_CANCELLED_ERROR, ""); /* its count of 0 tells that its child was cancelled, not it */
        CHECK(caw_cancelled(child));
        caw_unref(child);
        CHECK_TRACE("a!1 b!0");
    } CAW_END;
}

static CAW_ASYNC(int, await_next, caw_of(int) next)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(next) + 1);
    } CAW_END;
}

ASYNC_TEST(a_chain_of_a_hundred_thousand_tasks_is_cancelled)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int), last = caw_ref(f);
        for (int i = 0; i < 100000; i++) last = caw_spawn(await_next(last));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(last, "chain"));
        CHECK(caw_cancelled(f));
        caw_unref(f);
        CHECK_RAISES(last, CAW_CANCELLED_ERROR, "chain");
        CHECK_INT(caw_all_tasks(NULL, NULL, 0), 1);
    } CAW_END;
}

static caw_of(int) ring[3];

static CAW_ASYNC(int, await_ring, int next)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_TRY {
            CAW_RETURN(CAW_AWAIT(caw_ref(ring[next])));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%d:%s", next, caw_error_message(error));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_cycle_of_awaits_is_cancelled)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 3; i++) ring[i] = caw_spawn(await_ring((i + 1) % 3));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(ring[0], "cut"));
        for (int i = 0; i < 3; i++) {
            CHECK_RAISES(caw_ref(ring[i]), CAW_CANCELLED_ERROR, NULL);
            CHECK(caw_cancelled(ring[i]));
            caw_unref(ring[i]);
        }
        CHECK_TRACE("0:cut 2:cut 1:cut");
    } CAW_END;
}

/* A cycle through a gather and a wait_for, where the walk over tasks cannot see it. */
static CAW_ASYNC(int, await_gathered, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        caw_unref(CAW_AWAIT(caw_gather(caw_ref(ring[1]), caw_ref(ring[2]))));
        CAW_RETURN(1);
    } CAW_END;
}

ASYNC_TEST(a_cycle_through_a_gather_is_cancelled)
{
    CAW_BEGIN(void) {
        ring[0] = caw_spawn(await_gathered());
        ring[1] = caw_spawn(caw_wait_for(caw_ref(ring[0]), 1000));
        ring[2] = caw_spawn(await_next(caw_ref(ring[0])));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(ring[0], NULL));
        for (int i = 0; i < 3; i++) {
            CHECK_RAISES(caw_ref(ring[i]), CAW_CANCELLED_ERROR, NULL);
            caw_unref(ring[i]);
        }
        CHECK_REAL(elapsed(), 1);
    } CAW_END;
}

static CAW_ASYNC(int, await_settled, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        caw_unref(CAW_AWAIT(caw_gather_settled(caw_ref(ring[0]), caw_sleep(10))));
        CAW_RETURN(1);
    } CAW_END;
}

ASYNC_TEST(a_task_that_gathers_itself_is_cancelled)
{
    CAW_BEGIN(void) {
        ring[0] = caw_spawn(await_settled());
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(ring[0], "cut"));
        CHECK_RAISES(caw_ref(ring[0]), CAW_CANCELLED_ERROR, NULL);
        caw_unref(ring[0]);
        CHECK_REAL(elapsed(), 1);
    } CAW_END;
}

static CAW_ASYNC(int, cancel_and_gather_itself, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(ring[0], "early"); /* nothing to cancel yet: the gather will be, which is this task */
        caw_unref(CAW_AWAIT(caw_gather_settled(caw_ref(ring[0]))));
        CAW_RETURN(1);
    } CAW_END;
}

ASYNC_TEST(a_task_that_was_cancelled_and_then_gathers_itself)
{
    CAW_BEGIN(void) {
        ring[0] = caw_spawn(cancel_and_gather_itself());
        CHECK_RAISES(caw_ref(ring[0]), CAW_CANCELLED_ERROR, "early");
        caw_unref(ring[0]);
    } CAW_END;
}
