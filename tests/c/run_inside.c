/* Runs inside of runs, several ends at once, interrupts that come late. */
#include "test.h"

static caw_runner its_runner;
static caw_loop  *its_loop;

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

/* ---- While the host waits: no loop runs just now, but its run is under way -------------------------------------------------------- */

static double run_again(void *data, double now, double deadline)
{
    int n = 0;
    (void)data, (void)now;
    CHECK_ERROR(caw_run_until_complete(its_loop, give(5), &n), CAW_RUNTIME_ERROR, "this event loop is already running");
    CHECK_INT(caw_run_forever(its_loop), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_close(its_loop), -CAW_RUNTIME_ERROR);
    trace("refused");
    return deadline;
}

TEST(a_loop_is_not_run_while_it_runs)
{
    its_loop = caw_loop_new();
    caw_sim_on_wait(run_again, NULL);
    CHECK_ERROR(caw_run_until_complete(its_loop, nap(1), NULL), CAW_OK, "");
    CHECK_TRACE("refused");
    caw_auto holder = caw_future_on(its_loop, void);
    CHECK_INT(caw_loop_close(its_loop), 0);
    CHECK_ERROR(caw_run_until_complete(its_loop, give(5), NULL), CAW_RUNTIME_ERROR, "the event loop is closed");
    caw_unref(holder);
}

static double close_runner(void *data, double now, double deadline)
{
    (void)data, (void)now;
    CHECK_INT(caw_runner_close(&its_runner), -CAW_RUNTIME_ERROR);
    trace("refused");
    return deadline;
}

TEST(a_runner_is_not_closed_while_it_runs)
{
    its_runner = (caw_runner){.debug = false};
    caw_sim_on_wait(close_runner, NULL);
    CHECK_ERROR(caw_runner_run(&its_runner, nap(1), NULL), CAW_OK, "");
    CHECK_TRACE("refused");
    caw_sim_on_wait(NULL, NULL);
    CHECK_INT(caw_runner_close(&its_runner), 0);
}

static double run_runner(void *data, double now, double deadline)
{
    (void)data, (void)now;
    caw_error *error = caw_runner_run(&its_runner, nap(5), NULL);
    CHECK_INT(caw_error_type_of(error), CAW_RUNTIME_ERROR);
    caw_unref(error);
    trace("refused");
    return deadline;
}

TEST(a_runner_does_not_run_while_it_runs)
{
    its_runner = (caw_runner){.debug = false};
    caw_sim_on_wait(run_runner, NULL);
    CHECK_ERROR(caw_runner_run(&its_runner, nap(1), NULL), CAW_OK, "");
    CHECK_TRACE("refused");
    caw_sim_on_wait(NULL, NULL);
    CHECK_INT(caw_runner_close(&its_runner), 0);
}

/* ---- Several ends at once ---------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, fail_at_once, caw_error_type type)
{
    CAW_BEGIN(void) {
        CAW_RAISE(type, "inner");
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static CAW_ASYNC(void, fail_both, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(fail_at_once(CAW_KEYBOARD_INTERRUPT), .eager = true));
        CAW_RAISE(CAW_SYSTEM_EXIT, "outer");
    } CAW_END;
}

TEST(the_first_that_ends_the_program_wins)
{
    CHECK_ERROR(caw_run(fail_both(), NULL), CAW_KEYBOARD_INTERRUPT, "inner");
    test.log[0] = 0;
}

static CAW_ASYNC(void, exit_when_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CAW_RAISE(CAW_SYSTEM_EXIT, "in the end");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, leave_exit, bool fail)
{
    CAW_BEGIN(int) {
        caw_unref(caw_spawn(exit_when_cancelled()));
        CAW_AWAIT(caw_sleep(0));
        if (fail) CAW_RAISE(CAW_VALUE_ERROR, "main");
        CAW_RETURN(5);
    } CAW_END;
}

/* What ends the shutdown replaces the result, and has the run's error as its context. */
TEST(an_exit_in_the_shutdown)
{
    int n = 7;
    CHECK_ERROR(caw_run(leave_exit(false), &n), CAW_SYSTEM_EXIT, "in the end");
    CHECK_INT(n, 0);
    CHECK_ERROR(caw_run(leave_exit(false), NULL), CAW_SYSTEM_EXIT, "in the end");
    n = 7;
    caw_error *error = caw_run(leave_exit(true), &n);
    CHECK_INT(n, 7);
    CHECK_TEXT(caw_error_message(caw_error_context(error)), "main");
    CHECK_ERROR(error, CAW_SYSTEM_EXIT, "in the end");
    its_runner = (caw_runner){.debug = false};
    CHECK_ERROR(caw_runner_run(&its_runner, leave_exit(false), &n), CAW_OK, "");
    CHECK_INT(caw_runner_close(&its_runner), -CAW_SYSTEM_EXIT);
    test.log[0] = 0;
}

static CAW_ASYNC_GEN(int, with_cleanup, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            trace("cleanup");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static caw_gen(int) left_over;

static CAW_ASYNC(void, leave_generator, bool and_exit)
{
    CAW_BEGIN(void) {
        if (and_exit) caw_unref(caw_spawn(exit_when_cancelled()));
        left_over = with_cleanup();
        CHECK_INT(CAW_AWAIT(caw_anext(left_over)), 1);
    } CAW_END;
}

/* It breaks the shutdown off: generators are not closed any more. */
TEST(an_exit_before_the_generators)
{
    CHECK_ERROR(caw_run(leave_generator(false), NULL), CAW_OK, "");
    CHECK_TRACE("cleanup");
    caw_unref(left_over);
    CHECK_ERROR(caw_run(leave_generator(true), NULL), CAW_SYSTEM_EXIT, "in the end");
    CHECK_TRACE("");
    test.log[0] = 0;
    caw_unref(left_over);
    CHECK_LOGGED("an async generator was let go of where it stood");
}

/* ---- Interrupts that come late -------------------------------------------------------------------------------------------------------- */

static void interrupt_now(void *unused, caw_any *future)
{
    (void)unused, (void)future;
    CHECK(caw_interrupt(NULL));
}

static void nothing_more(void *unused, caw_any *future) { (void)unused, (void)future; }

static CAW_ASYNC(int, interrupted_at_its_end, bool cancelled)
{
    CAW_BEGIN(int) {
        CHECK_INT(caw_add_done_callback(me(), interrupt_now, NULL), 0);
        CHECK_INT(caw_add_done_callback(me(), nothing_more, NULL), 0);
        if (cancelled) CAW_RAISE(CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(5);
    } CAW_END;
}

/* The main task has ended, in the last pass of its run: there is nobody to be cancelled. */
TEST(after_the_main_task)
{
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        its_runner = (caw_runner){.debug = false};
        CHECK_ERROR(caw_runner_run(&its_runner, interrupted_at_its_end(cancelled), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
        CHECK_INT(caw_runner_close(&its_runner), 0);
    }
}

static caw_any *give_future(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    (void)data;
    caw_drop((caw_of(int))coroutine);
    return caw_base(caw_future_on(options->loop, int));
}

static double interrupt_it(void *data, double now, double deadline)
{
    (void)data, (void)deadline;
    CHECK(caw_interrupt(NULL));
    return now;
}

/* The factory's answer is no task, so it cannot be asked to end. */
TEST(of_a_run_without_a_task)
{
    its_runner = (caw_runner){.debug = false};
    caw_loop_set_task_factory(caw_runner_loop(&its_runner), give_future, NULL);
    caw_sim_on_wait(interrupt_it, NULL);
    CHECK_ERROR(caw_runner_run(&its_runner, give(5), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    caw_sim_on_wait(NULL, NULL);
    CHECK_INT(caw_runner_close(&its_runner), 0);
}

/* What has failed before it belongs to any loop may be of any type; what has another type is not run. */
TEST(what_cannot_be_run)
{
    int n = 7;
    its_loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(its_loop, caw_future(int), &n), CAW_RUNTIME_ERROR, "no running event loop");
    caw_auto other = caw_future_on(its_loop, double);
    CHECK_ERROR(caw_run_until_complete(its_loop, (caw_of(int))caw_base(other), &n), CAW_TYPE_ERROR, NULL);
    CHECK_INT(n, 7);
    CHECK_INT(caw_loop_close(its_loop), 0);
}

/* As on JavaScript's event loop: there the host turns the loop. */
TEST(on_a_host_that_cannot_block)
{
    static const char refused[] = "this host cannot block: use CAW_MAIN or an exported async function";
    its_loop = caw_loop_new();
    caw_sim_set_blocks(false);
    CHECK_ERROR(caw_run(give(5), NULL), CAW_RUNTIME_ERROR, refused);
    CHECK_ERROR(caw_run_until_complete(its_loop, give(5), NULL), CAW_RUNTIME_ERROR, refused);
    CHECK_INT(caw_run_forever(its_loop), -CAW_RUNTIME_ERROR);
    caw_auto task = caw_spawn(give(5), .loop = its_loop);
    caw_loop_turn(its_loop, NULL);
    CHECK(caw_done(task));
    caw_unref(task);
    caw_sim_set_blocks(true);
    CHECK_INT(caw_loop_close(its_loop), 0);
}
