/*
 * Lesson: what blocks is a job for the loop's executor: it holds up a worker, and the loop goes on. Two at once take as long as one.
 *
 * WASI has no workers: there jobs run one after the other, and each holds up the loop.
 */
#include "elapsed.h"
#include <stdio.h>

/* An ordinary function; who calls it waits. */
static int square(int number)
{
    caw_job_sleep(1);
    return number * number;
}
CAW_JOB(int, square, int, number);

static CAW_ASYNC(void, tick, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) {
            CAW_AWAIT(caw_sleep(0.4));
            printf("%.1f  the loop goes on\n", elapsed());
        }
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  start\n", elapsed());
        caw_auto     ticking = caw_spawn(tick());
        caw_results *squares =
            CAW_AWAIT(caw_gather(caw_run_in_executor(NULL, square, 3), caw_run_in_executor(NULL, square, 4)));
        CAW_DEFER(caw_unref, squares);
        printf("%.1f  %d, %d\n", elapsed(), caw_result_at(squares, 0, int), caw_result_at(squares, 1, int));
        CAW_AWAIT(ticking);

        int number = CAW_AWAIT(caw_to_thread(square, 5)); /* the same, and with the context */
        printf("%.1f  %d\n", elapsed(), number);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
