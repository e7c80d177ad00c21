/* Runner: one loop and one context for several runs, the shutdown pass by pass, refusals, errors that end a run (rules 43, 45). */
#include "test.h"

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(-1));

static CAW_ASYNC(int, swap, int value)
{
    CAW_BEGIN(int) {
        caw_value old = caw_context_get(&number);
        CAW_AWAIT(caw_sleep(0));
        CAW_CHECK(caw_context_set(&number, caw_int(value)));
        CAW_RETURN(old.as_int32);
    } CAW_END;
}

static void set_seven(void *unused)
{
    (void)unused;
    CHECK_INT(caw_context_set(&number, caw_int(7)), 0);
}

TEST(runs_share_a_context)
{
    caw_runner   runner = {.debug = false};
    caw_context *other = caw_context_copy();
    int          n = 0;
    caw_context_run(other, set_seven, NULL);
    CHECK_ERROR(caw_runner_run(&runner, swap(1), &n), CAW_OK, "");
    CHECK_INT(n, -1);
    CHECK_ERROR(caw_runner_run(&runner, swap(2), &n), CAW_OK, "");
    CHECK_INT(n, 1);
    CHECK_ERROR(caw_runner_run(&runner, swap(8), &n, .context = other), CAW_OK, "");
    CHECK_INT(n, 7);
    CHECK_ERROR(caw_runner_run(&runner, swap(3), &n), CAW_OK, "");
    CHECK_INT(n, 2);
    CHECK_INT(caw_context_get(&number).as_int32, -1);
    CHECK_INT(caw_runner_close(&runner), 0);
    caw_unref(other);
}

TEST(get_loop_and_close)
{
    caw_runner runner = {.debug = true, .slow_seconds = 3}, never = {.debug = false}, plain = {.debug = false};
    CHECK_INT(caw_runner_close(&never), 0); /* was never used: as in asyncio it still can be */
    CHECK(caw_runner_loop(&never) != NULL);
    CHECK_INT(caw_runner_close(&never), 0);
    caw_loop *loop = caw_runner_loop(&runner);
    CHECK(loop && caw_runner_loop(&runner) == loop && caw_loop_get_debug(loop));
    CHECK(!caw_loop_get_debug(caw_runner_loop(&plain)));
    CHECK_INT(caw_runner_close(&plain), 0);
    CHECK_ERROR(caw_runner_run(&runner, swap(1), NULL), CAW_OK, "");
    CHECK_INT(caw_get_stats().loops, 1);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_INT(caw_get_stats().loops, 0);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK(caw_runner_loop(&runner) == NULL);
    CHECK_ERROR(caw_runner_run(&runner, swap(1), NULL), CAW_RUNTIME_ERROR, "the runner is closed");
}

static CAW_ASYNC(bool, is_debug, void)
{
    CAW_BEGIN(bool) {
        CAW_RETURN(caw_loop_get_debug(caw_running_loop()));
    } CAW_END;
}

TEST(caw_run_takes_options)
{
    bool debug = true;
    CHECK_ERROR(caw_run(is_debug(), &debug), CAW_OK, "");
    CHECK(!debug);
    CHECK_ERROR(caw_run(is_debug(), &debug, .debug = true, .slow_seconds = 5), CAW_OK, "");
    CHECK(debug);
}

/* ---- What is left ----------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, count_passes, const char *word)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 20; i++) {
            trace("%s%d", word, i);
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

static CAW_ASYNC(int, leave_counting, void)
{
    CAW_BEGIN(int) {
        caw_unref(caw_spawn(count_passes("q")));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(1);
    } CAW_END;
}

static CAW_ASYNC(void, yield_once, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(what_is_left_goes_on_in_the_next_run)
{
    caw_runner runner = {.debug = false};
    int        n = 0;
    CHECK_ERROR(caw_runner_run(&runner, leave_counting(), &n), CAW_OK, "");
    CHECK_TRACE("q0 q1");
    CHECK_INT(n, 1);
    CHECK_ERROR(caw_runner_run(&runner, yield_once(), NULL), CAW_OK, "");
    CHECK_TRACE("q2 q3 q4");
    CHECK_INT(caw_runner_close(&runner), 0);
}

static CAW_ASYNC(void, leftover, const char *word, int more)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s!", word);
            caw_unref(caw_spawn(count_passes(word)));
            for (int i = 0; i < more; i++) CAW_AWAIT(caw_sleep(0));
            trace("%s.", word);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, leave_three, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(leftover("a", 0)));
        caw_unref(caw_spawn(leftover("b", 3)));
        caw_unref(caw_spawn(leftover("c", 1)));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* As CPython's, but for the four passes more that it spends on its asynchronous generators and its executor. */
TEST(all_are_awaited_in_one_run)
{
    CHECK_ERROR(caw_run(leave_three(), NULL), CAW_OK, "");
    CHECK_TRACE("a! a. b! c! a0 b0 c0 c. a1 b1 c1 a2 b2 b. c2 a3 b3 c3 a4 b4 c4");
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    test.log[0] = 0;
}

static CAW_ASYNC(void, ignore_everything, void)
{
    CAW_BEGIN(void) {
        caw_of(void) never = caw_future(void);
        CAW_DEFER(caw_unref, never);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CAW_AWAIT(caw_ref(never));
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, leave_stubborn, void)
{
    CAW_BEGIN(int) {
        caw_unref(caw_spawn(ignore_everything(), .name = "stubborn"));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(3);
    } CAW_END;
}

/* asyncio would hang. */
TEST(a_task_that_ignores_the_end_is_a_deadlock)
{
    int n = 0;
    CHECK_ERROR(caw_run(leave_stubborn(), &n), CAW_OK, "");
    CHECK_INT(n, 3);
    CHECK(strstr(test.log, "cawait: deadlock") != NULL);
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

static CAW_ASYNC_GEN(int, fidget, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (;;) CAW_YIELD(1);
        } CAW_FINALLY {
            trace("closing");
            CAW_AWAIT(caw_sleep(1));
            trace("closed");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static caw_gen(int) spinner;

static CAW_ASYNC(void, spin, void)
{
    CAW_BEGIN(void) {
        spinner = fidget();
        CAW_TRY {
            CAW_AWAIT(caw_anext(spinner));
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("spin!");
            CAW_RAISE(CAW_VALUE_ERROR, "bad cleanup");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, leave_spinning, caw_error_type type)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(spin()));
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(type, "main");
    } CAW_END;
}

/* test_asyncio_run_closes_gens_after_hanging_tasks_errors */
TEST(generators_are_closed_after_the_tasks)
{
    static const caw_error_type types[] = {CAW_TYPE_ERROR, CAW_SYSTEM_EXIT};
    for (int i = 0; i < 2; i++) {
        CHECK_ERROR(caw_run(leave_spinning(types[i]), NULL), types[i], "main");
        CHECK_TRACE("spin! closing closed");
        CHECK_LOGGED("unhandled exception during caw_run() shutdown");
        caw_unref(spinner);
    }
}

/* ---- Refusals ---------------------------------------------------------------------------------------------------------------- */

static caw_runner *shared;

static CAW_ASYNC(void, run_inside, void)
{
    CAW_BEGIN(void) {
        caw_runner fresh = {.debug = false};
        CHECK_ERROR(caw_runner_run(shared, swap(1), NULL), CAW_RUNTIME_ERROR,
                    "cannot run an event loop while another loop is running");
        CHECK_ERROR(caw_runner_run(&fresh, swap(1), NULL), CAW_RUNTIME_ERROR, NULL);
        CHECK_INT(caw_runner_close(shared), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_runner_close(&fresh), 0);
    } CAW_END;
}

TEST(refused_inside_a_running_loop)
{
    caw_runner runner = {.debug = false};
    shared = &runner;
    CHECK_ERROR(caw_runner_run(&runner, run_inside(), NULL), CAW_OK, "");
    CHECK_ERROR(caw_runner_run(&runner, swap(1), NULL), CAW_OK, "");
    CHECK_INT(caw_runner_close(&runner), 0);
}

TEST(takes_futures_and_tasks)
{
    caw_runner runner = {.debug = false};
    caw_loop  *loop = caw_runner_loop(&runner), *other = caw_loop_new();
    caw_of(int) done = caw_future_on(loop, int), foreign = caw_future_on(other, int);
    int n = 0;
    caw_set_result(done, 4);
    CHECK_ERROR(caw_runner_run(&runner, done, &n), CAW_OK, "");
    CHECK_INT(n, 4);
    caw_of(int) task = caw_spawn(swap(5), .loop = loop);
    CHECK_ERROR(caw_runner_run(&runner, caw_wait_for(task, 9), &n), CAW_OK, "");
    CHECK_INT(n, -1);
    CHECK_ERROR(caw_runner_run(&runner, foreign, NULL), CAW_RUNTIME_ERROR, "a future attached to a different loop");
    CHECK_INT(caw_runner_close(&runner), 0);
    caw_loop_close(other);
}

/* ---- Errors that end a run (rule 45) ------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, raise_this, caw_error_type type)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        trace("raise");
        CAW_RAISE(type, NULL);
    } CAW_END;
}

static CAW_ASYNC(void, traced, const char *word, caw_of(void) inner)
{
    CAW_BEGIN_OWNING(void, caw_drop(inner)) {
        CAW_TRY {
            CAW_AWAIT(inner);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s-%s", word, caw_error_name((int)caw_error_type_of(error)));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, wait_for_raising, caw_error_type type)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(traced("x", count_passes("x"))));
        caw_of(void) bad = caw_spawn(raise_this(type));
        caw_unref(caw_spawn(traced("y", count_passes("y"))));
        CAW_AWAIT(traced("main", bad));
    } CAW_END;
}

TEST(a_keyboard_interrupt_in_a_task_ends_the_run)
{
    CHECK_ERROR(caw_run(wait_for_raising(CAW_KEYBOARD_INTERRUPT), NULL), CAW_KEYBOARD_INTERRUPT, "interrupted");
    CHECK_TRACE("x0 y0 x1 raise y-CancelledError x-CancelledError main-CancelledError");
    CHECK_ERROR(caw_run(wait_for_raising(CAW_SYSTEM_EXIT), NULL), CAW_SYSTEM_EXIT, "exit");
    CHECK_TRACE("x0 y0 x1 raise y-CancelledError x-CancelledError main-CancelledError");
    CHECK_ERROR(caw_run(raise_this(CAW_SYSTEM_EXIT), NULL), CAW_SYSTEM_EXIT, "exit");
    CHECK_TRACE("raise");
}

static CAW_ASYNC(void, leave_raising, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(traced("x", count_passes("x"))));
        caw_unref(caw_spawn(raise_this(CAW_KEYBOARD_INTERRUPT)));
        caw_unref(caw_spawn(traced("y", count_passes("y"))));
        CAW_AWAIT(caw_sleep(0));
        trace("main1");
        CAW_AWAIT(caw_sleep(0));
        trace("main2");
    } CAW_END;
}

TEST(the_rest_of_the_pass_goes_on_in_the_next_run)
{
    caw_runner runner = {.debug = false};
    CHECK_ERROR(caw_runner_run(&runner, leave_raising(), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("x0 y0 main1 x1 raise");
    CHECK_ERROR(caw_runner_run(&runner, yield_once(), NULL), CAW_OK, "");
    CHECK_TRACE("y1 main2 x2 y2 x3 y3 x4");
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_TRACE("y-CancelledError x-CancelledError");
}

TEST(run_forever_ends_too)
{
    caw_loop *loop = caw_loop_new();
    caw_of(void) bad = caw_spawn(raise_this(CAW_SYSTEM_EXIT), .loop = loop);
    CHECK_INT(caw_run_forever(loop), -CAW_SYSTEM_EXIT);
    CHECK_TRACE("raise");
    CHECK_INT(caw_result(bad, NULL), -CAW_SYSTEM_EXIT);
    caw_unref(bad);
    caw_unref(caw_spawn(raise_this(CAW_KEYBOARD_INTERRUPT), .loop = loop));
    CHECK_ERROR(caw_run_until_complete(loop, count_passes("z"), NULL), CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK_TRACE("z0 raise");
    caw_loop_close(loop);
}

static CAW_ASYNC(void, exits, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_SYSTEM_EXIT, "now");
    } CAW_END;
}

static CAW_ASYNC(int, ends_before_another_exits, void)
{
    CAW_BEGIN(int) {
        caw_drop(caw_spawn(exits()));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(5);
    } CAW_END;
}

/* Between the end of the run's task and the end of the run somebody exits. */
TEST(an_exit_is_more_than_a_result)
{
    int n = 0;
    CHECK_ERROR(caw_run(ends_before_another_exits(), &n), CAW_SYSTEM_EXIT, "now");
}
