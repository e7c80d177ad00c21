/* A loop that is closed under its tasks: they are unwound, cut off, reported; combinators leave nothing behind. */
#include "test.h"

static CAW_ASYNC(void, await_void, caw_of(void) handle)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(handle);
    } CAW_END;
}

static CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

static CAW_ASYNC(void, held, const char *word)
{
    CAW_BEGIN(void) {
        CAW_DEFER(say, "defer");
        CAW_TRY {
            CAW_AWAIT(nap(1000));
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            trace("wrong");
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            trace("exit");
            CAW_RERAISE();
        } CAW_FINALLY {
            trace("%s", word);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, stubborn, int how)
{
    CAW_BEGIN(void) {
        CAW_DEFER(say, "stubborn-defer");
        CAW_TRY {
            CAW_AWAIT(nap(1000));
        } CAW_FINALLY {
            CAW_AWAIT(nap(how == 0 ? 0 : 1));
            trace("wrong");
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(closing_a_loop_closes_its_tasks)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  task = caw_spawn(held("finally"), .loop = loop, .name = "left");
    caw_auto  fresh = caw_spawn(held("never"), .loop = loop, .name = "unstarted");
    caw_loop_turn(loop, &(caw_budget){.jobs = 1});
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("exit finally defer");
    CHECK(strstr(test.log, "Task was destroyed but it is pending!\n  task: left (") != NULL);
    CHECK_LOGGED("Task was destroyed but it is pending!\n  task: unstarted (");
    CHECK(caw_cancelled(task));
    CHECK(caw_cancelled(fresh));
    caw_unref(task);
    caw_unref(fresh);
}

TEST(a_coroutine_that_ignores_being_closed_is_cut_off)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(stubborn(0), .loop = loop, .name = "stubborn"));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("stubborn-defer");
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    CHECK_LOGGED("coroutine ignored GeneratorExit\n  task: stubborn (");
}

static CAW_ASYNC(caw_string *, gives_all_the_same, void)
{
    CAW_BEGIN(caw_string *) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            CAW_RETURN(caw_string_of("nobody gets it"));
        }
        CAW_END_TRY;
        CAW_RETURN(NULL);
    } CAW_END;
}

TEST(what_a_task_gives_as_it_is_closed_is_let_go_of)
{
    caw_loop *loop = caw_loop_new();
    caw_of(caw_string *) task = caw_spawn(gives_all_the_same(), .loop = loop);
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(caw_cancelled(task));
    caw_unref(task);
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

TEST(what_fails_while_it_is_closed_is_reported)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(stubborn(1), .loop = loop, .name = "sleepy")); /* a closed loop has no timers */
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("stubborn-defer");
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    CHECK(strstr(test.log, "RuntimeError: the loop is closed") != NULL);
    CHECK_LOGGED("exception in a task closed with its loop\n  task: sleepy (");
}

static CAW_ASYNC(void, await_results, caw_of(caw_results *) handle)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(handle));
    } CAW_END;
}

static void never(void *unused, caw_any *future)
{
    (void)unused, (void)future;
    trace("wrong");
}

static CAW_ASYNC(void, make_combinations, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(await_results(caw_gather(nap(10), nap(20)))));
        caw_unref(caw_spawn(await_results(caw_gather_settled(caw_sleep(10), caw_shield(nap(20)), caw_shield(caw_sleep(5))))));
        caw_unref(caw_spawn(await_void(caw_shield(nap(10)))));
        caw_unref(caw_spawn(await_void(caw_shield(caw_sleep(10)))));
        caw_unref(caw_spawn(caw_wait_for(nap(10), 5)));
        caw_unref(caw_spawn(caw_wait_for(caw_spawn(nap(10)), 5)));
        caw_unref(caw_gather(nap(10), caw_sleep(20))); /* nobody awaits these */
        caw_unref(caw_shield(nap(10)));
        caw_unref(caw_shield(caw_sleep(10)));
        caw_auto watched = caw_spawn(nap(10));
        CHECK_INT(caw_add_done_callback(watched, never, NULL), 0);
        caw_unref(watched);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(closing_a_loop_under_combinators_leaves_nothing)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, make_combinations(), NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    test.log[0] = 0;
}

ASYNC_TEST(a_task_closes_another_loop_and_goes_on)
{
    CAW_BEGIN(void) {
        caw_any  *me = caw_current_task();
        caw_loop *other = caw_loop_new();
        caw_unref(caw_spawn(held("never"), .loop = other));
        CHECK_INT(caw_loop_close(other), 0);
        CHECK(caw_current_task() == me);
        CAW_AWAIT(caw_sleep(1));
        CHECK_LOGGED("Task was destroyed but it is pending!");
    } CAW_END;
}

/* ---- What a cleanup asks of a loop that is being closed: it says so ----------------------------------------------------------- */

static CAW_ASYNC(void, asks, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap(1000));
        } CAW_FINALLY {
            caw_of(void) f = caw_future(void);
            CHECK(caw_done(f)); /* it says why it is none */
            caw_unref(f);
            CHECK_RAISES(caw_sleep(1), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_future(void), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_spawn(nap(1)), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_gather(nap(1)), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_shield(nap(1)), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_race(nap(1)), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_any_of(nap(1)), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_wait(caw_spawn(nap(1))), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_wait_for(caw_sleep(2), 1), CAW_RUNTIME_ERROR, "the loop is closed");
            CHECK_RAISES(caw_cancel_and_wait(caw_spawn(nap(1))), CAW_RUNTIME_ERROR, "the loop is closed");
            caw_completions *all = caw_as_completed(nap(1), nap(2));
            CHECK_RAISES(caw_next_result(all, void), CAW_RUNTIME_ERROR, "the loop is closed");
            caw_unref(all);
            CHECK(caw_call_soon(NULL, say, "wrong") == NULL);
            trace("asked");
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(what_a_cleanup_asks_of_a_closed_loop_is_refused)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(asks(), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("asked");
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

/* ---- Futures that outlive their loop ------------------------------------------------------------------------------------------ */

TEST(callbacks_of_a_closed_loop_are_let_go_of)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) before = caw_future_on(loop, int), after = caw_future_on(loop, int), done = caw_future_on(loop, int);
    CHECK_INT(caw_add_done_callback(before, never, NULL), 0);
    caw_of(caw_results *) gather = caw_gather(caw_ref(before), caw_ref(after));
    CHECK_INT(caw_set_result(done, 1), 0);
    CHECK_INT(caw_add_done_callback(done, never, NULL), 0);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(caw_add_done_callback(after, never, NULL), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_add_done_callback(done, never, NULL), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_set_result(before, 1), 0); /* its callback goes, and is not run */
    CHECK_INT(caw_set_result(after, 2), 0);
    CHECK(caw_cancelled(gather));
    caw_unref(gather);
    caw_unref(before);
    caw_unref(after);
    caw_unref(done);
}

/* ---- Destructors that call back while the loop is being closed ---------------------------------------------------------------- */

static caw_loop *closing;
static caw_of(int) kept;

static void meddle(void *word)
{
    trace("%s", (const char *)word);
    CHECK_INT(caw_loop_close(closing), -CAW_RUNTIME_ERROR); /* it is being closed */
    caw_unref(caw_spawn(nap(1), .loop = closing));
    caw_unref(caw_future_on(closing, int));
    caw_unref(caw_gather(caw_future_on(closing, int)));
    if (kept && !caw_done(kept)) caw_set_result(kept, 1);
    caw_call_graph *graph = caw_capture_tasks(closing);
    caw_unref(graph);
}

static CAW_ASYNC(void, holding, caw_of(int) future)
{
    CAW_BEGIN(void) {
        CAW_DEFER(meddle, "defer");
        caw_queue *queue = caw_queue_new(0);
        CAW_DEFER(caw_unref, queue);
        CHECK_INT(caw_queue_put_nowait(queue, caw_pointer("item", meddle)), 0);
        caw_unref(CAW_AWAIT(caw_gather(caw_shield(future), nap(1000))));
    } CAW_END;
}

TEST(destructors_may_ask_anything_of_the_loop_that_is_being_closed)
{
    caw_loop *loop = closing = caw_loop_new();
    kept = caw_future_on(loop, int);
    caw_unref(caw_spawn(holding(caw_ref(kept)), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("item defer");
    caw_unref(kept);
    kept = NULL;
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    test.log[0] = 0;
}

/* ---- Between what is due and what has run ---------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, wait_within, caw_of(void) future)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 1, caw_ref(future))));
        trace("wrong");
    } CAW_END;
}

static CAW_ASYNC(void, complete_within, caw_of(void) future)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed_within(1, caw_ref(future));
        CAW_DEFER(caw_unref, it);
        CAW_AWAIT(caw_next_result(it, void));
        trace("wrong");
    } CAW_END;
}

/* Their time is over, and the loop is closed before they are told. */
TEST(time_that_is_over)
{
    for (int how = 0; how < 2; how++) {
        caw_loop *loop = caw_loop_new();
        caw_auto  future = caw_future_on(loop, void);
        caw_unref(caw_call_later(loop, 0.5, say, "first"));
        caw_unref(caw_spawn(how ? complete_within(future) : wait_within(future), .loop = loop));
        caw_loop_turn(loop, NULL);
        caw_sim_set_time(caw_sim_time() + 2);
        CHECK_INT(caw_loop_turn(loop, &(caw_budget){.jobs = 1}).ready, 1);
        CHECK_TRACE("first");
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK_LOGGED("Task was destroyed but it is pending!");
        CHECK(!caw_done(future));
        caw_unref(future);
    }
}

static void look_around(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data;
    caw_call_graph      *graph = caw_capture_tasks(loop);
    const caw_call_node *node = caw_call_graph_node(graph, 0);
    trace("%s:%zu", report->error ? "failed" : "pending", node ? node->call_count : 99);
    caw_unref(graph);
}

static CAW_ASYNC(void, fail_at_the_end, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap(1000));
        } CAW_FINALLY {
            CAW_RAISE(CAW_VALUE_ERROR, "at the end");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Its coroutines are gone when its error is told of: nobody finds them any more. */
TEST(who_looks_at_a_task_that_was_closed)
{
    caw_loop *loop = caw_loop_new();
    caw_set_exception_handler(loop, look_around, NULL);
    caw_unref(caw_spawn(fail_at_the_end(), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("pending:2 failed:1");
}

static caw_event *its_event;

static void set_event(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("%s", strstr(report->message, "ignored") ? "set" : "pending");
    if (strstr(report->message, "ignored")) caw_event_set(its_event);
}

static CAW_ASYNC(void, wait_again, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap(1000));
        } CAW_FINALLY {
            CAW_AWAIT(caw_event_wait(its_event));
            trace("wrong");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Who waits again while its loop is closed is cut off, also if it is woken in the same moment. */
TEST(woken_while_it_is_cut_off)
{
    caw_loop *loop = caw_loop_new();
    its_event = caw_event_new();
    caw_set_exception_handler(loop, set_event, NULL);
    caw_unref(caw_spawn(wait_again(), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("pending set");
    caw_unref(its_event);
}
