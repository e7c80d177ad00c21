/* wait: what ends it, when, what it gives and what it leaves alone (rules 4, 17). Traces are CPython 3.13's. */
#include "tasks.h"

static CAW_ASYNC(void, waiter, caw_of(caw_waited *) wait)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_waited *w = CAW_AWAIT(wait);
            trace("resumed-%d-%d", (int)caw_waited_done_count(w), (int)caw_waited_pending_count(w));
            caw_unref(w);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cancelled");
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(two_passes_after_the_end)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        caw_auto w = caw_spawn(waiter(caw_wait(caw_ref(f))));
        CAW_AWAIT(caw_sleep(0));
        caw_auto t = caw_spawn(tick(5));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(f, 1), 0);
        trace("set");
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        caw_unref(f);
        CHECK_TRACE("0 set 1 2 resumed-1-0 3 4");
    } CAW_END;
}

ASYNC_TEST(it_suspends_even_if_all_are_done)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        CHECK_INT(caw_set_result(f, 1), 0);
        caw_auto w = caw_spawn(waiter(caw_wait(f))), t = caw_spawn(tick(5));
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        CHECK_TRACE("0 1 resumed-1-0 2 3 4");
    } CAW_END;
}

ASYNC_TEST(the_first_and_whoever_ends_before_it_resumes)
{
    CAW_BEGIN(void) {
        caw_of(void) a = caw_future(void), b = caw_future(void), c = caw_future(void);
        caw_auto w = caw_spawn(waiter(caw_wait_until(CAW_FIRST_COMPLETED, CAW_NEVER, caw_ref(a), caw_ref(b), caw_ref(c))));
        CAW_AWAIT(caw_sleep(0));
        caw_auto t = caw_spawn(tick(5));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_done(b), 0);
        trace("set");
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_done(c), 0);
        trace("set");
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        CHECK(!caw_done(a));
        caw_unref(a);
        caw_unref(b);
        caw_unref(c);
        CHECK_TRACE("0 set 1 set 2 resumed-2-1 3 4");
    } CAW_END;
}

ASYNC_TEST(each_in_the_order_given)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(give(1, 3)), b = caw_spawn(give(2, 9)), c = caw_spawn(give(3, 1)), d = caw_spawn(give(4, 9));
        caw_of(void) e = caw_spawn(fail("e", 2));
        caw_waited *w = CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 4, b, caw_ref(e), a, d, c));
        CHECK_REAL(elapsed(), 4);
        CHECK_INT(caw_waited_done_count(w), 3);
        CHECK_INT(caw_waited_pending_count(w), 2);
        CHECK(caw_waited_done(w, 0) == caw_base(e));
        CHECK(caw_waited_done(w, 1) == caw_base(a));
        CHECK(caw_waited_done(w, 2) == caw_base(c));
        CHECK(caw_waited_done(w, 3) == NULL);
        CHECK(caw_waited_pending(w, 0) == caw_base(b));
        CHECK(caw_waited_pending(w, 1) == caw_base(d));
        CHECK(caw_waited_pending(w, 2) == NULL);
        int value = 0;
        CHECK_INT(caw_result((caw_of(int))(uintptr_t)caw_waited_done(w, 1), &value), 0);
        CHECK_INT(value, 1);
        CHECK_ERROR(caw_exception(e), CAW_VALUE_ERROR, "e");
        caw_unref(e);
        caw_unref(w);
        CHECK_TRACE("3 1");
        CAW_AWAIT(caw_sleep(10)); /* the others went on */
        CHECK_TRACE("2 4");
    } CAW_END;
}

ASYNC_TEST(the_first_error_and_no_cancellation)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(give(1, 1)), b = caw_spawn(give(2, 50)), c = caw_spawn(give(3, 50));
        caw_of(void) d = caw_spawn(fail("d", 4));
        caw_of(caw_waited *) wait = caw_wait_until(CAW_FIRST_EXCEPTION, CAW_NEVER, caw_ref(a), caw_ref(b), c, caw_ref(d));
        caw_auto w = caw_spawn(wait);
        CAW_AWAIT(caw_sleep(2));
        CHECK(caw_done(a));
        caw_cancel(b, NULL);
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(w));
        caw_waited *waited = CAW_AWAIT(w);
        CHECK_REAL(elapsed(), 4);
        CHECK_INT(caw_waited_done_count(waited), 3);
        CHECK(caw_waited_pending(waited, 0) == caw_base(c));
        CHECK_TRACE("1 2!");
        caw_unref(waited);
        caw_unref(a);
        caw_unref(b);
        caw_unref(d); /* its error was looked at */
        CAW_AWAIT(caw_sleep(100));
        CHECK_TRACE("3");
    } CAW_END;
}

/* As in CPython: what FIRST_EXCEPTION looked at is retrieved; the one that was the last of all was not looked at. */
ASYNC_TEST(whose_error_is_retrieved)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait_until(CAW_FIRST_EXCEPTION, CAW_NEVER, caw_spawn(fail("first", 1)), caw_spawn(give(2, 1)),
                                           caw_spawn(fail("last", 1)))));
        CHECK_TRACE("2");
        CHECK_LOGGED("ValueError: last");
        caw_unref(CAW_AWAIT(caw_wait(caw_spawn(fail("unseen", 1)))));
        CHECK_LOGGED("ValueError: unseen");
    } CAW_END;
}

ASYNC_TEST(no_time_at_all)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        caw_auto w = caw_spawn(waiter(caw_wait_until(CAW_ALL_COMPLETED, 0, caw_ref(f)))), t = caw_spawn(tick(6));
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        CHECK_TRACE("0 1 2 resumed-0-1 3 4 5");
        CHECK_INT(caw_set_result(f, 1), 0);
        w = caw_spawn(waiter(caw_wait_until(CAW_ALL_COMPLETED, -1, caw_ref(f))));
        t = caw_spawn(tick(4));
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        CHECK_TRACE("0 1 resumed-1-0 2 3");
        caw_unref(f);
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

ASYNC_TEST(in_time_leaves_no_timer)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 100, caw_spawn(give(1, 1)))));
        CHECK_TRACE("1");
        CHECK_REAL(elapsed(), 1);
        caw_of(void) never = caw_future(void);
        caw_auto w = caw_spawn(waiter(caw_wait_until(CAW_ALL_COMPLETED, 100, caw_ref(never))));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(w, NULL));
        CHECK_RAISES(w, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("cancelled");
        CHECK_INT(caw_set_done(never), 0); /* nobody watches it */
        caw_unref(never);
    } CAW_END;
}

ASYNC_TEST(cancelling_it_leaves_them_alone)
{
    CAW_BEGIN(void) {
        caw_auto child = caw_spawn(give(7, 5));
        caw_auto w = caw_spawn(waiter(caw_wait_until(CAW_ALL_COMPLETED, 9, caw_ref(child))));
        CAW_AWAIT(caw_sleep(0));
        caw_auto t = caw_spawn(tick(4));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(w, "enough"));
        trace("cancel");
        CAW_AWAIT(t);
        CHECK_TRACE("0 cancel 1 cancelled 2 3");
        CHECK(caw_cancelled(w));
        caw_unref(w);
        CHECK(!caw_done(child));
        CHECK_INT(caw_cancelling(child), 0);
        CHECK_INT(CAW_AWAIT(child), 7);
        CHECK_TRACE("7");
    } CAW_END;
}

/* Cancelled in the pass in which the last one ends: what is on its way finds nobody. */
ASYNC_TEST(cancelled_as_they_end)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_future(int), b = caw_future(int);
        caw_auto w = caw_spawn(waiter(caw_wait_until(CAW_ALL_COMPLETED, 9, caw_ref(a), caw_ref(b))));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(a, 1), 0);
        CHECK_INT(caw_set_result(b, 1), 0);
        CHECK(caw_cancel(w, NULL));
        caw_unref(a);
        caw_unref(b);
        CHECK_RAISES(w, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("cancelled");
    } CAW_END;
}

ASYNC_TEST(a_handle_given_twice_counts_once)
{
    CAW_BEGIN(void) {
        caw_auto    a = caw_spawn(give(1, 1)), b = caw_spawn(give(2, 2));
        caw_waited *w = CAW_AWAIT(caw_wait(caw_ref(b), caw_ref(a), b, caw_ref(a), a));
        CHECK_INT(caw_waited_done_count(w), 2);
        CHECK(caw_waited_done(w, 0) == caw_base(b));
        CHECK(caw_waited_done(w, 1) == caw_base(a));
        caw_unref(w);
        CHECK_TRACE("1 2");
    } CAW_END;
}

ASYNC_TEST(many)
{
    CAW_BEGIN(void) {
        enum { N = 5000 };
        caw_any **handles = malloc(N * sizeof *handles);
        CAW_DEFER(free, handles);
        for (int i = 0; i < N; i++) handles[i] = caw_base(caw_spawn(caw_sleep(i % 2 ? 1 : 2)));
        caw_waited *w = CAW_AWAIT(caw_wait_array(handles, N, CAW_FIRST_COMPLETED, CAW_NEVER));
        CHECK_INT(caw_waited_done_count(w), N / 2);
        for (size_t i = 0; i < N / 2; i++) CHECK(caw_waited_pending(w, i) == handles[2 * i]);
        caw_unref(w);
        CAW_AWAIT(caw_sleep(2));
    } CAW_END;
}

ASYNC_TEST(what_it_refuses)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(give(1, 1));
        CHECK_RAISES(caw_wait_array(NULL, 0, CAW_ALL_COMPLETED, 1), CAW_VALUE_ERROR, "wait: nothing to wait for");
        CHECK_RAISES(caw_wait(caw_ref(a), give(2, 1)), CAW_TYPE_ERROR, "wait: give a coroutine to caw_spawn first");
        CHECK_RAISES(caw_wait(caw_sleep(0)), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_wait_until((caw_wait_mode)7, 1, caw_ref(a)), CAW_VALUE_ERROR, "wait: no such mode");
        CHECK_RAISES(caw_wait_until(CAW_ALL_COMPLETED, NAN, caw_ref(a)), CAW_VALUE_ERROR, "wait: the timeout is NaN");
        CHECK_INT(CAW_AWAIT(a), 1);
        CHECK_TRACE("1");
    } CAW_END;
}

ASYNC_TEST(nothing_happens_before_it_is_awaited)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(give(1, 1));
        caw_of(caw_waited *) late = caw_wait_until(CAW_ALL_COMPLETED, 2, caw_ref(a));
        caw_drop(caw_wait(caw_ref(a)));
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("1");
        caw_waited *w = CAW_AWAIT(late); /* no time has passed for it */
        CHECK_INT(caw_waited_done_count(w), 1);
        caw_unref(w);
        caw_unref(a);
        CHECK_REAL(elapsed(), 5);
    } CAW_END;
}

static CAW_ASYNC(void, forever, caw_of(int) never)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 100, caw_ref(never), caw_spawn(give(1, 50)), never)));
        } CAW_FINALLY {
            trace("unwound");
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(a_loop_closed_meanwhile)
{
    for (int ready = 0; ready < 2; ready++) {
        caw_loop *loop = caw_loop_new();
        caw_of(int) never = caw_future_on(loop, int);
        caw_unref(caw_spawn(forever(caw_ref(never)), .loop = loop));
        caw_loop_turn(loop, NULL);
        if (ready) CHECK_INT(caw_set_result(never, 1), 0);
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
        test.log[0] = 0;
        CHECK_TRACE("unwound");
        caw_unref(never);
    }
}

ASYNC_TEST(less_than_no_time)
{
    CAW_BEGIN(void) {
        caw_auto    f = caw_future(int);
        caw_waited *w = CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, -INFINITY, caw_ref(f)));
        CHECK_INT(caw_waited_pending_count(w), 1);
        CHECK_REAL(elapsed(), 0);
        caw_unref(w);
        caw_unref(f);
    } CAW_END;
}
