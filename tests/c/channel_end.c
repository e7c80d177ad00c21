/* How channels are closed: by jobs that leave, are killed or lost, by a loop that is closed; what is not given to a job. */
#include "channels.h"

static CAW_ASYNC(void, fails, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_channel_put(to, caw_int(1)));
        CAW_RAISE(CAW_VALUE_ERROR, "no more");
    } CAW_END;
}
CAW_JOB(void, fails, caw_sender *, to);

static CAW_ASYNC(void, closes, caw_sender *to, caw_receiver *from)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_channel_put(to, caw_int(1)));
        caw_channel_close(to);
        CHECK_RAISES(caw_channel_put(to, caw_int(2)), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_channel_close(from);
        CHECK_RAISES(caw_channel_get(from), CAW_QUEUE_SHUT_DOWN, NULL);
    } CAW_END;
}
CAW_JOB(void, closes, caw_sender *, to, caw_receiver *, from);

static caw_sender *kept;

static CAW_ASYNC(void, keeps, caw_sender *to)
{
    CAW_BEGIN(void) {
        kept = caw_ref(to);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
CAW_JOB(void, keeps, caw_sender *, to);

/* However a job leaves it, it is closed with the last one who put there. */
ASYNC_TEST(closed_when_an_end_is_gone)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 2, .kill_after = 1);
        for (int how = 0; how < 5; how++) {
            caw_channel *channel = caw_channel_new(2), *other = caw_channel_new(0);
            caw_of(void) one = how == 0   ? caw_run_in_executor(e, fails, channel)
                               : how == 1 ? caw_run_in_executor(e, closes, channel, other)
                                          : caw_run_in_executor(e, says, 9, channel);
            caw_of(void) two = how == 4 ? caw_run_in_executor(e, counts, 5, 6, channel) : NULL;
            if (how == 2) caw_cancel(one, NULL); /* what it has begun to put arrives all the same */
            CAW_AWAIT(caw_sleep(0.5));
            if (how > 2) caw_cancel(one, NULL); /* it waits */
            CAW_AWAIT(caw_sleep(0.5));
            int count = 0;
            CAW_FOR_AWAIT(caw_value value, caw_channel_items(channel)) {
                count++;
                (void)value;
            }
            CAW_END_FOR;
            CHECK_INT(count, how < 3 ? 1 : how == 3 ? 2 : 3);
            CAW_TRY {
                CAW_AWAIT(one);
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                CHECK_INT(caw_error_type_of(error), how > 1 ? CAW_CANCELLED_ERROR : CAW_VALUE_ERROR);
            }
            CAW_END_TRY;
            if (two) CAW_AWAIT(two);
            caw_unref(channel);
            caw_unref(other);
        }
        test.trace[0] = 0;
        caw_channel *channel = caw_channel_new(1);
        CAW_AWAIT(caw_run_in_executor(e, keeps, channel));
        CHECK_RAISES(caw_channel_put(kept, caw_int(1)), CAW_QUEUE_SHUT_DOWN, NULL); /* of no use any more */
        caw_channel_close(kept);
        caw_unref(kept);
        caw_unref(channel);
        channel = caw_channel_new(1);
        caw_sim_worker_fail(CAW_SIM_WORKER_LOST, EIO, 0, 1);
        caw_of(void) lost = caw_run_in_executor(e, says, 1, channel);
        CHECK_INT(CAW_AWAIT(number(channel)), 0);
        CHECK_RAISES(caw_channel_get(channel), CAW_QUEUE_SHUT_DOWN, NULL);
        CHECK_RAISES(lost, CAW_RUNTIME_ERROR, "the worker is lost: as the test has asked for");
        caw_unref(channel);
        caw_unref(e);
        test.trace[0] = 0;
    } CAW_END;
}

static CAW_ASYNC(void, refuses_to_end, caw_sender *to)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 3; i++) {
            CAW_TRY {
                CAW_AWAIT(caw_channel_put(to, caw_int(i)));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CAW_AWAIT(caw_sleep(100));
            }
            CAW_END_TRY;
        }
    } CAW_END;
}
CAW_JOB(void, refuses_to_end, caw_sender *, to);

ASYNC_TEST(killed)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kill_after = 1);
        caw_channel  *channel = caw_channel_new(1);
        caw_of(void) job = caw_run_in_executor(e, refuses_to_end, channel);
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(job, NULL);
        CHECK_RAISES(job, CAW_CANCELLED_ERROR, NULL);
        CHECK_REAL(elapsed(), 2);
        CHECK_INT(CAW_AWAIT(number(channel)), 0);
        CHECK_RAISES(caw_channel_get(channel), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_unref(channel);
        caw_unref(e);
    } CAW_END;
}

static CAW_ASYNC(void, passes_on, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_run_in_executor(NULL, says, 1, (caw_channel *)to));
    } CAW_END;
}
CAW_JOB(void, passes_on, caw_sender *, to);

static caw_channel *elsewhere;

static CAW_ASYNC(void, makes_one, void)
{
    CAW_BEGIN(void) {
        elsewhere = caw_channel_new(1);
    } CAW_END;
}

static CAW_ASYNC(void, is_not_given, void)
{
    CAW_BEGIN(void) {
        caw_channel *channel = caw_channel_new(1);
        CHECK_RAISES(caw_run_in_executor(NULL, says, 1, NULL), CAW_TYPE_ERROR, "a channel that is NULL");
        caw_channel *none = NULL;
        CHECK_RAISES(caw_channel_put(none, caw_text(caw_string_of("dropped"))), CAW_TYPE_ERROR, "a channel that is NULL");
        CHECK_RAISES(caw_channel_get(none), CAW_TYPE_ERROR, "a channel that is NULL");
        caw_gen(caw_value) all = caw_channel_items(none);
        CHECK_RAISES(caw_anext(all), CAW_TYPE_ERROR, "a channel that is NULL");
        caw_unref(all);
        caw_channel_close(none);
        CHECK_RAISES(caw_run_in_executor(NULL, passes_on, channel), CAW_TYPE_ERROR,
                     "a job's end of a channel stays with it: give the channel");
        CHECK_RAISES(caw_run_in_executor(NULL, says, 1, elsewhere), CAW_RUNTIME_ERROR,
                     "the channel belongs to another event loop");
        caw_unref(channel);
        channel = caw_channel_new(1);
        CHECK_RAISES(caw_run_in_executor(NULL, same, channel, elsewhere), CAW_RUNTIME_ERROR,
                     "the channel belongs to another event loop");
        CHECK_RAISES(caw_channel_put(channel, caw_int(1)), CAW_QUEUE_SHUT_DOWN, NULL); /* its only receiver is no more */
        caw_unref(channel);
    } CAW_END;
}

TEST(not_given)
{
    caw_error *error = caw_run(makes_one(), NULL);
    CHECK(!error);
    error = caw_run(is_not_given(), NULL);
    CHECK(!error);
    caw_unref(error);
    caw_unref(elsewhere);
}

TEST(no_loop) { CHECK(!caw_channel_new(1)); }

static caw_executor *left;
static caw_channel  *left_channels[2];
static caw_any      *left_jobs[2];

static CAW_ASYNC(void, leaves, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        left = caw_executor_new(.workers = 2, .kind = kind);
        for (int i = 0; i < 2; i++) left_channels[i] = caw_channel_new(1);
        left_jobs[0] = caw_base(caw_run_in_executor(left, says, 5, left_channels[0]));
        left_jobs[1] = caw_base(caw_run_in_executor(left, takes, 1, 100, left_channels[1]));
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

TEST(closed_under_them)
{
    for (size_t i = 0; i < 3; i++) {
        caw_loop  *loop = caw_loop_new();
        caw_error *error = caw_run_until_complete(loop, leaves(kinds[i]), NULL);
        CHECK(!error);
        CHECK_INT(caw_loop_close(loop), 0);
        for (int j = 0; j < 2; j++) {
            CHECK(caw_cancelled((caw_of(void))left_jobs[j]));
            caw_unref(left_jobs[j]);
            caw_unref(left_channels[j]);
        }
        caw_unref(left);
        test.trace[0] = 0;
    }
}
