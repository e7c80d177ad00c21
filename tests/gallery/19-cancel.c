/* Lesson: cancel only asks. The task gets CancelledError where it waits, may clean up, and is cancelled once it has ended. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, work, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            printf("%.1f  working\n", elapsed());
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            printf("%.1f  CancelledError: %s\n", elapsed(), caw_error_message(error));
            CAW_AWAIT(caw_sleep(0.2));
            printf("%.1f  cleaned up\n", elapsed());
            CAW_RERAISE();
        } CAW_END_TRY;
    } CAW_END;
}

static void show(const char *when, caw_of(void) task)
{
    printf("%.1f  %s: done %d, cancelled %d\n", elapsed(), when, caw_done(task), caw_cancelled(task));
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto task = caw_spawn(work());
        CAW_DEFER(caw_unref, task);
        CAW_AWAIT(caw_sleep(0.2));

        caw_cancel(task, "no longer needed");
        show("just after cancel()", task);
        CAW_AWAIT(caw_sleep(0));
        show("one step later", task);

        CAW_TRY {
            CAW_AWAIT(caw_ref(task));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            show("at its end", task);
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
