/* Lesson: a task or callback sees context variables as they were where it was made; what it sets is seen by what it awaits. */
#include <cawait.h>
#include <stdio.h>

static caw_context_var request = CAW_CONTEXT_VAR("request", caw_int(0));

static void show(void *who)
{
    caw_value number = caw_context_get(&request); /* a number needs no caw_value_drop */
    printf("%s: request %d\n", (const char *)who, number.as_int32);
}

static CAW_ASYNC(void, handle, char *who, int number)
{
    CAW_BEGIN(void) {
        show(who);
        CAW_CHECK(caw_context_set(&request, caw_int(number)));
        CAW_AWAIT(caw_sleep(0));
        show(who);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char main_[] = "main", task_[] = "task", callback_[] = "callback", awaited_[] = "awaited";
        show(main_);
        CAW_CHECK(caw_context_set(&request, caw_int(1)));
        caw_auto task = caw_spawn(handle(task_, 3));
        caw_unref(caw_call_soon(NULL, show, callback_));
        CAW_CHECK(caw_context_set(&request, caw_int(2)));

        CAW_AWAIT(task);
        show(main_);
        CAW_AWAIT(handle(awaited_, 4));
        show(main_);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
