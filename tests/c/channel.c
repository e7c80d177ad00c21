/* Channels: pipelines of workers, what goes through them, who waits for room, and who gives up. */
#include "channels.h"

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
