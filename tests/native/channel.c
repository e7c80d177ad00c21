/*
 * Channels between threads: pipelines of which each stage has a thread and a loop of its own; nothing lost, nothing twice, with many who are
 * cancelled in the middle.
 */
#define _GNU_SOURCE
#include "../net/seam.h"
#include <stdlib.h>
#include <unistd.h>

#define MANY 2000

static CAW_ASYNC(void, counts, int count, caw_sender *numbers)
{
    CAW_BEGIN(void) {
        for (int i = 1; i <= count; i++) CAW_AWAIT(caw_channel_put(numbers, caw_int(i)));
    } CAW_END;
}
CAW_JOB(void, counts, int, count, caw_sender *, numbers);

static CAW_ASYNC(int, doubles, caw_receiver *numbers, caw_sender *results)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            CAW_AWAIT(caw_channel_put(results, caw_int(2 * n.as_int32)));
            count++;
        }
        CAW_END_FOR;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, doubles, caw_receiver *, numbers, caw_sender *, results);

static CAW_ASYNC(int, pipeline, int count)
{
    CAW_BEGIN(int) {
        caw_executor *e = caw_executor_new(.workers = 4);
        caw_channel  *numbers = caw_channel_new(8), *results = caw_channel_new(8);
        CAW_DEFER(caw_unref, e);
        CAW_DEFER(caw_unref, numbers);
        CAW_DEFER(caw_unref, results);
        caw_of(void) counting = caw_run_in_executor(e, counts, count, numbers);
        caw_of(int) one = caw_run_in_executor(e, doubles, numbers, results),
                    two = caw_run_in_executor(e, doubles, numbers, results);
        long sum = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(results)) {
            sum += n.as_int32;
        }
        CAW_END_FOR;
        CAW_AWAIT(counting);
        int both = CAW_AWAIT(one) + CAW_AWAIT(two);
        CAW_RETURN(both == count && sum == (long)count * (count + 1));
    } CAW_END;
}

/* Gets as many as it can, each for so short a time that many a wait is given up as its item comes. */
static CAW_ASYNC(int, snatches, caw_receiver *numbers)
{
    CAW_BEGIN(int) {
        int sum = 0;
        for (;;) {
            CAW_TRY {
                caw_value value = CAW_AWAIT(caw_wait_for(caw_channel_get(numbers), 0.00005));
                sum += value.as_int32;
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
                CAW_RETURN(sum);
            }
            CAW_END_TRY;
        }
    } CAW_END;
}
CAW_JOB(int, snatches, caw_receiver *, numbers);

static CAW_ASYNC(int, none_lost, int count)
{
    CAW_BEGIN(int) {
        caw_executor *e = caw_executor_new(.workers = 3);
        caw_channel  *numbers = caw_channel_new(1);
        CAW_DEFER(caw_unref, e);
        CAW_DEFER(caw_unref, numbers);
        caw_of(int) one = caw_run_in_executor(e, snatches, numbers), two = caw_run_in_executor(e, snatches, numbers);
        for (int i = 1; i <= count; i++) CAW_AWAIT(caw_channel_put(numbers, caw_int(i)));
        caw_channel_close(numbers);
        int sum = CAW_AWAIT(one) + CAW_AWAIT(two);
        CAW_TRY { /* one that came back when nobody was left */
            for (;;) {
                caw_value value = CAW_AWAIT(caw_channel_get(numbers));
                sum += value.as_int32;
            }
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        }
        CAW_END_TRY;
        CAW_RETURN(sum == count * (count + 1) / 2);
    } CAW_END;
}

/* One item or none, and it is over: what is on its way to it then goes back before it has ended. */
static CAW_ASYNC(int, takes_one, caw_receiver *from)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            caw_value value = CAW_AWAIT(caw_wait_for(caw_channel_get(from), 0.0002));
            CAW_RETURN(value.as_int32);
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            CAW_RETURN(0);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_JOB(int, takes_one, caw_receiver *, from);

static CAW_ASYNC(int, none_lost_at_the_end, int rounds)
{
    CAW_BEGIN(int) {
        int           right = 0;
        caw_executor *e = caw_executor_new(.workers = 1);
        CAW_DEFER(caw_unref, e);
        for (int i = 0; i < rounds; i++) {
            bool         there = true;
            caw_channel *channel = caw_channel_new(0);
            caw_of(int) job = caw_run_in_executor(e, takes_one, channel);
            CAW_AWAIT(caw_sleep(0.0001 * (i % 16)));
            CAW_TRY {
                CAW_AWAIT(caw_channel_put(channel, caw_int(1)));
            } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
                there = false; /* it was over */
            }
            CAW_END_TRY;
            int got = CAW_AWAIT(job);
            CAW_FOR_AWAIT(caw_value n, caw_channel_items(channel)) {
                got += n.as_int32;
            }
            CAW_END_FOR;
            right += got == there;
            caw_unref(channel);
        }
        CAW_RETURN(right);
    } CAW_END;
}

static CAW_ASYNC(int64_t, sums, caw_receiver *numbers)
{
    CAW_BEGIN(int64_t) {
        int64_t sum = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            sum += n.as_int32;
        }
        CAW_END_FOR;
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_JOB(int64_t, sums, caw_receiver *, numbers);

/* From one thread to the other, and in the middle of it this one takes some, too, or closes it, or lets go of who takes. */
static CAW_ASYNC(int, joined, int rounds)
{
    CAW_BEGIN(int) {
        enum { COUNT = 1000 };
        int           right = 0;
        caw_executor *e = caw_executor_new(.workers = 2);
        CAW_DEFER(caw_unref, e);
        for (int i = 0; i < rounds; i++) {
            caw_channel *numbers = caw_channel_new(i % 9);
            caw_of(void) counting = caw_run_in_executor(e, counts, COUNT, numbers);
            caw_of(int64_t) summing = caw_run_in_executor(e, sums, numbers);
            CAW_AWAIT(caw_sleep(0.00005 * (i % 40)));
            int64_t sum = 0;
            bool    whole = true;
            if (i % 4 == 1) {
                CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
                    sum += n.as_int32;
                }
                CAW_END_FOR;
            }
            if (i % 4 == 2) caw_channel_close(numbers);
            if (i % 4 == 3) caw_cancel(summing, NULL);
            CAW_TRY {
                sum += CAW_AWAIT(summing);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                whole = false;
            }
            CAW_END_TRY;
            CAW_TRY {
                CAW_AWAIT(counting);
            } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
                whole = false;
            }
            CAW_END_TRY;
            right += whole ? sum == COUNT * (COUNT + 1) / 2 : i % 4 > 1;
            caw_unref(numbers);
        }
        CAW_RETURN(right);
    } CAW_END;
}

static CAW_ASYNC(void, leaves, caw_channel **left)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 2);
        caw_channel  *empty = caw_channel_new(1), *full = caw_channel_new(1);
        caw_drop(caw_run_in_executor(e, doubles, empty, full));
        caw_drop(caw_run_in_executor(e, counts, 10, full));
        CAW_AWAIT(caw_sleep(0.01));
        caw_unref(e);
        caw_unref(empty);
        *left = full;
    } CAW_END;
}

int main(void)
{
    int result = 0, files = open_files();
    caw_unref(caw_run(pipeline(MANY), &result));
    check_is("a pipeline of threads", result, 1);
    caw_unref(caw_run(none_lost(MANY), &result));
    check_is("none is lost by who gives up", result, 1);
    caw_unref(caw_run(none_lost_at_the_end(800), &result));
    check_is("nor by who has given up and ended", result, 800);
    caw_unref(caw_run(joined(80), &result));
    check_is("two that are joined", result, 80);
    caw_loop    *loop = caw_loop_new();
    caw_channel *left = NULL;
    caw_unref(caw_run_until_complete(loop, leaves(&left), NULL));
    check_is("a loop can be closed under ends", caw_loop_close(loop), 0);
    caw_unref(left);
    while (open_files() != files) usleep(100); /* until the threads that it left have ended */
    check_is("file descriptors", open_files(), files);
    caw_stats stats = caw_get_stats();
    check_is("what lives at the end", stats.blocks + stats.frames + stats.loops, 0);
    return all_good ? 0 : 1;
}
