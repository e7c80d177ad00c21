/* CPython's BaseTaskTests (test_tasks): cancelling a task, and taking that back. */
#include "conform.h"

static CAW_ASYNC(int, wait_for_it, caw_of(void) f)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_ref(f));
        CAW_RETURN(12);
    } CAW_END;
}

static CAW_ASYNC(int, sleep_ten, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(10));
        CAW_RETURN(12);
    } CAW_END;
}

/* It has ended cancelled, and is given up with its loop. */
static void check_cancelled(caw_loop *loop, caw_of(int) task)
{
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(task), NULL), CAW_CANCELLED_ERROR, "");
    CHECK(caw_done(task) && caw_cancelled(task));
    CHECK(!caw_cancel(task, NULL));
    caw_unref(task);
    caw_loop_close(loop);
}

TEST(cancelling)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(sleep_ten(), .loop = loop);
    CHECK_INT(caw_cancelling(t), 0);
    CHECK(caw_cancel(t, NULL));
    CHECK_INT(caw_cancelling(t), 1);
    CHECK(caw_cancel(t, NULL)); /* asked for again */
    check_cancelled(loop, t);
}

static CAW_ASYNC(int, take_one_back, void)
{
    CAW_BEGIN(int) {
        CHECK_RAISES(caw_sleep(10), CAW_CANCELLED_ERROR, NULL);
        caw_uncancel((caw_of(int))caw_current_task());
        CAW_AWAIT(caw_sleep(10));
        CAW_RETURN(12);
    } CAW_END;
}

TEST(uncancel_basic)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(take_one_back(), .loop = loop);
    run_briefly(loop);
    CHECK(caw_cancel(t, NULL));
    CHECK_INT(caw_cancelling(t), 1);
    CHECK(!caw_cancelled(t));
    run_briefly(loop);
    CHECK_INT(caw_cancelling(t), 0);
    CHECK(!caw_cancelled(t));
    CHECK(caw_cancel(t, NULL));
    CHECK_INT(caw_cancelling(t), 1);
    CHECK(!caw_cancelled(t));
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(t), NULL), CAW_CANCELLED_ERROR, NULL);
    caw_uncancel(t); /* too late */
    check_cancelled(loop, t);
}

typedef struct request {
    caw_any *task;
    bool     timed_out, finished, outer;
} request;

static void on_timeout(void *argument)
{
    request *r = argument;
    r->timed_out = true;
    caw_cancel((caw_of(void))r->task, NULL);
}

/* What a timeout scope is, made by hand of cancel and uncancel. */
static CAW_ASYNC(void, request_with_timeout, request *r, double seconds, double limit)
{
    CAW_BEGIN(void) {
        r->task = caw_current_task();
        caw_handle *timer = caw_call_later(NULL, limit, on_timeout, r);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
            r->finished = true;
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            if (!r->timed_out || caw_uncancel((caw_of(void))r->task) > 0) CAW_RERAISE();
        } CAW_FINALLY {
            caw_handle_cancel(timer);
            caw_unref(timer);
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_sleep(0));
        r->outer = true;
    } CAW_END;
}

ASYNC_TEST(uncancel_structured_blocks)
{
    CAW_BEGIN(void) {
        request  late = {0}, early = {0};
        caw_auto t = caw_spawn(request_with_timeout(&late, 10, 0.1));
        CAW_AWAIT(caw_ref(t));
        CHECK(late.timed_out && !late.finished && late.outer);
        CHECK_INT(caw_cancelling(t), 0);
        caw_unref(t);
        t = caw_spawn(request_with_timeout(&early, 0, 10));
        CAW_AWAIT(caw_ref(t));
        CHECK(!early.timed_out && early.finished && early.outer);
        CHECK_INT(caw_cancelling(t), 0);
        caw_unref(t);
    } CAW_END;
}

TEST(uncancel_resets_must_cancel)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, void);
    caw_auto  t = caw_spawn(wait_for_it(f), .loop = loop);
    int       result = 0;
    run_briefly(loop);
    caw_set_done(f); /* its wakeup is scheduled: the cancellation waits for that */
    caw_cancel(t, NULL);
    CHECK_INT(caw_cancelling(t), 1);
    CHECK_INT(caw_uncancel(t), 0);
    CHECK_ERROR(caw_run_until_complete(loop, t, &result), CAW_OK, NULL);
    CHECK_INT(result, 12);
    caw_unref(f);
    caw_loop_close(loop);
}

TEST(cancel)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(sleep_ten(), .loop = loop);
    caw_unref(caw_call_soon(loop, conform_cancel, caw_base(t)));
    check_cancelled(loop, t);
}

static CAW_ASYNC(int, yield_twice, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(12);
    } CAW_END;
}

TEST(cancel_yield)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(yield_twice(), .loop = loop);
    CHECK(caw_loop_turn(loop, &(caw_budget){.jobs = 1}).ready); /* its first step */
    caw_cancel(t, NULL);
    check_cancelled(loop, t);
}

TEST(cancel_inner_future)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, void);
    caw_auto  t = caw_spawn(wait_for_it(f), .loop = loop);
    run_briefly(loop);
    caw_cancel(f, NULL);
    CHECK(caw_cancelled(f));
    caw_unref(f);
    check_cancelled(loop, t);
}

TEST(cancel_both_task_and_inner_future)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, void);
    caw_auto  t = caw_spawn(wait_for_it(f), .loop = loop);
    run_briefly(loop);
    caw_cancel(f, NULL);
    caw_cancel(t, NULL);
    caw_unref(f);
    check_cancelled(loop, t);
}

typedef struct three {
    caw_of(int) f[3];
} three;

/* Waits for the first, swallows a cancellation at the second, then gives 42, or what the third gives. */
static CAW_ASYNC(int, swallow_at_second, three *s, bool third)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_ref(s->f[0]));
        CAW_TRY {
            CAW_AWAIT(caw_ref(s->f[1]));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            if (!third) CAW_RETURN(42);
        }
        CAW_END_TRY;
        CAW_RETURN(CAW_AWAIT(caw_ref(s->f[2])));
    } CAW_END;
}

static void check_swallows(bool third)
{
    caw_loop *loop = caw_loop_new();
    three     s;
    int       result = 0;
    for (int i = 0; i < 3; i++) s.f[i] = caw_future_on(loop, int);
    caw_auto t = caw_spawn(swallow_at_second(&s, third), .loop = loop);
    run_briefly(loop);
    caw_set_result(s.f[0], 1);
    run_briefly(loop);
    caw_cancel(t, NULL);
    CHECK(caw_cancelled(s.f[1]));
    if (third) {
        run_briefly(loop);
        caw_set_result(s.f[2], 42);
    }
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(t), &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    CHECK(!caw_cancelled(t) && !caw_cancelled(s.f[2]));
    caw_unref(t);
    for (int i = 0; i < 3; i++) caw_unref(s.f[i]);
    caw_loop_close(loop);
}

TEST(cancel_task_catching) { check_swallows(false); }
TEST(cancel_task_ignoring) { check_swallows(true); }

static CAW_ASYNC(int, cancel_myself, bool sleeps)
{
    CAW_BEGIN(int) {
        caw_cancel((caw_of(int))caw_current_task(), NULL);
        if (sleeps) CAW_AWAIT(caw_sleep(100));
        CAW_RETURN(12);
    } CAW_END;
}

TEST(cancel_current_task)
{
    caw_loop *loop = caw_loop_new();
    check_cancelled(loop, caw_spawn(cancel_myself(true), .loop = loop));
    CHECK_REAL(elapsed(), 0);
}

TEST(cancel_at_end)
{
    caw_loop *loop = caw_loop_new();
    check_cancelled(loop, caw_spawn(cancel_myself(false), .loop = loop));
}

typedef struct nest {
    caw_of(void) future;
    caw_of(int) inner;
} nest;

/* Asks for its own cancellation and then waits for a task: that is cancelled at once, too. */
static CAW_ASYNC(int, cancelled_as_it_waits, nest *n)
{
    CAW_BEGIN(int) {
        n->inner = caw_spawn(wait_for_it(n->future));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel((caw_of(int))caw_current_task(), NULL);
        CAW_RETURN(CAW_AWAIT(caw_ref(n->inner)));
    } CAW_END;
}

TEST(cancel_awaited_task)
{
    caw_loop *loop = caw_loop_new();
    nest      n = {caw_future_on(loop, void), NULL};
    caw_auto  t = caw_spawn(cancelled_as_it_waits(&n), .loop = loop);
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(t), NULL), CAW_CANCELLED_ERROR, NULL);
    CHECK(caw_cancelled(t) && caw_cancelled(n.inner) && caw_cancelled(n.future));
    caw_unref(t);
    caw_unref(n.inner);
    caw_unref(n.future);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, sleep_and_stop, int *x)
{
    CAW_BEGIN(void) {
        while (*x < 10) {
            CAW_AWAIT(caw_sleep(0.1));
            if (++*x == 2) caw_stop(caw_running_loop());
        }
    } CAW_END;
}

/* The pass in which the loop is stopped comes to its end: the next sleep has begun. */
TEST(stop_while_run_in_complete)
{
    caw_loop *loop = caw_loop_new();
    int       x = 0;
    caw_auto  t = caw_spawn(sleep_and_stop(&x), .loop = loop);
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(t), NULL), CAW_RUNTIME_ERROR, NULL);
    CHECK(!caw_done(t));
    CHECK_INT(x, 2);
    CHECK_REAL(elapsed(), 0.2);
    caw_cancel(t, NULL);
    CHECK_ERROR(caw_run_until_complete(loop, t, NULL), CAW_CANCELLED_ERROR, NULL);
    caw_loop_close(loop);
}

TEST(task_cancel_waiter_future)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, void);
    caw_auto  t = caw_spawn(wait_for_it(f), .loop = loop);
    run_briefly(loop);
    caw_cancel(t, NULL);
    CHECK(caw_cancelled(f));
    run_briefly(loop);
    caw_unref(f);
    check_cancelled(loop, t);
}

/* ---- Sleeping ------------------------------------------------------------------------------------------------------------------ */

TEST(sleep_cancel)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(sleep_ten(), .loop = loop);
    CHECK_REAL(caw_loop_turn(loop, NULL).deadline, test.start + 10);
    caw_cancel(t, NULL);
    CHECK_REAL(caw_loop_turn(loop, NULL).deadline, CAW_NEVER); /* the timer is off */
    CHECK_OUTCOME(t, "cancelled");
    caw_unref(t);
    caw_loop_close(loop);
}

ASYNC_TEST(task_cancel_sleeping_task)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(caw_sleep(5000));
        caw_unref(caw_call_later(NULL, 0.1, conform_cancel, caw_base(t)));
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK_REAL(elapsed(), 0.1);
    } CAW_END;
}

static CAW_ASYNC(void, inner_of_outer, caw_of(void) waiter)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_ref(waiter));
            NOT_HERE();
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("inner");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, outer_of_inner, caw_of(void) waiter)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(inner_of_outer(waiter), CAW_CANCELLED_ERROR, NULL);
        trace("outer");
    } CAW_END;
}

TEST(yield_future_passes_cancel)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  waiter = caw_future_on(loop, void);
    caw_auto  t = caw_spawn(outer_of_inner(waiter), .loop = loop);
    run_briefly(loop);
    caw_cancel(t, NULL);
    CHECK_ERROR(caw_run_until_complete(loop, t, NULL), CAW_OK, NULL);
    CHECK_TRACE("inner outer");
    CHECK(caw_cancelled(waiter));
    caw_unref(waiter);
    caw_loop_close(loop);
}
