/*
 * Owns: what the rows about the primitives measure, as a program would write it: the public API, nothing else.
 * Must not know: who holds the clock (sample.mjs).
 */
#include <cawait.h>
#include <cawait/export.h>
#include <stdlib.h>

static CAW_ASYNC(int, at_once, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(int, once, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

/* ---- Queues and locks ------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, echo, caw_queue *in, caw_queue *out, int times)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < times; i++) CAW_AWAIT(caw_queue_put(out, CAW_AWAIT(caw_queue_get(in))));
    } CAW_END;
}

/* An item goes to the other task through a queue of one place, and comes back through another. */
CAW_ASYNC(double, queue_ping_pong, int times)
{
    CAW_BEGIN(double) {
        caw_queue *there = caw_queue_new(1), *back = caw_queue_new(1);
        CAW_DEFER(caw_unref, there);
        CAW_DEFER(caw_unref, back);
        caw_auto other = caw_spawn(echo(there, back, times));
        double   sum = 0;
        for (int i = 0; i < times; i++) {
            CAW_AWAIT(caw_queue_put(there, caw_int(i)));
            sum += CAW_AWAIT(caw_queue_get(back)).as_int32;
        }
        CAW_AWAIT(other);
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, queue_ping_pong, int, times);

static CAW_ASYNC(int, takes_turns, caw_lock *lock, int times)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < times; i++) {
            CAW_AWAIT(caw_lock_acquire(lock));
            CAW_AWAIT(caw_sleep(0)); /* so that the other one waits for it */
            caw_lock_release(lock);
        }
        CAW_RETURN(times);
    } CAW_END;
}

CAW_ASYNC(int, lock_hand_over, int times)
{
    CAW_BEGIN(int) {
        caw_lock *lock = caw_lock_new();
        CAW_DEFER(caw_unref, lock);
        caw_auto a = caw_spawn(takes_turns(lock, times));
        caw_auto b = caw_spawn(takes_turns(lock, times));
        CAW_RETURN(CAW_AWAIT(a) + CAW_AWAIT(b));
    } CAW_END;
}
CAW_EXPORT(int, lock_hand_over, int, times);

/* ---- Several at once --------------------------------------------------------------------------------------------------- */

CAW_ASYNC(double, gather_10, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) {
            caw_results *r = CAW_AWAIT(caw_gather(at_once(i), at_once(1), at_once(2), at_once(3), at_once(4), at_once(5),
                                                  at_once(6), at_once(7), at_once(8), at_once(9)));
            for (size_t n = 0; n < 10; n++) sum += caw_result_at(r, n, int);
            caw_unref(r);
        }
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, gather_10, int, times);

CAW_ASYNC(double, gather_10_once, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) {
            caw_results *r =
                CAW_AWAIT(caw_gather(once(i), once(1), once(2), once(3), once(4), once(5), once(6), once(7), once(8), once(9)));
            for (size_t n = 0; n < 10; n++) sum += caw_result_at(r, n, int);
            caw_unref(r);
        }
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, gather_10_once, int, times);

/* One gather of so many. */
CAW_ASYNC(double, gather_many, int count)
{
    CAW_BEGIN(double) {
        caw_any **all = calloc((size_t)count, sizeof *all);
        if (!all) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        for (int i = 0; i < count; i++) all[i] = caw_base(once(i));
        caw_auto gathered = caw_gather_array(all, (size_t)count);
        free(all);
        caw_results *r = CAW_AWAIT(gathered);
        double       sum = 0;
        for (int i = 0; i < count; i++) sum += caw_result_at(r, (size_t)i, int);
        caw_unref(r);
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, gather_many, int, count);

CAW_ASYNC(int, group_10, int times)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < times; i++) {
            CAW_WITH_TASK_GROUP(group) {
                for (int n = 0; n < 10; n++) CAW_GROUP_START(group, once(n));
            }
            CAW_END_TASK_GROUP;
        }
        CAW_RETURN(10 * times);
    } CAW_END;
}
CAW_EXPORT(int, group_10, int, times);

CAW_ASYNC(double, wait_for, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) sum += CAW_AWAIT(caw_wait_for(once(i), 10));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, wait_for, int, times);

/* ---- Generators ----------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, numbers, int count)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < count; i++) CAW_YIELD(i);
    }
    CAW_END_GEN;
}

CAW_ASYNC(double, items, int count)
{
    CAW_BEGIN(double) {
        double sum = 0;
        CAW_FOR_AWAIT(int n, numbers(count)) sum += n;
        CAW_END_FOR;
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, items, int, count);

/* ---- Storms --------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, sleeps, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

/* So many tasks asleep; all are cancelled, and waited for. */
CAW_ASYNC(int, cancel_storm, int count)
{
    CAW_BEGIN(int) {
        caw_of(void) *tasks = calloc((size_t)count, sizeof *tasks);
        if (!tasks) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        for (int i = 0; i < count; i++) tasks[i] = caw_spawn(sleeps());
        CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < count; i++) caw_cancel(tasks[i], NULL);
        CAW_AWAIT(caw_sleep(0));
        int cancelled = 0;
        for (int i = 0; i < count; i++) {
            cancelled += caw_cancelled(tasks[i]);
            caw_unref(tasks[i]);
        }
        free(tasks);
        CAW_RETURN(cancelled);
    } CAW_END;
}
CAW_EXPORT(int, cancel_storm, int, count);

static void fired(void *argument) { ++*(int *)argument; }

/* So many timers, each at a time of its own, every other one cancelled; those left fire. */
CAW_ASYNC(int, many_timers, int count)
{
    CAW_BEGIN(int) {
        int          done = 0;
        caw_handle **handles = calloc((size_t)count, sizeof *handles);
        if (!handles) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        for (int i = 0; i < count; i++) handles[i] = caw_call_later(NULL, 1e-9 * (i * 7919 % count), fired, &done);
        for (int i = 0; i < count; i++) {
            if (i % 2) caw_handle_cancel(handles[i]);
            caw_unref(handles[i]);
        }
        free(handles);
        while (done < count / 2) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(done);
    } CAW_END;
}
CAW_EXPORT(int, many_timers, int, count);
