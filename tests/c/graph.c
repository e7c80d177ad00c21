/* Pictures of who awaits whom: CPython's test_graph, what each combinator shows, cycles, states. */
#include "drawn.h"

static char seen[4096];
#define SEE() (void)snprintf(seen, sizeof seen, "%s", drawn(CAW_CAPTURE_CALL_GRAPH()))

/* ---- Who waits by what ------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, deep, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        SEE();
    } CAW_END;
}

static CAW_ASYNC(void, c1, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(deep());
    } CAW_END;
}

static CAW_ASYNC(void, c2, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 6; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static CAW_ASYNC(void, by_task, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_spawn(c1(), .name = "there there"));
    } CAW_END;
}

static CAW_ASYNC(void, by_gather, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather(c1(), c2())));
    } CAW_END;
}

static CAW_ASYNC(void, by_shield, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_shield(c1()));
    } CAW_END;
}

static CAW_ASYNC(void, by_wait, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait(caw_spawn(c1()), caw_spawn(c2()))));
    } CAW_END;
}

static CAW_ASYNC(void, by_wait_for, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_spawn(c1()), 5));
    } CAW_END;
}

static CAW_ASYNC(void, by_as_completed, void)
{
    CAW_BEGIN(void) {
        caw_completions *all = caw_as_completed(caw_spawn(c2()), caw_spawn(c1()));
        CAW_DEFER(caw_unref, all);
        for (int i = 0; i < 2; i++) CAW_AWAIT(caw_next_result(all, void));
    } CAW_END;
}

static CAW_ASYNC(void, by_race, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_race(c1(), c2()));
    } CAW_END;
}

static CAW_ASYNC(void, by_nested, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather(caw_shield(caw_gather(c1(), c2())), c2())));
    } CAW_END;
}

static CAW_ASYNC(void, by_timeout, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 5) {
            CAW_AWAIT(c1());
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

static void check(caw_of(void) main, const char *want)
{
    seen[0] = 0;
    CHECK_ERROR(caw_run(main, NULL), CAW_OK, "");
    CHECK_TEXT(seen, want);
}

TEST(every_combinator)
{
    check(c1(), "T<Task-1>[deep c1]()");
    check(by_task(), "T<there there>[deep c1](T<Task-1>[by_task]())");
    check(by_gather(), "T<Task-2>[deep c1](T<Task-1>[by_gather]())");
    check(by_shield(), "T<Task-2>[deep c1](T<Task-1>[by_shield]())");
    check(by_wait(), "T<Task-2>[deep c1](T<Task-1>[wait by_wait]())");
    check(by_wait_for(), "T<Task-2>[deep c1](T<Task-1>[wait_for by_wait_for]())");
    check(by_race(), "T<Task-2>[deep c1](T<Task-1>[by_race]())");
    check(by_nested(), "T<Task-2>[deep c1](T<Task-1>[by_nested]())");
    check(by_timeout(), "T<Task-1>[deep c1 by_timeout]()");
}

TEST(as_completed)
{
    seen[0] = 0;
    CHECK_ERROR(caw_run(by_as_completed(), NULL), CAW_OK, "");
    CHECK(strstr(seen, "T<Task-3>[deep c1](T<Task-1>[") == seen && strstr(seen, "by_as_completed]())") != NULL);
}

/* ---- Task groups: the parent waits from the beginning ----------------------------------------------------------------------- */

static CAW_ASYNC(void, c4, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        SEE();
    } CAW_END;
}

static CAW_ASYNC(void, c3, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(c4());
    } CAW_END;
}

static CAW_ASYNC(void, join, caw_of(void) task)
{
    CAW_BEGIN_OWNING(void, caw_unref(task)) {
        CAW_AWAIT(task);
    } CAW_END;
}

static CAW_ASYNC(void, in_group, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            caw_of(void) task = caw_group_spawn(group, c3(), .name = "c3_root");
            CAW_GROUP_START(group, join(caw_ref(task)), .name = "sub_main_1");
            CAW_GROUP_START(group, join(task), .name = "sub_main_2");
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

TEST(task_group)
{
    check(in_group(),
          "T<c3_root>[c4 c3](T<Task-1>[group_leave in_group]() T<sub_main_1>[join](T<Task-1>[group_leave in_group]()) "
          "T<sub_main_2>[join](T<Task-1>[group_leave in_group]()))");
}

/* ---- Generators, futures, no one --------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, numbers, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < 2; i++) {
            CAW_YIELD(i);
            if (i == 1) CAW_AWAIT(deep());
        }
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, iterate, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int n, numbers()) {
            (void)n;
        }
        CAW_END_FOR;
    } CAW_END;
}

TEST(async_generators) { check(iterate(), "T<Task-1>[deep numbers iterate]()"); }

static CAW_ASYNC(void, a2, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(future));
    } CAW_END;
}

static CAW_ASYNC(void, a1, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(a2(future));
    } CAW_END;
}

ASYNC_TEST(of_a_future)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        CAW_DEFER(caw_unref, future);
        CHECK_TEXT(drawn(caw_capture_call_graph(future)), "Future[]()");
        caw_unref(caw_spawn(a1(future), .name = "A"));
        caw_unref(caw_spawn(a2(future), .name = "B"));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(drawn(caw_capture_call_graph(future)), "Future[](T<A>[a2 a1]() T<B>[a2]())");
        CHECK_TEXT(drawn(CAW_CAPTURE_CALL_GRAPH()), "T<Task-1>[case_of_a_future]()");
        CHECK_TEXT(drawn(caw_capture_call_graph(me())), "T<Task-1>[case_of_a_future]()");
        caw_set_done(future);
        CHECK_TEXT(drawn(caw_capture_call_graph(future)), "Future[]()");
        caw_of(void) coroutine = c2();
        CHECK(caw_capture_call_graph(coroutine) == NULL);
        caw_drop(coroutine);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(outside_a_loop)
{
    caw_loop *loop = caw_loop_new();
    CHECK(caw__capture(caw_current_task(), NULL) == NULL);
    caw_call_graph *graph = caw_capture_tasks(NULL);
    CHECK_INT(caw_call_graph_size(graph), 0);
    CHECK(caw_call_graph_node(graph, 0) == NULL);
    caw_unref(graph);
    caw_of(void) task = caw_spawn(c2(), .loop = loop);
    CHECK_TEXT(drawn(caw_capture_call_graph(task)), "T<Task-1>[c2]()");
    caw_unref(task);
    graph = caw_capture_tasks(loop);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK_INT(caw_call_graph_size(graph), 1); /* the picture stays */
    CHECK_TEXT(drawn(graph), "T<Task-1>[c2]()");
}

/* ---- All tasks ----------------------------------------------------------------------------------------------------------------- */

static caw_of(void) ring[3];

static CAW_ASYNC(void, await_next, int next)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_ref(ring[next]));
    } CAW_END;
}

static CAW_ASYNC(void, look, void)
{
    CAW_BEGIN(void) {
        static const caw_task_state states[] = {CAW_TASK_RUNNING, CAW_TASK_WAITING, CAW_TASK_WAITING,  CAW_TASK_WAITING,
                                                CAW_TASK_WAITING, CAW_TASK_READY,   CAW_TASK_NOT_BEGUN};
        static const size_t         awaited_by[] = {0, 3, 1, 2, 0, 0, 0};
        caw_of(void) future = caw_future(void);
        CAW_DEFER(caw_unref, future);
        caw_of(void) sleeper = caw_spawn(a2(future), .name = "sleeper"), yielding = caw_spawn(c2(), .name = "yielding");
        CAW_AWAIT(caw_sleep(0));
        caw_of(void) fresh = caw_spawn(c2(), .name = "fresh");
        caw_call_graph *graph = caw_capture_tasks(NULL);
        CAW_DEFER(caw_unref, graph);
        CHECK_INT(caw_call_graph_size(graph), 7);
        for (size_t i = 0; i < caw_call_graph_size(graph); i++) {
            const caw_call_node *node = caw_call_graph_node(graph, i);
            CHECK(node->is_task);
            CHECK_INT(node->state, states[i]);
            CHECK_INT(node->awaiter_count, awaited_by[i] != 0);
            CHECK_INT(node->await_count, awaited_by[i] != 0);
            if (node->awaiter_count) CHECK_INT(node->awaited_by[0], awaited_by[i]);
            if (node->await_count) CHECK_INT(awaited_by[node->awaits[0]], i);
        }
        CHECK_TEXT(caw_call_graph_node(graph, 1)->waits_for, "Task");
        CHECK_TEXT(caw_call_graph_node(graph, 4)->waits_for, "Future");
        CHECK(caw_call_graph_node(graph, 5)->waits_for == NULL);
        char cycle[100], small[8];
        CHECK_INT(caw_call_graph_cycle(graph, 0, cycle, sizeof cycle), 16);
        CHECK_TEXT(cycle, "a -> b -> c -> a");
        CHECK_INT(caw_call_graph_cycle(graph, 0, small, sizeof small), 16);
        CHECK_TEXT(small, "a -> b ");
        CHECK_INT(caw_call_graph_cycle(graph, 1, cycle, sizeof cycle), 0);
        CHECK_TEXT(cycle, "");
        caw_unref(sleeper), caw_unref(yielding), caw_unref(fresh);
        for (int i = 0; i < 3; i++) caw_cancel(ring[i], NULL);
        for (int i = 0; i < 3; i++) caw_unref(ring[i]);
        caw_set_done(future);
    } CAW_END;
}

ASYNC_TEST(all_tasks)
{
    CAW_BEGIN(void) {
        static const char *const names[] = {"a", "b", "c"};
        for (int i = 0; i < 3; i++) ring[i] = caw_spawn(await_next((i + 1) % 3), .name = names[i]);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(look());
    } CAW_END;
}
