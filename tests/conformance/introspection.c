/* CPython's tests of task factories (test_base_events) and of looking at tasks from outside (test_tasks, test_asyncgen). */
#include "tasks.h"
#include <cawait/graph.h>

static caw_any *counting(void *count, caw_any *coroutine, const caw_spawn_options *options)
{
    ++*(int *)count;
    return caw_task_new(coroutine, options);
}

TEST(set_task_factory)
{
    caw_loop *loop = caw_loop_new();
    int       count = 0, result = 0;
    void     *data = NULL;
    CHECK(!caw_loop_get_task_factory(loop, NULL));
    caw_loop_set_task_factory(loop, counting, &count);
    CHECK(caw_loop_get_task_factory(loop, &data) == counting && data == &count);
    CHECK_ERROR(caw_run_until_complete(loop, caw_spawn(answer(), .loop = loop), &result), CAW_OK, NULL);
    CHECK_INT(count, 1);
    caw_loop_set_task_factory(loop, NULL, NULL);
    CHECK(!caw_loop_get_task_factory(loop, NULL));
    CHECK_ERROR(caw_run_until_complete(loop, caw_spawn(answer(), .loop = loop), &result), CAW_OK, NULL);
    CHECK_INT(count, 1);
    CHECK_INT(result, 42);
    caw_loop_close(loop);
}

TEST(create_named_task_with_custom_factory)
{
    caw_loop *loop = caw_loop_new();
    int       count = 0;
    caw_loop_set_task_factory(loop, counting, &count);
    caw_auto t = caw_spawn(answer(), .loop = loop, .name = "test_task");
    CHECK_TEXT(caw_task_name(t), "test_task");
    CHECK_ERROR(caw_run_until_complete(loop, t, NULL), CAW_OK, NULL);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, bar, void)
{
    CAW_BEGIN(void) {
        char                 text[1024];
        caw_call_graph      *graph = CAW_CAPTURE_CALL_GRAPH();
        const caw_call_node *node = caw_call_graph_node(graph, 0);
        CHECK_INT(node->state, CAW_TASK_RUNNING);
        CHECK_INT(node->call_count, 2);
        CHECK_TEXT(node->calls[0].function, "bar");
        CHECK_TEXT(node->calls[1].function, "foo");
        caw_format_call_graph(graph, text, sizeof text);
        CHECK(strstr(text, "foo") != NULL);
        caw_unref(graph);
    } CAW_END;
}

static CAW_ASYNC(void, foo, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(bar());
    } CAW_END;
}

ASYNC_TEST(get_stack)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_spawn(foo()));
    } CAW_END;
}

static CAW_ASYNC_GEN(int, one, void)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(1); }
    CAW_END_GEN;
}

/* A task that closes a generator can be looked at as any other. */
ASYNC_TEST(async_gen_aclose_compatible_with_get_stack)
{
    CAW_BEGIN(void) {
        caw_auto        g = one();
        caw_auto        t = caw_spawn(caw_aclose(g));
        caw_call_graph *graph = caw_capture_tasks(NULL);
        CHECK_INT(caw_call_graph_size(graph), 2);
        CHECK(caw_call_graph_node(graph, 1)->is_task);
        CHECK_INT(caw_call_graph_node(graph, 1)->state, CAW_TASK_NOT_BEGUN);
        caw_unref(graph);
        CAW_AWAIT(t);
        caw_unref(g);
    } CAW_END;
}
