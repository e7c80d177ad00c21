/* cancel_and_wait: until the task has really ended, and whose cancellation a CancelledError is. */
#include "tasks.h"

/* What becomes of a task that is cancelled: it takes `seconds` to clean up, then ends as `how` says. */
static CAW_ASYNC(int, ends, char how, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cleanup");
            if (seconds >= 0) CAW_AWAIT(caw_sleep(seconds));
            trace("ended");
            if (how == 'r') CAW_RETURN(5);
            if (how == 'f') CAW_RAISE(CAW_VALUE_ERROR, "in cleanup");
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}

static CAW_ASYNC(void, canceller, caw_of(int) target)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_cancel_and_wait(target));
            trace("resumed");
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("I-was-cancelled-%s", caw_error_message(error));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(whatever_the_outcome)
{
    CAW_BEGIN(void) {
        caw_of(int) task = caw_spawn(ends('c', 2));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_cancel_and_wait(caw_ref(task)));
        CHECK(caw_cancelled(task));
        caw_unref(task);
        CHECK_REAL(elapsed(), 2);
        task = caw_spawn(ends('r', 2));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_cancel_and_wait(caw_ref(task)));
        CHECK_INT(CAW_AWAIT(task), 5);
        task = caw_spawn(ends('f', 2));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_cancel_and_wait(caw_ref(task)));
        CHECK_RAISES(task, CAW_VALUE_ERROR, "in cleanup");
        CHECK_REAL(elapsed(), 6);
        CHECK_TRACE("cleanup ended cleanup ended cleanup ended");
        task = caw_spawn(ends('f', 0));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_cancel_and_wait(task)); /* nobody asks for its error */
        CHECK_TRACE("cleanup ended");
        CHECK_LOGGED("Task exception was never retrieved");
    } CAW_END;
}

/* The trace of CPython 3.13's own, which wait_for uses. */
ASYNC_TEST(two_passes_after_the_end)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(ends('c', 0));
        CAW_AWAIT(caw_sleep(0));
        caw_auto waits = caw_spawn(canceller(task)), t = caw_spawn(tick(6));
        CAW_AWAIT(t);
        CAW_AWAIT(waits);
        CHECK_TRACE("0 cleanup 1 ended 2 3 resumed 4 5");
        caw_auto f = caw_future(int);
        waits = caw_spawn(canceller(caw_ref(f)));
        t = caw_spawn(tick(4));
        CAW_AWAIT(t);
        CAW_AWAIT(waits);
        CHECK(caw_cancelled(f));
        caw_unref(f);
        CHECK_TRACE("0 1 resumed 2 3");
    } CAW_END;
}

ASYNC_TEST(ones_own_cancellation_is_told_apart)
{
    CAW_BEGIN(void) {
        caw_of(int) task = caw_spawn(ends('c', 5));
        CAW_AWAIT(caw_sleep(0));
        caw_auto waits = caw_spawn(canceller(caw_ref(task)));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(waits, "mine"));
        CHECK_RAISES(waits, CAW_CANCELLED_ERROR, "mine");
        CHECK_TRACE("cleanup I-was-cancelled-mine");
        CHECK(!caw_done(task)); /* it cleans up in peace */
        CHECK_INT(caw_cancelling(task), 1);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("ended");
        CHECK_REAL(elapsed(), 5);
    } CAW_END;
}

ASYNC_TEST(what_is_over_does_not_suspend)
{
    CAW_BEGIN(void) {
        caw_of(int) task = caw_spawn(ends('r', -1));
        caw_cancel(task, NULL);
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, NULL); /* it never began */
        caw_auto t = caw_spawn(tick(1));
        CAW_AWAIT(caw_cancel_and_wait(task));
        CAW_AWAIT(caw_cancel_and_wait(ends('r', 1))); /* a coroutine: there is nothing to wait for */
        trace("here");
        CAW_AWAIT(t);
        CHECK_TRACE("here 0");
    } CAW_END;
}

ASYNC_TEST(not_yet_begun)
{
    CAW_BEGIN(void) {
        caw_of(int) task = caw_spawn(ends('r', 1));
        CAW_AWAIT(caw_cancel_and_wait(caw_ref(task)));
        CHECK(caw_cancelled(task)); /* and its body never ran */
        caw_unref(task);
        caw_of(caw_results *) g = caw_gather_settled(ends('c', 3), ends('r', 1));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_cancel_and_wait(g)); /* any future will do */
        CHECK_REAL(elapsed(), 3);
        CHECK_TRACE("cleanup cleanup ended ended");
    } CAW_END;
}

ASYNC_TEST(oneself_is_refused)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_cancel_and_wait(caw_ref(me())), CAW_RUNTIME_ERROR, "a task cannot wait for its own end");
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

ASYNC_TEST(several_at_once)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_spawn(ends('c', 3)), b = caw_spawn(ends('c', 1));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(CAW_AWAIT(caw_gather(caw_cancel_and_wait(a), caw_cancel_and_wait(b))));
        CHECK_REAL(elapsed(), 3); /* both were cancelled at once */
        CHECK_TRACE("cleanup cleanup ended ended");
    } CAW_END;
}

ASYNC_TEST(dropped)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(ends('c', 1));
        CAW_AWAIT(caw_sleep(0));
        caw_drop(caw_cancel_and_wait(task));
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("cleanup ended");
    } CAW_END;
}

TEST(outside_a_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) f = caw_future_on(loop, int);
    caw_of(void) end = caw_cancel_and_wait(caw_ref(f));
    CHECK(caw_cancelled(f));
    CHECK(!caw_done(end));
    caw_loop_turn(loop, NULL);
    CHECK(caw_done(end));
    caw_unref(end);
    end = caw_cancel_and_wait(f);
    CHECK_ERROR(caw_exception(end), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(end);
    caw_loop_close(loop);
}

/* The future is the last that holds its loop. */
TEST(of_a_closed_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) f = caw_future_on(loop, int);
    caw_loop_close(loop);
    caw_of(void) end = caw_cancel_and_wait(f);
    CHECK_ERROR(caw_exception(end), CAW_RUNTIME_ERROR, "the loop is closed");
    caw_unref(end);
}
