/* as_completed: the limit, what it refuses, its end with the loop. Traces are CPython 3.13's but for ties. */
#include "completions.h"

ASYNC_TEST(a_limit_ends_the_waiting_not_the_tasks)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed_within(5, give(0, 1), give(1, 5), give(2, 9));
        CAW_AWAIT(consume_results(it));
        CHECK_REAL(elapsed(), 5);
        CHECK_TRACE("0 got-0 TimeoutError:timed out TimeoutError:timed out stop");
        caw_unref(it);
        CAW_AWAIT(caw_sleep(10));
        CHECK_TRACE("1 2");
        make(3);
        it = caw_as_completed_within(1, caw_ref(f[0]), caw_ref(f[1]), caw_ref(f[2]));
        caw_auto a = caw_spawn(one(it, "A-")), b = caw_spawn(one(it, "B-"));
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        set(0); /* too late */
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(one(it, "C-"));
        CAW_AWAIT(one(it, "D-"));
        CHECK_TRACE("A-timeout B-timeout C-timeout D-stop");
        caw_unref(it);
        unmake(3);
    } CAW_END;
}

static void set_first(void *unused)
{
    (void)unused;
    set(0);
}

ASYNC_TEST(a_tie_is_a_timeout)
{
    CAW_BEGIN(void) {
        for (int after = 0; after < 2; after++) {
            make(1);
            if (!after) caw_unref(caw_call_later(NULL, 2, set_first, NULL));
            caw_completions *it = caw_as_completed_within(2, caw_ref(f[0]));
            if (after) caw_unref(caw_call_later(NULL, 2, set_first, NULL));
            CAW_AWAIT(one(it, ""));
            caw_unref(it);
            unmake(1);
        }
        CHECK_TRACE("timeout timeout");
    } CAW_END;
}

ASYNC_TEST(no_time_at_all)
{
    CAW_BEGIN(void) {
        make(2);
        set(0);
        caw_completions *it = caw_as_completed_within(0, caw_ref(f[0]), caw_ref(f[1]));
        caw_auto         c = caw_spawn(consume(it)), t = caw_spawn(tick(5));
        CAW_AWAIT(t);
        CAW_AWAIT(c);
        caw_unref(it);
        unmake(2);
        CHECK_TRACE("got-0 0 1 timeout stop 2 3 4");
    } CAW_END;
}

ASYNC_TEST(what_it_refuses)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed_array(NULL, 0, 1);
        CHECK_RAISES(caw_next_completed(it), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(it);
        it = caw_as_completed_within(NAN, give(1, 1));
        CHECK_RAISES(caw_next_completed(it), CAW_VALUE_ERROR, "as_completed: the timeout is NaN");
        CHECK_RAISES(caw_next_result(it, int), CAW_VALUE_ERROR, NULL);
        caw_unref(it);
        caw_awaitable own = CAW_AWAITABLE(await_one);
        it = caw_as_completed(give(1, 1), caw_awaitable_of(int, &own));
        CHECK_RAISES(caw_next_completed(it), CAW_TYPE_ERROR, "as_completed: give an awaitable of your own to caw_spawn first");
        caw_unref(it);
        caw_loop *other = caw_loop_new();
        it = caw_as_completed(caw_future_on(other, int));
        CHECK_RAISES(caw_next_completed(it), CAW_VALUE_ERROR, "as_completed: a future belongs to a different loop");
        caw_unref(it);
        caw_loop_close(other);
        CHECK_RAISES(caw_next_completed(NULL), CAW_MEMORY_ERROR, NULL);
    } CAW_END;
}

TEST(outside_a_loop)
{
    caw_completions *it = caw_as_completed(give(1, 1));
    caw_error       *error = caw_run(caw_next_completed(it), NULL);
    CHECK_ERROR(error, CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(it);
}

static CAW_ASYNC(void, wait_there, void)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed_within(9, give(1, 50), caw_future(int), give(2, 0));
        CAW_DEFER(caw_unref, it);
        CAW_AWAIT(consume_results(it));
    } CAW_END;
}

TEST(a_loop_closed_meanwhile)
{
    for (int turns = 1; turns < 7; turns++) {
        caw_loop *loop = caw_loop_new();
        caw_unref(caw_spawn(wait_there(), .loop = loop));
        for (int i = 0; i < turns; i++) caw_loop_turn(loop, &(caw_budget){.jobs = 1});
        CHECK_INT(caw_loop_close(loop), 0);
        test.log[0] = test.trace[0] = 0;
    }
}

ASYNC_TEST(less_than_no_time)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed_within(-INFINITY, caw_future(int));
        CHECK_RAISES(caw_next_completed(it), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 0);
        caw_unref(it);
    } CAW_END;
}
