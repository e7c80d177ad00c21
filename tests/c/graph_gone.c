/* A graph that is looked at by the destructor of what a task gives up: of what is half gone nothing is read. */
#include "drawn.h"

static int looks;

static void look_around(void *loop)
{
    caw_call_graph *graph = caw_capture_tasks(loop);
    CHECK(graph && caw_format_task_tree(graph, text, sizeof text) > 0);
    caw_unref(graph);
    looks++;
}

static CAW_ASYNC(void, owns, caw_value what)
{
    CAW_BEGIN_OWNING(void, caw_value_drop(what)) {
        caw_value_drop(what);
    } CAW_END;
}

static CAW_ASYNC(void, refuses_to_go, caw_value what)
{
    CAW_BEGIN_OWNING(void, caw_value_drop(what)) {
        for (;;) {
            CAW_TRY {
                CAW_AWAIT(owns(caw_none()));
                CAW_AWAIT(caw_sleep(1));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                CAW_DEFER(look_around, caw_running_loop());
                CAW_AWAIT(caw_sleep(1));
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

ASYNC_TEST(of_a_task_that_is_cancelled_before_it_begins)
{
    CAW_BEGIN(void) {
        looks = 0;
        caw_auto task = caw_spawn(owns(caw_pointer(caw_running_loop(), look_around)));
        caw_cancel(task, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(looks, 1);
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

static CAW_ASYNC(void, leaves_both, void)
{
    CAW_BEGIN(void) {
        caw_loop *loop = caw_running_loop();
        caw_unref(caw_spawn(refuses_to_go(caw_none())));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_spawn(owns(caw_pointer(loop, look_around))));
    } CAW_END;
}

TEST(of_tasks_whose_loop_is_closed)
{
    caw_loop *loop = caw_loop_new();
    looks = 0;
    CHECK_ERROR(caw_run_until_complete(loop, leaves_both(), NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(looks, 2);
    test.log[0] = 0;
}
