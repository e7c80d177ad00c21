/* Channels: several asks of one job at once; a job that ends while it asks; what goes back while others wait, or the channel is full, or closed. */
#include "jobs.h"

/* Three ask, and one of them is given up: what each has got, 9 for that one. */
static CAW_ASYNC(int, three, int which, caw_receiver *from, caw_sender *other)
{
    CAW_BEGIN(int) {
        caw_of(caw_value) all[3];
        int digits = 0;
        for (int i = 0; i < 3; i++) all[i] = caw_spawn(caw_channel_get(from));
        CAW_AWAIT(caw_sleep(0.5));
        caw_cancel(all[which], NULL);
        for (int i = 0; i < 3; i++) {
            CAW_TRY {
                caw_value value = CAW_AWAIT(all[i]);
                digits = digits * 10 + value.as_int32;
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                digits = digits * 10 + 9;
            }
            CAW_END_TRY;
        }
        CAW_AWAIT(caw_channel_put(other, caw_int(digits)));
        CAW_RETURN(digits);
    } CAW_END;
}
CAW_JOB(int, three, int, which, caw_receiver *, from, caw_sender *, other);

ASYNC_TEST(one_of_three_is_given_up)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < 9; n++) {
            caw_executor *e = caw_executor_new(.kind = kinds[n / 3]);
            caw_channel  *channel = caw_channel_new(0), *other = caw_channel_new(0);
            caw_of(int) job = caw_run_in_executor(e, three, n % 3, channel, other);
            CAW_AWAIT(caw_sleep(1));
            for (int i = 1; i < 3; i++) CAW_AWAIT(caw_channel_put(channel, caw_int(i)));
            static const int digits[] = {912, 192, 129};
            CHECK_INT(CAW_AWAIT(job), digits[n % 3]);
            int said = CAW_AWAIT(caw_channel_get(other)).as_int32;
            CHECK_INT(said, digits[n % 3]);
            caw_unref(channel);
            caw_unref(other);
            caw_unref(e);
        }
    } CAW_END;
}

static CAW_ASYNC(void, asks, caw_receiver *from)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_value value = CAW_AWAIT(caw_channel_get(from));
            caw_value_drop(value);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s", caw_error_name((int)caw_error_type_of(error)));
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, leaves_two, caw_receiver *from)
{
    CAW_BEGIN(int) {
        caw_drop(caw_spawn(asks(from), .eager = true));
        caw_drop(caw_spawn(asks(from), .eager = true));
        CAW_AWAIT(caw_sleep(0.5));
        CAW_RETURN(5);
    } CAW_END;
}
CAW_JOB(int, leaves_two, caw_receiver *, from);

/* Here the host's workers have the loop for their own: what a job leaves goes on, and its asks are over. */
ASYNC_TEST(a_job_that_ends_while_it_asks)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 2; i++) {
            caw_executor *e = caw_executor_new(.kind = kinds[i]);
            caw_channel  *channel = caw_channel_new(0);
            CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, leaves_two, channel)), 5);
            CHECK_RAISES(caw_channel_put(channel, caw_int(1)), CAW_QUEUE_SHUT_DOWN, NULL);
            CAW_AWAIT(caw_sleep(1));
            CHECK_TRACE("QueueShutDown QueueShutDown");
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

static CAW_ASYNC(int, gives_up, int passes, caw_receiver *from, caw_sender *other)
{
    CAW_BEGIN(int) {
        caw_of(caw_value) get = caw_spawn(caw_channel_get(from));
        CAW_DEFER(caw_unref, get);
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
        caw_cancel(get, NULL);
        int got = -1;
        CAW_TRY {
            got = CAW_AWAIT(caw_ref(get)).as_int32;
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_channel_put(other, caw_int(got)));
        CAW_RETURN(got);
    } CAW_END;
}
CAW_JOB(int, gives_up, int, passes, caw_receiver *, from, caw_sender *, other);

static CAW_ASYNC(int, next, caw_channel *from)
{
    CAW_BEGIN(int) {
        int n = 0;
        CAW_TRY {
            n = CAW_AWAIT(caw_channel_get(from)).as_int32;
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        }
        CAW_END_TRY;
        CAW_RETURN(n);
    } CAW_END;
}

enum { OTHERS_WAIT, FULL, CLOSED, CASES };

/* An item on its way to who gives it up in one of these passes is somebody's, once. */
static CAW_ASYNC(void, comes_back, caw_executor_kind kind, int passes, int which)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind);
        caw_channel  *channel = caw_channel_new(1), *other = caw_channel_new(0);
        caw_of(int) job = caw_run_in_executor(e, gives_up, passes, channel, other), mine = NULL;
        for (int i = 0; i < 6; i++) CAW_AWAIT(caw_sleep(0));
        if (which == OTHERS_WAIT) mine = caw_spawn(next(channel));
        if (which == OTHERS_WAIT) CAW_AWAIT(caw_sleep(0));
        int sum = 0;
        CAW_TRY {
            CAW_AWAIT(caw_channel_put(channel, caw_int(7)));
            sum += 7;
            if (which == CLOSED) caw_channel_close(channel);
            CAW_AWAIT(caw_channel_put(channel, caw_int(8)));
            sum += 8;
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        }
        CAW_END_TRY;
        int got = CAW_AWAIT(job);
        sum -= got > 0 ? got : 0;
        if (mine) sum -= CAW_AWAIT(mine);
        for (int more; (more = CAW_AWAIT(next(channel))) > 0;) sum -= more;
        CHECK_INT(sum, 0);
        caw_unref(channel);
        caw_unref(other);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(what_comes_back_is_somebodys)
{
    CAW_BEGIN(void) {
        for (int which = 0; which < CASES; which++)
            for (size_t kind = 0; kind < 3; kind++)
                for (int passes = 0; passes < 16; passes++) CAW_AWAIT(comes_back(kinds[kind], passes, which));
    } CAW_END;
}
