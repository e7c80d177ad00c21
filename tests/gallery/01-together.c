/* Lesson: coroutines that wait together take the time of one of them, not the sum. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, visit, const char *name)
{
    CAW_BEGIN(void) {
        printf("%.1f  %s starts\n", elapsed(), name);
        CAW_AWAIT(caw_sleep(1));
        printf("%.1f  %s ends\n", elapsed(), name);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_unref(CAW_AWAIT(caw_gather(visit("one"), visit("two"), visit("three"))));
        printf("%.1f  all three took one second\n", elapsed());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
