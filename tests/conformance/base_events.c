/* CPython's BaseEventLoopTests (test_base_events): passes, timers, errors that end a run. */
#include "loops.h"

static void soon(caw_loop *loop, caw_callback *callback, void *argument) { caw_unref(caw_call_soon(loop, callback, argument)); }

/* Times that are past run in the order of their times. */
TEST(call_later_negative_delays)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_later(loop, -1, say, "a"));
    caw_unref(caw_call_later(loop, -2, say, "b"));
    run_briefly(loop);
    CHECK_TRACE("b a");
    caw_loop_close(loop);
}

TEST(time_and_call_at)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_at(loop, caw_time(loop) + 0.1, stop, NULL));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_REAL(elapsed(), 0.1);
    caw_loop_close(loop);
}

/* What the loop waits for is the first timer that is not cancelled. */
TEST(_run_once)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *first = caw_call_later(loop, 5, say, "5"), *second = caw_call_later(loop, 10, say, "10");
    caw_handle_cancel(first);
    caw_turn turn = caw_loop_turn(loop, NULL);
    CHECK(!turn.ready);
    CHECK_REAL(turn.deadline, caw_time(loop) + 10);
    caw_unref(first);
    caw_unref(second);
    caw_loop_close(loop);
}

static void schedule(void *unused)
{
    (void)unused;
    soon(NULL, say, "next");
    trace("due");
}

/* What a timer's callback schedules is ready, and does not run in the same pass. */
TEST(_run_once_schedule_handle)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_later(loop, -1, schedule, NULL));
    caw_stop(loop);
    CHECK_INT(caw_run_forever(loop), 0); /* one pass */
    CHECK_TRACE("due");
    CHECK_INT(caw_loop_turn(loop, NULL).jobs, 1);
    CHECK_TRACE("next");
    caw_loop_close(loop);
}

TEST(set_debug)
{
    caw_loop *loop = caw_loop_new();
    caw_loop_set_debug(loop, true, 0);
    CHECK(caw_loop_get_debug(loop));
    caw_loop_set_debug(loop, false, 0);
    CHECK(!caw_loop_get_debug(loop));
    caw_loop_close(loop);
}

TEST(run_once)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, say, "called");
    soon(loop, stop, NULL);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("called");
    caw_loop_close(loop);
}

TEST(run_forever_pre_stopped)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_later(loop, 1, say, "late"));
    soon(loop, say, "ready");
    caw_stop(loop);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("ready"); /* one pass, which waits for nothing */
    CHECK_REAL(elapsed(), 0);
    caw_loop_close(loop);
}

static void check_running(void *loop)
{
    CHECK(caw_running_loop() == loop && caw_loop_is_running(loop));
    trace("running");
}

/* A loop driven by hand, a turn at a time. */
TEST(custom_run_forever_integration)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, check_running, loop);
    for (int i = 0; i < 10; i++) CHECK_INT(caw_loop_turn(loop, NULL).status, 0);
    CHECK_TRACE("running");
    CHECK(!caw_running_loop() && !caw_loop_is_running(loop));
    caw_loop_close(loop);
}

/* ---- Errors --------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, fail_later, caw_error_type type)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RAISE(type, "mine");
    } CAW_END;
}

static void stop_when_done(void *unused, caw_any *future)
{
    (void)future;
    stop(unused);
}

/* Runs until the task that fails has failed, and gives it up. */
static void run_failing(caw_loop *loop)
{
    caw_auto t = caw_spawn(fail_later(CAW_VALUE_ERROR), .loop = loop);
    CHECK_INT(caw_add_done_callback(t, stop_when_done, NULL), 0);
    CHECK_INT(caw_run_forever(loop), 0);
    caw_unref(t);
}

TEST(default_exc_handler_coro)
{
    caw_loop *loop = caw_loop_new();
    run_failing(loop);
    CHECK_LOGGED("Task exception was never retrieved");
    caw_loop_close(loop);
}

static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    CHECK(loop == data);
    CHECK(caw_error_is(report->error, CAW_VALUE_ERROR));
    trace("%s", report->message);
}

TEST(set_exc_handler_custom)
{
    caw_loop *loop = caw_loop_new();
    caw_set_exception_handler(loop, receive, loop);
    run_failing(loop);
    CHECK_TRACE("Task exception was never retrieved");
    CHECK_TEXT(test.log, "");
    caw_set_exception_handler(loop, NULL, NULL);
    run_failing(loop);
    CHECK_TRACE("");
    CHECK_LOGGED("Task exception was never retrieved");
    caw_loop_close(loop);
}

/* A SystemExit in a task ends the run; the next run is not ended by what the first was waiting for. */
TEST(run_until_complete_loop_orphan_future_close_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(fail_later(CAW_SYSTEM_EXIT), .loop = loop);
    CHECK_ERROR(caw_run_until_complete(loop, just_sleep(0.1), NULL), CAW_SYSTEM_EXIT, "mine");
    CHECK_REAL(elapsed(), 0.01);
    CHECK_ERROR(caw_run_until_complete(loop, just_sleep(0.2), NULL), CAW_OK, NULL);
    CHECK_REAL(elapsed(), 0.21);
    CHECK_OUTCOME(t, "SystemExit");
    caw_unref(t);
    caw_loop_close(loop);
}

TEST(run_forever_keyboard_interrupt)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, fail_later(CAW_KEYBOARD_INTERRUPT), NULL), CAW_KEYBOARD_INTERRUPT, "mine");
    caw_loop_close(loop); /* and nothing is reported */
}

static void soon_stop(void *unused)
{
    (void)unused;
    soon(NULL, stop_and_say, "called");
}

/* No stop is left over from the run that was broken off. */
TEST(run_until_complete_baseexception)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, fail_later(CAW_KEYBOARD_INTERRUPT), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    soon(loop, soon_stop, NULL);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("called");
    caw_loop_close(loop);
}

/* test_tasks: a cancelled task that ends by SystemExit: that is its error, and it leaves the run at once. */
static CAW_ASYNC(void, exit_when_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            CAW_RAISE(CAW_SYSTEM_EXIT, "base");
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(baseexception_during_cancel)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(exit_when_cancelled(), .loop = loop);
    run_briefly(loop);
    caw_cancel(t, NULL);
    CHECK(!caw_done(t));
    CHECK_ERROR(caw_run_until_complete(loop, conform_nothing(), NULL), CAW_SYSTEM_EXIT, "base");
    CHECK(caw_done(t) && !caw_cancelled(t));
    CHECK_ERROR(caw_exception(t), CAW_SYSTEM_EXIT, "base");
    caw_unref(t);
    caw_loop_close(loop);
}
