/* A pointer with a destructor on its way through everything that hands results on: it is whole for who has it, and destroyed once. */
#include "test.h"

static int alive;

static void destroy(void *item)
{
    alive--;
    free(item);
}

static caw_value new_item(const char *text)
{
    char *item = malloc(16);
    snprintf(item, 16, "%s", text);
    alive++;
    return caw_pointer(item, destroy);
}

static void check_item(caw_value value, const char *text)
{
    CHECK_INT(value.tag, CAW_POINTER);
    CHECK_TEXT(value.tag == CAW_POINTER ? value.as_pointer : NULL, text);
    caw_value_drop(value);
}

#define CHECK_ALIVE(n) CHECK_INT(alive, (n))

static CAW_ASYNC(caw_value, give, const char *text, int yields)
{
    CAW_BEGIN(caw_value) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(new_item(text));
    } CAW_END;
}

ASYNC_TEST(a_queue_in_a_task)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        CHECK_INT(caw_queue_put_nowait(q, new_item("a")), 0);
        check_item(CAW_AWAIT(caw_spawn(caw_queue_get(q))), "a");
        caw_auto getter = caw_spawn(caw_queue_get(q));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_queue_put(q, new_item("b")));
        caw_value value = CAW_AWAIT(caw_ref(getter));
        check_item(CAW_AWAIT(getter), "b");
        check_item(value, "b");
        CAW_AWAIT(caw_queue_put(q, new_item("c")));
        check_item(CAW_AWAIT(caw_wait_for(caw_queue_get(q), 1)), "c");
        CAW_AWAIT(caw_queue_put(q, new_item("d")));
        check_item(CAW_AWAIT(caw_shield(caw_spawn(caw_queue_get(q)))), "d");
        CHECK_ALIVE(0);
    } CAW_END;
}

ASYNC_TEST(futures)
{
    CAW_BEGIN(void) {
        caw_of(caw_value) future = caw_future(caw_value);
        CHECK_INT(caw_set_result(future, new_item("a")), 0);
        caw_value one, other;
        CHECK_INT(caw_result(future, &one), 0);
        CHECK_INT(caw_result(future, &other), 0);
        caw_unref(future);
        check_item(one, "a");
        CHECK_ALIVE(1);
        check_item(other, "a");
        CHECK_ALIVE(0);
        future = caw_future(caw_value);
        CHECK_INT(caw_set_result(future, new_item("unread")), 0);
        CHECK_INT(caw_set_result(future, new_item("too late")), -CAW_INVALID_STATE_ERROR);
        CHECK_ALIVE(1);
        caw_unref(future);
        CHECK_ALIVE(0);
        future = caw_future(caw_value);
        CHECK_INT(caw_set_result(future, new_item("shielded")), 0);
        caw_value inner = CAW_AWAIT(caw_shield(caw_ref(future)));
        check_item(CAW_AWAIT(future), "shielded");
        check_item(inner, "shielded");
        CHECK_ALIVE(0);
    } CAW_END;
}

ASYNC_TEST(combinators)
{
    CAW_BEGIN(void) {
        caw_auto     kept = caw_spawn(give("kept", 2));
        caw_results *all = CAW_AWAIT(caw_gather(give("a", 1), caw_ref(kept), caw_ref(kept)));
        check_item(caw_result_at(all, 0, caw_value), "a");
        check_item(caw_result_at(all, 0, caw_value), "a");
        caw_value later = caw_result_at(all, 2, caw_value);
        check_item(CAW_AWAIT(kept), "kept");
        caw_unref(all);
        check_item(later, "kept");
        CHECK_ALIVE(0);

        kept = caw_spawn(give("second", 2));
        check_item(CAW_AWAIT(caw_race(give("first", 1), caw_ref(kept), give("last", 3))), "first");
        caw_unref(kept);
        kept = caw_spawn(give("winner", 1));
        caw_value won = CAW_AWAIT(caw_any_of(caw_ref(kept), give("loser", 3)));
        check_item(CAW_AWAIT(kept), "winner");
        check_item(won, "winner");
        CHECK_ALIVE(0);

        caw_completions *it = caw_as_completed(give("a", 2), give("b", 1));
        check_item(CAW_AWAIT(caw_next_result(it, caw_value)), "b");
        check_item(CAW_AWAIT(caw_next_result(it, caw_value)), "a");
        caw_unref(it);
        CHECK_ALIVE(0);

        caw_auto outer = caw_shield(caw_spawn(give("in a shield", 2)));
        check_item(CAW_AWAIT(caw_ref(outer)), "in a shield");
        caw_unref(outer);
        CHECK_ALIVE(0);

        caw_of(caw_value) started;
        CAW_WITH_TASK_GROUP(group) {
            started = caw_group_spawn(group, give("grouped", 1));
            CAW_GROUP_START(group, give("not read", 1));
        }
        CAW_END_TASK_GROUP;
        check_item(CAW_AWAIT(started), "grouped");
        CHECK_ALIVE(0);
    } CAW_END;
}

static CAW_ASYNC_GEN(caw_value, echo, void)
{
    CAW_BEGIN_GEN(caw_value)
    {
        CAW_YIELD(new_item("first"));
        for (;;) {
            caw_value sent = CAW_SENT();
            CAW_YIELD(sent.tag == CAW_NONE ? new_item("plain") : sent);
        }
    }
    CAW_END_GEN;
}

static CAW_ASYNC_GEN(int, deaf, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0;; i++) CAW_YIELD(i);
    }
    CAW_END_GEN;
}

ASYNC_TEST(generators)
{
    CAW_BEGIN(void) {
        caw_gen(caw_value) g = echo();
        CHECK_RAISES(caw_asend(g, new_item("too early")), CAW_TYPE_ERROR, NULL);
        check_item(CAW_AWAIT(caw_anext(g)), "first");
        check_item(CAW_AWAIT(caw_asend(g, new_item("sent"))), "sent");
        check_item(CAW_AWAIT(caw_spawn(caw_asend(g, new_item("by a task")))), "by a task");
        check_item(CAW_AWAIT(caw_anext(g)), "plain");
        caw_drop(caw_asend(g, new_item("never sent")));
        CAW_AWAIT(caw_aclose(g));
        CHECK_RAISES(caw_asend(g, new_item("too late")), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(g);
        CHECK_ALIVE(0);
        caw_gen(int) d = deaf();
        CHECK_INT(CAW_AWAIT(caw_anext(d)), 0);
        CHECK_INT(CAW_AWAIT(caw_asend(d, new_item("not heard"))), 1);
        CHECK_INT(CAW_AWAIT(caw_asend(d, new_item("nor this"))), 2);
        CHECK_ALIVE(1);
        CAW_AWAIT(caw_aclose(d));
        caw_unref(d);
        CHECK_ALIVE(0);
    } CAW_END;
}

static void cancel_it(void *task) { caw_cancel((caw_of(caw_value))task, NULL); }

ASYNC_TEST(cancellation_overtakes_a_result)
{
    CAW_BEGIN(void) {
        caw_of(caw_value) future = caw_future(caw_value); /* rule 10b: what was awaited is there, but the cancellation wins */
        caw_queue *q = caw_queue_new(0);
        CAW_DEFER(caw_unref, q);
        caw_auto task = caw_spawn(caw_wait_for(caw_ref(future), 9));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(future, new_item("lost")), 0);
        caw_unref(future);
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CHECK_ALIVE(0);
        task = caw_spawn(caw_queue_get(q)); /* a getter that is cancelled leaves the item to the next */
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_queue_put_nowait(q, new_item("next")), 0);
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        check_item(CAW_AWAIT(caw_queue_get(q)), "next");
        CHECK_ALIVE(0);
        task = caw_spawn(give("ended", 0)); /* rule 12: by a callback in the pass of its only step */
        caw_unref(caw_call_soon(NULL, cancel_it, (void *)(uintptr_t)task));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        check_item(CAW_AWAIT(task), "ended");
        CHECK_ALIVE(0);
    } CAW_END;
}

static CAW_ASYNC(caw_value, cancels_itself, void)
{
    CAW_BEGIN(caw_value) {
        caw_cancel(me(), NULL);
        CAW_RETURN(new_item("lost"));
    } CAW_END;
}

ASYNC_TEST(a_task_that_cancels_itself_and_returns)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_spawn(cancels_itself()), CAW_CANCELLED_ERROR, NULL);
        CHECK_ALIVE(0);
    } CAW_END;
}

TEST(a_run)
{
    caw_value value = caw_none();
    CHECK(caw_run(give("run", 1), &value) == NULL);
    check_item(value, "run");
    CHECK(caw_run(give("not asked for", 1), NULL) == NULL);
    CHECK_ALIVE(0);
}

static caw_queue *shut;

/* What is dropped by a shutdown may use the queue, even let go of it. */
static void use_the_queue(void *item)
{
    trace("%s:%d", (const char *)item, caw_queue_size(shut));
    caw_value rest;
    if (!caw_queue_get_nowait(shut, &rest)) caw_value_drop(rest);
    CHECK_INT(caw_queue_put_nowait(shut, caw_int(1)), -CAW_QUEUE_SHUT_DOWN);
}

static void let_go_of_the_queue(void *queue)
{
    trace("gone");
    caw_unref(queue);
}

ASYNC_TEST(a_shutdown_calls_destructors)
{
    CAW_BEGIN(void) {
        shut = caw_queue_new(0);
        caw_auto joiner = caw_spawn(caw_queue_join(shut));
        CHECK_INT(caw_queue_put_nowait(shut, caw_pointer("a", use_the_queue)), 0);
        CHECK_INT(caw_queue_put_nowait(shut, caw_pointer("b", use_the_queue)), 0);
        CHECK_INT(caw_queue_put_nowait(shut, caw_pointer("c", use_the_queue)), 0);
        CHECK_INT(caw_queue_put_nowait(shut, caw_pointer(shut, let_go_of_the_queue)), 0);
        CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < 3; i++) CHECK_INT(caw_queue_task_done(shut), 0);
        caw_queue_shutdown(shut, true);
        CHECK_TRACE("a:3 b:2 c:1 gone");
        CAW_AWAIT(joiner);
    } CAW_END;
}
