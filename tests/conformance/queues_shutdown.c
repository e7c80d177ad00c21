/* CPython's join and shutdown tests of Queue, LifoQueue and PriorityQueue (test_queues): NAME, NAME_lifo, NAME_priority. */
#include "queues.h"

typedef caw_queue *maker(int max_size);
static caw_queue  *priority_queue(int max_size) { return caw_priority_queue_new(max_size, NULL); }

#define EACH_QUEUE_TEST(name)                                                                                                  \
    static caw_of(void) case_##name(maker *make);                                                                              \
    static void run_##name(void) { test_run(case_##name(caw_queue_new)); }                                                     \
    static void run_##name##_lifo(void) { test_run(case_##name(caw_lifo_queue_new)); }                                         \
    static void run_##name##_priority(void) { test_run(case_##name(priority_queue)); }                                         \
    TEST_ENLIST(name, run_##name)                                                                                              \
    TEST_ENLIST(name##_lifo, run_##name##_lifo)                                                                                \
    TEST_ENLIST(name##_priority, run_##name##_priority)                                                                        \
    static CAW_ASYNC(void, case_##name, maker *make)

EACH_QUEUE_TEST(task_done_underflow)
{
    CAW_BEGIN(void) {
        caw_queue *q = make(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
    } CAW_END;
}

typedef struct crew {
    caw_queue *queue;
    bool       running;
    int        sum;
} crew;

static CAW_ASYNC(void, worker, crew *c)
{
    CAW_BEGIN(void) {
        while (c->running) {
            c->sum += CAW_AWAIT(get(c->queue));
            CHECK_INT(caw_queue_task_done(c->queue), 0);
        }
    } CAW_END;
}

EACH_QUEUE_TEST(task_done)
{
    CAW_BEGIN(void) {
        crew c = {make(0), true, 0};
        CAW_DEFER(caw_unref, c.queue);
        for (int i = 0; i < 100; i++) CHECK_INT(put_nowait(c.queue, i), 0);
        caw_auto a = caw_spawn(worker(&c)), b = caw_spawn(worker(&c));
        CAW_AWAIT(caw_queue_join(c.queue));
        CHECK_INT(c.sum, 4950);
        c.running = false;
        for (int i = 0; i < 2; i++) CHECK_INT(put_nowait(c.queue, 0), 0);
        CAW_AWAIT(a);
        CAW_AWAIT(b);
    } CAW_END;
}

EACH_QUEUE_TEST(join_empty_queue)
{
    CAW_BEGIN(void) {
        caw_queue *q = make(0);
        CAW_DEFER(caw_unref, q);
        CAW_AWAIT(caw_queue_join(q));
        CAW_AWAIT(caw_queue_join(q));
    } CAW_END;
}

/* ---- Shutdown --------------------------------------------------------------------------------------------------------------- */

/* All four ways in and out are closed. */
static CAW_ASYNC(void, all_is_shut, caw_queue *q)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(put(q, 9), CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_INT(put_nowait(q, 9), -CAW_QUEUE_SHUT_DOWN);
        CHECK_RAISES(get(q), CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_INT(get_nowait(q), -CAW_QUEUE_SHUT_DOWN);
    } CAW_END;
}

EACH_QUEUE_TEST(shutdown_empty)
{
    CAW_BEGIN(void) {
        caw_queue *q = make(0);
        CAW_DEFER(caw_unref, q);
        caw_auto getter = caw_spawn(get(q));
        CAW_AWAIT(caw_sleep(0));
        caw_queue_shutdown(q, false);
        CHECK_INT(caw_queue_size(q), 0);
        CAW_AWAIT(caw_queue_join(q));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(getter));
        CHECK_RAISES(getter, CAW_QUEUE_SHUT_DOWN, NULL);
        CAW_AWAIT(all_is_shut(q));
    } CAW_END;
}

EACH_QUEUE_TEST(shutdown_nonempty)
{
    CAW_BEGIN(void) {
        caw_queue *q = make(1);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        caw_auto joiner = caw_spawn(caw_queue_join(q)), putter = caw_spawn(put(q, 2));
        CAW_AWAIT(caw_sleep(0));
        CHECK(!caw_done(putter));
        caw_queue_shutdown(q, false);
        CHECK_INT(caw_queue_size(q), 1);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(putter));
        CHECK_RAISES(putter, CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        CAW_AWAIT(caw_sleep(0));
        CHECK(!caw_done(joiner));
        CAW_AWAIT(all_is_shut(q));
        CHECK_INT(caw_queue_task_done(q), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(joiner));
        CAW_AWAIT(joiner);
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
    } CAW_END;
}

EACH_QUEUE_TEST(shutdown_immediate)
{
    CAW_BEGIN(void) {
        caw_queue *q = make(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        caw_auto joiner = caw_spawn(caw_queue_join(q));
        caw_queue_shutdown(q, true);
        CHECK_INT(caw_queue_size(q), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(joiner));
        CAW_AWAIT(joiner);
        CAW_AWAIT(all_is_shut(q));
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
    } CAW_END;
}

EACH_QUEUE_TEST(shutdown_immediate_with_unfinished)
{
    CAW_BEGIN(void) {
        caw_queue *q = make(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(put_nowait(q, 1), 0);
        CHECK_INT(put_nowait(q, 1), 0);
        caw_auto joiner = caw_spawn(caw_queue_join(q));
        CHECK_INT(CAW_AWAIT(get(q)), 1);
        caw_queue_shutdown(q, true);
        CHECK_INT(caw_queue_size(q), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK(!caw_done(joiner)); /* the one that was taken is still in work */
        CAW_AWAIT(all_is_shut(q));
        CHECK_INT(caw_queue_task_done(q), 0);
        CHECK_INT(caw_queue_task_done(q), -CAW_VALUE_ERROR);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(joiner));
        CAW_AWAIT(joiner);
    } CAW_END;
}
