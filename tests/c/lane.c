/* Channels between two jobs, which go from one to the other without home: in order, with room, and what ends that in each state. */
#include "channels.h"

enum { INSTANCES_AND_THREADS = 2 };

/* Takes all, each some time after the other: what came in order counts, and -1 what did not. */
static CAW_ASYNC(int, in_order, int from, double seconds, caw_receiver *numbers)
{
    CAW_BEGIN(int) {
        int next = from;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            if (n.as_int32 != next++) CAW_RETURN(-1);
            if (seconds > 0) CAW_AWAIT(caw_sleep(seconds));
        }
        CAW_END_FOR;
        CAW_RETURN(next - from);
    } CAW_END;
}
CAW_JOB(int, in_order, int, from, double, seconds, caw_receiver *, numbers);

ASYNC_TEST(whatever_the_room)
{
    CAW_BEGIN(void) {
        static const int rooms[] = {1, 2, 3, 8, 1500, 0};
        for (size_t n = 0; n < 6 * INSTANCES_AND_THREADS; n++)
            for (int late = 0; late < 3; late++) {
                caw_executor *e = caw_executor_new(.kind = kinds[n % 2], .workers = 3);
                caw_channel  *one = caw_channel_new(rooms[n / 2]), *two = caw_channel_new(rooms[n / 2]);
                caw_of(void) counting = caw_run_in_executor(e, counts, 1, 4000, one);
                if (late > 0) CAW_AWAIT(caw_sleep(1));
                caw_of(int) passing = caw_run_in_executor(e, same, one, two);
                if (late > 1) CAW_AWAIT(caw_sleep(1));
                caw_of(int) last = caw_run_in_executor(e, in_order, 1, 0, two);
                CAW_AWAIT(counting);
                CHECK_INT(CAW_AWAIT(passing), 4000);
                CHECK_INT(CAW_AWAIT(last), 4000);
                caw_unref(one);
                caw_unref(two);
                caw_unref(e);
            }
    } CAW_END;
}

/* One that waits can be given up, and the next goes on. */
static CAW_ASYNC(int, gives_one_up, caw_receiver *numbers)
{
    CAW_BEGIN(int) {
        caw_of(caw_value) all[3];
        int sum = 0;
        CHECK_INT(CAW_AWAIT(caw_channel_get(numbers)).as_int32, 0); /* it runs */
        for (int i = 0; i < 3; i++) all[i] = caw_spawn(caw_channel_get(numbers));
        CAW_AWAIT(caw_sleep(0.5));
        caw_cancel(all[0], NULL);
        CHECK_RAISES(all[0], CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sleep(2));
        for (int i = 1; i < 3; i++) sum = sum * 10 + CAW_AWAIT(all[i]).as_int32;
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_JOB(int, gives_one_up, caw_receiver *, numbers);

static CAW_ASYNC(void, one_each_second, int count, caw_sender *to)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) {
            CAW_AWAIT(caw_channel_put(to, caw_int(i)));
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
CAW_JOB(void, one_each_second, int, count, caw_sender *, to);

ASYNC_TEST(who_waits_there_can_be_cancelled)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < INSTANCES_AND_THREADS; k++) {
            caw_executor *e = caw_executor_new(.kind = kinds[k], .workers = 2);
            caw_channel  *channel = caw_channel_new(2);
            caw_of(int) taking = caw_run_in_executor(e, gives_one_up, channel);
            caw_of(void) putting = caw_run_in_executor(e, one_each_second, 3, channel);
            CHECK_INT(CAW_AWAIT(taking), 12);
            CAW_AWAIT(putting);
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

/* Of three puts that wait for room, one is given up. */
static CAW_ASYNC(void, gives_a_put_up, caw_sender *to)
{
    CAW_BEGIN(void) {
        caw_of(void) all[5];
        for (int i = 0; i < 5; i++) all[i] = caw_spawn(caw_channel_put(to, caw_int(i)));
        CAW_AWAIT(caw_sleep(0.5));
        caw_cancel(all[2], NULL);
        CHECK_RAISES(all[2], CAW_CANCELLED_ERROR, NULL);
        for (int i = 0; i < 5; i++)
            if (i != 2) CAW_AWAIT(all[i]);
    } CAW_END;
}
CAW_JOB(void, gives_a_put_up, caw_sender *, to);

/* Takes one each second, and says which. */
static CAW_ASYNC(int, slowly, int most, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_AWAIT(caw_sleep(1));
        CAW_TRY {
            for (; count < most; count++) {
                caw_value value = CAW_AWAIT(caw_channel_get(from));
                trace("got%d", value.as_int32);
                CAW_AWAIT(caw_sleep(1));
            }
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        }
        CAW_END_TRY;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, slowly, int, most, caw_receiver *, from);

ASYNC_TEST(there_is_as_much_room_as_the_channel_has)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < INSTANCES_AND_THREADS; k++) {
            caw_executor *e = caw_executor_new(.kind = kinds[k], .workers = 2);
            caw_channel  *channel = caw_channel_new(2);
            caw_of(int) taking = caw_run_in_executor(e, slowly, 9, channel);
            caw_of(void) putting = caw_run_in_executor(e, says, 6, channel);
            CHECK_INT(CAW_AWAIT(taking), 6);
            CHECK_TRACE("put0 put1 got0 put2 got1 put3 got2 put4 got3 put5 got4 got5");
            CAW_AWAIT(putting);
            caw_unref(channel);
            channel = caw_channel_new(2);
            taking = caw_run_in_executor(e, slowly, 9, channel);
            putting = caw_run_in_executor(e, gives_a_put_up, channel);
            CHECK_INT(CAW_AWAIT(taking), 4);
            CHECK_TRACE("got0 got1 got3 got4");
            CAW_AWAIT(putting);
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

/* ---- What ends it ----------------------------------------------------------------------------------------------------------------- */

enum { HOME_TAKES, HOME_PUTS, A_THIRD_TAKES, A_THIRD_PUTS, HOME_CLOSES, HOME_CLOSES_AND_TAKES, CASES };

static CAW_ASYNC(int, sum_of, caw_channel *from)
{
    CAW_BEGIN(int) {
        int sum = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(from)) {
            sum += n.as_int32;
        }
        CAW_END_FOR;
        CAW_RETURN(sum);
    } CAW_END;
}

static CAW_ASYNC(int, sums, double seconds, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int sum = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(from)) {
            sum += n.as_int32;
            CAW_AWAIT(caw_sleep(seconds));
        }
        CAW_END_FOR;
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_JOB(int, sums, double, seconds, caw_receiver *, from);

static int put_sum;
static CAW_ASYNC(void, puts_up_to, int count, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            for (int i = 1; i <= count; i++) {
                CAW_AWAIT(caw_channel_put(to, caw_int(i)));
                put_sum += i;
            }
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_JOB(void, puts_up_to, int, count, caw_sender *, to);

/* In each pass of its beginning and its life somebody else comes: all that was put is taken, once. */
static CAW_ASYNC(void, disturbed, caw_executor_kind kind, int room, int passes, int how)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind, .workers = 4);
        caw_channel  *channel = caw_channel_new(room);
        put_sum = 0;
        caw_of(void) putting = caw_run_in_executor(e, puts_up_to, 30, channel), other = NULL;
        caw_of(int) taking = caw_run_in_executor(e, sums, how % 2 ? 0 : 0.01, channel), mine = NULL;
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(i < 20 ? 0 : 0.01));
        int more = 0;
        CAW_TRY {
            if (how == HOME_PUTS) CAW_AWAIT(caw_channel_put(channel, caw_int(1000)));
            if (how == HOME_PUTS) more = 1000;
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        }
        CAW_END_TRY;
        if (how == HOME_TAKES) mine = caw_spawn(sum_of(channel));
        if (how == A_THIRD_TAKES) mine = caw_run_in_executor(e, sums, 0.02, channel);
        if (how == A_THIRD_PUTS) other = caw_run_in_executor(e, puts_up_to, 20, channel);
        if (how >= HOME_CLOSES) caw_channel_close(channel);
        if (how == HOME_CLOSES_AND_TAKES) mine = caw_spawn(sum_of(channel));
        if (how >= HOME_CLOSES) CHECK_RAISES(caw_channel_put(channel, caw_int(1)), CAW_QUEUE_SHUT_DOWN, NULL);
        int sum = CAW_AWAIT(taking);
        if (mine) sum += CAW_AWAIT(mine);
        CAW_AWAIT(putting);
        if (other) CAW_AWAIT(other);
        CHECK_INT(sum, put_sum + more);
        if (how < HOME_CLOSES) CHECK(put_sum >= 465);
        caw_unref(channel);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(others_come_at_any_time)
{
    CAW_BEGIN(void) {
        static const int rooms[] = {1, 4, 0};
        for (int how = 0; how < CASES; how++)
            for (int n = 0; n < 3 * INSTANCES_AND_THREADS; n++)
                for (int passes = 0; passes < 50; passes++) CAW_AWAIT(disturbed(kinds[n % 2], rooms[n / 2], passes, how));
    } CAW_END;
}

/* ---- Its jobs end ----------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, closes_after, int count, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            caw_value value = CAW_AWAIT(caw_channel_get(from));
            sum += value.as_int32;
        }
        caw_channel_close(from);
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(from)) {
            sum += n.as_int32;
        }
        CAW_END_FOR;
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_JOB(int, closes_after, int, count, caw_receiver *, from);

static CAW_ASYNC(void, closes_itself, int count, caw_sender *to)
{
    CAW_BEGIN(void) {
        caw_of(void) waits = NULL;
        for (int i = 1; i <= count; i++) CAW_AWAIT(caw_channel_put(to, caw_int(i)));
        waits = caw_spawn(caw_channel_put(to, caw_int(100)), .eager = true); /* there is no room */
        caw_channel_close(to);
        caw_of(void) again = caw_spawn(caw_channel_put(to, caw_int(100)), .eager = true);
        CHECK(caw_done(again)); /* at once */
        CHECK_RAISES(again, CAW_QUEUE_SHUT_DOWN, NULL);
        double now = caw_sim_time();
        CHECK_RAISES(waits, CAW_QUEUE_SHUT_DOWN, NULL); /* before the other has taken what is there */
        CHECK_REAL(caw_sim_time(), now);
    } CAW_END;
}
CAW_JOB(void, closes_itself, int, count, caw_sender *, to);

ASYNC_TEST(closed_from_either_end)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < 5 * INSTANCES_AND_THREADS; n++) {
            caw_executor *e = caw_executor_new(.kind = kinds[n % 2], .workers = 2);
            caw_channel  *channel = caw_channel_new(3);
            put_sum = 0;
            caw_of(int) taking = caw_run_in_executor(e, closes_after, n, channel);
            caw_of(void) putting = caw_run_in_executor(e, puts_up_to, 30, channel);
            CHECK_INT(CAW_AWAIT(taking), put_sum);
            CAW_AWAIT(putting);
            CHECK_INT(CAW_AWAIT(sum_of(channel)), 0);
            caw_unref(channel);
            channel = caw_channel_new(3);
            taking = caw_run_in_executor(e, slowly, 9, channel);
            putting = caw_run_in_executor(e, closes_itself, 3 + n / 2, channel);
            CHECK_INT(CAW_AWAIT(taking), 3 + n / 2);
            CAW_AWAIT(putting);
            test.trace[0] = 0;
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

/* What has come to a job that ends, and was not taken, is home's, in order. */
ASYNC_TEST(who_takes_ends)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < 6 * INSTANCES_AND_THREADS; n++) {
            caw_executor *e = caw_executor_new(.kind = kinds[n % 2], .workers = 2);
            caw_channel  *channel = caw_channel_new(4);
            put_sum = 0;
            caw_of(int) taking = caw_run_in_executor(e, takes, n / 2, 100, channel);
            caw_of(void) putting = caw_run_in_executor(e, puts_up_to, 30, channel);
            int digits = CAW_AWAIT(taking), next = 1;
            CAW_AWAIT(putting);
            for (; digits; digits /= 10) next++;
            CAW_FOR_AWAIT(caw_value value, caw_channel_items(channel)) {
                CHECK_INT(value.as_int32, next++);
            }
            CAW_END_FOR;
            CHECK(next > n / 2);
            caw_unref(channel);
            caw_unref(e);
        }
    } CAW_END;
}

static CAW_ASYNC(void, refuses_to_end, int which, caw_sender *to, caw_receiver *from)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 100; i++) {
            CAW_TRY {
                if (which == 0) CAW_AWAIT(caw_channel_put(to, caw_int(i)));
                else trace("got%d", CAW_AWAIT(caw_channel_get(from)).as_int32);
                if (which == 1) CAW_AWAIT(caw_sleep(1));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CAW_AWAIT(caw_sleep(100));
            }
            CAW_END_TRY;
        }
    } CAW_END;
}
CAW_JOB(void, refuses_to_end, int, which, caw_sender *, to, caw_receiver *, from);

/* What it has put arrives, and no more; who puts to one is told that nobody takes. */
ASYNC_TEST(one_of_them_is_killed)
{
    CAW_BEGIN(void) {
        for (int k = 0; k < INSTANCES_AND_THREADS; k++) {
            caw_executor *e = caw_executor_new(.kind = kinds[k], .workers = 2, .kill_after = 1);
            caw_channel  *channel = caw_channel_new(2), *none = caw_channel_new(1);
            caw_of(int) taking = caw_run_in_executor(e, slowly, 9, channel);
            caw_of(void) killed = caw_run_in_executor(e, refuses_to_end, 0, channel, none);
            CAW_AWAIT(caw_sleep(2.5));
            caw_cancel(killed, NULL);
            CHECK_RAISES(killed, CAW_CANCELLED_ERROR, NULL);
            CHECK_INT(CAW_AWAIT(taking), 4);
            CHECK_TRACE("got0 got1 got2 got3");
            caw_unref(channel);
            channel = caw_channel_new(2);
            killed = caw_run_in_executor(e, refuses_to_end, 1, none, channel);
            caw_of(void) putting = caw_run_in_executor(e, says, 9, channel);
            CAW_AWAIT(caw_sleep(2.5));
            caw_cancel(killed, NULL);
            CHECK_RAISES(killed, CAW_CANCELLED_ERROR, NULL);
            CHECK_RAISES(putting, CAW_QUEUE_SHUT_DOWN, NULL);
            CHECK_TRACE("put0 put1 got0 put2 got1 put3 got2 put4");
            caw_unref(channel);
            caw_unref(none);
            caw_unref(e);
        }
    } CAW_END;
}

/* The host may not be able to, at any time. */
ASYNC_TEST(without_one)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 2);
        caw_channel  *channel = caw_channel_new(2);
        caw_sim_worker_fail(CAW_SIM_WORKER_JOIN, EIO, 0, 1);
        caw_of(void) counting = caw_run_in_executor(e, counts, 1, 9, channel);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, in_order, 1, 0, channel)), 9);
        CAW_AWAIT(counting);
        caw_unref(channel);
        channel = caw_channel_new(2); /* nor between kinds: what can go to the one may not go to the other */
        caw_executor *threads = caw_executor_new(.kind = CAW_EXECUTOR_THREADS, .workers = 1);
        counting = caw_run_in_executor(threads, counts, 1, 9, channel);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, in_order, 1, 0, channel)), 9);
        CAW_AWAIT(counting);
        caw_unref(channel);
        caw_unref(threads);
        channel = caw_channel_new(2); /* nor one to itself */
        caw_of(int) both = caw_run_in_executor(e, same, channel, channel);
        CAW_AWAIT(caw_sleep(1));
        caw_channel_close(channel);
        CHECK_INT(CAW_AWAIT(both), 0);
        caw_unref(channel);
        caw_unref(e);
    } CAW_END;
}
