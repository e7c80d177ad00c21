/* Channels: pipelines of workers; which end is closed when; who is cancelled, killed, or has no place for what comes. */
#include "jobs.h"

static const caw_executor_kind kinds[] = {CAW_EXECUTOR_INSTANCES, CAW_EXECUTOR_THREADS, CAW_EXECUTOR_INLINE};

static CAW_ASYNC(void, counts, int from, int to, caw_sender *numbers)
{
    CAW_BEGIN(void) {
        for (int i = from; i <= to; i++) CAW_AWAIT(caw_channel_put(numbers, caw_int(i)));
    } CAW_END;
}
CAW_JOB(void, counts, int, from, int, to, caw_sender *, numbers);

static CAW_ASYNC(void, squares, caw_receiver *numbers, caw_sender *results)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            char text[16];
            snprintf(text, sizeof text, "%d", n.as_int32 * n.as_int32);
            CAW_AWAIT(caw_channel_put(results, caw_text(caw_string_of(text))));
        }
        CAW_END_FOR;
    } CAW_END;
}
CAW_JOB(void, squares, caw_receiver *, numbers, caw_sender *, results);

static CAW_ASYNC(int, number, caw_channel *from)
{
    CAW_BEGIN(int) {
        caw_value value = CAW_AWAIT(caw_channel_get(from));
        CAW_RETURN(value.as_int32);
    } CAW_END;
}

static CAW_ASYNC(void, pipeline, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind, .workers = 4);
        caw_channel  *numbers = caw_channel_new(2), *results = caw_channel_new(2);
        int           sum = 0, count = 0;
        caw_of(void)
            all[] = {caw_run_in_executor(e, counts, 1, 10, numbers), caw_run_in_executor(e, counts, 11, 20, numbers),
                     caw_run_in_executor(e, squares, numbers, results), caw_run_in_executor(e, squares, numbers, results)};
        CAW_FOR_AWAIT(caw_value text, caw_channel_items(results)) {
            sum += atoi(caw_string_data(text.as_string));
            count++;
            caw_value_drop(text);
        }
        CAW_END_FOR;
        CHECK_INT(count, 20);
        CHECK_INT(sum, 2870);
        for (int i = 0; i < 4; i++) CAW_AWAIT(all[i]);
        CHECK_RAISES(caw_channel_get(results), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_unref(numbers);
        caw_unref(results);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(pipelines)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 3; i++) CAW_AWAIT(pipeline(kinds[i]));
    } CAW_END;
}

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

/* What goes there and back, in order; and what cannot go. */
static CAW_ASYNC(void, values, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind);
        caw_channel  *there = caw_channel_new(0), *back = caw_channel_new(0);
        caw_of(int) job = caw_run_in_executor(e, same, there, back);
        caw_value sent[] = {caw_none(),
                            caw_bool(true),
                            caw_int(-5),
                            caw_int64(1LL << 40),
                            caw_double(0.5),
                            caw_text(caw_string_of("text")),
                            caw_blob(caw_string_new("a\0b", 3))};
        for (size_t i = 0; i < 7; i++) CAW_AWAIT(caw_channel_put(there, caw_value_copy(sent[i])));
        for (size_t i = 0; i < 7; i++) {
            caw_value got = CAW_AWAIT(caw_channel_get(back));
            CHECK_INT(got.tag, sent[i].tag);
            if (got.tag == CAW_STRING || got.tag == CAW_BYTES)
                CHECK_INT(caw_string_size(got.as_string), caw_string_size(sent[i].as_string));
            else CHECK(got.as_int64 == sent[i].as_int64);
            caw_value_drop(got);
            caw_value_drop(sent[i]);
        }
        int here = 5;
        CAW_AWAIT(caw_channel_put(there, caw_pointer(&here, NULL)));
        CAW_AWAIT(caw_channel_put(there, caw_int(6)));
        caw_channel_close(there);
        if (kind == CAW_EXECUTOR_INSTANCES) {
            CHECK_RAISES(job, CAW_TYPE_ERROR, "what was put there cannot go to another instance");
            CHECK_RAISES(caw_channel_get(back), CAW_QUEUE_SHUT_DOWN, NULL); /* it has ended */
        } else {
            CHECK_INT(CAW_AWAIT(job), 9);
            caw_value pointer = CAW_AWAIT(caw_channel_get(back));
            CHECK(pointer.as_pointer == &here);
            CHECK_INT(CAW_AWAIT(number(back)), 6);
        }
        CHECK_RAISES(caw_channel_put(there, caw_text(caw_string_of("late"))), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_unref(there);
        caw_unref(back);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(what_goes)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 3; i++) CAW_AWAIT(values(kinds[i]));
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

static CAW_ASYNC(void, pressure, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind);
        caw_channel  *two = caw_channel_new(2);
        caw_of(void) job = caw_run_in_executor(e, says, 4, two);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("put0 put1");
        CHECK_INT(CAW_AWAIT(number(two)), 0);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("put2");
        CHECK_INT(CAW_AWAIT(number(two)), 1);
        CAW_AWAIT(job);
        CHECK_TRACE("put3");
        CHECK_INT(CAW_AWAIT(number(two)), 2); /* it has ended, and what it has put is there */
        CHECK_INT(CAW_AWAIT(number(two)), 3);
        CHECK_RAISES(caw_channel_get(two), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_unref(two);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(back_pressure)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 3; i++) CAW_AWAIT(pressure(kinds[i]));
    } CAW_END;
}

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

/* A get that is given up is withdrawn: the next item is another's. */
static CAW_ASYNC(void, withdrawing, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind, .workers = 2);
        caw_channel  *channel = caw_channel_new(0);
        caw_of(int) job = caw_run_in_executor(e, takes, 2, 1, channel);
        CAW_AWAIT(caw_sleep(1.5));
        CAW_AWAIT(caw_channel_put(channel, caw_int(1)));
        CAW_AWAIT(caw_channel_put(channel, caw_int(2)));
        CHECK_INT(CAW_AWAIT(job), 91);
        CHECK_INT(CAW_AWAIT(number(channel)), 2);
        CHECK_RAISES(caw_channel_get(channel), CAW_QUEUE_SHUT_DOWN, NULL); /* the one who took has left */
        CHECK_RAISES(caw_channel_put(channel, caw_int(3)), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_unref(channel);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(withdrawn)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 3; i++) CAW_AWAIT(withdrawing(kinds[i]));
    } CAW_END;
}

static CAW_ASYNC(int, gives_up, int passes, caw_receiver *from)
{
    CAW_BEGIN(int) {
        caw_of(caw_value) get = caw_spawn(caw_channel_get(from));
        CAW_DEFER(caw_unref, get);
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
        caw_cancel(get, NULL);
        CAW_TRY {
            caw_value value = CAW_AWAIT(caw_ref(get));
            CAW_RETURN(value.as_int32);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CAW_RETURN(-1);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_JOB(int, gives_up, int, passes, caw_receiver *, from);

/* Who has asked is cancelled before the item is there, on its way, just come, taken: in each pass around the crossing. */
static CAW_ASYNC(void, crossing, caw_executor_kind kind, int passes)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind);
        caw_channel  *channel = caw_channel_new(1);
        caw_of(int) job = caw_run_in_executor(e, gives_up, passes, channel);
        bool there = true;
        for (int i = 0; i < 6; i++) CAW_AWAIT(caw_sleep(0));
        CAW_TRY {
            CAW_AWAIT(caw_channel_put(channel, caw_int(7)));
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
            there = false;
        }
        CAW_END_TRY;
        int got = CAW_AWAIT(job);
        if (got < 0 && there) got = -CAW_AWAIT(number(channel));
        trace("%s", got == 7 ? "got" : got == -7 ? "back" : there ? "lost" : "late");
        CHECK_RAISES(caw_channel_get(channel), CAW_QUEUE_SHUT_DOWN, NULL);
        caw_unref(channel);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(none_is_lost)
{
    CAW_BEGIN(void) {
        for (size_t kind = 0; kind < 3; kind++) {
            for (int passes = 0; passes < 16; passes++) CAW_AWAIT(crossing(kinds[kind], passes));
            CHECK_TRACE(kinds[kind] == CAW_EXECUTOR_INLINE
                            ? "late late back back back back got got got got got got got got got got"
                            : "back back back back back back back back back got got got got got got got");
        }
    } CAW_END;
}

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
