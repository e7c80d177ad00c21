/* Frames that are looked at, or given back, while they run. */
#include "test.h"

static CAW_ASYNC(void, print_all, void)
{
    CAW_BEGIN(void) {
        caw_call_graph *graph = caw_capture_tasks(NULL);
        CHECK(graph != NULL);
        for (size_t i = 0; graph && i < caw_call_graph_size(graph); i++) {
            const caw_call_node *node = caw_call_graph_node(graph, i);
            trace("%s:%d%s", node->name, (int)node->call_count, node->state == CAW_TASK_RUNNING ? " runs" : "");
        }
        caw_unref(graph);
    } CAW_END;
}

static CAW_ASYNC(void, sleep_deep, int depth)
{
    CAW_BEGIN(void) {
        if (depth) CAW_AWAIT(sleep_deep(depth - 1));
        else CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

ASYNC_TEST(an_eager_child_looks_at_the_task_that_starts_it)
{
    CAW_BEGIN(void) {
        caw_set_task_name(me(), "outer");
        CAW_AWAIT(sleep_deep(3)); /* the frame that it was suspended in last is gone */
        CAW_AWAIT(caw_spawn(print_all(), .eager = true, .name = "eager"));
        CHECK_TRACE("outer:1 runs eager:1 runs");
    } CAW_END;
}

static CAW_ASYNC_GEN(int, ignores_the_end, int unused)
{
    CAW_BEGIN_GEN(int)
    {
        (void)unused;
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            CAW_YIELD(1); /* nobody has it any more, and its loop is closed */
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, step_and_let_go, int unused)
{
    CAW_BEGIN(void) {
        (void)unused;
        caw_gen(int) g = ignores_the_end(0);
        caw_of(int) step = caw_anext(g);
        caw_unref(g);
        CAW_AWAIT(step);
    } CAW_END;
}

TEST(the_last_handle_of_a_generator_goes_while_it_runs_in_a_closed_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(step_and_let_go(0), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_loop_close(loop);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    CHECK_LOGGED("an async generator was let go of where it stood");
}
