/* race: the first end decides, the others are cancelled and waited for. */
#include "tasks.h"

/* Gives n after so many seconds; once cancelled it needs `cleanup` more, or refuses when that is negative. */
static CAW_ASYNC(int, racer, int n, double seconds, double cleanup)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%d!", n);
            if (cleanup > 0) CAW_AWAIT(caw_sleep(cleanup));
            trace("%d~", n);
            if (cleanup >= 0) CAW_RERAISE();
        }
        CAW_END_TRY;
        trace("%d", n);
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(int, loser, const char *message, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_FINALLY {
            trace("%s", message);
        }
        CAW_END_TRY;
        CAW_RAISE(CAW_VALUE_ERROR, "%s", message);
    } CAW_END;
}

static CAW_ASYNC(int, await_it, caw_of(int) it)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            int n = CAW_AWAIT(it);
            trace("=%d", n);
            CAW_RETURN(n);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("=%s:%s", caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(the_first_result)
{
    CAW_BEGIN(void) {
        caw_of(int) slow = caw_spawn(racer(3, 30, 0));
        CHECK_INT(CAW_AWAIT(caw_race(caw_ref(slow), racer(1, 1, 0), racer(2, 2, 5))), 1);
        CHECK_TRACE("1 3! 3~ 2! 2~");
        CHECK_REAL(elapsed(), 6); /* as long as the longest cleanup */
        CHECK(caw_cancelled(slow));
        caw_unref(slow);
        CHECK_INT(CAW_AWAIT(caw_race(racer(7, 1, 0))), 7);
        CHECK_TRACE("7");
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

ASYNC_TEST(the_first_error)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_race(racer(1, 5, 2), loser("x", 1), loser("late", 9)), CAW_VALUE_ERROR, "x");
        CHECK_TRACE("x 1! late 1~");
        CHECK_REAL(elapsed(), 3);
    } CAW_END;
}

ASYNC_TEST(what_the_others_end_with_is_lost)
{
    CAW_BEGIN(void) {
        caw_of(int) stubborn = caw_spawn(racer(2, 50, -1)), failing = caw_spawn(loser("cleanup", 50));
        CAW_AWAIT(caw_sleep(0));
        caw_of(int) winner = caw_spawn(racer(1, 1, 0));
        CHECK_INT(CAW_AWAIT(caw_race(caw_ref(stubborn), failing, loser("same-pass", 1), winner)), 1);
        CHECK_TRACE("1 same-pass 2! 2~ 2 cleanup");
        CHECK_INT(CAW_AWAIT(stubborn), 2); /* but those that you kept can be asked */
    } CAW_END;
}

ASYNC_TEST(two_passes_after_the_last_end)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_future(int), b = caw_future(int);
        caw_auto w = caw_spawn(await_it(caw_race(caw_ref(a), caw_ref(b))));
        CAW_AWAIT(caw_sleep(0));
        caw_auto t = caw_spawn(tick(6));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(b, 5), 0);
        trace("set");
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        CHECK(caw_cancelled(a));
        CHECK_TRACE("0 set 1 2 3 =5 4 5"); /* end of b, end of a, its callback, resumed */
        caw_unref(a);
        caw_unref(b);
        a = caw_future(int);
        w = caw_spawn(await_it(caw_race(caw_ref(a))));
        CAW_AWAIT(caw_sleep(0));
        t = caw_spawn(tick(4));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(a, 6), 0);
        trace("set");
        CAW_AWAIT(t);
        CAW_AWAIT(w);
        caw_unref(a);
        CHECK_TRACE("0 set 1 2 =6 3");
    } CAW_END;
}

ASYNC_TEST(of_several_in_one_pass_the_first_to_end)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_future(int), b = caw_future(int), c = caw_future(int);
        caw_of(int) r = caw_race(caw_ref(a), caw_ref(b), caw_ref(c));
        CHECK_INT(caw_set_result(c, 3), 0);
        CHECK_INT(caw_set_result(a, 1), 0);
        CHECK_INT(CAW_AWAIT(r), 3);
        CHECK(caw_cancelled(b));
        caw_unref(a), caw_unref(b), caw_unref(c);
    } CAW_END;
}

ASYNC_TEST(what_has_ended_before_decides_at_once)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_future(int), b = caw_future(int);
        CHECK_INT(caw_set_result(b, 2), 0);
        CHECK_INT(caw_set_result(a, 1), 0);
        caw_of(int) r = caw_race(caw_ref(a), caw_ref(b), caw_ref(a));
        CHECK(caw_done(r));
        CHECK_INT(CAW_AWAIT(r), 1); /* the first given */
        r = caw_race(racer(9, 0, 0), b);
        CHECK(!caw_done(r)); /* it waits for the end of the first, whose body never runs */
        CHECK_INT(CAW_AWAIT(r), 2);
        CHECK_TRACE("");
        caw_unref(a);
    } CAW_END;
}

ASYNC_TEST(a_handle_given_twice_counts_once)
{
    CAW_BEGIN(void) {
        caw_of(int) twice = caw_spawn(racer(1, 9, 1));
        CHECK_INT(CAW_AWAIT(caw_race(caw_ref(twice), racer(2, 1, 0), caw_ref(twice))), 2);
        CHECK_INT(caw_cancelling(twice), 1);
        caw_unref(twice);
        CHECK_TRACE("2 1! 1~");
        twice = caw_spawn(racer(3, 1, 0));
        CHECK_INT(CAW_AWAIT(caw_race(caw_ref(twice), twice)), 3);
        CHECK_TRACE("3");
    } CAW_END;
}

ASYNC_TEST(a_child_cancelled_from_elsewhere)
{
    CAW_BEGIN(void) {
        caw_of(int) child = caw_spawn(racer(1, 50, 0)), other = caw_spawn(racer(2, 60, 3));
        caw_of(int) r = caw_race(caw_ref(child), other);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(child, "elsewhere");
        caw_unref(child);
        CHECK_RAISES(caw_ref(r), CAW_CANCELLED_ERROR, "elsewhere");
        CHECK(!caw_cancelled(r)); /* as a gather: it failed with it */
        caw_unref(r);
        CHECK_INT(caw_cancelling(me()), 0);
        CHECK_TRACE("1! 1~ 2! 2~");
        CHECK_REAL(elapsed(), 3);
    } CAW_END;
}

ASYNC_TEST(cancelling_cancels_all_and_waits)
{
    CAW_BEGIN(void) {
        caw_auto w = caw_spawn(await_it(caw_race(racer(1, 50, 2), racer(2, 50, -1), racer(3, 50, 0))));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(w, "stop"));
        CHECK_RAISES(caw_ref(w), CAW_CANCELLED_ERROR, "stop"); /* although 2 has a result */
        CHECK(caw_cancelled(w));
        CHECK_INT(caw_cancelling(w), 1);
        caw_unref(w);
        CHECK_TRACE("1! 2! 2~ 2 3! 3~ 1~ =CancelledError:stop");
        CHECK_REAL(elapsed(), 3);
    } CAW_END;
}

ASYNC_TEST(cancelled_while_it_waits_for_the_losers)
{
    CAW_BEGIN(void) {
        caw_of(int) r = caw_race(loser("decided", 1), racer(2, 50, 5), racer(3, 50, 2));
        caw_auto w = caw_spawn(await_it(r));
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("decided 2! 3!");
        CHECK(caw_cancel(w, "again")); /* reaches into the cleanup */
        CAW_TRY {
            CAW_AWAIT(w);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "again");
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "decided");
        }
        CAW_END_TRY;
        CHECK_TRACE("=CancelledError:again");
        CHECK_REAL(elapsed(), 2);
    } CAW_END;
}

ASYNC_TEST(under_a_time_limit)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_for(caw_race(racer(1, 50, 1), racer(2, 60, 2)), 5), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 7);
        CHECK_TRACE("1! 2! 1~ 2~");
        caw_of(int) inner = caw_race(racer(1, 1, 0), racer(2, 9, 0));
        CHECK_INT(CAW_AWAIT(caw_race(racer(3, 9, 0), inner)), 1); /* a race in a race */
        CHECK_TRACE("1 2! 2~ 3! 3~");
        CHECK_REAL(elapsed(), 8);
        inner = caw_race(racer(1, 9, 1), racer(2, 9, 0));
        CHECK_INT(CAW_AWAIT(caw_race(racer(3, 1, 0), inner)), 3);
        CHECK_TRACE("3 1! 2! 2~ 1~");
        CHECK_REAL(elapsed(), 10);
    } CAW_END;
}

ASYNC_TEST(a_dropped_one_goes_on)
{
    CAW_BEGIN(void) {
        caw_unref(caw_race(racer(1, 1, 0), racer(2, 2, 0)));
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("1 2! 2~");
        caw_unref(caw_race(loser("x", 1), racer(2, 2, 0)));
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("x 2! 2~");
        CHECK_LOGGED("Future exception was never retrieved\nValueError: x");
    } CAW_END;
}

static CAW_ASYNC(caw_string *, text, const char *s, double seconds)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(caw_string_of(s));
    } CAW_END;
}

typedef struct big {
    double numbers[9];
} big;

static CAW_ASYNC(big, give_big, double n)
{
    CAW_BEGIN(big) {
        CAW_AWAIT(caw_sleep(n));
        CAW_RETURN((big){{n, [8] = n}});
    } CAW_END;
}

ASYNC_TEST(results_of_every_shape)
{
    CAW_BEGIN(void) {
        caw_string *s = CAW_AWAIT(caw_race(text("slow", 2), text("quick", 1)));
        CHECK_TEXT(caw_string_data(s), "quick");
        caw_unref(s);
        CAW_AWAIT(caw_race(caw_sleep(1), caw_sleep(0), caw_sleep(2)));
        CHECK_REAL(elapsed(), 1);
        CHECK_REAL(CAW_AWAIT(caw_race(give_big(3), give_big(2))).numbers[8], 2);
        caw_any *handles[20];
        for (int i = 0; i < 20; i++) handles[i] = caw_base(racer(i, 20 - i, 0));
        CHECK_INT(CAW_AWAIT(caw_race_array(int, handles, 20)), 19);
        test.trace[0] = 0;
        handles[0] = caw_base(racer(1, 1, 0));
        CHECK_RAISES(caw_race_array(double, handles, 1), CAW_TYPE_ERROR, "race: the result has another type");
        CHECK_TRACE("1");
    } CAW_END;
}

ASYNC_TEST(what_it_refuses)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_race_array(int, NULL, 0), CAW_VALUE_ERROR, "race: of nothing");
        CHECK_RAISES(caw_any_of_array(int, NULL, 0), CAW_VALUE_ERROR, "any_of: of nothing");
        caw_awaitable own = CAW_AWAITABLE(await_one);
        CHECK_RAISES(caw_race(racer(2, 0, 0), caw_awaitable_of(int, &own)), CAW_TYPE_ERROR,
                     "race: give an awaitable of your own to caw_spawn first");
        CHECK_RAISES(caw_race(caw_awaitable_of(int, &own), racer(2, 0, 0)), CAW_TYPE_ERROR,
                     "race: give an awaitable of your own to caw_spawn first");
        caw_loop *loop = caw_loop_new();
        CHECK_RAISES(caw_race(racer(2, 0, 0), caw_future_on(loop, int)), CAW_VALUE_ERROR,
                     "race: the futures belong to different loops");
        caw_loop_close(loop);
    } CAW_END;
}

static CAW_ASYNC(void, race_there, void)
{
    CAW_BEGIN(void) {
        caw_auto kept = caw_race(racer(1, 50, 0), racer(2, 60, 5));
        CAW_DEFER(caw_unref, kept);
        CAW_AWAIT(await_it(caw_ref(kept)));
    } CAW_END;
}

TEST(a_loop_closed_meanwhile)
{
    for (int i = 0; i < 2; i++) {
        caw_loop *loop = caw_loop_new();
        caw_of(void) task = caw_spawn(race_there(), .loop = loop);
        for (int n = 0; n < 3; n++) caw_loop_turn(loop, NULL);
        if (i) {
            caw_cancel(task, NULL);
            for (int n = 0; n < 2; n++) caw_loop_turn(loop, NULL);
        }
        caw_unref(task);
        CHECK_INT(caw_loop_close(loop), 0);
        test.log[0] = test.trace[0] = 0;
    }
}

TEST(outside_a_loop)
{
    caw_of(int) r = caw_race(racer(1, 1, 0), racer(2, 2, 0));
    CHECK_ERROR(caw_exception(r), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(r);
}
