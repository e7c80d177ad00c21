/* CPython's EventLoopTestsMixin, HandleTests and TimerTests (test_events), RunningLoopTests (test_base_events). */
#include "loops.h"

TEST(call_soon)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_soon(loop, stop_and_say, "hello"));
    CHECK_TRACE("");
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("hello");
    caw_loop_close(loop);
}

TEST(call_later)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_later(loop, 0.1, stop_and_say, "hello"));
    CHECK_TRACE("");
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("hello");
    CHECK_REAL(elapsed(), 0.1);
    caw_loop_close(loop);
}

/* ---- Running in a run ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, run_inside, caw_loop *loop)
{
    CAW_BEGIN(void) {
        CHECK(caw_loop_is_running(caw_running_loop()));
        CAW_RAISE_ERROR(caw_run_until_complete(loop, just_sleep(0), NULL));
    } CAW_END;
}

TEST(run_until_complete_nesting)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, run_inside(loop), NULL), CAW_RUNTIME_ERROR, NULL);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, run_other, caw_loop *other)
{
    CAW_BEGIN(void) {
        caw_loop *mine = caw_running_loop();
        CHECK_INT(caw_run_forever(other), -CAW_RUNTIME_ERROR);
        CHECK(caw_running_loop() == mine);
    } CAW_END;
}

TEST(running_loop_within_a_loop)
{
    caw_loop *loop = caw_loop_new(), *outer = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(outer, run_other(loop), NULL), CAW_OK, NULL);
    caw_loop_close(loop);
    caw_loop_close(outer);
}

TEST(run_until_complete)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, just_sleep(0.1), NULL), CAW_OK, NULL);
    CHECK_REAL(elapsed(), 0.1);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, stop_and_sleep, void)
{
    CAW_BEGIN(void) {
        stop(NULL);
        CAW_AWAIT(caw_sleep(0.1));
    } CAW_END;
}

TEST(run_until_complete_stopped)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, stop_and_sleep(), NULL), CAW_RUNTIME_ERROR, NULL);
    caw_loop_close(loop);
    test.log[0] = 0; /* the task was pending */
}

static CAW_ASYNC(void, close_own_loop, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_loop_close(caw_running_loop()), -CAW_RUNTIME_ERROR);
    } CAW_END;
}

TEST(close_running_event_loop)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, close_own_loop(), NULL), CAW_OK, NULL);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, sleep_shorter_and_shorter, void)
{
    CAW_BEGIN(void) {
        for (double s = 1e-2; s > 1e-11; s /= 100) CAW_AWAIT(caw_sleep(s));
    } CAW_END;
}

static double count_waits(void *waits, double now, double deadline)
{
    ++*(int *)waits;
    return deadline > now ? deadline : now;
}

/* However short a sleep is, the loop does not spin until it is over. */
TEST(timeout_rounding)
{
    caw_loop *loop = caw_loop_new();
    int       waits = 0;
    caw_sim_on_wait(count_waits, &waits);
    CHECK_ERROR(caw_run_until_complete(loop, sleep_shorter_and_shorter(), NULL), CAW_OK, NULL);
    CHECK(waits <= 5);
    caw_loop_close(loop);
}

/* ---- Handles ---------------------------------------------------------------------------------------------------------------------- */

TEST(handle)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *h = caw_call_soon(loop, say, "called");
    CHECK(!caw_handle_cancelled(h));
    caw_handle_cancel(h);
    CHECK(caw_handle_cancelled(h));
    run_briefly(loop);
    caw_unref(h);
    caw_loop_close(loop);
}

TEST(when)
{
    caw_loop   *loop = caw_loop_new();
    double      when = caw_time(loop) + 3;
    caw_handle *h = caw_call_at(loop, when, say, "called");
    CHECK_REAL(caw_handle_when(h), when);
    caw_unref(h);
    caw_loop_close(loop);
}

TEST(timer)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *h = caw_call_later(loop, 0, say, "called");
    CHECK(!caw_handle_cancelled(h));
    caw_handle_cancel(h);
    CHECK(caw_handle_cancelled(h));
    run_briefly(loop);
    CHECK(!isinf(caw_handle_when(h)));
    caw_unref(h);
    caw_loop_close(loop);
}
