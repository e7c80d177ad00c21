/*
 * Owns: jobs that put into channels and take from them, for the tests of those.
 */
#ifndef CAW_TEST_CHANNELS_H
#define CAW_TEST_CHANNELS_H

#include "jobs.h"

static CAW_ASYNC(void, counts, int from, int to, caw_sender *numbers)
{
    CAW_BEGIN(void) {
        for (int i = from; i <= to; i++) CAW_AWAIT(caw_channel_put(numbers, caw_int(i)));
    } CAW_END;
}
CAW_JOB(void, counts, int, from, int, to, caw_sender *, numbers);

static CAW_ASYNC(int, number, caw_channel *from)
{
    CAW_BEGIN(int) {
        caw_value value = CAW_AWAIT(caw_channel_get(from));
        CAW_RETURN(value.as_int32);
    } CAW_END;
}

/* Each that it puts it says; it waits for room. */
static CAW_ASYNC(void, says, int count, caw_sender *to)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) {
            CAW_AWAIT(caw_channel_put(to, caw_int(i)));
            trace("put%d", i);
        }
    } CAW_END;
}
CAW_JOB(void, says, int, count, caw_sender *, to);

/* Takes so many, each within a second; which it got, and how often none came. */
static CAW_ASYNC(int, takes, int most, double seconds, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int sum = 0;
        for (int i = 0; i < most; i++) {
            CAW_TRY {
                caw_value value = CAW_AWAIT(caw_wait_for(caw_channel_get(from), seconds));
                sum = sum * 10 + value.as_int32;
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
                sum = sum * 10 + 9;
            } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
                sum = sum * 10 + 8;
            }
            CAW_END_TRY;
        }
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_JOB(int, takes, int, most, double, seconds, caw_receiver *, from);

static CAW_ASYNC(int, same, caw_receiver *from, caw_sender *to)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value value, caw_channel_items(from)) {
            CAW_AWAIT(caw_channel_put(to, value));
            count++;
        }
        CAW_END_FOR;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, same, caw_receiver *, from, caw_sender *, to);

#endif
