/* Lesson: results come from as_completed as they are there, whatever the order in which they were asked for. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(int, job, int seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(seconds);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  2, 1, 3 and 4 seconds\n", elapsed());
        caw_completions *jobs = caw_as_completed(job(2), job(1), job(3), job(4));
        CAW_DEFER(caw_unref, jobs);
        CAW_FOR_NEXT(int result, caw_next_result(jobs, int)) {
            printf("%.1f  %d\n", elapsed(), result);
        } CAW_END_FOR;
        printf("%.1f  that was all\n", elapsed());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
