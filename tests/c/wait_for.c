/* wait_for: in the caller's task; zero, never, swallowing, cancelling (rules 24-27). */
#include "test.h"

static CAW_ASYNC(int, work, double seconds, int how)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            trace("start");
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cancelled");
            if (how == 1) CAW_RETURN(-1);
            if (how == 2) CAW_RAISE(CAW_VALUE_ERROR, "cleanup");
            if (how == 3) CAW_AWAIT(caw_sleep(2));
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(6);
    } CAW_END;
}

ASYNC_TEST(in_time)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_wait_for(work(1, 0), 5)), 6);
        CHECK_INT(CAW_AWAIT(caw_wait_for(work(1, 0), CAW_NEVER)), 6);
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_spawn(work(1, 0)), 5)), 6);
        CHECK_REAL(elapsed(), 3);
        CHECK_TRACE("start start start");
    } CAW_END;
}

ASYNC_TEST(too_late)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_for(work(5, 0), 1), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 1);
        caw_auto task = caw_spawn(work(5, 3));
        CHECK_RAISES(caw_wait_for(caw_ref(task), 1), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 4); /* it waits for the cleanup */
        CHECK(caw_cancelled(task));
        caw_unref(task);
        CHECK_TRACE("start cancelled start cancelled");
    } CAW_END;
}

ASYNC_TEST(who_swallows_the_cancellation_gives_its_value)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_wait_for(work(5, 1), 1)), -1);
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_spawn(work(5, 1)), 1)), -1);
        CHECK_RAISES(caw_wait_for(work(5, 2), 1), CAW_VALUE_ERROR, "cleanup");
        CHECK_INT(caw_cancelling(me()), 0);
        CHECK_TRACE("start cancelled start cancelled start cancelled");
    } CAW_END;
}

ASYNC_TEST(no_time_at_all)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_for(work(5, 0), 0), CAW_TIMEOUT_ERROR, NULL); /* never starts */
        CHECK_RAISES(caw_wait_for(work(5, 0), -1), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("");
        caw_of(int) f = caw_future(int);
        CHECK_RAISES(caw_wait_for(caw_ref(f), 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK(caw_cancelled(f));
        caw_unref(f);
        f = caw_future(int);
        CHECK_INT(caw_set_result(f, 8), 0);
        CHECK_INT(CAW_AWAIT(caw_wait_for(f, 0)), 8); /* what is done is given */
        caw_auto task = caw_spawn(work(5, 3));
        CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(caw_wait_for(task, 0), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 2);
        task = caw_spawn(work(5, 1));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(CAW_AWAIT(caw_wait_for(task, 0)), -1);
        CHECK_TRACE("start cancelled start cancelled");
        CHECK_RAISES(caw_wait_for(work(1, 0), (double)NAN), CAW_VALUE_ERROR, NULL);
        f = caw_future(int);
        CHECK_RAISES(caw_wait_for(caw_ref(f), (double)NAN), CAW_VALUE_ERROR, NULL);
        CHECK(caw_cancelled(f)); /* as by any limit */
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC(int, in_my_task, caw_any *task)
{
    CAW_BEGIN(int) {
        CHECK(caw_current_task() == task);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_current_task() == task);
        CAW_RETURN(1);
    } CAW_END;
}

ASYNC_TEST(a_coroutine_runs_in_the_callers_task)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_wait_for(in_my_task(caw_current_task()), 1)), 1);
    } CAW_END;
}

ASYNC_TEST(cancelling_the_waiter_cancels_the_inside)
{
    CAW_BEGIN(void) {
        caw_auto inside = caw_spawn(work(50, 0));
        caw_auto task = caw_spawn(caw_wait_for(caw_ref(inside), 20));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(task, "m"));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "m");
        CHECK(caw_cancelled(inside));
        caw_unref(inside);
        CHECK_TRACE("start cancelled");
    } CAW_END;
}

ASYNC_TEST(limits_inside_limits)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_for(caw_wait_for(caw_wait_for(work(50, 0), 30), 1), 10), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 1);
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_wait_for(work(1, 0), 3), 2)), 6);
        CHECK_TRACE("start cancelled start");
    } CAW_END;
}

typedef struct pair {
    double a, b;
} pair;

static CAW_ASYNC(pair, give_pair, void)
{
    CAW_BEGIN(pair) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(((pair){1, 2}));
    } CAW_END;
}

static CAW_ASYNC(caw_string *, give_text, double seconds)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(caw_string_of("text"));
    } CAW_END;
}

ASYNC_TEST(results_of_other_shapes)
{
    CAW_BEGIN(void) {
        CHECK_REAL(CAW_AWAIT(caw_wait_for(give_pair(), 5)).b, 2);
        pair p = CAW_AWAIT(caw_spawn(caw_wait_for(give_pair(), 5)));
        CHECK_REAL(p.a, 1);
        caw_string *text = CAW_AWAIT(caw_wait_for(give_text(1), 5));
        CHECK_TEXT(caw_string_data(text), "text");
        caw_unref(text);
        caw_unref(caw_spawn(caw_wait_for(give_text(1), 5)));
        caw_results *r = CAW_AWAIT(caw_gather(caw_wait_for(give_text(1), 5), caw_wait_for(give_pair(), 5)));
        text = caw_result_at(r, 0, caw_string *);
        CHECK_TEXT(caw_string_data(text), "text");
        CHECK_REAL(caw_result_at(r, 1, pair).b, 2);
        caw_unref(text);
        caw_unref(r);
        CAW_AWAIT(caw_wait_for(caw_sleep(1), 2));
        CAW_AWAIT(caw_wait_for(caw_sleep(0), 2));
        CHECK_RAISES(caw_wait_for(give_text(5), 1), CAW_TIMEOUT_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(given_up)
{
    CAW_BEGIN(void) {
        caw_drop(caw_wait_for(work(1, 0), 5));
        caw_drop(caw_wait_for(work(1, 0), 0));
        caw_drop(caw_wait_for(caw_spawn(work(1, 0)), 5));
        caw_auto task = caw_spawn(caw_wait_for(work(1, 0), 5));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("start"); /* the task that was let go ran on its own */
    } CAW_END;
}

static caw_of(int) self_handle;

static CAW_ASYNC(int, wait_for_itself, double seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(CAW_AWAIT(caw_wait_for(caw_ref(self_handle), seconds)));
    } CAW_END;
}

ASYNC_TEST(a_task_that_waits_for_itself)
{
    CAW_BEGIN(void) {
        self_handle = caw_spawn(wait_for_itself(0));
        CHECK_RAISES(self_handle, CAW_CANCELLED_ERROR, NULL); /* it cancelled itself, as in asyncio */
        self_handle = caw_spawn(wait_for_itself(1));
        CHECK_RAISES(self_handle, CAW_RUNTIME_ERROR, "a task cannot await itself");
    } CAW_END;
}

static CAW_ASYNC(int, five, void)
{
    CAW_BEGIN(int) {
        trace("begins");
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(5);
    } CAW_END;
}

ASYNC_TEST(less_than_no_time)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_wait_for(five(), -INFINITY), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("");
        CHECK_INT(CAW_AWAIT(caw_wait_for(five(), INFINITY)), 5);
        CHECK_TRACE("begins");
    } CAW_END;
}
