/* Lesson: an interrupt cancels the main task. Its cleanup runs, then that of all other tasks; then the loop is closed. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, serve, const char *name, double cleanup)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            printf("%.1f  %s begins\n", elapsed(), name);
            CAW_AWAIT(caw_sleep(3600));
        } CAW_FINALLY {
            if (cleanup > 0) CAW_AWAIT(caw_sleep(cleanup));
            printf("%.1f  %s has cleaned up\n", elapsed(), name);
        } CAW_END_TRY;
    } CAW_END;
}

static void press_ctrl_c(void *unused)
{
    (void)unused;
    printf("%.1f  ^C\n", elapsed());
    caw_interrupt(NULL); /* what a signal handler would do */
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_unref(caw_spawn(serve("server", 0)));
        caw_unref(caw_call_later(NULL, 1, press_ctrl_c, NULL));
        CAW_TRY {
            CAW_AWAIT(serve("main", 0.2));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            printf("%.1f  main ends in peace\n", elapsed()); /* instead of a KeyboardInterrupt */
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
