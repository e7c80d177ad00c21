/*
 * Owns: what the rows about tasks measure, as a program would write it: the public API, nothing else.
 * Must not know: who holds the clock (sample.mjs).
 */
#include <cawait.h>
#include <cawait/export.h>
#include <stdlib.h>

CAW_ASYNC(int, empty, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n);
    } CAW_END;
}

CAW_ASYNC(int, once, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(void, yielder, int times)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < times; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* ---- Rows: each gives a number that shows that the work was done --------------------------------------------------- */

#define TASKS 100
CAW_ASYNC(int, yields, int times)
{
    CAW_BEGIN(int) {
        caw_of(void) tasks[TASKS];
        for (int i = 0; i < TASKS; i++) tasks[i] = caw_spawn(yielder(times));
        for (int i = 0; i < TASKS; i++) CAW_AWAIT(tasks[i]);
        CAW_RETURN(TASKS * times);
    } CAW_END;
}
CAW_EXPORT(int, yields, int, times);

CAW_ASYNC(int, spawns, int times)
{
    CAW_BEGIN(int) {
        for (int burst = 0; burst < times; burst++) {
            for (int i = 0; i < 1000; i++) caw_unref(caw_base(caw_spawn(empty(i))));
            CAW_AWAIT(caw_sleep(0)); /* they are in front of this task in the queue */
        }
        CAW_RETURN(1000 * times);
    } CAW_END;
}
CAW_EXPORT(int, spawns, int, times);

CAW_ASYNC(double, await_inline, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) sum += CAW_AWAIT(empty(i));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, await_inline, int, times);

CAW_ASYNC(double, await_once, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) sum += CAW_AWAIT(once(i));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, await_once, int, times);

CAW_ASYNC(double, await_spawned, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) sum += CAW_AWAIT(caw_spawn(once(i)));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, await_spawned, int, times);

/* ---- Memory ----------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, sleeper, caw_of(int) future)
{
    CAW_BEGIN_OWNING(int, caw_unref(future)) {
        CAW_RETURN(CAW_AWAIT(future));
    } CAW_END;
}

/* Bytes taken from the allocator for each of `count` tasks, all asleep, each on a future of its own. */
CAW_ASYNC(double, bytes_asleep, int count)
{
    CAW_BEGIN(double) {
        caw_of(int) *futures = calloc((size_t)count, sizeof *futures);
        if (!futures) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        size_t before = caw_get_stats().bytes;
        for (int i = 0; i < count; i++) {
            futures[i] = caw_future(int);
            caw_unref(caw_base(caw_spawn(sleeper(caw_ref(futures[i])))));
        }
        CAW_AWAIT(caw_sleep(0));
        double bytes = (double)(caw_get_stats().bytes - before) / count;
        for (int i = 0; i < count; i++) {
            caw_set_result(futures[i], i);
            caw_unref(futures[i]);
        }
        free(futures);
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(bytes);
    } CAW_END;
}
CAW_EXPORT(double, bytes_asleep, int, count);
