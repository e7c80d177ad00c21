/* When turns run: endless work, timers, deadlocks. */
#include <cawait.h>
#include <cawait/export.h>

static bool stop;
static int  steps;

CAW_ASYNC(void, spin, void)
{
    CAW_BEGIN(void) {
        while (!stop) {
            steps++;
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

CAW_ASYNC(int, ping_pong, void)
{
    CAW_BEGIN(int) {
        caw_auto other = caw_spawn(spin());
        steps = 0;
        stop = false;
        CAW_AWAIT(spin());
        CAW_AWAIT(other);
        CAW_RETURN(steps);
    } CAW_END;
}
CAW_EXPORT(int, ping_pong);

CAW_ASYNC(int, promises, caw_js *p)
{
    CAW_BEGIN(int) {
        steps = 0;
        stop = false;
        while (!stop) {
            steps++;
            CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        }
        CAW_RETURN(steps);
    } CAW_END;
}
CAW_EXPORT(int, promises, caw_js *, p);

CAW_ASYNC(int, seen, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(steps);
    } CAW_END;
}
CAW_EXPORT(int, seen);

CAW_ASYNC(int, end, void)
{
    CAW_BEGIN(int) {
        stop = true;
        CAW_RETURN(steps);
    } CAW_END;
}
CAW_EXPORT(int, end);

CAW_ASYNC(double, sleeps, double seconds)
{
    CAW_BEGIN(double) {
        double start = caw_time(NULL);
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(caw_time(NULL) - start);
    } CAW_END;
}
CAW_EXPORT(double, sleeps, double, seconds);

static void nothing(void *unused) { (void)unused; }

/* Each is due before the one that was started before it. */
CAW_ASYNC(void, countdown, int count)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) caw_unref(caw_call_later(NULL, 0.001 * (count - i), nothing, NULL));
        CAW_AWAIT(caw_sleep(0.001 * count));
    } CAW_END;
}
CAW_EXPORT(void, countdown, int, count);

/* Many sleepers with one host timer; the order they wake in. */
static double last;
CAW_ASYNC(void, sleeper, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        if (seconds < last) CAW_RAISE(CAW_RUNTIME_ERROR, "woke out of order");
        last = seconds;
    } CAW_END;
}

CAW_ASYNC(int, many, int count)
{
    CAW_BEGIN(int) {
        last = 0;
        caw_of(void) one = NULL;
        for (int i = 0; i < count; i++) {
            caw_of(void) task = caw_spawn(sleeper(0.001 + 0.00001 * ((i * 7919) % count)));
            if (i % 2) caw_cancel(task, NULL);
            if (i == 0) one = task;
            else caw_unref(caw_base(task));
        }
        CAW_AWAIT(one);
        CAW_AWAIT(caw_sleep(0.002 + 0.00001 * count));
        CAW_RETURN((int)(last * 1e6));
    } CAW_END;
}
CAW_EXPORT(int, many, int, count);

CAW_ASYNC(void, hangs, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
    } CAW_END;
}
CAW_EXPORT(void, hangs, caw_js *, p);

/* A loop of the program's own, beside the instance's. */
static int       ran;
static caw_loop *second;

static void count_up(void *data)
{
    ran++;
    if (ran < 5) caw_unref(caw_call_later(second, ran == 2 ? 0.001 : 0, count_up, data));
}

CAW_ASYNC(int, own_loop, void)
{
    CAW_BEGIN(int) {
        second = caw_loop_new();
        caw_unref(caw_call_soon(second, count_up, NULL));
        while (ran < 5) CAW_AWAIT(caw_sleep(0.001));
        caw_loop_close(second);
        CAW_RETURN(ran);
    } CAW_END;
}
CAW_EXPORT(int, own_loop);

/* One that is made in a step that nothing follows: by a tick, or by the number that a promise gives. */
static void run_once(void *data)
{
    (void)data;
    ran++;
}

CAW_ASYNC(int, late_loop, bool promised, caw_js *number, caw_js *later)
{
    CAW_BEGIN(int) {
        if (promised) CAW_AWAIT(caw_from_promise(double, caw_ref(number)));
        else CAW_AWAIT(caw_sleep(0));
        ran = 0;
        second = caw_loop_new();
        caw_unref(caw_call_soon(second, run_once, NULL));
        CAW_AWAIT(caw_from_promise(void, caw_ref(later)));
        caw_loop_close(second);
        CAW_RETURN(ran);
    } CAW_END;
}
CAW_EXPORT(int, late_loop, bool, promised, caw_js *, number, caw_js *, later);

CAW_ASYNC(void, naps, int count)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
CAW_EXPORT(void, naps, int, count);
