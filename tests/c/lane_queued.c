/* Channels between two jobs of which one is queued still, when the other begins: nothing goes there before both have. */
#include "channels.h"

static CAW_ASYNC(void, busy, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}
CAW_JOB(void, busy, double, seconds);

static CAW_ASYNC(int, in_order, caw_receiver *numbers)
{
    CAW_BEGIN(int) {
        int next = 1;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            if (n.as_int32 != next++) CAW_RETURN(-1);
        }
        CAW_END_FOR;
        CAW_RETURN(next - 1);
    } CAW_END;
}
CAW_JOB(int, in_order, caw_receiver *, numbers);

/* The second job of an executor of one waits for the first: who puts, or who takes. */
static CAW_ASYNC(void, behind_another, caw_executor_kind kind, bool who_puts)
{
    CAW_BEGIN(void) {
        caw_executor *one = caw_executor_new(.kind = kind, .workers = 1);
        caw_executor *other = caw_executor_new(.kind = kind, .workers = 1);
        caw_channel  *channel = caw_channel_new(2);
        caw_of(void) first = caw_run_in_executor(one, busy, 5), putting = NULL;
        if (who_puts) putting = caw_run_in_executor(one, counts, 1, 9, channel);
        caw_of(int) taking = caw_run_in_executor(who_puts ? other : one, in_order, channel);
        if (!who_puts) putting = caw_run_in_executor(other, counts, 1, 9, channel);
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(putting) && !caw_done(taking));
        CHECK_INT(CAW_AWAIT(taking), 9);
        CAW_AWAIT(putting);
        CAW_AWAIT(first);
        caw_unref(channel);
        caw_unref(one);
        caw_unref(other);
    } CAW_END;
}

ASYNC_TEST(who_puts_is_queued)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < 2; k++) CAW_AWAIT(behind_another(kinds[k], true));
    } CAW_END;
}

ASYNC_TEST(who_takes_is_queued)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < 2; k++) CAW_AWAIT(behind_another(kinds[k], false));
    } CAW_END;
}
