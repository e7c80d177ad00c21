/* CPython's BaseTaskTests and SleepTests (test_tasks): shield, sleep. */
#include "tasks.h"

/* A shield of a pending future, both on a loop of their own. Not until the loop runs is anything told. */
typedef struct shielded {
    caw_loop *loop;
    caw_of(int) inner, outer;
} shielded;

static void count_report(void *data, caw_loop *loop, const caw_report *report)
{
    (void)loop, (void)report;
    ++*(int *)data;
}

static shielded begin(void)
{
    shielded s = {.loop = caw_loop_new()};
    s.inner = caw_future_on(s.loop, int);
    s.outer = caw_shield(caw_ref(s.inner));
    return s;
}

static void end(shielded *s)
{
    caw_cancel(s->inner, NULL); /* if it is still pending */
    run_briefly(s->loop);
    caw_unref(s->inner);
    caw_unref(s->outer);
    caw_loop_close(s->loop);
}

TEST(shield_result)
{
    shielded s = begin();
    int      result = 0;
    caw_set_result(s.inner, 42);
    CHECK_ERROR(caw_run_until_complete(s.loop, caw_ref(s.outer), &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    end(&s);
}

TEST(shield_exception)
{
    shielded   s = begin();
    caw_error *error = caw_error_new(CAW_RUNTIME_ERROR, "expected"), *got;
    run_briefly(s.loop);
    caw_set_error(s.inner, caw_ref(error));
    run_briefly(s.loop);
    got = caw_exception(s.outer);
    CHECK(got == error);
    caw_unref(got);
    caw_unref(error);
    end(&s);
}

TEST(shield_cancel_inner)
{
    shielded s = begin();
    run_briefly(s.loop);
    caw_cancel(s.inner, NULL);
    run_briefly(s.loop);
    CHECK(caw_cancelled(s.outer));
    end(&s);
}

TEST(shield_cancel_outer)
{
    shielded s = begin();
    run_briefly(s.loop);
    caw_cancel(s.outer, NULL);
    CHECK(caw_cancelled(s.outer)); /* at once */
    run_briefly(s.loop);
    CHECK(caw_cancelled(s.outer));
    CHECK_OUTCOME(s.inner, "pending");
    end(&s);
}

/*
 * The outer cancelled so many times, each time another shield; then the inner ends, and is given up. How many reports there are by
 * then: as in 3.15.2 the shield itself makes none, so an error is one that nobody retrieved.
 */
static int reports_after_cancel(int shields, bool fails)
{
    shielded s = begin();
    int      reports = 0;
    caw_set_exception_handler(s.loop, count_report, &reports);
    while (shields-- > 0) {
        run_briefly(s.loop);
        caw_cancel(s.outer, NULL);
        run_briefly(s.loop);
        if (!shields) break;
        caw_unref(s.outer);
        s.outer = caw_shield(caw_ref(s.inner));
    }
    if (fails) caw_set_error(s.inner, caw_error_new(CAW_EXCEPTION, "foo"));
    else caw_set_result(s.inner, 1);
    run_briefly(s.loop);
    CHECK_INT(reports, 0);
    caw_unref(s.inner);
    caw_unref(s.outer);
    caw_loop_close(s.loop);
    return reports;
}

TEST(shield_cancel_outer_result) { CHECK_INT(reports_after_cancel(1, false), 0); }
TEST(shield_cancel_outer_exception) { CHECK_INT(reports_after_cancel(1, true), 1); }
TEST(shield_duplicate_log_once) { CHECK_INT(reports_after_cancel(2, true), 1); }

TEST(shield_shortcut)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, int);
    int       result = 0;
    caw_set_result(f, 42);
    CHECK_ERROR(caw_run_until_complete(loop, caw_shield(f), &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, outer, caw_of(void) waiter)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_shield(inner(waiter)));
        trace("outer");
    } CAW_END;
}

TEST(shield_effect) { check_inner_is_spared(outer); }

TEST(shield_gather)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) a = caw_future_on(loop, int), b = caw_future_on(loop, int);
    caw_of(caw_results *) parent = caw_gather(caw_ref(a), caw_ref(b));
    caw_of(caw_results *) shield = caw_shield(caw_ref(parent));
    caw_results *r = NULL;
    run_briefly(loop);
    caw_cancel(shield, NULL);
    run_briefly(loop);
    CHECK_OUTCOME(shield, "cancelled");
    caw_set_result(a, 1);
    caw_set_result(b, 2);
    run_briefly(loop);
    CHECK_INT(caw_result(parent, &r), 0);
    CHECK_INT(caw_result_at(r, 0, int), 1);
    CHECK_INT(caw_result_at(r, 1, int), 2);
    caw_unref(r);
    caw_unref(parent);
    caw_unref(shield);
    caw_unref(a);
    caw_unref(b);
    caw_loop_close(loop);
}

TEST(gather_shield)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) a = caw_future_on(loop, int), b = caw_future_on(loop, int);
    caw_of(int) first = caw_shield(caw_ref(a)), second = caw_shield(caw_ref(b));
    caw_of(caw_results *) parent = caw_gather(caw_ref(first), caw_ref(second));
    run_briefly(loop);
    caw_cancel(parent, NULL);
    run_briefly(loop);
    CHECK_OUTCOME(parent, "CancelledError"); /* it has failed by it; it was not cancelled itself */
    CHECK_OUTCOME(first, "cancelled");
    CHECK_OUTCOME(second, "cancelled");
    caw_set_result(a, 1);
    caw_set_result(b, 2);
    run_briefly(loop);
    CHECK_OUTCOME(a, "done");
    caw_unref(parent);
    caw_unref(first);
    caw_unref(second);
    caw_unref(a);
    caw_unref(b);
    caw_loop_close(loop);
}

TEST(shield_coroutine_without_loop)
{
    caw_auto f = caw_shield(answer());
    CHECK_OUTCOME(f, "RuntimeError");
    caw_unref(f);
}

static CAW_ASYNC(caw_any *, shield_here, void)
{
    CAW_BEGIN(caw_any *) {
        CAW_RETURN(caw_base(caw_shield(answer())));
    } CAW_END;
}

TEST(shield_coroutine_use_running_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_any  *made = NULL;
    int       result = 0;
    CHECK_ERROR(caw_run_until_complete(loop, shield_here(), &made), CAW_OK, NULL);
    CHECK(caw_loop_of((caw_of(int))made) == loop);
    CHECK_ERROR(caw_run_until_complete(loop, (caw_of(int))made, &result), CAW_OK, NULL);
    CHECK_INT(result, 42);
    caw_loop_close(loop);
}

/* ---- Sleep -------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, sleep_halves, double seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds / 2));
        trace("%g", elapsed());
        CAW_AWAIT(caw_sleep(seconds / 2));
        CAW_RETURN(7);
    } CAW_END;
}

ASYNC_TEST(sleep)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_spawn(sleep_halves(0.1))), 7);
        CHECK_TRACE("0.05");
        CHECK_REAL(elapsed(), 0.1);
    } CAW_END;
}

ASYNC_TEST(sleep_when_delay_is_nan)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_spawn(caw_sleep((double)NAN)), CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(sleep_zero)
{
    CAW_BEGIN(void) {
        caw_unref(caw_call_soon(NULL, say, "called"));
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("called");
    } CAW_END;
}
