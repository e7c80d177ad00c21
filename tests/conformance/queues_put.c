/* CPython's QueuePutTests (test_queues). */
#include "queues.h"

ASYNC_TEST(blocking_put)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CAW_AWAIT(put(q, 1));
        CHECK_INT(CAW_AWAIT(get(q)), 1);
    } CAW_END;
}

static void take_one(void *queue) { CHECK_INT(get_nowait(queue), 1); }

static CAW_ASYNC(void, say_and_put, caw_queue *q, caw_event *started)
{
    CAW_BEGIN(void) {
        caw_event_set(started);
        CAW_AWAIT(put(q, 1));
        CAW_AWAIT(put(q, 2));
        trace("put");
    } CAW_END;
}

ASYNC_TEST(blocking_put_wait)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        caw_event *started = caw_event_new();
        CAW_DEFER(caw_unref, q);
        CAW_DEFER(caw_unref, started);
        caw_unref(caw_call_later(NULL, 0.01, take_one, q));
        caw_auto t = caw_spawn(say_and_put(q, started));
        CAW_AWAIT(caw_event_wait(started));
        CHECK_TRACE("");
        CAW_AWAIT(t);
        CHECK_TRACE("put");
        CHECK_REAL(elapsed(), 0.01);
    } CAW_END;
}

TEST(nonblocking_put)
{
    caw_queue *q = caw_queue_new(0);
    CHECK_INT(put_nowait(q, 1), 0);
    CHECK_INT(get_nowait(q), 1);
    caw_unref(q);
}

ASYNC_TEST(get_cancel_drop_one_pending_reader)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto reader = caw_spawn(get(q));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(put_nowait(q, 1), 0);
        CHECK_INT(put_nowait(q, 2), 0);
        caw_cancel(reader, NULL);
        CHECK_RAISES(reader, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(CAW_AWAIT(get(q)), 1); /* 2 would mean that 1 was lost */
    } CAW_END;
}

ASYNC_TEST(get_cancel_drop_many_pending_readers)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(get(q)), b = caw_spawn(get(q)), c = caw_spawn(get(q));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(put_nowait(q, 1), 0);
        CHECK_INT(put_nowait(q, 2), 0);
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(CAW_AWAIT(c), 2); /* asyncio leaves open which of the two gets which */
        CHECK_INT(CAW_AWAIT(b), 1);
    } CAW_END;
}

ASYNC_TEST(put_cancel_drop)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        caw_auto writer = caw_spawn(put(q, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(get_nowait(q), 1); /* wakes the writer */
        caw_cancel(writer, NULL);
        CHECK_RAISES(writer, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(put(q, 2));
        CHECK_INT(get_nowait(q), 2);
        CHECK_INT(caw_queue_size(q), 0);
    } CAW_END;
}

TEST(nonblocking_put_exception)
{
    caw_queue *q = caw_queue_new(1);
    CHECK_INT(put_nowait(q, 1), 0);
    CHECK_INT(put_nowait(q, 2), -CAW_QUEUE_FULL);
    caw_unref(q);
}

static CAW_ASYNC(bool, put_one, caw_queue *q)
{
    CAW_BEGIN(bool) {
        CAW_AWAIT(put(q, 1));
        CAW_RETURN(true);
    } CAW_END;
}

ASYNC_TEST(put_cancelled)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto t = caw_spawn(put_one(q));
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        CHECK(caw_done(t));
        CHECK(CAW_AWAIT(t));
    } CAW_END;
}

ASYNC_TEST(put_cancelled_race)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(put(q, 1)), b = caw_spawn(put(q, 2)), c = caw_spawn(put(q, 3));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(a, "done");
        CHECK_OUTCOME(b, "pending");
        caw_cancel(c, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(c, "cancelled");
        CHECK_INT(get_nowait(q), 1);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(get_nowait(q), 2);
        CAW_AWAIT(b);
        caw_unref(a);
        caw_unref(c);
    } CAW_END;
}

ASYNC_TEST(put_with_waiting_getters)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto t = caw_spawn(get(q));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(put(q, 1));
        CHECK_INT(CAW_AWAIT(t), 1);
    } CAW_END;
}

/* Takes at once all that is there by its second step. */
static CAW_ASYNC(void, take_all, caw_queue *q)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        for (int n = caw_queue_size(q); n > 0; n--) trace("%d", get_nowait(q));
    } CAW_END;
}

ASYNC_TEST(why_are_putters_waiting)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(2);
        CAW_DEFER(caw_unref, q);
        caw_unref(CAW_AWAIT(caw_gather(take_all(q), put(q, 0), put(q, 1), put(q, 2), put(q, 3))));
        CHECK_TRACE("0 1");
        CHECK_INT(caw_queue_size(q), 2);
    } CAW_END;
}

ASYNC_TEST(cancelled_puts_not_being_held_in_self_putters)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        caw_auto t = caw_spawn(put(q, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(t, "pending");
        caw_cancel(t, NULL);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(get_nowait(q), 1);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_queue_empty(q)); /* it put nothing when there was room */
    } CAW_END;
}

ASYNC_TEST(cancelled_put_silence_value_error_exception)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        caw_auto t = caw_spawn(put(q, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(get_nowait(q), 1); /* it is out of the line before it is cancelled */
        caw_cancel(t, NULL);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
    } CAW_END;
}
