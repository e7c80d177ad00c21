/*
 * Owns: what the rows about the border with JavaScript measure: promises, exported functions, the host's timers and turns.
 * Must not know: who holds the clock (sample.mjs).
 */
#include <cawait.h>
#include <cawait/export.h>
#include <stdlib.h>

/* One promise, settled before, awaited again and again. */
CAW_ASYNC(double, await_promise, caw_js *promise, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) sum += CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, await_promise, caw_js *, promise, int, times);

CAW_ASYNC(int, at_once, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n + 1);
    } CAW_END;
}
CAW_EXPORT(int, at_once, int, n);

CAW_ASYNC(int, after_a_wait, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n + 1);
    } CAW_END;
}
CAW_EXPORT(int, after_a_wait, int, n);

/* ---- Timers ---------------------------------------------------------------------------------------------------------- */

static int fired;

static void count(void *unused)
{
    (void)unused;
    fired++;
}

/* `total` timers over the next 50 ms, every other one cancelled; gives how many fired. */
CAW_ASYNC(int, timers, int total)
{
    CAW_BEGIN(int) {
        caw_handle **handles = calloc((size_t)total, sizeof *handles);
        if (!handles) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        fired = 0;
        for (int i = 0; i < total; i++) handles[i] = caw_call_later(NULL, 0.001 + i % 100 * 0.0005, count, NULL);
        for (int i = 0; i < total; i++) {
            if (i % 2) caw_handle_cancel(handles[i]);
            caw_unref(handles[i]);
        }
        free(handles);
        CAW_AWAIT(caw_sleep(0.06));
        CAW_RETURN(fired);
    } CAW_END;
}
CAW_EXPORT(int, timers, int, total);

/* ---- Fairness -------------------------------------------------------------------------------------------------------- */

static bool playing;

static CAW_ASYNC(int, player, caw_queue *in, caw_queue *out)
{
    CAW_BEGIN(int) {
        int played = 0;
        while (playing) {
            caw_value ball = CAW_AWAIT(caw_queue_get(in));
            CAW_AWAIT(caw_queue_put(out, ball));
            played++;
        }
        CAW_RETURN(played);
    } CAW_END;
}

/* Two tasks that never rest, until stop_playing is called; each ends by passing the ball. Gives how often it was passed. */
CAW_ASYNC(int, ping_pong, void)
{
    CAW_BEGIN(int) {
        caw_queue *a = caw_queue_new(2), *b = caw_queue_new(2);
        CAW_DEFER(caw_unref, a);
        CAW_DEFER(caw_unref, b);
        playing = true;
        CAW_AWAIT(caw_queue_put(a, caw_int(1)));
        caw_auto left = caw_spawn(player(a, b)), right = caw_spawn(player(b, a));
        int      passed = CAW_AWAIT(left);
        passed += CAW_AWAIT(right);
        CAW_RETURN(passed);
    } CAW_END;
}
CAW_EXPORT(int, ping_pong);

CAW_ASYNC(void, stop_playing, void)
{
    CAW_BEGIN(void) {
        playing = false;
    } CAW_END;
}
CAW_EXPORT(void, stop_playing);
