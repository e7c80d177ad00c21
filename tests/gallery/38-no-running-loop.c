/* Lesson: a task belongs to a loop. Where none runs there can be none: the error says so, and nothing of the coroutine runs. */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(void, work, void)
{
    CAW_BEGIN(void) {
        puts("working");
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static void spawn(const char *where)
{
    caw_auto   task = caw_spawn(work(), .name = "worker");
    caw_error *error = caw_done(task) ? caw_exception(task) : NULL;
    if (error) printf("%s: %s, %s\n", where, caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
    else printf("%s: %s is on its way\n", where, caw_task_name(task));
    caw_unref(error);
    caw_unref(task);
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        spawn("inside");
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(0);
    } CAW_END;
}

static caw_of(int) program(void)
{
    spawn("outside");
    return lesson(); /* with this the loop begins */
}
CAW_MAIN(program)
