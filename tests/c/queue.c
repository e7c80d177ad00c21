/* Queues: order, waiting, stealing, cancelled waiters, join, shutdown (rules 37, 38). */
#include "test.h"

static CAW_ASYNC(void, getter, caw_queue *q, const char *word)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_value v = CAW_AWAIT(caw_queue_get(q));
            trace("%s=%d", word, v.as_int32);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s:%s", word, caw_error_name((int)caw_error_type_of(error)));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, putter, caw_queue *q, const char *word, int n)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_queue_put(q, caw_int(n)));
            trace("%s", word);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s:%s", word, caw_error_name((int)caw_error_type_of(error)));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static int take(caw_queue *q)
{
    caw_value v;
    int       status = caw_queue_get_nowait(q, &v);
    return status ? status : v.as_int32;
}

ASYNC_TEST(first_in_first_out)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CHECK(caw_queue_empty(q));
        for (int i = 0; i < 100; i++) CAW_AWAIT(caw_queue_put(q, caw_int(i)));
        CHECK_INT(caw_queue_size(q), 100);
        CHECK(!caw_queue_full(q));
        for (int i = 0; i < 50; i++) CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, i);
        for (int i = 100; i < 300; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
        for (int i = 50; i < 300; i++) CHECK_INT(take(q), i);
        CHECK_INT(take(q), -CAW_QUEUE_EMPTY);
    } CAW_END;
}

ASYNC_TEST(a_bound_makes_putters_wait)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(2);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(putter(q, "a", 1)), b = caw_spawn(putter(q, "b", 2)), c = caw_spawn(putter(q, "c", 3)),
                 d = caw_spawn(putter(q, "d", 4));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a b");
        CHECK(caw_queue_full(q));
        CHECK_INT(caw_queue_put_nowait(q, caw_int(9)), -CAW_QUEUE_FULL);
        CHECK_INT(take(q), 1);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c");
        for (int i = 2; i < 5; i++) CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, i);
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
        CAW_AWAIT(d);
        CHECK_TRACE("d");
    } CAW_END;
}

ASYNC_TEST(getters_are_served_in_order)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(getter(q, "a")), b = caw_spawn(getter(q, "b")), c = caw_spawn(getter(q, "c"));
        CAW_AWAIT(caw_sleep(0));
        for (int i = 1; i <= 3; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a=1 b=2 c=3");
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
    } CAW_END;
}

ASYNC_TEST(nowait_may_steal_from_a_woken_waiter)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(getter(q, "a"));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        CHECK_INT(take(q), 1);
        CAW_AWAIT(caw_sleep(0)); /* woken, finds nothing, waits again */
        CHECK_TRACE("");
        CHECK_INT(caw_queue_put_nowait(q, caw_int(2)), 0);
        CAW_AWAIT(a);
        CHECK_TRACE("a=2");
    } CAW_END;
}

ASYNC_TEST(a_getter_cancelled_after_it_was_woken_wakes_the_next)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(getter(q, "a")), b = caw_spawn(getter(q, "b"));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(b);
        CHECK_TRACE("a:CancelledError b=1");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_waiter_loses_nothing)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(getter(q, "a"));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        caw_auto b = caw_spawn(putter(q, "b", 2)), c = caw_spawn(putter(q, "c", 3));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(take(q), 1); /* wakes b */
        caw_cancel(b, NULL);   /* which passes it on */
        CHECK_RAISES(b, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(c);
        CHECK_INT(take(q), 3);
        CHECK_TRACE("a:CancelledError b:CancelledError c");
    } CAW_END;
}

ASYNC_TEST(values_are_owned_on_every_way)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of("kept"))), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of("refused"))), -CAW_QUEUE_FULL);
        caw_drop(caw_queue_put(q, caw_text(caw_string_of("never ran"))));
        caw_auto a = caw_spawn(caw_queue_put(q, caw_text(caw_string_of("cancelled"))));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        caw_value v = CAW_AWAIT(caw_spawn(caw_queue_get(q)));
        CHECK_TEXT(caw_string_data(v.as_string), "kept");
        caw_value_drop(v);
        CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of("left inside"))), 0);
        caw_unref(q);
    } CAW_END;
}

static CAW_ASYNC(void, join, caw_queue *q, const char *word)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_queue_join(q));
        trace("%s", word);
    } CAW_END;
}

ASYNC_TEST(join_counts_what_was_dealt_with)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CAW_AWAIT(join(q, "empty"));
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(2)), 0);
        caw_auto a = caw_spawn(join(q, "a")), b = caw_spawn(join(q, "b"));
        CAW_AWAIT(caw_sleep(0));
        take(q);
        take(q);
        CHECK_INT(caw_queue_task_done(q), 0);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("empty"); /* empty is not enough */
        CHECK_INT(caw_queue_task_done(q), 0);
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("a b");
        CHECK_INT(caw_queue_put_nowait(q, caw_int(3)), 0);
        caw_auto c = caw_spawn(join(q, "c"));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(c, NULL);
        CHECK_RAISES(c, CAW_CANCELLED_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(after_shutdown_getters_drain)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(2);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(2)), 0);
        caw_auto blocked = caw_spawn(putter(q, "blocked", 3));
        CAW_AWAIT(caw_sleep(0));
        caw_queue_shutdown(q, false);
        caw_queue_shutdown(q, false);
        CHECK_RAISES(blocked, CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_RAISES(caw_queue_put(q, caw_int(9)), CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(9)), -CAW_QUEUE_SHUT_DOWN);
        CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, 1);
        CHECK_INT(take(q), 2);
        CHECK_INT(take(q), -CAW_QUEUE_SHUT_DOWN);
        CHECK_RAISES(caw_queue_get(q), CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_TRACE("blocked:QueueShutDown");
        CHECK_INT(caw_queue_task_done(q), 0);
        CHECK_INT(caw_queue_task_done(q), 0);
        CAW_AWAIT(caw_queue_join(q));
    } CAW_END;
}

ASYNC_TEST(shutdown_wakes_waiting_getters)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(getter(q, "a")), b = caw_spawn(getter(q, "b"));
        CAW_AWAIT(caw_sleep(0));
        caw_queue_shutdown(q, false);
        CHECK_RAISES(a, CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_RAISES(b, CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_TRACE("a:QueueShutDown b:QueueShutDown");
    } CAW_END;
}

ASYNC_TEST(immediate_shutdown_drops_what_is_there)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        for (int i = 0; i < 3; i++) CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of("dropped"))), 0);
        caw_auto joiner = caw_spawn(join(q, "joined"));
        CAW_AWAIT(caw_sleep(0));
        caw_queue_shutdown(q, false);
        CHECK_INT(caw_queue_size(q), 3);
        caw_queue_shutdown(q, true); /* upgraded */
        CHECK_INT(caw_queue_size(q), 0);
        CAW_AWAIT(joiner);
        CHECK_TRACE("joined");
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
        CHECK_RAISES(caw_queue_get(q), CAW_QUEUE_SHUT_DOWN, NULL);
    } CAW_END;
}

ASYNC_TEST(an_item_in_work_at_immediate_shutdown_still_counts)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(2)), 0);
        CHECK_INT(take(q), 1);
        caw_auto joiner = caw_spawn(join(q, "joined"));
        CAW_AWAIT(caw_sleep(0));
        caw_queue_shutdown(q, true);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("");
        CHECK_INT(caw_queue_task_done(q), 0);
        CAW_AWAIT(joiner);
        CHECK_TRACE("joined");
    } CAW_END;
}

static CAW_ASYNC(int, produce_and_consume, int items)
{
    CAW_BEGIN(int) {
        int        sum = 0;
        caw_queue *q = caw_queue_new(3);
        CAW_DEFER(caw_unref, q);
        for (int i = 0; i < items; i++) caw_unref(caw_spawn(putter(q, "", i)));
        for (int i = 0; i < items; i++) {
            sum += CAW_AWAIT(caw_queue_get(q)).as_int32;
            CHECK_INT(caw_queue_task_done(q), 0);
        }
        CAW_AWAIT(caw_queue_join(q));
        CAW_RETURN(sum);
    } CAW_END;
}

ASYNC_TEST(many_producers)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(produce_and_consume(200)), 199 * 100);
        test.trace[0] = 0;
    } CAW_END;
}

TEST(outside_a_loop)
{
    caw_queue *q = caw_queue_new(-1);
    CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
    CHECK_INT(take(q), 1);
    caw_unref(q);
}

/* ---- At the end of a queue, or of a loop -------------------------------------------------------------------------------------- */

ASYNC_TEST(a_put_may_have_the_last_reference)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        caw_auto   put = caw_queue_put(q, caw_pointer("value", say));
        caw_unref(q);
        CHECK_TRACE("");
        CAW_AWAIT(put);
        CHECK_TRACE("value");
    } CAW_END;
}

/* Items that were said to be done already are not counted twice. */
ASYNC_TEST(shut_down_at_once_with_work_done)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        for (int i = 0; i < 2; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
        for (int i = 0; i < 2; i++) CHECK_INT(caw_queue_task_done(q), 0);
        caw_queue_shutdown(q, true);
        CHECK(caw_queue_empty(q));
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
        CAW_AWAIT(caw_queue_join(q));
    } CAW_END;
}

static caw_queue *shared;

static CAW_ASYNC(void, join_shared, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_queue_join(shared));
    } CAW_END;
}

/* It belongs to the loop on which it was first waited for; who needs not wait may be on any. */
TEST(joined_on_another_loop)
{
    shared = caw_queue_new(0);
    CHECK_INT(caw_queue_put_nowait(shared, caw_int(1)), 0);
    caw_loop *first = caw_loop_new();
    caw_auto  waits = caw_spawn(join_shared(), .loop = first);
    caw_loop_turn(first, NULL);
    CHECK_ERROR(caw_run(join_shared(), NULL), CAW_RUNTIME_ERROR, "the queue is bound to a different event loop");
    CHECK_INT(caw_queue_task_done(shared), 0);
    caw_loop_turn(first, NULL);
    CHECK_INT(caw_result(waits, NULL), 0);
    CHECK_ERROR(caw_run(join_shared(), NULL), CAW_OK, "");
    caw_unref(waits);
    CHECK_INT(caw_loop_close(first), 0);
    caw_unref(shared);
}

static CAW_ASYNC(void, get_shared, const char *word, int passes)
{
    CAW_BEGIN(void) {
        while (passes--) CAW_AWAIT(caw_sleep(0));
        CAW_TRY {
            caw_value_drop(CAW_AWAIT(caw_queue_get(shared)));
            trace("wrong");
        } CAW_FINALLY {
            trace("%s", word);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* The first has been woken and has not gone on, the second still waits: with the loop neither of them takes the item. */
TEST(closed_between_the_waking_and_the_getting)
{
    for (int passes = 0; passes < 2; passes++) { /* as they were made, or the other way round */
        shared = caw_queue_new(0);
        caw_loop *loop = caw_loop_new();
        caw_unref(caw_spawn(get_shared("a", passes), .loop = loop));
        caw_unref(caw_spawn(get_shared("b", 0), .loop = loop));
        caw_loop_turn(loop, NULL);
        CHECK_INT(caw_queue_put_nowait(shared, caw_int(1)), 0);
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK_TRACE("a b");
        test.log[0] = 0;
        CHECK_INT(caw_queue_size(shared), 1);
        caw_unref(shared);
    }
}
