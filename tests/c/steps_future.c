/* What watches or awaits one future, n of it: coming, going and the end are linear in n, in whatever order. */
#include "steps.h"

/* ---- Done callbacks --------------------------------------------------------------------------------------------------------- */

static char places[MANY];

static void nothing(void *argument, caw_any *future) { (void)argument, (void)future; }

/* Added to one future, and removed in an order: 0 as they came, 1 the last first, 2 any. */
static void remove_callbacks(int n, int order)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    int removed = 0;
    for (int i = 0; i < n; i++) (void)caw_add_done_callback(future, nothing, &places[i]);
    for (int i = 0; i < n; i++) {
        int at = order == 0 ? i : order == 1 ? n - 1 - i : shuffled(i, n);
        removed += caw_remove_done_callback(future, nothing, &places[at]);
    }
    CHECK_INT(removed, n);
    caw_unref(future);
    caw_loop_close(loop);
}

static void first_first(int n) { remove_callbacks(n, 0); }
static void last_first(int n) { remove_callbacks(n, 1); }
static void any_first(int n) { remove_callbacks(n, 2); }

TEST(removing_done_callbacks)
{
    CHECK_LINEAR(first_first);
    CHECK_LINEAR(last_first);
    CHECK_LINEAR(any_first);
}

static int called;

static void count(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    called++;
}

/* The same one n times: all go at once, or all are called. */
static CAW_ASYNC(void, one_added_often, int n)
{
    CAW_BEGIN(void) {
        caw_of(int) kept = caw_future(int), gone = caw_future(int);
        CAW_DEFER(caw_unref, kept);
        CAW_DEFER(caw_unref, gone);
        for (int i = 0; i < n; i++) {
            (void)caw_add_done_callback(kept, count, NULL);
            (void)caw_add_done_callback(gone, count, NULL);
        }
        CHECK_INT(caw_remove_done_callback(gone, count, NULL), n);
        CHECK_INT(caw_remove_done_callback(gone, count, NULL), 0);
        called = 0;
        (void)caw_set_result(kept, 1);
        (void)caw_set_result(gone, 1);
        CHECK_INT(caw_remove_done_callback(kept, count, NULL), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(called, n);
    } CAW_END;
}

static void add_one_often(int n) { test_run(one_added_often(n)); }

TEST(one_callback_added_often) { CHECK_LINEAR(add_one_often); }

/* ---- What waits for one future ------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, await_shield, caw_of(int) future)
{
    CAW_BEGIN_OWNING(void, caw_unref(future)) {
        (void)CAW_AWAIT(caw_shield(future));
    } CAW_END;
}

static CAW_ASYNC(void, await_wait, caw_of(int) future)
{
    CAW_BEGIN_OWNING(void, caw_unref(future)) {
        caw_waited *waited = CAW_AWAIT(caw_wait(future));
        caw_unref(waited);
    } CAW_END;
}

static CAW_ASYNC(void, await_cancel_and_wait, caw_of(void) task)
{
    CAW_BEGIN_OWNING(void, caw_unref(task)) {
        CAW_AWAIT(caw_cancel_and_wait(task));
    } CAW_END;
}

static CAW_ASYNC(void, await_completed, caw_of(int) future)
{
    CAW_BEGIN_OWNING(void, caw_unref(future)) {
        caw_completions *it = caw_as_completed(future);
        CAW_DEFER(caw_unref, it);
        (void)CAW_AWAIT(caw_next_result(it, int));
    } CAW_END;
}

typedef caw_of(void) waits(caw_of(int) future);

/* n tasks that wait for one future in a way of their own; all are cancelled, the last first, or in any order. */
static CAW_ASYNC(void, cancel_all, int n, waits *way, bool last)
{
    CAW_BEGIN(void) {
        caw_of(int) future = caw_future(int);
        CAW_DEFER(caw_unref, future);
        caw_of(void) *tasks = calloc((size_t)n, sizeof *tasks);
        CAW_DEFER(free, tasks);
        for (int i = 0; i < n; i++) tasks[i] = caw_spawn(way(caw_ref(future)));
        for (int i = 0; i < 3; i++) CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < n; i++) caw_cancel(tasks[last ? n - 1 - i : shuffled(i, n)], NULL);
        for (int i = 0; i < 4; i++) CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < n; i++) {
            CHECK(caw_cancelled(tasks[i]));
            caw_unref(tasks[i]);
        }
    } CAW_END;
}

static void cancel_shields(int n) { test_run(cancel_all(n, await_shield, true)); }
static void cancel_waits(int n) { test_run(cancel_all(n, await_wait, true)); }
static void cancel_completions(int n) { test_run(cancel_all(n, await_completed, true)); }
static void cancel_shields_in_any_order(int n) { test_run(cancel_all(n, await_shield, false)); }
static void cancel_waits_in_any_order(int n) { test_run(cancel_all(n, await_wait, false)); }
static void cancel_completions_in_any_order(int n) { test_run(cancel_all(n, await_completed, false)); }

TEST(cancelling_what_waits_for_one_future)
{
    CHECK_LINEAR(cancel_shields);
    CHECK_LINEAR(cancel_waits);
    CHECK_LINEAR(cancel_completions);
    CHECK_LINEAR(cancel_shields_in_any_order);
    CHECK_LINEAR(cancel_waits_in_any_order);
    CHECK_LINEAR(cancel_completions_in_any_order);
}

static CAW_ASYNC(void, stubborn, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 5; i++) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(1));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

/* n tasks that have cancelled one, and wait for its end. */
static CAW_ASYNC(void, cancelled_by_many, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(stubborn());
        CAW_DEFER(caw_unref, task);
        caw_of(void) *waiting = calloc((size_t)n, sizeof *waiting);
        CAW_DEFER(free, waiting);
        CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < n; i++) waiting[i] = caw_spawn(await_cancel_and_wait(caw_ref(task)));
        CAW_AWAIT(caw_sleep(0));
        for (int i = n; i-- > 1;) caw_cancel(waiting[i], NULL);
        for (int i = 0; i < n; i++) {
            CAW_TRY {
                CAW_AWAIT(waiting[i]);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

static void cancel_by_many(int n) { test_run(cancelled_by_many(n)); }

TEST(one_cancelled_and_awaited_by_many) { CHECK_LINEAR(cancel_by_many); }

/* ---- The end ------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, await_it, caw_of(int) future)
{
    CAW_BEGIN_OWNING(void, caw_unref(future)) {
        (void)CAW_AWAIT(future);
    } CAW_END;
}

static void say_nothing(void *data, caw_loop *loop, const caw_report *report) { (void)data, (void)loop, (void)report; }

/* They were made in one order, and wait in another; the loop is closed, which unwinds them as they were made. */
static void close_on_many(int n)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    for (int i = 0; i < n; i++) {
        caw_of(void) task = caw_spawn(await_it(caw_ref(future)), .loop = loop);
        caw_unref(task);
    }
    caw_loop_turn(loop, NULL);
    caw_set_exception_handler(loop, say_nothing, NULL); /* of n tasks that were pending */
    caw_loop_close(loop);
    caw_unref(future);
}

TEST(a_loop_closed_under_many) { CHECK_LINEAR(close_on_many); }
