/*
 * Owns: timeout scopes and wait_for, exact to asyncio's: who is cancelled, when, and which error comes out.
 * Must not know: the task's coroutines.
 */
#include "task/forward.h"
#include <cawait/timeout.h>
#include <cawait/wait.h>

enum { ENTERED, EXPIRING, EXPIRED, EXITED };

/*
 * A scope while its block runs. It is on the heap because its timer must find it even if the frame that the block stands in is
 * destroyed where it is suspended; then it goes with the timer.
 */
struct caw__limit {
    caw__object object;
    caw_task   *task; /* a reference */
    caw__timer  timer;
    bool        armed; /* the timer is in the heap or ready, and holds a reference */
    bool        asked; /* its task was asked to end before this was entered, and has not been told yet */
    uint8_t     state;
    uint32_t    cancelling; /* the task's count at entry */
    double      when;       /* while the timer is fresh: about */
};
typedef struct caw__limit limit;

static void timeout_release(void *object)
{
    limit *l = object;
    caw_unref(l->task);
    caw__free(l, sizeof *l);
}
static const caw__type limit_type = {"timeout", timeout_release, NULL};

/*
 * As long as its block is open a limit is in the heap, also one without a time, or that has expired: the close of the loop finds
 * what nobody can leave any more by its timer, the block's frame having been destroyed.
 */
static void timeout_keep(limit *l)
{
    l->timer.when = INFINITY;
    caw__timers_add(&l->task->future.loop->timers, &l->timer);
}

static void expire(caw__node *node)
{
    limit    *l = CAW__CONTAINER(node, limit, timer.node);
    caw_loop *loop = l->task->future.loop;
    if (l->state == ENTERED && !loop->closed) {
        if (!(l->task->future.object.flags & (CAW__MUST_CANCEL | CAW__ASKED))) l->asked = false;
        l->when = l->timer.when;
        l->state = EXPIRING;
        timeout_keep(l);
        caw__cancel((caw_any *)(void *)l->task, NULL);
        return;
    }
    bool open = l->state == ENTERED || l->state == EXPIRING;
    if (open && loop->tasks) { /* the loop is being closed, and the block may still be left */
        timeout_keep(l);
        return;
    }
    if (open) {
        l->state = EXITED;
        caw_unref(l); /* the block's reference: its frame was destroyed */
    }
    l->armed = false;
    caw_unref(l);
}

static void arm_at(limit *l, double when)
{
    caw_loop *loop = l->task->future.loop;
    if (l->armed) {
        caw__timer_stop(loop, &l->timer);
        l->armed = false;
        caw_unref(l);
    }
    l->when = l->timer.when = when;
    caw_ref(l);
    l->armed = true;
    if (when <= caw__loop_clock(loop)) caw__ready_push(loop, &l->timer.node);
    else caw__timer_start(loop, &l->timer, when);
}

static limit *timeout_enter(caw_timeout *scope)
{
    limit *l = caw__object_new(&limit_type, CAW__OBJECT, sizeof *l);
    if (!l) return NULL;
    l->timer.node.run = expire;
    l->task = caw_ref(caw__rt.task);
    l->cancelling = l->task->cancelling;
    l->asked = !caw__as_asyncio && l->task->future.object.flags & CAW__MUST_CANCEL;
    *scope = (caw_timeout){.limit = l};
    return l;
}

/* Its node is ready, and stays there. */
static bool is_due(const limit *l) { return !caw__timer_runs(&l->timer); }

/* The same limit with no time yet; the old one's node finds nothing to do. NULL without memory: nothing has changed. */
static limit *renew(limit *old)
{
    limit *l = caw__object_new(&limit_type, CAW__OBJECT, sizeof *l);
    if (!l) return NULL;
    l->timer.node.run = expire;
    l->task = caw_ref(old->task);
    l->cancelling = old->cancelling;
    l->asked = old->asked;
    old->state = EXITED;
    caw_unref(old);
    return l;
}

int caw__timeout_enter_at(caw_timeout *scope, double when)
{
    limit *l = isnan(when) ? NULL : timeout_enter(scope);
    if (l) arm_at(l, when);
    return l ? 0 : isnan(when) ? -CAW_VALUE_ERROR : -CAW_MEMORY_ERROR;
}

int caw__timeout_enter(caw_timeout *scope, double seconds)
{
    if (!(seconds > 0) || isinf(seconds)) return caw__timeout_enter_at(scope, caw__host_now() + seconds);
    limit *l = timeout_enter(scope);
    if (!l) return -CAW_MEMORY_ERROR;
    caw_loop *loop = l->task->future.loop;
    l->armed = true;
    l->when = loop->now + seconds;
    caw_ref(l);
    caw__timer_start_in(loop, &l->timer, seconds);
    return 0;
}

/* 3.13: another error leaves an expired scope; a TimeoutError is put before the CancelledError in its history. */
static void tell_of_timeout(caw_error *error)
{
    for (; caw_error_context(error); error = caw_error_context(error)) {
        caw_error *context = caw_error_context(error);
        if (!caw_error_is(context, CAW_CANCELLED_ERROR)) continue;
        caw_error *timeout = caw_error_new(CAW_TIMEOUT_ERROR, NULL);
        if (caw__error_is_static(timeout)) return;
        caw__error_set_context(timeout, caw_ref(context));
        caw_error_set_cause(timeout, caw_ref(context));
        caw__error_set_context(error, timeout);
        return;
    }
}

/* A TimeoutError raised from a CancelledError, which it takes over: its cause and, as it was being handled, its context. */
static caw_error *timeout_from(caw_error *cancelled)
{
    return caw_error_set_cause(caw__error_within(caw_error_new(CAW_TIMEOUT_ERROR, NULL), cancelled), cancelled);
}

int caw__timeout_exit(caw_timeout *scope, int leaving, caw_error **error, bool move_on)
{
    limit *l = scope->limit;
    if (caw__timer_runs(&l->timer)) {
        caw__timer_stop(l->task->future.loop, &l->timer);
        l->armed = false;
        caw_unref(l);
    }
    if (l->state == EXPIRING) {
        uint32_t left = (uint32_t)caw__task_uncancel((caw_any *)(void *)l->task);
        if (left <= l->cancelling && !l->asked && leaving == CAW__RAISING) { /* nobody else asks for a cancellation */
            if (!caw_error_is(*error, CAW_CANCELLED_ERROR)) {
                if (!move_on) tell_of_timeout(*error);
                for (size_t i = 0; i < caw_error_child_count(*error) && !move_on; i++)
                    tell_of_timeout(caw_error_child(*error, i));
            } else if (move_on) {
                caw_unref(*error);
                *error = NULL;
                leaving = CAW__STAY;
            } else {
                *error = timeout_from(*error);
            }
        }
    }
    l->state = l->state == EXPIRING ? EXPIRED : EXITED;
    *scope = (caw_timeout){.when = l->when, .expired = l->state == EXPIRED};
    caw_unref(l);
    return leaving;
}

double caw_timeout_when(const caw_timeout *scope)
{
    limit *l = scope->limit;
    if (!l) return scope->when;
    if (caw__timer_fresh(&l->timer)) caw__loop_clock(l->task->future.loop);
    if (caw__timer_runs(&l->timer) && l->state == ENTERED) l->when = l->timer.when;
    return l->when;
}
bool caw_timeout_expired(const caw_timeout *scope) { return scope->limit ? scope->limit->state == EXPIRING : scope->expired; }
int  caw_timeout_reschedule(caw_timeout *scope, double when)
{
    if (!scope->limit || scope->limit->state != ENTERED) return -CAW_RUNTIME_ERROR;
    if (isnan(when)) return -CAW_VALUE_ERROR;
    if (is_due(scope->limit)) {
        limit *instead = renew(scope->limit);
        if (!instead) return -CAW_MEMORY_ERROR;
        scope->limit = instead;
    }
    arm_at(scope->limit, when);
    return 0;
}

/* ---- wait_for ------------------------------------------------------------------------------------------------------------- */

/* It cannot be waited for: what would have ended with the limit ends now. */
static void give_up(caw_any *any)
{
    (void)caw__cancel(any, NULL);
    caw__drop(any);
}

/* The time is over before it began: what is done is given, anything else is cancelled. */
CAW__ASYNC_FORWARD(wait_for_none, caw_any *given, uint32_t shape)
{
    CAW__BEGIN_FORWARD(caw__drop(given)) {
        caw_any *any = (caw_any *)(void *)caw__ensure_future(given, NULL, shape);
        CAW_DEFER(caw_unref, any);
        if (!caw__future_done(any)) {
            CAW_AWAIT(caw__cancel_then_wait((caw_any *)(uintptr_t)caw__ref(any)));
            if (caw__future_cancelled(any))
                CAW__PASS_ON(timeout_from(caw__raised(&caw__inside_CAW_BEGIN, caw__future_error(any))));
        }
        CAW__AWAIT_INTO((caw_any *)(uintptr_t)caw__ref(any));
    } CAW__END_FORWARD;
}

CAW__ASYNC_FORWARD(wait_for, caw_any *any, double seconds)
{
    CAW__BEGIN_FORWARD(caw__drop(any)) {
        caw_timeout limits[1];
        int refused = caw__timeout_enter(limits, seconds); /* before the inside is taken, so that a failure can drop it */
        if (refused) {
            give_up(any);
            CAW_RAISE_ERROR(caw_error_from_code(refused));
        }
        CAW__IN_TIMEOUT(limits) {
            CAW__AWAIT_INTO(any);
        }
        CAW__END_TIMEOUT;
    } CAW__END_FORWARD;
}

caw_any *caw__wait_for(caw_any *any, double seconds, uint32_t shape)
{
    if (isnan(seconds)) {
        give_up(any);
        return caw__future_failed(caw_error_new(CAW_VALUE_ERROR, "wait_for: the timeout is NaN"));
    }
    if (isinf(seconds) && seconds > 0) return any;
    if (caw__kind(any) == CAW__FRESH) shape = caw__any_shape(any);
    return caw__forward(seconds > 0 ? wait_for(any, seconds) : wait_for_none(any, shape), shape);
}
