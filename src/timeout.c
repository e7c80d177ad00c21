/*
 * Owns: timeout scopes and wait_for, exact to asyncio's: who is cancelled, when, and which error comes out.
 * Must not know: the task's coroutines.
 */
#include "internal.h"
#include <cawait/timeout.h>
#include <cawait/wait.h>

enum { ENTERED, EXPIRING, EXPIRED, EXITED };

struct caw_timeout {
    caw__object object;
    caw_task   *task;  /* borrowed: the scope stands in its frame */
    caw_handle *limit; /* NULL: none in force */
    double      when;
    int         state;
    uint32_t    cancelling; /* the task's count at entry */
};

static void            release(void *object) { caw__free(object, sizeof(caw_timeout)); }
static const caw__type timeout_type = {"timeout", release, NULL};

static void expire(void *argument)
{
    caw_timeout *scope = argument;
    caw_unref(scope->limit);
    scope->limit = NULL;
    scope->state = EXPIRING;
    caw__cancel((caw_any *)(void *)scope->task, NULL);
}

static void disarm(caw_timeout *scope)
{
    if (!scope->limit) return;
    caw_handle_cancel(scope->limit);
    caw_unref(scope->limit);
    scope->limit = NULL;
}

static int arm(caw_timeout *scope, double when)
{
    caw_loop *loop = scope->task->future.loop;
    disarm(scope);
    scope->when = when;
    if (isinf(when) && when > 0) return 0;
    scope->limit = when <= caw__host_now() ? caw_call_soon(loop, expire, scope) : caw_call_at(loop, when, expire, scope);
    return scope->limit ? 0 : -CAW_MEMORY_ERROR;
}

caw_timeout *caw__timeout_enter(double seconds)
{
    caw_timeout *scope = caw__object_new(&timeout_type, CAW__OBJECT, sizeof *scope);
    if (!scope) return NULL;
    scope->task = caw__rt.task;
    scope->cancelling = scope->task->cancelling;
    if (arm(scope, isnan(seconds) ? (double)INFINITY : caw__host_now() + seconds)) {
        caw_unref(scope);
        return NULL;
    }
    return scope;
}

/* 3.13: another error leaves an expired scope; a TimeoutError is put before the CancelledError in its history. */
static void tell_of_timeout(caw_error *error)
{
    for (; caw_error_context(error); error = caw_error_context(error)) {
        caw_error *context = caw_error_context(error);
        if (!caw_error_is(context, CAW_CANCELLED_ERROR)) continue;
        caw_error *timeout = caw_error_new(CAW_TIMEOUT_ERROR, NULL);
        if (caw__error_is_static(timeout) || caw__error_is_static(error)) return;
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

int caw__timeout_exit(caw_timeout *scope, int leaving, caw_error **error)
{
    disarm(scope);
    if (scope->state == EXPIRING) {
        scope->state = EXPIRED;
        uint32_t left = (uint32_t)caw__task_uncancel((caw_any *)(void *)scope->task);
        if (left <= scope->cancelling && leaving == CAW__RAISING) { /* nobody else asks for a cancellation */
            if (caw_error_is(*error, CAW_CANCELLED_ERROR)) {
                *error = timeout_from(*error);
            } else {
                tell_of_timeout(*error);
                for (size_t i = 0; i < caw_error_child_count(*error); i++) tell_of_timeout(caw_error_child(*error, i));
            }
        }
    }
    caw_unref(scope);
    return leaving;
}

double caw_timeout_when(const caw_timeout *scope) { return scope->when; }
bool   caw_timeout_expired(const caw_timeout *scope) { return scope->state == EXPIRING || scope->state == EXPIRED; }
int    caw_timeout_reschedule(caw_timeout *scope, double when)
{
    return scope->state == ENTERED ? arm(scope, when) : -CAW_RUNTIME_ERROR;
}

/* ---- wait_for ------------------------------------------------------------------------------------------------------------- */

/* The time is over before it began: what is done is given, anything else is cancelled. */
CAW__ASYNC_FORWARD(wait_for_none, caw_any *given, uint32_t shape)
{
    CAW__BEGIN_FORWARD(caw__drop(given)) {
        caw_any *any = (caw_any *)(void *)caw__ensure_future(given, NULL, shape);
        CAW_DEFER(caw_unref, any);
        if (!caw__future_done(any)) {
            CAW_AWAIT(caw__cancel_then_wait((caw_any *)(uintptr_t)caw__ref(any)));
            if (caw__future_cancelled(any)) CAW_RAISE_ERROR(timeout_from(caw__future_error(any)));
        }
        CAW__AWAIT_INTO((caw_any *)(uintptr_t)caw__ref(any));
    } CAW__END_FORWARD;
}

CAW__ASYNC_FORWARD(wait_for, caw_any *any, double seconds)
{
    CAW__BEGIN_FORWARD(caw__drop(any)) {
        caw_timeout *early = caw__timeout_enter(seconds); /* before the inside is taken, so that a failure can drop it */
        if (!early) {
            caw__drop(any);
            CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        }
        CAW__WITH_TIMEOUT(scope, early) {
            CAW__AWAIT_INTO(any);
        }
        CAW_END_TIMEOUT;
    } CAW__END_FORWARD;
}

caw_any *caw__wait_for(caw_any *any, double seconds, uint32_t shape)
{
    if (isnan(seconds)) {
        caw__drop(any);
        return caw__future_failed(caw_error_new(CAW_VALUE_ERROR, "wait_for: the timeout is NaN"));
    }
    if (isinf(seconds) && seconds > 0) return any;
    if (any->kind == CAW__FRESH) shape = caw__any_shape(any);
    return caw__forward(seconds > 0 ? wait_for(any, seconds) : wait_for_none(any, shape), shape);
}
