/* What goes through all that awaits: a capture, or a cancellation, meets each thing once, by however many ways. */
#include "steps.h"

static CAW_ASYNC(void, await_it, caw_of(void) it)
{
    CAW_BEGIN_OWNING(void, caw_unref(it)) {
        CAW_AWAIT(it);
    } CAW_END;
}

/* ---- Call graphs ----------------------------------------------------------------------------------------------------------------- */

/* n tasks await one task, by itself or by a shield of their own. */
static CAW_ASYNC(void, captures, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void), one = caw_spawn(await_it(caw_ref(future)));
        caw_of(void) *tasks = calloc((size_t)n, sizeof *tasks);
        CAW_DEFER(free, tasks);
        for (int i = 0; i < n; i++) tasks[i] = caw_spawn(await_it(i % 2 ? caw_ref(one) : caw_shield(caw_ref(one))));
        CAW_AWAIT(caw_sleep(0));
        caw_call_graph *graph = caw_capture_call_graph(one), *all = caw_capture_tasks(NULL);
        CHECK(caw_call_graph_size(graph) >= (size_t)n + 1 && caw_call_graph_size(all) >= (size_t)n + 2);
        caw_unref(graph);
        caw_unref(all);
        caw_set_done(future);
        for (int i = 0; i < n; i++) CAW_AWAIT(tasks[i]);
        caw_unref(one);
        caw_unref(future);
    } CAW_END;
}

static void capture(int n) { test_run(captures(n)); }

TEST(call_graphs) { CHECK_LINEAR(capture); }

/* ---- Cancellations --------------------------------------------------------------------------------------------------------------- */

/* n gathers, or races, each over the two before: as many ways to the first as a number of n digits. */
static CAW_ASYNC(void, cancel_gathers, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        caw_of(caw_results *) one = caw_gather(caw_ref(future)), two = caw_gather(caw_ref(one));
        for (int k = 0; k < n; k++) {
            caw_of(caw_results *) three = caw_gather(one, caw_ref(two));
            one = two;
            two = three;
        }
        CHECK(caw_cancel(two, NULL));
        CHECK(caw_cancelled(future));
        caw_unref(one);
        CAW_TRY {
            caw_unref(CAW_AWAIT(two));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        caw_unref(future);
    } CAW_END;
}

static CAW_ASYNC(void, cancel_races, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void), one = caw_race(caw_ref(future)), two = caw_race(caw_ref(one));
        for (int k = 0; k < n; k++) {
            caw_of(void) three = caw_race(one, caw_ref(two));
            one = two;
            two = three;
        }
        CHECK(caw_cancel(two, NULL));
        caw_unref(one);
        CAW_TRY {
            CAW_AWAIT(two);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        CHECK(caw_cancelled(future));
        caw_unref(future);
    } CAW_END;
}

/* A gather of n tasks, each of which awaits the next: by that the first ways are n, and the steps n too. */
static CAW_ASYNC(void, cancel_chain, int n)
{
    CAW_BEGIN(void) {
        caw_any **tasks = calloc((size_t)n, sizeof *tasks);
        CAW_DEFER(free, tasks);
        caw_of(void) last = caw_future(void);
        for (int i = 0; i < n; i++) {
            tasks[i] = caw_base(caw_spawn(await_it(last)));
            last = (caw_of(void))(uintptr_t)caw_ref(tasks[i]);
        }
        caw_unref(last);
        caw_of(caw_results *) all = caw_gather_array(tasks, (size_t)n);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(all, NULL));
        CAW_TRY {
            caw_unref(CAW_AWAIT(all));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static void gathers(int n) { test_run(cancel_gathers(n)); }
static void races(int n) { test_run(cancel_races(n)); }
static void chain(int n) { test_run(cancel_chain(n)); }

TEST(cancelling_what_is_over_others)
{
    CHECK_LINEAR(gathers);
    CHECK_LINEAR(races);
    CHECK_LINEAR(chain);
}
