/* Channels between two workers, which need nobody else: pipelines, and what ends them. */
#include "pool.h"
#include <stdio.h>
#include <string.h>

enum { GOES_ON, RETURNS, RAISES, TRAPS, HANGS };

static void end_so(int how)
{
    if (how == TRAPS) __builtin_trap();
    if (how == HANGS) hang();
}

/* Puts 1 to `count`; after `some` of them it ends. */
static CAW_ASYNC(void, counts, int count, int size, int some, int how, caw_sender *to)
{
    CAW_BEGIN(void) {
        for (int i = 1; i <= count; i++) {
            caw_string *text = size < 0 ? NULL : caw_string_new(NULL, (size_t)size);
            if (text) memset((char *)(uintptr_t)caw_string_data(text), i, (size_t)size);
            CAW_AWAIT(caw_channel_put(to, text ? caw_blob(text) : caw_int(i)));
            if (i != some) continue;
            end_so(how);
            if (how == RETURNS) CAW_RETURN();
            if (how == RAISES) CAW_RAISE(CAW_VALUE_ERROR, "no more");
        }
    } CAW_END;
}
CAW_JOB(void, counts, int, count, int, size, int, some, int, how, caw_sender *, to);

static CAW_ASYNC(void, passes, caw_receiver *from, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_value value, caw_channel_items(from)) {
            CAW_AWAIT(caw_channel_put(to, value));
        }
        CAW_END_FOR;
    } CAW_END;
}
CAW_JOB(void, passes, caw_receiver *, from, caw_sender *, to);

/* How many came in order, each whole; after `some` it ends. */
static CAW_ASYNC(int, checks, int size, int some, int how, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value value, caw_channel_items(from)) {
            bool right = size < 0 ? value.as_int32 == count + 1 : caw_string_size(value.as_string) == (size_t)size;
            for (int i = 0; i < size && right; i++) right = caw_string_data(value.as_string)[i] == (char)(count + 1);
            caw_value_drop(value);
            if (!right) CAW_RETURN(-1);
            if (++count != some) continue;
            end_so(how);
            if (how == RETURNS) CAW_RETURN(count);
            if (how == RAISES) CAW_RAISE(CAW_VALUE_ERROR, "enough");
        }
        CAW_END_FOR;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, checks, int, size, int, some, int, how, caw_receiver *, from);

static CAW_ASYNC(int, pipeline, int count, int size, int room)
{
    CAW_BEGIN(int) {
        caw_channel *one = caw_channel_new(room), *two = caw_channel_new(room);
        CAW_DEFER(caw_unref, one);
        CAW_DEFER(caw_unref, two);
        caw_of(void) counting = caw_run_in_executor(executor, counts, count, size, 0, 0, one),
                     passing = caw_run_in_executor(executor, passes, one, two);
        int in_order = CAW_AWAIT(caw_run_in_executor(executor, checks, size, 0, 0, two));
        CAW_AWAIT(counting);
        CAW_AWAIT(passing);
        CAW_RETURN(in_order);
    } CAW_END;
}
CAW_EXPORT(int, pipeline, int, count, int, size, int, room);

/* The name of its error. */
static CAW_ASYNC(const char *, outcome, caw_of(void) job)
{
    CAW_BEGIN_OWNING(const char *, caw_drop(job)) {
        const char *name = "none";
        CAW_TRY {
            CAW_AWAIT(job);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            name = caw_error_name((int)caw_error_type_of(error));
        }
        CAW_END_TRY;
        CAW_RETURN(name);
    } CAW_END;
}

/* Whoever puts ends after 5: what the other has, and how it ended. */
static CAW_ASYNC(caw_string *, sender_ends, int how, int room)
{
    CAW_BEGIN(caw_string *) {
        caw_channel *channel = caw_channel_new(room), *says = caw_channel_new(0);
        CAW_DEFER(caw_unref, channel);
        CAW_DEFER(caw_unref, says);
        caw_of(void) putting = caw_run_in_executor(executor, counts, 9, -1, 5, how, channel),
                     taking = caw_run_in_executor(executor, passes, channel, says);
        int count = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(says)) {
            count += n.as_int32 == count + 1;
            if (count == 5 && how == HANGS) caw_cancel(putting, NULL);
        }
        CAW_END_FOR;
        CAW_AWAIT(taking);
        const char *name = CAW_AWAIT(outcome(putting));
        char        said[40];
        snprintf(said, sizeof said, "%d %s", count, name);
        CAW_RETURN(caw_string_of(said));
    } CAW_END;
}
CAW_EXPORT(caw_string *, sender_ends, int, how, int, room);

static CAW_ASYNC(caw_string *, receiver_ends, int how, int room)
{
    CAW_BEGIN(caw_string *) {
        caw_channel *channel = caw_channel_new(room);
        CAW_DEFER(caw_unref, channel);
        caw_of(void) putting = caw_run_in_executor(executor, counts, 100000, -1, 0, 0, channel);
        caw_of(int) taking = caw_run_in_executor(executor, checks, -1, 5, how, channel);
        if (how == HANGS) CAW_AWAIT(caw_sleep(0.05));
        if (how == HANGS) caw_cancel(taking, NULL);
        const char *name = "none";
        CAW_TRY {
            int count = CAW_AWAIT(taking);
            if (count != 5) name = "wrong";
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            name = caw_error_name((int)caw_error_type_of(error));
        }
        CAW_END_TRY;
        const char *other = CAW_AWAIT(outcome(putting));
        char        said[40];
        snprintf(said, sizeof said, "%s %s", name, other);
        CAW_RETURN(caw_string_of(said));
    } CAW_END;
}
CAW_EXPORT(caw_string *, receiver_ends, int, how, int, room);

/* Home takes part after a while, and so does a third worker: each number is taken by one of them. */
static CAW_ASYNC(caw_string *, sums, caw_receiver *from)
{
    CAW_BEGIN(caw_string *) {
        int64_t sum = 0, count = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(from)) {
            sum += n.as_int32;
            count++;
        }
        CAW_END_FOR;
        CAW_RETURN(caw_string_new(&(int64_t[2]){sum, count}, 2 * sizeof sum));
    } CAW_END;
}
CAW_JOB(caw_string *, sums, caw_receiver *, from);

static CAW_ASYNC(double, shared, int count, double after, bool home, bool third)
{
    CAW_BEGIN(double) {
        caw_channel *channel = caw_channel_new(16);
        CAW_DEFER(caw_unref, channel);
        caw_of(void) counting = caw_run_in_executor(executor, counts, count, -1, 0, 0, channel);
        caw_of(caw_string *) one = caw_run_in_executor(executor, sums, channel), two = NULL;
        CAW_AWAIT(caw_sleep(after));
        double sum = 0;
        if (third) two = caw_run_in_executor(executor, sums, channel);
        if (home) {
            CAW_FOR_AWAIT(caw_value n, caw_channel_items(channel)) {
                sum += n.as_int32;
            }
            CAW_END_FOR;
        }
        CAW_AWAIT(counting);
        for (int i = 0; i < 1 + third; i++) {
            caw_string *said = CAW_AWAIT(i ? two : one);
            int64_t     both[2];
            memcpy(both, caw_string_data(said), sizeof both);
            sum += (double)both[0];
            caw_unref(said);
        }
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, shared, int, count, double, after, bool, home, bool, third);
