/*
 * Owns: tests of the orders in which items leave a queue, last first or least first, and of the iteration over one.
 */
#include "test.h"

ASYNC_TEST(the_last_first)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_lifo_queue_new(0);
        CAW_DEFER(caw_unref, q);
        for (int i = 1; i <= 20; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
        for (int i = 20; i > 10; i--) CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, i);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(99)), 0);
        CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, 99);
        CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, 10);
        CHECK_INT(caw_queue_size(q), 9); /* left: released with the queue */
    } CAW_END;
}

ASYNC_TEST(the_least_first)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_priority_queue_new(0, NULL);
        CAW_DEFER(caw_unref, q);
        uint32_t random = 7;
        for (int i = 0; i < 1000; i++) {
            random = random * 1664525 + 1013904223;
            CHECK_INT(caw_queue_put_nowait(q, caw_int((int)(random >> 20))), 0);
        }
        CHECK_INT(caw_queue_put_nowait(q, caw_double(-0.5)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of("no number"))), 0);
        double last = -1;
        for (int i = 0; i < 1001; i++) {
            caw_value value = CAW_AWAIT(caw_queue_get(q));
            double    now = value.tag == CAW_DOUBLE ? value.as_double : value.as_int32;
            CHECK(last <= now);
            last = now;
        }
        caw_value text = CAW_AWAIT(caw_queue_get(q));
        CHECK_TEXT(caw_string_data(text.as_string), "no number");
        caw_value_drop(text);
    } CAW_END;
}

static bool shorter(const caw_value *a, const caw_value *b)
{
    return caw_string_size(a->as_string) < caw_string_size(b->as_string);
}

ASYNC_TEST(by_an_order_of_ones_own_equal_ones_as_they_came)
{
    CAW_BEGIN(void) {
        static const char *const words[] = {"three", "to", "one", "we", "two", "a", "it", "seven"};
        caw_queue               *q = caw_priority_queue_new(8, shorter);
        CAW_DEFER(caw_unref, q);
        for (int i = 0; i < 8; i++) CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of(words[i]))), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_text(caw_string_of("more"))), -CAW_QUEUE_FULL);
        while (!caw_queue_empty(q)) {
            caw_value word = CAW_AWAIT(caw_queue_get(q));
            trace("%s", caw_string_data(word.as_string));
            caw_value_drop(word);
        }
        CHECK_TRACE("a to we it one two three seven");
    } CAW_END;
}

static CAW_ASYNC(void, consumes_all, caw_queue *q, char name)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_value item, caw_queue_items(q)) {
            trace("%c%d", name, item.as_int32);
            CAW_AWAIT(caw_sleep(1));
            CAW_CHECK(caw_queue_task_done(q));
        }
        CAW_END_FOR;
        trace("%c.", name);
    } CAW_END;
}

ASYNC_TEST(iteration_until_it_is_shut_down)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto a = caw_spawn(consumes_all(q, 'a'));
        caw_auto b = caw_spawn(consumes_all(q, 'b'));
        for (int i = 0; i < 4; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
        CAW_AWAIT(caw_queue_join(q));
        caw_queue_shutdown(q, false);
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("a0 b1 a2 b3 a. b.");
        CHECK_REAL(elapsed(), 2);
    } CAW_END;
}

/* Beyond what a double holds exactly; an int64 beside other numbers is compared as a double. */
ASYNC_TEST(large_numbers)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_priority_queue_new(0, NULL);
        CAW_DEFER(caw_unref, q);
        const int64_t large = INT64_C(1) << 60;
        for (int i = 3; i >= 0; i--) CHECK_INT(caw_queue_put_nowait(q, caw_int64(large + i)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int64(7)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(6)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_double(6.5)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int64(8)), 0);
        CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int32, 6);
        CHECK_REAL(CAW_AWAIT(caw_queue_get(q)).as_double, 6.5);
        CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int64, 7);
        CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int64, 8);
        for (int i = 0; i < 4; i++) CHECK_INT(CAW_AWAIT(caw_queue_get(q)).as_int64, large + i);
    } CAW_END;
}

/* ---- How an iteration ends -------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(cancelled_while_it_waits)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        caw_auto   task = caw_spawn(consumes_all(q, 'a'));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, NULL));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        CHECK_INT(caw_queue_size(q), 1); /* nobody gets it */
        caw_unref(q);
    } CAW_END;
}

/* Only the step that is awaited has it: it is closed at the yield, and has ended with its last step. */
ASYNC_TEST(nobody_has_it_but_its_step)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        caw_auto   items = caw_queue_items(q);
        caw_auto   step = caw_anext(items);
        caw_unref(items);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(5)), 0);
        CHECK_INT(CAW_AWAIT(step).as_int32, 5);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        items = caw_queue_items(q);
        step = caw_anext(items);
        caw_unref(items);
        caw_queue_shutdown(q, false);
        CHECK_RAISES(step, CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_INT(caw_get_stats().frames, 1);
        caw_unref(q);
    } CAW_END;
}

ASYNC_TEST(an_error_is_thrown_into_it)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto items = caw_queue_items(q);
        CAW_DEFER(caw_unref, items);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(5)), 0);
        CHECK_INT(CAW_AWAIT(caw_anext(items)).as_int32, 5);
        CHECK_RAISES(caw_athrow(items, caw_error_new(CAW_VALUE_ERROR, "thrown")), CAW_VALUE_ERROR, "thrown");
        CHECK_RAISES(caw_anext(items), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

/* As a manager it gives one item; the next one is not for anybody. */
ASYNC_TEST(as_a_manager_it_drops_the_next)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(5)), 0);
        CHECK_INT(caw_queue_put_nowait(q, caw_pointer("dropped", say)), 0);
        CAW_TRY {
            CAW_WITH_AS(caw_value v, caw_queue_items(q)) {
                CHECK_INT(v.as_int32, 5);
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "generator didn't stop");
        }
        CAW_END_TRY;
        CHECK_TRACE("dropped");
        CHECK(caw_queue_empty(q));
    } CAW_END;
}

static caw_gen(caw_value) left_items;

static CAW_ASYNC(void, take_one, caw_queue *q)
{
    CAW_BEGIN(void) {
        left_items = caw_queue_items(q);
        CHECK_INT(CAW_AWAIT(caw_anext(left_items)).as_int32, 5);
    } CAW_END;
}

/* Its loop is closed, so it is let go of where it stands; the queue is not kept by it. */
TEST(an_iteration_that_outlives_its_loop)
{
    caw_queue *q = caw_queue_new(0);
    caw_loop  *loop = caw_loop_new();
    CHECK_INT(caw_queue_put_nowait(q, caw_int(5)), 0);
    caw_unref(caw_spawn(take_one(q), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(((caw__object *)(void *)q)->refs, 2);
    caw_unref(left_items);
    CHECK_LOGGED("an async generator was let go of where it stood");
    CHECK_INT(((caw__object *)(void *)q)->refs, 1);
    caw_unref(q);
}

static CAW_ASYNC(void, get_one, const char *who, caw_queue *q)
{
    CAW_BEGIN(void) {
        caw_value value = CAW_AWAIT(caw_queue_get(q));
        trace("%s%d", who, value.as_int32);
    } CAW_END;
}

/* One is woken, cancelled, and what it was woken for is gone: the next is not woken for it, and keeps its place. */
ASYNC_TEST(a_wake_that_is_for_nothing_ends_there)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_value value;
        caw_of(void) a = caw_spawn(get_one("a", q)), b = caw_spawn(get_one("b", q)), c = caw_spawn(get_one("c", q));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
        CHECK_INT(caw_queue_get_nowait(q, &value), 0);
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sleep(0));
        for (int i = 2; i < 4; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
        CHECK_TRACE("b2 c3");
    } CAW_END;
}
