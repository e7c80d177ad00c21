/* Lesson: what takes too long is cancelled by wait_for and raises TimeoutError; what is shielded goes on, to be awaited again. */
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
        } CAW_END_TRY;
        CAW_RETURN(42);
    } CAW_END;
}

static CAW_ASYNC(void, hurry, const char *what, caw_of(int) awaitable)
{
    CAW_BEGIN_OWNING(void, caw_drop(awaitable)) {
        CAW_TRY {
            int value = CAW_AWAIT(caw_wait_for(awaitable, 0.4));
            printf("%.1f  %s: %d\n", elapsed(), what, value);
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            printf("%.1f  %s: TimeoutError\n", elapsed(), what);
        } CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  start\n", elapsed());
        CAW_AWAIT(hurry("in time", work(0.2)));
        CAW_AWAIT(hurry("too late", work(0.6)));

        caw_auto safe = caw_spawn(work(0.6));
        CAW_AWAIT(hurry("shielded", caw_shield(caw_ref(safe))));
        int value = CAW_AWAIT(safe);
        printf("%.1f  it went on: %d\n", elapsed(), value);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
