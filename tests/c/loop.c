/* The loop: passes, FIFO, stop, run_until_complete, several loops, turns under a budget, closing. */
#include "test.h"

/* Schedules and forgets the handle. */
static void soon(caw_loop *loop, caw_callback *callback, void *argument)
{
    caw_handle *handle = caw_call_soon(loop, callback, argument);
    CHECK(handle != NULL);
    caw_unref(handle);
}

static void later(caw_loop *loop, double delay, caw_callback *callback, void *argument)
{
    caw_handle *handle = caw_call_later(loop, delay, callback, argument);
    CHECK(handle != NULL);
    caw_unref(handle);
}

static void stop(void *loop) { caw_stop(loop); }

static caw_loop *loop_of_case; /* for callbacks without an argument to spare */

static void say_and_schedule(void *word)
{
    say(word);
    soon(NULL, say, "next-pass");
}

TEST(callbacks_run_in_order)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, say, "a");
    soon(loop, say, "b");
    soon(loop, say, "c");
    CHECK_TRACE("");
    soon(loop, stop, loop);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("a b c");
    CHECK_INT(caw_loop_close(loop), 0);
}

TEST(what_a_pass_schedules_runs_in_the_next)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, say_and_schedule, "first");
    soon(loop, say, "second");
    caw_stop(loop); /* before running: exactly one pass */
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("first second");
    caw_stop(loop);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("next-pass");
    caw_loop_close(loop);
}

TEST(timers_run_after_what_is_ready)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, say, "soon1");
    later(loop, 0, say, "later0");
    later(loop, -5, say, "later-5");
    soon(loop, say, "soon2");
    later(loop, 0.5, say, "half");
    later(loop, 0.5, stop, loop);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("soon1 soon2 later-5 later0 half");
    CHECK_REAL(elapsed(), 0.5);
    caw_loop_close(loop);
}

static void stop_and_say(void *word)
{
    caw_stop(loop_of_case);
    say(word);
    soon(NULL, say, "left-over");
}

TEST(stop_ends_after_the_pass)
{
    caw_loop *loop = loop_of_case = caw_loop_new();
    soon(loop, stop_and_say, "stopping");
    soon(loop, say, "same-pass");
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("stopping same-pass");
    CHECK(!caw_loop_is_running(loop));
    soon(loop, stop, loop);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("left-over");
    caw_loop_close(loop);
}

TEST(closing_discards_what_is_scheduled)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *kept = caw_call_soon(loop, say, "never");
    soon(loop, say, "never");
    later(loop, 1, say, "never");
    caw_handle *timer = caw_call_later(loop, 2, say, "never");
    CHECK_INT(caw_loop_close(loop), 0);
    caw_handle_cancel(kept);
    caw_handle_cancel(timer);
    caw_unref(kept);
    caw_unref(timer);
    CHECK_INT(caw_loop_close(NULL), 0);
}

static void try_misuse(void *other)
{
    CHECK_INT(caw_run_forever(other), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_run_forever(loop_of_case), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_close(loop_of_case), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_turn(loop_of_case, NULL).status, -CAW_RUNTIME_ERROR);
    CHECK(caw_loop_is_running(loop_of_case));
    CHECK(caw_running_loop() == loop_of_case);
    CHECK_ERROR(caw_run(caw_sleep(0), NULL), CAW_RUNTIME_ERROR, "cannot run an event loop while another loop is running");
    caw_stop(loop_of_case);
}

TEST(a_running_loop_cannot_be_run_or_closed)
{
    caw_loop *loop = loop_of_case = caw_loop_new(), *other = caw_loop_new();
    soon(loop, try_misuse, other);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK(caw_running_loop() == NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(caw_loop_close(other), 0);
}

TEST(without_a_loop_nothing_is_scheduled)
{
    CHECK(caw_running_loop() == NULL);
    CHECK(caw_call_soon(NULL, say, "x") == NULL);
    CHECK(caw_call_later(NULL, 1, say, "x") == NULL);
    caw_loop *loop = caw_loop_new();
    CHECK(caw_call_at(loop, (double)NAN, say, "x") == NULL);
    caw_loop_close(loop);
}

TEST(two_loops_take_turns)
{
    caw_loop *a = caw_loop_new(), *b = caw_loop_new();
    soon(a, say, "a1");
    soon(b, say, "b1");
    later(a, 1, say, "a2");
    later(b, 0.5, say, "b2");
    caw_turn turn = caw_loop_turn(a, NULL);
    CHECK_INT(turn.status, 0);
    CHECK_INT(turn.jobs, 1);
    CHECK(!turn.ready);
    CHECK_REAL(turn.deadline - caw_sim_time(), 1);
    caw_loop_turn(b, NULL);
    caw_sim_set_time(caw_sim_time() + 1);
    caw_loop_turn(a, NULL);
    CHECK(isinf(caw_loop_turn(b, NULL).deadline));
    CHECK_TRACE("a1 b1 a2 b2");
    CHECK_INT(caw_get_stats().loops, 2);
    caw_loop_close(a);
    caw_loop_close(b);
}

TEST(a_budget_ends_inside_a_pass)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, say_and_schedule, "1");
    soon(loop, say, "2");
    soon(loop, say, "3");
    caw_turn turn = caw_loop_turn(loop, &(caw_budget){.jobs = 2});
    CHECK_INT(turn.jobs, 2);
    CHECK(turn.ready);
    CHECK_TRACE("1 2");
    soon(loop, say, "outside");
    turn = caw_loop_turn(loop, &(caw_budget){.jobs = 1});
    CHECK(turn.ready);
    CHECK_TRACE("3");
    turn = caw_loop_turn(loop, NULL);
    CHECK(!turn.ready);
    CHECK_TRACE("next-pass outside");
    caw_loop_close(loop);
}

static void take_time(void *seconds) { caw_sim_set_time(caw_sim_time() + *(double *)seconds); }

TEST(a_budget_of_seconds_is_kept)
{
    caw_loop *loop = caw_loop_new();
    double    step = 0.001;
    for (int i = 0; i < 1000; i++) soon(loop, take_time, &step);
    caw_turn turn = caw_loop_turn(loop, &(caw_budget){.seconds = 0.1});
    CHECK(turn.ready);
    CHECK(turn.jobs >= 100 && turn.jobs <= 164);
    CHECK_INT(caw_loop_get_budget(loop).jobs, 10000);
    CHECK_REAL(caw_loop_get_budget(loop).seconds, 0.001);
    caw_loop_set_budget(loop, (caw_budget){.jobs = 5});
    CHECK_INT(caw_loop_get_budget(loop).jobs, 5);
    CHECK_INT(caw_loop_turn(loop, NULL).jobs, 5);
    caw_loop_close(loop);
}

TEST(a_timer_made_due_by_a_callback_runs_in_a_later_pass)
{
    caw_loop *loop = caw_loop_new();
    double    step = 1;
    later(loop, 1, say, "timer");
    soon(loop, take_time, &step);
    soon(loop, say_and_schedule, "ready");
    caw_turn turn = caw_loop_turn(loop, NULL);
    CHECK(turn.deadline <= caw_sim_time());
    caw_loop_turn(loop, NULL);
    CHECK_TRACE("ready next-pass timer");
    caw_loop_close(loop);
}

static CAW_ASYNC(void, ticking, const char *word, int times)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < times; i++) {
            trace("%s%d", word, i);
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

static CAW_ASYNC(int, spawn_and_leave, const char *word)
{
    CAW_BEGIN(int) {
        caw_unref(caw_spawn(ticking(word, 4)));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(7);
    } CAW_END;
}

static CAW_ASYNC(void, sleeping, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

TEST(run_until_complete_freezes_the_others)
{
    caw_loop *loop = caw_loop_new();
    int       n = 0;
    CHECK_ERROR(caw_run_until_complete(loop, spawn_and_leave("t"), &n), CAW_OK, "");
    CHECK_INT(n, 7);
    CHECK_TRACE("t0 t1 t2");
    CHECK_ERROR(caw_run_until_complete(loop, sleeping(1), NULL), CAW_OK, "");
    CHECK_TRACE("t3");
    caw_loop_close(loop);
}

TEST(run_until_complete_of_a_future)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    int n = 0;
    CHECK_INT(caw_set_result(future, 4), 0);
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(future), &n), CAW_OK, "");
    CHECK_INT(n, 4);
    caw_loop *other = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(other, caw_ref(future), &n), CAW_VALUE_ERROR, "the future belongs to a different loop");
    caw_unref(future);
    caw_loop_close(other);
    caw_loop_close(loop);
}

TEST(stop_before_completion_is_an_error)
{
    caw_loop *loop = caw_loop_new();
    soon(loop, stop, loop);
    CHECK_ERROR(caw_run_until_complete(loop, sleeping(1), NULL), CAW_RUNTIME_ERROR,
                "the event loop was stopped before the future was done");
    caw_of(void) again = caw_future_on(loop, void);
    CHECK_INT(caw_set_done(again), 0);
    CHECK_ERROR(caw_run_until_complete(loop, again, NULL), CAW_OK, "");
    CHECK_INT(caw_all_tasks(loop, NULL, 0), 1);
    caw_loop_close(loop); /* run_until_complete's own task: pending without a report, as in asyncio */
}

TEST(a_closed_loop_refuses)
{
    caw_loop *loop = caw_loop_new();
    caw_of(void) future = caw_future_on(loop, void); /* keeps the closed loop's memory */
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(caw_call_soon(loop, say, "x") == NULL);
    CHECK_INT(caw_run_forever(loop), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_turn(loop, NULL).status, -CAW_RUNTIME_ERROR);
    CHECK_ERROR(caw_run_until_complete(loop, sleeping(1), NULL), CAW_RUNTIME_ERROR, "the event loop is closed");
    caw_auto task = caw_spawn(sleeping(1), .loop = loop);
    CHECK_ERROR(caw_exception(task), CAW_RUNTIME_ERROR, "the loop is closed");
    caw_unref(task);
    CHECK_INT(caw_set_done(future), 0);
    caw_unref(future);
}

static double play_world(void *future, double now, double deadline)
{
    (void)deadline;
    if (caw_done(*(caw_of(int) *)future)) return (double)NAN;
    CHECK_INT(caw_set_result(*(caw_of(int) *)future, 9), 0);
    return now + 0.25;
}

static CAW_ASYNC(int, wait_for_world, caw_of(int) future)
{
    CAW_BEGIN(int) {
        int n = CAW_AWAIT(caw_ref(future));
        CAW_RETURN(n);
    } CAW_END;
}

TEST(the_world_may_wake_an_idle_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    int n = 0;
    caw_sim_on_wait(play_world, &future);
    CHECK_ERROR(caw_run_until_complete(loop, wait_for_world(future), &n), CAW_OK, "");
    CHECK_INT(n, 9);
    CHECK_REAL(elapsed(), 0.25);
    caw_unref(future);
    caw_loop_close(loop);
}

/* ---- What is refused while it runs ------------------------------------------------------------------------------------------------ */

static void use_while_it_turns(void *unused)
{
    (void)unused;
    caw_loop *other = caw_loop_new();
    CHECK_INT(caw_loop_close(loop_of_case), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_turn(loop_of_case, NULL).status, -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_turn(other, NULL).status, -CAW_RUNTIME_ERROR); /* a thread runs one at a time */
    CHECK_INT(caw_loop_close(other), 0);
    trace("refused");
}

TEST(no_loop_turns_or_is_closed_inside_a_turn)
{
    loop_of_case = caw_loop_new();
    soon(loop_of_case, use_while_it_turns, NULL);
    CHECK_INT(caw_loop_turn(loop_of_case, NULL).status, 0);
    CHECK_TRACE("refused");
    CHECK_INT(caw_loop_close(loop_of_case), 0);
}

static int  passed;
static void count_one(void *unused)
{
    (void)unused;
    passed++;
}

/* A stop lets the pass come to its end, however long that is. */
TEST(a_stop_in_a_long_pass)
{
    caw_loop *loop = caw_loop_new();
    passed = 0;
    soon(loop, stop, loop);
    for (int i = 0; i < 5000; i++) soon(loop, count_one, NULL);
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_INT(passed, 5000);
    CHECK_INT(caw_loop_close(loop), 0);
}
