/* Names of tasks, the current one, the list of all. */
#include "test.h"

static CAW_ASYNC(int, work, const char *word, int yields)
{
    CAW_BEGIN(int) {
        trace("%s", word);
        for (int i = 0; i < yields; i++) CAW_AWAIT(caw_sleep(0));
        trace("%s.", word);
        CAW_RETURN((int)strlen(word));
    } CAW_END;
}

static CAW_ASYNC(void, tell_name, void)
{
    CAW_BEGIN(void) {
        trace("%s", caw_task_name(me()));
        CAW_AWAIT(caw_sleep(0));
        trace("%s", caw_task_name(me()));
    } CAW_END;
}

static void no_task(void *unused)
{
    (void)unused;
    trace(caw_current_task() ? "task" : "no-task");
}

ASYNC_TEST(names_and_the_current_task)
{
    CAW_BEGIN(void) {
        CHECK_TEXT(caw_task_name(me()), "Task-1");
        char     name[] = "named";
        caw_auto a = caw_spawn(tell_name(), .name = name);
        name[0] = 'X';
        caw_auto b = caw_spawn(tell_name());
        caw_unref(caw_call_soon(NULL, no_task, NULL));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_task_name(b, "renamed"), 0);
        CAW_AWAIT(a);
        CAW_AWAIT(caw_ref(b));
        CHECK_TEXT(caw_task_name(b), "renamed");
        caw_unref(b);
        CHECK_TRACE("named Task-3 no-task named renamed");
        caw_of(void) f = caw_future(void);
        CHECK_TEXT(caw_task_name(f), "");
        CHECK_INT(caw_set_task_name(f, "x"), -CAW_TYPE_ERROR);
        CHECK_INT(caw_cancelling(f), -CAW_TYPE_ERROR);
        CHECK_INT(caw_uncancel(f), -CAW_TYPE_ERROR);
        caw_unref(f);
    } CAW_END;
}

TEST(outside_a_loop_there_is_no_task)
{
    CHECK(caw_current_task() == NULL);
    CHECK_INT(caw_all_tasks(NULL, NULL, 0), 0);
}

ASYNC_TEST(all_tasks_in_order_of_creation)
{
    CAW_BEGIN(void) {
        caw_any *list[4] = {0};
        caw_auto a = caw_spawn(work("a", 1)), b = caw_spawn(work("b", 3)), c = caw_spawn(work("c", 1));
        CHECK_INT(caw_all_tasks(NULL, list, 4), 4);
        CHECK(list[0] == caw_current_task());
        CHECK(list[1] == caw_base(a) && list[2] == caw_base(b) && list[3] == caw_base(c));
        CAW_AWAIT(a);
        CAW_AWAIT(c);
        CHECK_INT(caw_all_tasks(caw_running_loop(), list, 1), 2);
        CHECK(list[0] == caw_current_task());
        CHECK(list[1] != caw_base(b));
        CAW_AWAIT(b);
        CHECK_TRACE("a b c a. c. b.");
    } CAW_END;
}
