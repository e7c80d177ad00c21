/* Lesson: a task that is cancelled before its first step never runs a line of its body; it ends when it is first stepped. */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(int, body, const char *name)
{
    CAW_BEGIN(int) {
        printf("%s runs\n", name);
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(1);
    } CAW_END;
}

static const char *state(caw_of(int) task)
{
    return !caw_done(task) ? "pending" : caw_cancelled(task) ? "cancelled" : "finished";
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto good = caw_spawn(body("the good one"), .name = "good");
        caw_auto bad = caw_spawn(body("the cancelled one"), .name = "bad");
        printf("spawned: %s is %s, %s is %s\n", caw_task_name(good), state(good), caw_task_name(bad), state(bad));

        printf("cancel: %s\n", caw_cancel(bad, NULL) ? "requested" : "too late");
        printf("just after: %s is %s\n", caw_task_name(bad), state(bad));

        CAW_AWAIT(caw_ref(good));
        CAW_TRY {
            CAW_AWAIT(caw_ref(bad));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            puts("awaiting it raises CancelledError");
        } CAW_END_TRY;
        printf("at the end: %s is %s, %s is %s\n", caw_task_name(good), state(good), caw_task_name(bad), state(bad));
        caw_unref(good);
        caw_unref(bad);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
