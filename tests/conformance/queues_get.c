/* CPython's QueueBasicTests, QueueGetTests and the orders of LifoQueue and PriorityQueue (test_queues). */
#include "queues.h"

ASYNC_TEST(empty)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CHECK(caw_queue_empty(q));
        CAW_AWAIT(put(q, 1));
        CHECK(!caw_queue_empty(q));
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        CHECK(caw_queue_empty(q));
    } CAW_END;
}

ASYNC_TEST(full)
{
    CAW_BEGIN(void) {
        caw_queue *unbounded = caw_queue_new(0), *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, unbounded);
        CAW_DEFER(caw_unref, q);
        CHECK(!caw_queue_full(unbounded));
        CAW_AWAIT(put(q, 1));
        CHECK(caw_queue_full(q));
    } CAW_END;
}

/* 1, 3, 2 put; how they come out. Owns the queue. */
static CAW_ASYNC(void, in_and_out, caw_queue *q)
{
    CAW_BEGIN_OWNING(void, caw_unref(q)) {
        CAW_DEFER(caw_unref, q);
        CAW_AWAIT(put(q, 1));
        CAW_AWAIT(put(q, 3));
        CAW_AWAIT(put(q, 2));
        for (int i = 0; i < 3; i++) trace("%d", CAW_AWAIT(get(q)));
    } CAW_END;
}

ASYNC_TEST(order)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(in_and_out(caw_queue_new(0)));
        CHECK_TRACE("1 3 2");
    } CAW_END;
}

ASYNC_TEST(order_lifo)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(in_and_out(caw_lifo_queue_new(0)));
        CHECK_TRACE("2 3 1");
    } CAW_END;
}

ASYNC_TEST(order_priority)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(in_and_out(caw_priority_queue_new(0, NULL)));
        CHECK_TRACE("1 2 3");
    } CAW_END;
}

static CAW_ASYNC(void, put_many, caw_queue *q, int count)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) {
            CAW_AWAIT(put(q, i));
            trace("%d", i);
        }
    } CAW_END;
}

ASYNC_TEST(maxsize)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(2);
        CAW_DEFER(caw_unref, q);
        caw_auto t = caw_spawn(put_many(q, 3));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("0 1"); /* the third waits */
        CHECK_INT(CAW_AWAIT(get(q)), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("2");
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        CHECK_INT(CAW_AWAIT(get(q)), 2);
        CHECK_OUTCOME(t, "done");
        caw_unref(t);
    } CAW_END;
}

/* ---- Get ------------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(blocking_get)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        CHECK_INT(CAW_AWAIT(get(q)), 1);
    } CAW_END;
}

/* A get at once wakes the putter that waits. */
ASYNC_TEST(get_with_putters)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        CAW_AWAIT(put(q, 1));
        caw_auto t = caw_spawn(put(q, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(t, "pending");
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(t, "done");
        caw_unref(t);
    } CAW_END;
}

static void put_one(void *queue) { CHECK_INT(put_nowait(queue, 1), 0); }

static CAW_ASYNC(int, say_and_get, caw_queue *q, caw_event *started)
{
    CAW_BEGIN(int) {
        caw_event_set(started);
        int i = CAW_AWAIT(get(q));
        trace("got");
        CAW_RETURN(i);
    } CAW_END;
}

ASYNC_TEST(blocking_get_wait)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        caw_event *started = caw_event_new();
        CAW_DEFER(caw_unref, q);
        CAW_DEFER(caw_unref, started);
        caw_auto t = caw_spawn(say_and_get(q, started));
        CAW_AWAIT(caw_event_wait(started));
        CHECK_TRACE("");
        caw_unref(caw_call_later(NULL, 0.01, put_one, q));
        CHECK_INT(CAW_AWAIT(t), 1);
        CHECK_TRACE("got");
        CHECK_REAL(elapsed(), 0.01);
    } CAW_END;
}

TEST(nonblocking_get)
{
    caw_queue *q = caw_queue_new(0);
    CHECK_INT(put_nowait(q, 1), 0);
    CHECK_INT(get_nowait(q), 1);
    caw_unref(q);
}

TEST(nonblocking_get_exception)
{
    caw_queue *q = caw_queue_new(0);
    CHECK_INT(get_nowait(q), -CAW_QUEUE_EMPTY);
    caw_unref(q);
}

ASYNC_TEST(get_cancelled_race)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(get(q)), b = caw_spawn(get(q));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(a, "cancelled");
        CAW_AWAIT(put(q, 7));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(b, "done");
        CHECK_INT(CAW_AWAIT(b), 7);
        caw_unref(a);
    } CAW_END;
}

ASYNC_TEST(get_with_waiting_putters)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        caw_unref(caw_spawn(put(q, 1)));
        caw_unref(caw_spawn(put(q, 2)));
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        CHECK_INT(CAW_AWAIT(get(q)), 2);
    } CAW_END;
}

static CAW_ASYNC(void, get_many, caw_queue *q, int count)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) CHECK_INT(CAW_AWAIT(get(q)), i);
    } CAW_END;
}

ASYNC_TEST(why_are_getters_waiting)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        caw_unref(CAW_AWAIT(caw_gather(put_many(q, 5), get_many(q, 5))));
        CHECK_TRACE("0 1 2 3 4");
    } CAW_END;
}

ASYNC_TEST(cancelled_getters_not_being_held_in_self_getters)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(5);
        CAW_DEFER(caw_unref, q);
        CHECK_RAISES(caw_wait_for(caw_queue_get(q), 0.1), CAW_TIMEOUT_ERROR, NULL);
        CHECK_INT(put_nowait(q, 1), 0); /* nobody is there to be woken, */
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_queue_size(q), 1); /* nor takes it */
    } CAW_END;
}
