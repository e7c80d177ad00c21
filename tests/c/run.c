/* caw_run: the result, the shutdown of what is left, refusals; deadlocks. */
#include "test.h"

static CAW_ASYNC(double, give, double value)
{
    CAW_BEGIN(double) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, give_text, void)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(caw_string_of("text"));
    } CAW_END;
}

TEST(gives_the_result)
{
    double      d = 0;
    caw_string *text = NULL;
    CHECK_ERROR(caw_run(give(2.5), &d), CAW_OK, "");
    CHECK_REAL(d, 2.5);
    CHECK_ERROR(caw_run(give(2.5), NULL), CAW_OK, "");
    CHECK_ERROR(caw_run(give_text(), &text), CAW_OK, "");
    CHECK_TEXT(caw_string_data(text), "text");
    caw_unref(text);
    CHECK_ERROR(caw_run(give_text(), NULL), CAW_OK, "");
    CHECK_ERROR(caw_run(caw_sleep(0), NULL), CAW_OK, "");
}

static CAW_ASYNC(void, worker, const char *word, int how)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s!", word);
            if (how == 1) CAW_RAISE(CAW_VALUE_ERROR, "bad cleanup");
            if (how == 2) CAW_AWAIT(caw_sleep(5));
            if (how == 3) caw_unref(caw_spawn(worker("born-late", 4)));
            if (how != 2) CAW_RERAISE();
            trace("%s.", word);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, leave_workers, bool fail)
{
    CAW_BEGIN(int) {
        caw_unref(caw_spawn(worker("a", 0)));
        caw_unref(caw_spawn(worker("b", 2)));
        caw_unref(caw_spawn(worker("c", 0)));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_spawn(worker("started-last", 0)));
        if (fail) CAW_RAISE(CAW_TYPE_ERROR, "main");
        CAW_RETURN(3);
    } CAW_END;
}

TEST(what_is_left_is_cancelled_and_awaited)
{
    int n = 0;
    CHECK_ERROR(caw_run(leave_workers(false), &n), CAW_OK, "");
    CHECK_INT(n, 3);
    CHECK_TRACE("a! b! c! started-last! b.");
    CHECK_REAL(elapsed(), 5);
    CHECK_ERROR(caw_run(leave_workers(true), &n), CAW_TYPE_ERROR, "main");
    CHECK_TRACE("a! b! c! started-last! b.");
}

static CAW_ASYNC(void, leave_failing, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(worker("a", 1), .name = "bad"));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(an_error_during_shutdown_is_reported)
{
    CHECK_ERROR(caw_run(leave_failing(), NULL), CAW_OK, "");
    CHECK_TRACE("a!");
    CHECK(strstr(test.log, "bad cleanup") != NULL);
    CHECK_LOGGED("unhandled exception during caw_run() shutdown\n  task: bad (");
}

static CAW_ASYNC(void, leave_spawning, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(worker("a", 3)));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* As in asyncio: what is created during the shutdown is not cancelled once more, it is closed with the loop. */
TEST(what_is_spawned_during_shutdown_is_closed)
{
    CHECK_ERROR(caw_run(leave_spawning(), NULL), CAW_OK, "");
    CHECK_TRACE("a!");
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

static CAW_ASYNC(void, cancel_me, void)
{
    CAW_BEGIN(void) {
        caw_cancel(me(), "enough");
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

TEST(a_cancelled_main_gives_its_error) { CHECK_ERROR(caw_run(cancel_me(), NULL), CAW_CANCELLED_ERROR, "enough"); }

static CAW_ASYNC(void, run_inside, void)
{
    CAW_BEGIN(void) {
        CHECK_ERROR(caw_run(give(1), NULL), CAW_RUNTIME_ERROR, "cannot run an event loop while another loop is running");
        caw_loop *other = caw_loop_new();
        CHECK_ERROR(caw_run_until_complete(other, give(1), NULL), CAW_RUNTIME_ERROR, NULL);
        CHECK_INT(caw_run_forever(other), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_loop_close(other), 0);
    } CAW_END;
}

TEST(loops_do_not_nest) { CHECK_ERROR(caw_run(run_inside(), NULL), CAW_OK, ""); }

static CAW_ASYNC(void, exit_at_once, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_SYSTEM_EXIT, "enough");
    } CAW_END;
}

/* The run is being broken off when it asks for another one: that is refused, and takes nothing from the first. */
static void exit_and_run(void *loop)
{
    caw_unref((void *)(uintptr_t)caw_spawn(exit_at_once(), .eager = true));
    CHECK_INT(caw_run_forever(loop), -CAW_RUNTIME_ERROR);
}

static void stop_it(void *loop) { caw_stop(loop); }

TEST(a_refused_run_leaves_the_one_under_way_alone)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_soon(loop, exit_and_run, loop));
    caw_unref(caw_call_soon(loop, say, "later"));
    CHECK_INT(caw_run_forever(loop), -CAW_SYSTEM_EXIT);
    CHECK_TRACE("");
    caw_unref(caw_call_soon(loop, stop_it, loop));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("later");
    CHECK_INT(caw_loop_close(loop), 0);
}

/* ---- Deadlocks -------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, wait_for_ever, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_future(void));
    } CAW_END;
}

static CAW_ASYNC(void, wait_for_task, void)
{
    CAW_BEGIN(void) {
        caw_auto stuck = caw_spawn(wait_for_ever(), .name = "stuck");
        CAW_DEFER(caw_unref, stuck);
        CAW_AWAIT(caw_ref(stuck));
    } CAW_END;
}

static CAW_ASYNC(void, outermost, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(wait_for_task());
    } CAW_END;
}

TEST(a_deadlock_is_reported_with_the_wait_graph)
{
    CHECK_ERROR(caw_run(outermost(), NULL), CAW_RUNTIME_ERROR,
                "deadlock: nothing can wake the loop, and the awaited future is not done");
    CHECK(strstr(test.log, "cawait: deadlock: nothing can wake the loop any more. Pending tasks:\n") != NULL);
    CHECK(strstr(test.log, "└── (T) Task-1\n    └──  outermost (") != NULL);
    CHECK(strstr(test.log, "\n        └──  wait_for_task (") != NULL);
    CHECK(strstr(test.log, "\n            └── (T) stuck: waits for a Future\n") != NULL);
    CHECK(strstr(test.log, "Task-1 'outermost'") == NULL); /* the plain list is for want of memory */
    CHECK_LOGGED("\n                └──  wait_for_ever (");
}

TEST(a_deadlock_without_tasks)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, caw_future_on(loop, int), NULL), CAW_RUNTIME_ERROR, NULL);
    CHECK_LOGGED("none: run_until_complete waits for a future that nobody will set");
    CHECK_INT(caw_run_forever(loop), -CAW_RUNTIME_ERROR);
    CHECK(*test.log);
    test.log[0] = 0;
    caw_loop_close(loop);
}

static caw_of(void) ring[2];

static CAW_ASYNC(void, await_other, int other)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_ref(ring[other]));
    } CAW_END;
}

static CAW_ASYNC(void, make_ring, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) ring[i] = caw_spawn(await_other(1 - i), .name = i ? "second" : "first");
        CAW_DEFER(caw_unref, ring[0]);
        CAW_DEFER(caw_unref, ring[1]);
        CAW_AWAIT(caw_ref(ring[0]));
    } CAW_END;
}

TEST(a_cycle_of_awaits_is_a_deadlock)
{
    CHECK_ERROR(caw_run(make_ring(), NULL), CAW_RUNTIME_ERROR, NULL);
    CHECK(strstr(test.log, "(T) first: a cycle\n") != NULL);
    CHECK_LOGGED("\ncycle: first -> second -> first\n");
}
