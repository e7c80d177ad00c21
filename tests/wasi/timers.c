/*
 * Timers on a real clock: never early, in order, and far ones that overflow nobody's milliseconds. How late they are is the machine's.
 */
#include <cawait.h>
#include <stdio.h>

static void check(const char *name, bool good) { printf("%s %s\n", good ? "ok" : "not ok", name); }

static double now(void) { return caw_time(caw_running_loop()); }

static CAW_ASYNC(void, sleeps_long_enough, void)
{
    CAW_BEGIN(void) {
        static const double lengths[] = {0.0004, 0.001, 0.0015, 0.0101, 0.05, 0.12};
        bool                early = false;
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            double start = now();
            CAW_AWAIT(caw_sleep(lengths[i]));
            double took = now() - start;
            early |= took < lengths[i] - 1e-6;
        }
        check("no sleep ends early", !early);
    } CAW_END;
}

static char order[8];
static int  count;

static void note(void *letter) { order[count++] = *(const char *)letter; }

static CAW_ASYNC(void, timers_in_order, void)
{
    CAW_BEGIN(void) {
        static char a[] = "a", b[] = "b", c[] = "c", d[] = "d", e[] = "e";
        double      start = now();
        caw_unref(caw_call_at(NULL, start + 0.06, note, d));
        caw_unref(caw_call_at(NULL, start + 0.02, note, b));
        caw_unref(caw_call_at(NULL, start + 0.04, note, c));
        caw_unref(caw_call_at(NULL, start + 0.06, note, e));
        caw_unref(caw_call_at(NULL, start - 1, note, a));
        CAW_AWAIT(caw_sleep(0.1));
        check("timers run by time, equal ones as they were made",
              count == 5 && order[0] == 'a' && order[1] == 'b' && order[2] == 'c' && order[3] == 'd' && order[4] == 'e');
    } CAW_END;
}

static CAW_ASYNC(void, far_timers, void)
{
    CAW_BEGIN(void) {
        double      start = now();
        caw_handle *month = caw_call_later(NULL, 30 * 86400.0, note, order);
        caw_handle *ages = caw_call_later(NULL, 1e12, note, order);
        count = 0;
        CAW_AWAIT(caw_sleep(0.05));
        check("far timers do not fire, nor keep a near one waiting", count == 0 && now() - start < 86400);
        caw_handle_cancel(month);
        caw_handle_cancel(ages);
        caw_unref(month);
        caw_unref(ages);
    } CAW_END;
}

static CAW_ASYNC(void, many_at_once, void)
{
    CAW_BEGIN(void) {
        caw_any *sleeps[500];
        double   start = now();
        for (int i = 0; i < 500; i++) sleeps[i] = caw_base(caw_sleep(0.05 + 0.0001 * i));
        caw_unref(CAW_AWAIT(caw_gather_array(sleeps, 500)));
        check("500 sleeps take the time of the longest", now() - start >= 0.0999);
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(sleeps_long_enough());
        CAW_AWAIT(timers_in_order());
        CAW_AWAIT(far_timers());
        CAW_AWAIT(many_at_once());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
