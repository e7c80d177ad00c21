/*
 * Owns: jobs that await, for the tests of those.
 */
#ifndef CAW_TEST_ASYNC_JOBS_H
#define CAW_TEST_ASYNC_JOBS_H

#include "jobs.h"

static CAW_ASYNC(int, naps, double seconds, int result)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(result);
    } CAW_END;
}
CAW_JOB(int, naps, double, seconds, int, result);

/* It takes a second to end when it is cancelled; of `most` times it goes on all the same. */
static CAW_ASYNC(int, lingers, int most)
{
    CAW_BEGIN(int) {
        int times = 0;
        for (;;) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(100));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("[%s]", caw_error_message(error));
                CAW_AWAIT(caw_sleep(1));
                if (times++ == most) CAW_RERAISE();
                if (times > 100) CAW_RETURN(times);
            }
            CAW_END_TRY;
        }
    } CAW_END;
}
CAW_JOB(int, lingers, int, most);

#endif
