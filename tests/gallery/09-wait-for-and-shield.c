/* Lesson: wait_for cancels what takes too long and raises TimeoutError; what is shielded goes on, and can be awaited again. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(int, work, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            printf("%.1f  cancelled\n", elapsed());
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(42);
    } CAW_END;
}

static CAW_ASYNC(void, hurry, const char *what, caw_of(int) task, bool shielded)
{
    CAW_BEGIN(void) {
        caw_auto inside = caw_ref(task);
        CAW_TRY {
            int value = CAW_AWAIT(caw_wait_for(shielded ? caw_shield(inside) : inside, 0.4));
            printf("%.1f  %s: %d\n", elapsed(), what, value);
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            printf("%.1f  %s: TimeoutError\n", elapsed(), what);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  start\n", elapsed());
        caw_auto quick = caw_spawn(work(0.2));
        CAW_AWAIT(hurry("in time", quick, false));
        caw_unref(quick);

        caw_auto slow = caw_spawn(work(0.6));
        CAW_AWAIT(hurry("too late", slow, false));
        caw_unref(slow);

        caw_auto safe = caw_spawn(work(0.6));
        CAW_AWAIT(hurry("shielded", safe, true));
        int value = CAW_AWAIT(safe);
        printf("%.1f  it went on: %d\n", elapsed(), value);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
