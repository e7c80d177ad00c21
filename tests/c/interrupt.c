/* caw_interrupt: the first one cancels the main task, the second one ends the run (rule 44); traces checked against CPython's. */
#include "test.h"

#if __has_include(<signal.h>) && !defined(__wasi__) && !__has_feature(thread_sanitizer)
#include <signal.h>
static void on_signal(int number)
{
    (void)number;
    CHECK(caw_interrupt(NULL));
}
static void interrupt(void *unused)
{
    (void)unused;
    signal(SIGINT, on_signal);
    raise(SIGINT);
    signal(SIGINT, SIG_DFL);
}
#else /* WASI has no signals, and two threads that run this at once would share them */
static void interrupt(void *unused)
{
    (void)unused;
    CHECK(caw_interrupt(NULL));
}
#endif

static void interrupt_at(double delay) { caw_unref(caw_call_later(NULL, delay, interrupt, NULL)); }

/* How often it awaits on after a CancelledError before it raises it again; give: gives 5 instead. */
static CAW_ASYNC(int, work, double delay, int more, bool give)
{
    CAW_BEGIN(int) {
        if (delay > 0) interrupt_at(delay);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("C");
            for (int i = 0; i < more; i++) {
                CAW_AWAIT(caw_sleep(0));
                trace("%d", i);
            }
            if (!give) CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(5);
    } CAW_END;
}

TEST(the_first_cancels_the_main_task)
{
    caw_error *error = caw_run(work(1, 2, false), NULL);
    CHECK_TRACE("C 0 1");
    CHECK_REAL(elapsed(), 1);
    CHECK_INT(caw_error_type_of(caw_error_context(error)), CAW_CANCELLED_ERROR);
    CHECK_ERROR(error, CAW_KEYBOARD_INTERRUPT, "interrupted");
}

TEST(a_main_task_may_refuse)
{
    int n = 0;
    CHECK_ERROR(caw_run(work(1, 2, true), &n), CAW_OK, "");
    CHECK_TRACE("C 0 1");
    CHECK_INT(n, 5);
}

static CAW_ASYNC(void, cleanup_slowly, void)
{
    CAW_BEGIN(void) {
        interrupt_at(1);
        interrupt_at(2);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("C");
            CAW_TRY {
                CAW_AWAIT(caw_sleep(5));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, second) {
                trace("C2");
                CAW_AWAIT(caw_sleep(0));
                trace("C2b");
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(the_second_ends_the_run)
{
    caw_error *error = caw_run(cleanup_slowly(), NULL);
    CHECK_TRACE("C C2 C2b"); /* by the shutdown */
    CHECK_REAL(elapsed(), 2);
    CHECK(caw_error_context(error) == NULL);
    CHECK_ERROR(error, CAW_KEYBOARD_INTERRUPT, NULL);
}

static CAW_ASYNC(void, interrupt_oneself, int times)
{
    CAW_BEGIN(void) {
        while (times--) interrupt(NULL);
        trace("on");
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0));
            trace("not reached");
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("C");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(a_running_task_hears_of_it_at_its_next_await)
{
    CHECK_ERROR(caw_run(interrupt_oneself(1), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("on C");
    CHECK_ERROR(caw_run(interrupt_oneself(2), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("on C");
}

static CAW_ASYNC(void, refuse_two, void)
{
    CAW_BEGIN(void) {
        interrupt(NULL);
        interrupt(NULL);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("C");
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_sleep(5));
    } CAW_END;
}

/* As one after the other. */
TEST(two_in_one_step_are_not_refused)
{
    CHECK_ERROR(caw_run(refuse_two(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("C");
    CHECK_REAL(elapsed(), 5); /* it is not killed, either */
}

static CAW_ASYNC(void, fail_in_cleanup, void)
{
    CAW_BEGIN(void) {
        interrupt_at(1);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CAW_RAISE(CAW_VALUE_ERROR, "cleanup");
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(another_error_wins) { CHECK_ERROR(caw_run(fail_in_cleanup(), NULL), CAW_VALUE_ERROR, "cleanup"); }

static CAW_ASYNC(void, cancel_and_interrupt, caw_of(void) task)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        interrupt(NULL);
    } CAW_END;
}

static CAW_ASYNC(void, cancelled_twice, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(cancel_and_interrupt(me())));
        CAW_AWAIT(caw_sleep(10));
    } CAW_END;
}

TEST(a_cancelled_main_task_stays_cancelled) { CHECK_ERROR(caw_run(cancelled_twice(), NULL), CAW_CANCELLED_ERROR, ""); }

static CAW_ASYNC(int, await_child, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_spawn(work(1, 0, false))));
    } CAW_END;
}

static CAW_ASYNC(int, within_timeout, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_wait_for(work(1, 0, false), 5)));
    } CAW_END;
}

TEST(what_the_main_task_awaits_is_cancelled)
{
    caw_runner runner = {.debug = false};
    CHECK_ERROR(caw_run(await_child(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_ERROR(caw_run(within_timeout(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("C C");
    caw_of(int) future = caw_future_on(caw_runner_loop(&runner), int);
    caw_unref(caw_call_later(caw_runner_loop(&runner), 1, interrupt, NULL));
    CHECK_ERROR(caw_runner_run(&runner, caw_ref(future), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK(caw_cancelled(future));
    caw_unref(future);
    CHECK_ERROR(caw_runner_run(&runner, work(1, 0, true), NULL), CAW_OK, ""); /* it counts from 0 in each run */
    CHECK_TRACE("C");
    CHECK_INT(caw_runner_close(&runner), 0);
}

/* ---- Where there is no main task to cancel -------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, interrupt_the_end, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("s");
            interrupt(NULL);
            CAW_AWAIT(caw_sleep(0));
            trace("not reached");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(caw_string *, leave_two, void)
{
    CAW_BEGIN(caw_string *) {
        caw_unref(caw_spawn(interrupt_the_end(), .name = "first"));
        caw_unref(caw_spawn(interrupt_the_end(), .name = "second"));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_string_of("lost"));
    } CAW_END;
}

TEST(one_during_the_shutdown_breaks_it_off)
{
    caw_string *text = NULL;
    CHECK_ERROR(caw_run(leave_two(), &text), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK(text == NULL);
    CHECK_TRACE("s");
    CHECK(strstr(test.log, "pending!\n  task: first") != NULL);
    CHECK_LOGGED("pending!\n  task: second");
    caw_runner runner = {.debug = false};
    CHECK_ERROR(caw_runner_run(&runner, leave_two(), NULL), CAW_OK, "");
    CHECK_INT(caw_runner_close(&runner), -CAW_KEYBOARD_INTERRUPT);
    CHECK(caw_runner_loop(&runner) == NULL);
    CHECK_TRACE("s");
    test.log[0] = 0;
}

TEST(a_bare_loop_ends_at_once)
{
    caw_loop *loop = caw_loop_new();
    CHECK(!caw_interrupt(NULL) && !caw_interrupt(loop));
    caw_unref(caw_call_later(loop, 1, interrupt, NULL));
    CHECK_INT(caw_run_forever(loop), -CAW_KEYBOARD_INTERRUPT);
    caw_of(int) task = caw_spawn(work(1, 0, false), .loop = loop);
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(task), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK(!caw_done(task));
    CHECK_ERROR(caw_run_until_complete(loop, task, NULL), CAW_OK, "");
    CHECK(!caw_interrupt(loop));
    caw_loop_close(loop);
}

/* ---- Wherever the loop is --------------------------------------------------------------------------------------------------------- */

static double interrupt_in_wait(void *data, double now, double deadline)
{
    (void)now, (void)deadline;
    if (!*(int *)data) return NAN;
    --*(int *)data;
    interrupt(NULL);
    return NAN;
}

static CAW_ASYNC(void, wait_for_ever, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_future(void));
    } CAW_END;
}

TEST(a_loop_that_waits_wakes)
{
    int once = 1, twice = 2;
    caw_sim_on_wait(interrupt_in_wait, &once);
    CHECK_ERROR(caw_run(wait_for_ever(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    once = 1;
    caw_sim_on_wait(interrupt_in_wait, &once);
    CHECK_ERROR(caw_run(work(0, 1, false), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("C 0");
    caw_sim_on_wait(interrupt_in_wait, &twice);
    CHECK_ERROR(caw_run(cleanup_slowly(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("C C2 C2b");
}

static CAW_ASYNC(void, among_callbacks, void)
{
    CAW_BEGIN(void) {
        static char before[] = "before", after[] = "after";
        caw_unref(caw_call_soon(NULL, say, before));
        caw_unref(caw_call_soon(NULL, interrupt, NULL));
        caw_unref(caw_call_soon(NULL, say, after));
        CAW_AWAIT(work(0, 0, false));
    } CAW_END;
}

static void be_slow(void *unused)
{
    (void)unused;
    caw_sim_set_time(caw_sim_time() + 5);
}

static CAW_ASYNC(void, slow_behind, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_call_soon(NULL, interrupt, NULL));
        caw_unref(caw_call_soon(NULL, be_slow, NULL));
        CAW_AWAIT(work(0, 0, false));
    } CAW_END;
}

TEST(debug_mode_measures_the_next_job)
{
    CHECK_ERROR(caw_run(slow_behind(), NULL, .debug = true), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("C");
    CHECK_LOGGED("cawait: a callback took 5 seconds");
}

/* Debug mode looks at each job as well. */
TEST(debug_mode_goes_on)
{
    CHECK_ERROR(caw_run(among_callbacks(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("before after C");
    CHECK_ERROR(caw_run(among_callbacks(), NULL, .debug = true), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("before after C");
}
