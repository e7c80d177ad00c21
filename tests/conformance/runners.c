/* CPython's RunTests and RunnerTests (test_runners). */
#include "conform.h"

static CAW_ASYNC(int, answer, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(42);
    } CAW_END;
}

TEST(asyncio_run_return)
{
    int result = 0;
    CHECK_ERROR(caw_run(answer(), &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
}

static CAW_ASYNC(int, fail, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "spam");
    } CAW_END;
}

TEST(asyncio_run_raises) { CHECK_ERROR(caw_run(fail(), NULL), CAW_VALUE_ERROR, "spam"); }

static CAW_ASYNC(void, check_debug, bool expected)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_loop_get_debug(caw_running_loop()), expected);
    } CAW_END;
}

TEST(asyncio_run_debug)
{
    CHECK_ERROR(caw_run(check_debug(false), NULL), CAW_OK, NULL);
    CHECK_ERROR(caw_run(check_debug(false), NULL, .debug = false), CAW_OK, NULL);
    CHECK_ERROR(caw_run(check_debug(true), NULL, .debug = true), CAW_OK, NULL);
}

static CAW_ASYNC(void, run_inside, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE_ERROR(caw_run(answer(), NULL));
    } CAW_END;
}

TEST(asyncio_run_from_running_loop) { CHECK_ERROR(caw_run(run_inside(), NULL), CAW_RUNTIME_ERROR, NULL); }

/* Left over when main returns: it is cancelled and waited for; may fail at that. */
static CAW_ASYNC(void, leftover, bool fails)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0.1));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("cancelled");
            if (fails) CAW_RAISE(CAW_VALUE_ERROR, "leftover");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("<%s %s: %s>", caw_error_message(report->error), report->task ? "task" : "nobody", report->message);
}

static CAW_ASYNC(int, leave_one, bool fails, caw_any **left)
{
    CAW_BEGIN(int) {
        caw_set_exception_handler(caw_running_loop(), receive, NULL);
        *left = caw_base(caw_spawn(leftover(fails)));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(123);
    } CAW_END;
}

TEST(asyncio_run_cancels_hanging_tasks)
{
    caw_any *left = NULL;
    int      result = 0;
    CHECK_ERROR(caw_run(leave_one(false, &left), &result), CAW_OK, NULL);
    CHECK_INT(result, 123);
    CHECK_TRACE("cancelled");
    CHECK(caw_done((caw_of(void))left));
    caw_unref(left);
}

TEST(asyncio_run_reports_hanging_tasks_errors)
{
    caw_any *left = NULL;
    int      result = 0;
    CHECK_ERROR(caw_run(leave_one(true, &left), &result), CAW_OK, NULL);
    CHECK_INT(result, 123);
    CHECK_TRACE("cancelled <leftover task: unhandled exception during caw_run() shutdown>");
    CHECK(caw_done((caw_of(void))left));
    caw_unref(left);
}

static CAW_ASYNC_GEN(int, fidget, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (;;) {
                CAW_YIELD(1);
                CAW_AWAIT(caw_sleep(1));
            }
        } CAW_FINALLY {
            trace("closed");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* Fails when it is cancelled in the middle of a generator that somebody else holds, too. */
static CAW_ASYNC(void, spin, caw_gen(int) spinner)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_FOR_AWAIT(int i, caw_ref(spinner)) {
                (void)i;
            }
            CAW_END_FOR;
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            CAW_RAISE(CAW_VALUE_ERROR, "spin");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, leave_spinning, caw_gen(int) spinner)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), receive, NULL);
        caw_unref(caw_spawn(spin(spinner)));
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_LOOKUP_ERROR, "fancy exit");
    } CAW_END;
}

TEST(asyncio_run_closes_gens_after_hanging_tasks_errors)
{
    caw_gen(int) spinner = fidget();
    CHECK_ERROR(caw_run(leave_spinning(spinner), NULL), CAW_LOOKUP_ERROR, "fancy exit");
    CHECK_TRACE("closed <spin task: unhandled exception during caw_run() shutdown>");
    caw_unref(spinner);
}

/* ---- Runner ------------------------------------------------------------------------------------------------------------------------ */

TEST(non_debug)
{
    caw_runner runner = {.debug = false};
    CHECK(!caw_loop_get_debug(caw_runner_loop(&runner)));
    CHECK_INT(caw_runner_close(&runner), 0);
}

TEST(debug)
{
    caw_runner runner = {.debug = true};
    CHECK(caw_loop_get_debug(caw_runner_loop(&runner)));
    CHECK_INT(caw_runner_close(&runner), 0);
}

static CAW_ASYNC(caw_loop *, tell_loop, void)
{
    CAW_BEGIN(caw_loop *) {
        CAW_RETURN(caw_running_loop());
    } CAW_END;
}

/* The runner's loop can be had before the first run, to be set up: what a loop factory is for. */
TEST(custom_factory)
{
    caw_runner runner = {.debug = false};
    caw_loop  *loop = caw_runner_loop(&runner), *found = NULL;
    CHECK_ERROR(caw_runner_run(&runner, tell_loop(), &found), CAW_OK, NULL);
    CHECK(found == loop);
    CHECK_INT(caw_runner_close(&runner), 0);
}

/* Its loop goes with it: the case's end counts loops. */
TEST(run)
{
    caw_runner runner = {.debug = false};
    int        result = 0;
    CHECK_ERROR(caw_runner_run(&runner, answer(), &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    CHECK(caw_runner_loop(&runner));
    CHECK_INT(caw_get_stats().loops, 1);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK(!caw_runner_loop(&runner));
    CHECK_INT(caw_get_stats().loops, 0);
}

TEST(run_future)
{
    caw_runner runner = {.debug = false};
    caw_auto   f = caw_future_on(caw_runner_loop(&runner), int);
    int        result = 0;
    caw_set_result(f, 42);
    CHECK_ERROR(caw_runner_run(&runner, f, &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    CHECK_INT(caw_runner_close(&runner), 0);
}

static caw_any *make_answer(caw_awaitable *self)
{
    (void)self;
    return caw_base(answer());
}

TEST(run_awaitable)
{
    caw_runner    runner = {.debug = false};
    caw_awaitable own = CAW_AWAITABLE(make_answer);
    int           result = 0;
    CHECK_ERROR(caw_runner_run(&runner, caw_awaitable_of(int, &own), &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    CHECK_INT(caw_runner_close(&runner), 0);
}

TEST(explicit_close)
{
    caw_runner runner = {.debug = false};
    CHECK(caw_runner_loop(&runner));
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK(!caw_runner_loop(&runner));
}

TEST(double_close)
{
    caw_runner runner = {.debug = false};
    CHECK(caw_runner_loop(&runner));
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_INT(caw_get_stats().loops, 0);
}

TEST(second_with_block_raises)
{
    caw_runner runner = {.debug = false};
    CHECK_ERROR(caw_runner_run(&runner, answer(), NULL), CAW_OK, NULL);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_ERROR(caw_runner_run(&runner, answer(), NULL), CAW_RUNTIME_ERROR, "the runner is closed");
}

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(-1));

static CAW_ASYNC(int, swap, int value)
{
    CAW_BEGIN(int) {
        int old = caw_context_get(&number).as_int32;
        CAW_AWAIT(caw_sleep(0));
        CAW_CHECK(caw_context_set(&number, caw_int(value)));
        CAW_RETURN(old);
    } CAW_END;
}

TEST(run_keeps_context)
{
    caw_runner runner = {.debug = false};
    for (int i = 1; i <= 3; i++) {
        int old = 0;
        CHECK_ERROR(caw_runner_run(&runner, swap(i), &old), CAW_OK, NULL);
        CHECK_INT(old, i == 1 ? -1 : i - 1);
    }
    CHECK_INT(caw_runner_close(&runner), 0);
}

static CAW_ASYNC(void, run_again, caw_runner *runner)
{
    CAW_BEGIN(void) {
        CAW_RAISE_ERROR(caw_runner_run(runner, answer(), NULL));
    } CAW_END;
}

TEST(recursive_run)
{
    caw_runner runner = {.debug = false};
    CHECK_ERROR(caw_runner_run(&runner, run_again(&runner), NULL), CAW_RUNTIME_ERROR, NULL);
    CHECK_INT(caw_runner_close(&runner), 0);
}

/* ---- Interrupts -------------------------------------------------------------------------------------------------------------------- */

static void interrupt(void *unused)
{
    (void)unused;
    CHECK(caw_interrupt(NULL));
}

/* Gives way for ever, or waits for a future; cancelled, lets that out. */
static CAW_ASYNC(void, interrupted, caw_any *future)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            if (future) CAW_AWAIT(caw_ref((caw_of(void))future));
            for (;;) {
                CAW_AWAIT(caw_sleep(0));
                caw_sim_set_time(caw_sim_time() + 0.01);
            }
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("cancelled");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(interrupt_call_soon)
{
    caw_runner runner = {.debug = false};
    caw_unref(caw_call_later(caw_runner_loop(&runner), 0.1, interrupt, NULL));
    CHECK_ERROR(caw_runner_run(&runner, interrupted(NULL), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("cancelled");
    CHECK_INT(caw_runner_close(&runner), 0);
}

TEST(interrupt_wait)
{
    caw_runner runner = {.debug = false};
    caw_auto   f = caw_future_on(caw_runner_loop(&runner), void);
    caw_unref(caw_call_later(caw_runner_loop(&runner), 0.1, interrupt, NULL));
    CHECK_ERROR(caw_runner_run(&runner, interrupted(caw_base(f)), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("cancelled");
    CHECK(caw_cancelled(f));
    caw_unref(f);
    CHECK_INT(caw_runner_close(&runner), 0);
}

static CAW_ASYNC(void, cancel_and_interrupt, caw_any *task)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        caw_cancel((caw_of(void))task, NULL);
        interrupt(NULL);
    } CAW_END;
}

static CAW_ASYNC(void, cancelled_by_another, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(cancel_and_interrupt(caw_current_task())));
        CAW_AWAIT(caw_sleep(10));
    } CAW_END;
}

/* Somebody else has cancelled the main task: it ends cancelled, not interrupted. */
TEST(interrupt_cancelled_task)
{
    caw_runner runner = {.debug = false};
    CHECK_ERROR(caw_runner_run(&runner, cancelled_by_another(), NULL), CAW_CANCELLED_ERROR, NULL);
    CHECK_INT(caw_runner_close(&runner), 0);
}
