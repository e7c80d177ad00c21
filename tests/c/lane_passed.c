/* Channels between two jobs of which home wants an item, too: who takes does not keep what lies there, however slow it is. */
#include "channels.h"

/* Takes one, and then nothing for long. */
static CAW_ASYNC(int, takes_rarely, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(from)) {
            (void)n;
            count++;
            CAW_AWAIT(caw_sleep(100));
        }
        CAW_END_FOR;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, takes_rarely, caw_receiver *, from);

ASYNC_TEST(home_wants_one)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < 2; k++) {
            caw_executor *e = caw_executor_new(.kind = kinds[k], .workers = 2);
            caw_channel  *channel = caw_channel_new(4);
            caw_of(int) taking = caw_run_in_executor(e, takes_rarely, channel);
            caw_of(void) putting = caw_run_in_executor(e, counts, 1, 4, channel);
            CAW_AWAIT(putting);
            double now = caw_sim_time();
            CHECK_INT(CAW_AWAIT(number(channel)), 2);
            CHECK_REAL(caw_sim_time(), now);
            CHECK_INT(CAW_AWAIT(taking), 3);
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

ASYNC_TEST(home_wants_one_while_more_come)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < 2; k++) {
            caw_executor *e = caw_executor_new(.kind = kinds[k], .workers = 2);
            caw_channel  *channel = caw_channel_new(4);
            caw_of(int) taking = caw_run_in_executor(e, takes_rarely, channel);
            caw_of(void) putting = caw_run_in_executor(e, counts, 1, 9, channel);
            CAW_AWAIT(caw_sleep(1));
            double now = caw_sim_time();
            for (int i = 2; i <= 9; i++) CHECK_INT(CAW_AWAIT(number(channel)), i);
            CHECK_REAL(caw_sim_time(), now);
            CAW_AWAIT(putting);
            CHECK_INT(CAW_AWAIT(taking), 1);
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

static int puts_made;
static CAW_ASYNC(void, counts_its_puts, int count, caw_sender *to)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) {
            CAW_AWAIT(caw_channel_put(to, caw_int(i)));
            puts_made++;
        }
    } CAW_END;
}
CAW_JOB(void, counts_its_puts, int, count, caw_sender *, to);

static CAW_ASYNC(int, takes_late, caw_receiver *from)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(5));
        CAW_RETURN(CAW_AWAIT(takes_rarely(from)));
    } CAW_END;
}
CAW_JOB(int, takes_late, caw_receiver *, from);

/* Two put, and one takes: there is as much room as the channel has for both together. */
ASYNC_TEST(two_put)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < 2; k++) {
            caw_executor *e = caw_executor_new(.kind = kinds[k], .workers = 3);
            caw_channel  *channel = caw_channel_new(2);
            puts_made = 0;
            caw_of(void) one = caw_run_in_executor(e, counts_its_puts, 4, channel);
            caw_of(void) two = caw_run_in_executor(e, counts_its_puts, 4, channel);
            caw_of(int) taking = caw_run_in_executor(e, takes_late, channel);
            CAW_AWAIT(caw_sleep(2));
            CHECK_INT(puts_made, 2);
            CHECK_INT(CAW_AWAIT(taking), 8);
            CAW_AWAIT(one);
            CAW_AWAIT(two);
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}
