/* Where a task waits that stands far below the first line of its function: the line is known there, too, and above it again. */
#include "test.h"
#include <cawait/graph.h>

/* The line of a task's innermost call, or of one further out. */
static unsigned line_of(caw_of(void) task, size_t call)
{
    caw_call_graph      *graph = caw_capture_call_graph(task);
    const caw_call_node *node = caw_call_graph_node(graph, 0);
    unsigned             line = node && call < node->call_count ? node->calls[call].line : 0;
    caw_unref(graph);
    return line;
}

static CAW_ASYNC(void, walks, caw_event *go)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) {
#line 100
            CAW_AWAIT(caw_event_wait(go));
#line 400
            CAW_AWAIT(caw_event_wait(go));
#line 70000
            CAW_AWAIT(caw_event_wait(go));
        }
    } CAW_END;
}

static CAW_ASYNC(void, awaits_far, caw_event *go)
{
    CAW_BEGIN(void) {
        int n = 0;
#line 80000
        CAW_AWAIT(walks(go));
        n++;
        CHECK_INT(n, 1);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, gives, caw_event *go)
{
    CAW_BEGIN_GEN(int)
    {
#line 90000
        CAW_AWAIT(caw_event_wait(go));
        CAW_YIELD(1);
#line 91000
        CAW_AWAIT(caw_event_wait(go));
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, takes, caw_event *go)
{
    CAW_BEGIN(void) {
        int sum = 0;
        CAW_FOR_AWAIT(int i, gives(go)) {
            sum += i;
        }
        CAW_END_FOR;
        CHECK_INT(sum, 3);
    } CAW_END;
}

static CAW_ASYNC(void, wakes, caw_event *go)
{
    CAW_BEGIN(void) {
        caw_event_set(go);
        caw_event_clear(go);
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

ASYNC_TEST(the_line_of_each_await)
{
    CAW_BEGIN(void) {
        caw_auto go = caw_event_new();
        CAW_DEFER(caw_unref, go);
        caw_of(void) task = caw_spawn(awaits_far(go));
        CAW_DEFER(caw_unref, task);
        for (int i = 0; i < 6; i++) {
            CAW_AWAIT(caw_sleep(0.1));
            CHECK_INT(line_of(task, 1), i % 3 == 0 ? 100 : i % 3 == 1 ? 400 : 70000);
            CHECK_INT(line_of(task, 2), 80000);
            CAW_AWAIT(wakes(go));
        }
        CAW_AWAIT(caw_ref(task));
    } CAW_END;
}

ASYNC_TEST(a_generator_goes_on_as_one)
{
    CAW_BEGIN(void) {
        caw_auto go = caw_event_new();
        CAW_DEFER(caw_unref, go);
        for (int i = 0; i < 2; i++) {
            caw_of(void) task = caw_spawn(takes(go));
            CAW_DEFER(caw_unref, task);
            CAW_AWAIT(caw_sleep(0.1));
            CHECK_INT(line_of(task, 1), 90000);
            CAW_AWAIT(wakes(go));
            CHECK_INT(line_of(task, 1), 91000);
            CAW_AWAIT(wakes(go));
            CAW_AWAIT(caw_ref(task));
        }
    } CAW_END;
}

ASYNC_TEST(a_generator_that_stands_there_refuses_another_step)
{
    CAW_BEGIN(void) {
        caw_auto go = caw_event_new();
        CAW_DEFER(caw_unref, go);
        caw_gen(int) g = gives(go);
        CAW_DEFER(caw_unref, g);
        caw_of(int) first = caw_spawn(caw_anext(g));
        CAW_DEFER(caw_unref, first);
        CAW_AWAIT(caw_sleep(0.1));
        CHECK_RAISES(caw_anext(g), CAW_RUNTIME_ERROR, "anext(): asynchronous generator 'gives' is already running");
        CAW_AWAIT(wakes(go));
        CHECK_INT(CAW_AWAIT(caw_ref(first)), 1);
        CAW_AWAIT(caw_aclose(g));
    } CAW_END;
}
