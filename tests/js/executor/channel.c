/* A pipeline of workers, and what becomes of it. */
#include "pool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CAW_ASYNC(void, counts, int count, caw_sender *numbers)
{
    CAW_BEGIN(void) {
        for (int i = 1; i <= count; i++) CAW_AWAIT(caw_channel_put(numbers, caw_int(i)));
    } CAW_END;
}
CAW_JOB(void, counts, int, count, caw_sender *, numbers);

static CAW_ASYNC(void, spells, caw_receiver *numbers, caw_sender *texts)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            char text[16];
            snprintf(text, sizeof text, "%d", n.as_int32);
            CAW_AWAIT(caw_channel_put(texts, caw_text(caw_string_of(text))));
        }
        CAW_END_FOR;
    } CAW_END;
}
CAW_JOB(void, spells, caw_receiver *, numbers, caw_sender *, texts);

/* One counts, two spell, here it is summed up. */
static CAW_ASYNC(int, pipeline, int count)
{
    CAW_BEGIN(int) {
        caw_channel *numbers = caw_channel_new(4), *texts = caw_channel_new(4);
        CAW_DEFER(caw_unref, numbers);
        CAW_DEFER(caw_unref, texts);
        caw_of(void) all[] = {caw_run_in_executor(executor, counts, count, numbers),
                              caw_run_in_executor(executor, spells, numbers, texts),
                              caw_run_in_executor(executor, spells, numbers, texts)};
        int sum = 0;
        CAW_FOR_AWAIT(caw_value text, caw_channel_items(texts)) {
            sum += atoi(caw_string_data(text.as_string));
            caw_value_drop(text);
        }
        CAW_END_FOR;
        for (int i = 0; i < 3; i++) CAW_AWAIT(all[i]);
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(int, pipeline, int, count);

static CAW_ASYNC(void, echoes, caw_receiver *from, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_value value, caw_channel_items(from)) {
            CAW_AWAIT(caw_channel_put(to, value));
        }
        CAW_END_FOR;
    } CAW_END;
}
CAW_JOB(void, echoes, caw_receiver *, from, caw_sender *, to);

/* So many bytes, there and back: how many came, and whether they are the same. */
static CAW_ASYNC(int, large, int size)
{
    CAW_BEGIN(int) {
        caw_channel *there = caw_channel_new(1), *back = caw_channel_new(1);
        CAW_DEFER(caw_unref, there);
        CAW_DEFER(caw_unref, back);
        caw_of(void) job = caw_run_in_executor(executor, echoes, there, back);
        caw_string *made = caw_string_new(NULL, (size_t)size);
        memset((char *)(uintptr_t)caw_string_data(made), 7, (size_t)size);
        CAW_AWAIT(caw_channel_put(there, caw_blob(made)));
        caw_value got = CAW_AWAIT(caw_channel_get(back));
        int       same = 0;
        for (int i = 0; i < size; i++) same += caw_string_data(got.as_string)[i] == 7;
        caw_value_drop(got);
        caw_channel_close(there);
        CAW_AWAIT(job);
        CAW_RETURN(same);
    } CAW_END;
}
CAW_EXPORT(int, large, int, size);

static CAW_ASYNC(void, ends, int how, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_channel_put(to, caw_int(1)));
        if (how == 0) __builtin_trap();
        if (how == 1) CAW_RAISE(CAW_VALUE_ERROR, "no more");
        if (how == 2) hang();
        CAW_AWAIT(caw_channel_put(to, caw_int(2)));
    } CAW_END;
}
CAW_JOB(void, ends, int, how, caw_sender *, to);

/* What came before its only sender was gone: by a trap, an error, a kill, or in good order. And what it ended with. */
static CAW_ASYNC(caw_string *, until_gone, int how)
{
    CAW_BEGIN(caw_string *) {
        char         out[80] = "nothing";
        int          sum = 0;
        caw_channel *channel = caw_channel_new(1);
        CAW_DEFER(caw_unref, channel);
        caw_of(void) job = caw_run_in_executor(executor, ends, how, channel);
        if (how == 2) {
            caw_value first = CAW_AWAIT(caw_channel_get(channel));
            sum = first.as_int32;
            caw_cancel(job, NULL);
        }
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(channel)) {
            sum += n.as_int32;
        }
        CAW_END_FOR;
        CAW_TRY {
            CAW_AWAIT(job);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            snprintf(out, sizeof out, "%s", caw_error_name((int)caw_error_type_of(error)));
        }
        CAW_END_TRY;
        snprintf(out + strlen(out), sizeof out - strlen(out), " %d", sum);
        CAW_RETURN(caw_string_of(out));
    } CAW_END;
}
CAW_EXPORT(caw_string *, until_gone, int, how);

static CAW_ASYNC(int, takes_one, double seconds, caw_receiver *from)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            caw_value value = CAW_AWAIT(caw_wait_for(caw_channel_get(from), seconds));
            CAW_RETURN(value.as_int32);
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            CAW_RETURN(0);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_JOB(int, takes_one, double, seconds, caw_receiver *, from);

/* Those who wait give up at about the time that an item is put: each is taken by one of them, or is there. */
static CAW_ASYNC(int, snatched, int rounds)
{
    CAW_BEGIN(int) {
        int right = 0;
        for (int i = 0; i < rounds; i++) {
            caw_channel *channel = caw_channel_new(0);
            CAW_DEFER(caw_unref, channel);
            caw_of(int) job = caw_run_in_executor(executor, takes_one, 0.004, channel);
            CAW_AWAIT(caw_sleep(0.001 * (i % 8)));
            bool there = true;
            CAW_TRY {
                CAW_AWAIT(caw_channel_put(channel, caw_int(1)));
            } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
                there = false;
            }
            CAW_END_TRY;
            int got = CAW_AWAIT(job);
            CAW_FOR_AWAIT(caw_value n, caw_channel_items(channel)) {
                got += n.as_int32;
            }
            CAW_END_FOR;
            right += got == there;
        }
        CAW_RETURN(right);
    } CAW_END;
}
CAW_EXPORT(int, snatched, int, rounds);
