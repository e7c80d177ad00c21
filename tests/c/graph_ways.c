/* More ways than one from a task to who awaits it, and none: each awaiter is in its graph once. */
#include "drawn.h"

static CAW_ASYNC(void, two_groups, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(outer_group) {
            caw_unref(caw_group_spawn(outer_group, caw_ref(future)));
            CAW_WITH_TASK_GROUP(inner_group) {
                caw_unref(caw_group_spawn(inner_group, caw_ref(future)));
            }
            CAW_END_TASK_GROUP;
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static CAW_ASYNC(void, shields_of, caw_of(void) future, int count)
{
    CAW_BEGIN(void) {
        caw_any *shields[40];
        for (int i = 0; i < count; i++) shields[i] = caw_base(caw_shield(caw_ref(future)));
        caw_unref(CAW_AWAIT(caw_gather_array(shields, (size_t)count)));
    } CAW_END;
}

static CAW_ASYNC(void, gather_itself, caw_of(void) future)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather((caw_of(void))caw_ref(caw_current_task()), caw_ref(future))));
    } CAW_END;
}

/* Each awaiter is there once, however many ways there are to it; one that awaits itself is there, too. */
ASYNC_TEST(several_ways_to_one_awaiter)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        caw_auto task = caw_spawn(two_groups(f), .name = "groups");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(drawn(caw_capture_call_graph(f)), "Future[](T<groups>[group_leave two_groups]())");
        CHECK_INT(caw_set_done(f), 0);
        CAW_AWAIT(task);
        caw_unref(f);
        f = caw_future(void);
        task = caw_spawn(shields_of(f, 40), .name = "shields");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(drawn(caw_capture_call_graph(f)), "Future[](T<shields>[shields_of]())");
        CHECK_INT(caw_set_done(f), 0);
        CAW_AWAIT(task);
        caw_unref(f);
        f = caw_future(void);
        task = caw_spawn(gather_itself(f), .name = "itself");
        CAW_AWAIT(caw_sleep(0));
        caw_call_graph *graph = caw_capture_call_graph(task);
        CHECK_INT(caw_call_graph_size(graph), 1);
        CHECK_INT(caw_call_graph_node(graph, 0)->awaiter_count, 0); /* by the gather it does; that is not told of */
        caw_unref(graph);
        CHECK(caw_cancel(task, NULL));
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "");
        CHECK_TEXT(drawn(caw_capture_call_graph(task)), "T<itself>[]()");
        caw_unref(task);
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC(void, complete, caw_completions *it)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_next_completed(it)));
    } CAW_END;
}

/* Nobody awaits what may be asked for one after another, as long as nobody does ask. */
ASYNC_TEST(completions_that_nobody_asks_for)
{
    CAW_BEGIN(void) {
        caw_auto         f = caw_future(void);
        caw_completions *it = caw_as_completed(caw_ref(f));
        CHECK_TEXT(drawn(caw_capture_call_graph(f)), "Future[]()");
        caw_auto task = caw_spawn(complete(it), .name = "asks");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(drawn(caw_capture_call_graph(f)),
                   "Future[](T<asks>[caw_queue_get completed_take completed_next complete]())");
        CHECK_INT(caw_set_done(f), 0);
        CAW_AWAIT(task);
        caw_unref(it);
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC(int, fails_to_begin, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(1);
    } CAW_END;
}

TEST(of_what_belongs_to_no_loop)
{
    caw_auto failed = caw_spawn(fails_to_begin()); /* there is no loop to run it */
    CHECK_TEXT(drawn(caw_capture_call_graph(failed)), "Future[]()");
    caw_unref(failed);
}

static CAW_ASYNC(void, shielded, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_shield(caw_ref(future)));
    } CAW_END;
}

static int  left; /* allocations, until one is refused */
static bool refuse(void *data, size_t size)
{
    (void)data, (void)size;
    return left-- != 0;
}

/* A graph for which there is no memory is none, never a smaller one. */
ASYNC_TEST(all_ways_or_none)
{
    CAW_BEGIN(void) {
        enum { TASKS = 40 };
        caw_auto f = caw_future(void);
        caw_of(void) tasks[TASKS];
        for (int i = 0; i < TASKS; i++) tasks[i] = caw_spawn(shielded(f));
        CAW_AWAIT(caw_sleep(0));
        int nones = 0;
        for (int refused = 0;; refused++) {
            left = refused;
            caw_sim_on_memory(refuse, NULL);
            caw_call_graph *graph = caw_capture_call_graph(f);
            caw_sim_on_memory(NULL, NULL);
            if (graph) CHECK_INT(caw_call_graph_size(graph), 1 + TASKS);
            else nones++;
            caw_unref(graph);
            if (left >= 0) break;
        }
        CHECK(nones > 0);
        CHECK_INT(caw_set_done(f), 0);
        for (int i = 0; i < TASKS; i++) CAW_AWAIT(tasks[i]);
        caw_unref(f);
    } CAW_END;
}
