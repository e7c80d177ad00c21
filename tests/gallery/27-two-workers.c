/*
 * Lesson: an executor of the program's own has as many workers as it is told; their calls and the loop's coroutines go on side by side.
 *
 * WASI has no workers: there one call comes after the other, and the coroutine when they let it.
 */
#include "elapsed.h"
#include <stdio.h>

static int call(int seconds)
{
    caw_job_sleep(seconds);
    return seconds;
}
CAW_JOB(int, call, int, seconds);

static CAW_ASYNC(int, coroutine, int seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(seconds);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_executor *two = caw_executor_new(.workers = 2);
        if (!two) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, two);
        printf("%.1f  start\n", elapsed());
        caw_auto         beside = caw_spawn(coroutine(3));
        caw_completions *calls = caw_as_completed(caw_run_in_executor(two, call, 3), caw_run_in_executor(two, call, 2));
        CAW_DEFER(caw_unref, calls);
        CAW_FOR_NEXT(int seconds, caw_next_result(calls, int)) {
            printf("%.1f  the call of %d is done\n", elapsed(), seconds);
        } CAW_END_FOR;
        int seconds = CAW_AWAIT(beside);
        printf("%.1f  the coroutine of %d is done\n", elapsed(), seconds);

        CAW_AWAIT(caw_executor_shutdown(two)); /* its workers have ended */
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(two, call, 1));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            printf("%.1f  %s\n", elapsed(), caw_error_message(error));
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
