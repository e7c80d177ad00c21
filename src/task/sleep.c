/*
 * Owns: sleep: a future and its timer in one block.
 * Must not know: the clock's host.
 */
#include "task/task.h"

CAW__COLD

typedef struct sleeper {
    caw_future future;
    caw__timer timer; /* holds a reference while it is in the heap */
} sleeper;

static void sleep_release(void *object)
{
    sleeper *s = object;
    caw__future_clear(&s->future);
    caw__free(s, sizeof *s);
}

static void due(caw__node *node)
{
    sleeper *s = CAW__CONTAINER(node, sleeper, timer.node);
    if (s->future.object.state == CAW__PENDING) {
        caw__future_finish(&s->future, s->future.loop->closed ? CAW__CANCELLED : CAW__FINISHED);
    }
    caw_unref(s);
}

static bool sleep_cancel(caw_future *future, const char *message)
{
    sleeper *s = (sleeper *)(void *)future;
    bool     armed = caw__timer_runs(&s->timer);
    bool     cancelled = caw__future_cancel(future, message);
    if (armed) {
        caw__timer_stop(future->loop, &s->timer);
        caw_unref(s);
    }
    return cancelled;
}

static const caw__type sleep_type = {"sleep", sleep_release, sleep_cancel};

caw_of(void) caw__sleep(double seconds)
{
    if (seconds <= 0) return (caw_of(void))(uintptr_t)&caw__yield;
    if (isnan(seconds)) return (caw_of(void))caw__future_failed(caw_error_new(CAW_VALUE_ERROR, "sleep: the delay is NaN"));
    sleeper *s = (sleeper *)(void *)caw__future_make(&sleep_type, NULL, 0, sizeof *s);
    if (!s) return (caw_of(void))caw__future_failed(caw__loop_refusal(caw__running));
    s->timer.node.run = due;
    caw__timer_start(s->future.loop, &caw_ref(s)->timer, caw__loop_clock(s->future.loop) + seconds);
    return (caw_of(void))(uintptr_t)s;
}

CAW__COLD_END
