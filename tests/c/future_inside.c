/* Futures from inside: what the other rooms and the hosts ask of them. */
#include "test.h"
#include "sync/queue.h"
#include "task/report.h"

static caw__node   ran;
static caw_any    *its_task;
static caw_future *its_future;

static void node_run(caw__node *node)
{
    trace("%s", node == &ran ? "ran" : "other");
    if (its_task) caw_call_exception_handler(its_future->loop, &(caw_report){.message = "from the host", .task = its_task});
}

TEST(an_entry_that_is_not_there_is_not_removed)
{
    caw_loop   *loop = caw_loop_new();
    caw_auto    f = caw_future_on(loop, void);
    caw_future *future = caw__as_future(caw_base(f));
    caw__node   one = CAW__NODE(node_run), other = CAW__NODE(node_run);
    its_task = NULL;
    CHECK(!caw__future_remove(future, &one));
    caw__future_add(future, &one);
    CHECK(!caw__future_remove(future, &other));
    caw__future_add(future, &other);
    CHECK(caw__future_remove(future, &one));
    CHECK(!caw__future_remove(future, &one));
    CHECK_INT(caw_set_done(f), 0);
    CHECK(!caw__future_remove(future, &other)); /* it is ready: the loop's */
    caw_loop_turn(loop, NULL);
    CHECK_TRACE("other");
    caw_unref(f);
    CHECK_INT(caw_loop_close(loop), 0);
}

static CAW_ASYNC(void, pass, int passes)
{
    CAW_BEGIN(void) {
        while (passes--) CAW_AWAIT(caw_sleep(0));
        trace("ends");
    } CAW_END;
}

static const caw_context_var variable = {"variable", .initial = {.tag = CAW_NONE}};

static void set_variable(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop, (void)report;
    CHECK_INT(caw_context_set(&variable, caw_int(5)), 0);
}

/* A host that waits for a task is told at once, if nobody else is to be told; the task is the current one still, but has ended. */
TEST(a_host_is_told_at_once)
{
    for (int others = 0; others < 3; others++) {
        caw_loop *loop = caw_loop_new();
        caw_auto  task = caw_spawn(pass(1), .loop = loop);
        caw__node other = CAW__NODE(node_run);
        its_future = caw__as_future(caw_base(task));
        its_future->object.flags |= CAW__CALLED;
        ran = (caw__node)CAW__NODE(node_run);
        its_task = NULL;
        if (!others) {
            its_task = caw_base(task);
            caw_set_exception_handler(loop, set_variable, NULL);
        }
        caw__future_add(its_future, &ran);
        if (others) caw__future_add(its_future, &other);
        if (others == 2) {
            CHECK_INT(caw__future_unwatch(caw_base(task), NULL, NULL), 0);
        }
        caw_unref(caw_call_soon(loop, say, "after"));
        caw_loop_turn(loop, &(caw_budget){.jobs = 3});
        CHECK_TRACE(others ? "after ends" : "after ends ran");
        caw_loop_turn(loop, NULL);
        CHECK_TRACE(others ? "ran other" : "");
        CHECK_INT(caw_context_get(&variable).tag, CAW_NONE);
        caw_unref(task);
        CHECK_INT(caw_loop_close(loop), 0);
    }
}

/* ---- Handles that are no futures --------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n);
    } CAW_END;
}

static void never(void *argument, caw_any *future) { (void)argument, (void)future; }

TEST(a_coroutine_is_no_future)
{
    caw_auto coroutine = give(1);
    CHECK_INT(caw_set_result(coroutine, 1), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_set_error(coroutine, caw_error_new(CAW_VALUE_ERROR, NULL)), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_result(coroutine, NULL), -CAW_INVALID_STATE_ERROR);
    CHECK_ERROR(caw_exception(coroutine), CAW_INVALID_STATE_ERROR, NULL);
    CHECK_INT(caw_add_done_callback(coroutine, never, NULL), -CAW_TYPE_ERROR);
    CHECK_INT(caw_remove_done_callback(coroutine, never, NULL), -CAW_TYPE_ERROR);
    CHECK(caw_loop_of(coroutine) == NULL);
    CHECK(!caw_cancel(coroutine, NULL));
    CHECK(!caw_done(coroutine) && !caw_cancelled(coroutine));
    caw_drop(coroutine);
}

ASYNC_TEST(a_void_result_is_nothing)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        char     untouched = 'x';
        CHECK_INT(caw_set_done(f), 0);
        CHECK_INT(caw__future_result(caw_base(f), &untouched, 0), 0);
        CHECK_INT(untouched, 'x');
        caw_unref(f);
    } CAW_END;
}

/* An object that nobody can await is let go of, all the same. */
TEST(what_is_no_awaitable_is_dropped)
{
    caw_event *event = caw_event_new();
    caw__drop((caw_any *)(void *)caw_ref(event));
    CHECK_INT(((caw__object *)(void *)event)->refs, 1);
    caw_unref(event);
}

/* ---- A queue's room ------------------------------------------------------------------------------------------------------------------ */

TEST(room_for_so_many)
{
    caw_queue *q = caw_queue_new(0);
    CHECK(!caw__queue_reserve(q, UINT32_MAX));
    CHECK(caw__queue_reserve(q, 100));
    size_t bytes = caw_get_stats().bytes;
    CHECK(caw__queue_reserve(q, 100));
    CHECK_INT(caw_get_stats().bytes, bytes);
    for (int i = 0; i < 100; i++) CHECK_INT(caw_queue_put_nowait(q, caw_int(i)), 0);
    CHECK_INT(caw_get_stats().bytes, bytes);
    CHECK(caw__queue_getter(q) == NULL);
    caw_unref(q);
}
