/* as_completed: the order, several consumers, leftovers (rule 4). Traces are CPython 3.13's but where its order is a set's. */
#include "completions.h"

static CAW_ASYNC(void, hops, bool by_result)
{
    CAW_BEGIN(void) {
        make(3);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]), caw_ref(f[2]));
        CAW_DEFER(caw_unref, it);
        caw_auto c = caw_spawn(by_result ? consume_results(it) : consume(it));
        CAW_AWAIT(caw_sleep(0));
        caw_auto t = caw_spawn(tick(8));
        CAW_AWAIT(caw_sleep(0));
        set(2);
        set(0);
        trace("set");
        CAW_AWAIT(yields(3));
        CHECK_INT(caw_set_error(f[1], caw_error_new(CAW_VALUE_ERROR, "one")), 0);
        trace("set");
        CAW_AWAIT(t);
        CAW_AWAIT(c);
        caw_unref(caw_exception(f[1]));
        unmake(3);
    } CAW_END;
}

ASYNC_TEST(two_passes_after_each_end)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(hops(false));
        CHECK_TRACE("0 set 1 2 got-2 got-0 3 set 4 5 got-1 stop 6 7");
        CAW_AWAIT(hops(true));
        CHECK_TRACE("0 set 1 2 got-2 got-0 3 set 4 5 ValueError:one stop 6 7");
    } CAW_END;
}

ASYNC_TEST(what_is_done_before_comes_in_the_order_given)
{
    CAW_BEGIN(void) {
        make(2);
        set(0);
        set(1);
        caw_completions *it = caw_as_completed(caw_ref(f[1]), caw_ref(f[0]), f[1], f[0]);
        caw_auto         c = caw_spawn(consume_results(it)), t = caw_spawn(tick(3));
        CAW_AWAIT(t);
        CAW_AWAIT(c);
        CHECK_TRACE("got-1 got-0 stop 0 1 2");
        caw_unref(it);
    } CAW_END;
}

ASYNC_TEST(coroutines_become_tasks_at_once)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed(give(3, 3), give(1, 1), give(2, 2), caw_sleep(0));
        CAW_DEFER(caw_unref, it);
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("1 2 3");
        CAW_AWAIT(caw_next_result(it, void));
        int sum = 0;
        for (int i = 0; i < 3; i++) sum = sum * 10 + CAW_AWAIT(caw_next_result(it, int));
        CHECK_INT(sum, 123);
        CHECK_RAISES(caw_next_result(it, int), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_RAISES(caw_next_completed(it), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_REAL(elapsed(), 5);
    } CAW_END;
}

ASYNC_TEST(several_consumers_and_a_leftover)
{
    CAW_BEGIN(void) {
        make(3);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]), caw_ref(f[2]));
        caw_auto         a = caw_spawn(one(it, "A-")), b = caw_spawn(one(it, "B-")), c = caw_spawn(one(it, "C-")),
                 d = caw_spawn(one(it, "D-")), e = caw_spawn(one(it, "E-"));
        CAW_AWAIT(caw_sleep(0));
        trace("|");
        set(1);
        CAW_AWAIT(yields(3));
        caw_cancel(b, NULL);
        CAW_AWAIT(yields(2));
        set(2);
        set(0);
        CAW_AWAIT(yields(4));
        CHECK(caw_done(a) && caw_cancelled(b) && caw_done(c) && caw_done(d) && caw_done(e));
        CAW_AWAIT(one(it, "")); /* the one that B had asked for is left over */
        CHECK_TRACE("D-stop E-stop | A-got-1 B-cancelled C-got-2 stop");
        caw_unref(a), caw_unref(b), caw_unref(c), caw_unref(d), caw_unref(e);
        caw_unref(it);
        unmake(3);
    } CAW_END;
}

ASYNC_TEST(cancelled_once_woken_it_passes_on)
{
    CAW_BEGIN(void) {
        make(3);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]), caw_ref(f[2]));
        caw_auto         a = caw_spawn(one(it, "A-")), b = caw_spawn(one(it, "B-"));
        CAW_AWAIT(caw_sleep(0));
        set(1);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CAW_AWAIT(yields(5));
        set(0);
        set(2);
        CAW_AWAIT(one(it, ""));
        CAW_AWAIT(one(it, ""));
        CHECK_TRACE("A-cancelled B-got-1 got-0 stop");
        caw_unref(a), caw_unref(b);
        caw_unref(it);
        unmake(3);
    } CAW_END;
}

ASYNC_TEST(whoever_runs_first_takes_it)
{
    CAW_BEGIN(void) {
        make(2);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]));
        caw_auto         a = caw_spawn(one(it, "A-"));
        CAW_AWAIT(caw_sleep(0));
        set(1);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(one(it, "")); /* before A has run */
        CAW_AWAIT(caw_sleep(0));
        set(0);
        CHECK(CAW_AWAIT(a));
        CHECK_TRACE("got-1 A-got-0");
        caw_unref(it);
        unmake(2);
    } CAW_END;
}

ASYNC_TEST(a_result_is_asked_for_by_the_call)
{
    CAW_BEGIN(void) {
        make(2);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]));
        caw_of(int) a = caw_next_result(it, int), b = caw_next_result(it, int);
        CAW_AWAIT(one(it, ""));
        set(0);
        set(1);
        CHECK_INT(CAW_AWAIT(b), 0); /* whichever is awaited first */
        CHECK_INT(CAW_AWAIT(a), 1);
        CHECK_TRACE("stop");
        caw_unref(it);
        unmake(2);
    } CAW_END;
}

ASYNC_TEST(a_child_cancelled_from_elsewhere)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(give(1, 50));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, "m");
        caw_completions *it = caw_as_completed(task, give(2, 1));
        CAW_AWAIT(consume_results(it));
        CHECK_INT(caw_cancelling(me()), 0);
        CHECK_TRACE("1! CancelledError:m 2 got-2 stop");
        caw_unref(it);
    } CAW_END;
}

ASYNC_TEST(dropped)
{
    CAW_BEGIN(void) {
        caw_unref(caw_as_completed_within(1000, give(1, 1), give(2, 2))); /* they go on, the timer does not */
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("1 2");
        make(2);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]));
        set(0);
        caw_unref(it); /* one callback is on its way */
        unmake(2);
        it = caw_as_completed(caw_spawn(give(3, 1)));
        caw_drop(caw_next_completed(it));
        caw_drop(caw_next_result(it, int)); /* this one had been asked for */
        CHECK_RAISES(caw_next_completed(it), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_of(caw_any *) waiting = caw_spawn(caw_next_completed(it));
        caw_unref(it);
        CHECK_RAISES(waiting, CAW_STOP_ASYNC_ITERATION, NULL);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("3");
    } CAW_END;
}

ASYNC_TEST(results_have_a_type)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed(give(1, 0), give(2, 0));
        CHECK_RAISES(caw_next_result(it, double), CAW_TYPE_ERROR, "caw_next_result: the result has another type");
        caw_of(int) spawned = caw_spawn(caw_next_result(it, int));
        CHECK_INT(CAW_AWAIT(spawned), 2);
        caw_unref(it);
        CHECK_TRACE("1 2");
    } CAW_END;
}

ASYNC_TEST(in_a_loop)
{
    CAW_BEGIN(void) {
        make(3);
        caw_completions *it = caw_as_completed(caw_ref(f[0]), caw_ref(f[1]), caw_ref(f[2]));
        set(2);
        CAW_AWAIT(caw_sleep(0));
        set(0);
        set(1);
        CAW_FOR_NEXT(caw_any * ended, caw_next_completed(it))
        {
            trace("%s", which(ended));
            caw_unref(ended);
        }
        CAW_END_FOR;
        caw_unref(it);
        it = caw_as_completed(give(5, 2), give(6, 1));
        CAW_FOR_NEXT(int n, caw_next_result(it, int)) { trace("got-%d", n); }
        CAW_END_FOR;
        caw_unref(it);
        unmake(3);
        CHECK_TRACE("2 0 1 6 got-6 5 got-5");
    } CAW_END;
}

static caw_completions *of_none;
static void             ask_for_none(void *unused)
{
    (void)unused;
    of_none = caw_as_completed_array(NULL, 0, 5);
}

/* There is no time to wait for. */
TEST(of_nothing_with_a_limit)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_soon(loop, ask_for_none, NULL));
    CHECK(isinf(caw_loop_turn(loop, NULL).deadline));
    caw_unref(of_none);
    CHECK_INT(caw_loop_close(loop), 0);
}
