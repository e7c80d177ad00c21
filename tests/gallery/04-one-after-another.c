/* Lesson: awaits stand one after another, as calls do, and their results pass up the chain of awaits as return values. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(int, worker, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        printf("%.1f  worker %d is done\n", elapsed(), n);
        CAW_RETURN(n * n);
    } CAW_END;
}

static CAW_ASYNC(int, consumer, int n)
{
    CAW_BEGIN(int) {
        int square = CAW_AWAIT(worker(n));
        CAW_RETURN(square + 1);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  start\n", elapsed());
        int first = CAW_AWAIT(consumer(2));
        int second = CAW_AWAIT(consumer(3));
        printf("%.1f  %d and %d\n", elapsed(), first, second);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
