/*
 * Owns: callbacks a program schedules: call_soon, call_later, call_at and their handles.
 * Must not know: tasks and futures.
 */
#include "loop/loop.h"

struct caw_handle {
    caw__object   object;
    caw_loop     *loop;
    caw_callback *callback;
    void         *argument;
    caw__timer    timer;   /* its node serves both kinds */
    caw_context  *context; /* NULL: empty */
    bool          timed, cancelled;
};

static void handle_release(void *object)
{
    caw_handle *handle = object;
    caw_unref(handle->context);
    caw__loop_unref(handle->loop);
    caw__free(handle, sizeof *handle);
}

static const caw__type handle_type = {"handle", handle_release, NULL};

/* Cancelling is lazy for what is ready: the node stays queued and does nothing. */
static void handle_run(caw__node *node)
{
    caw_handle *handle = CAW__CONTAINER(node, caw_handle, timer.node);
    if (!handle->cancelled && !handle->loop->closed) {
        caw_context *outer = caw__context;
        caw__context = handle->context;
        caw__rt.task = NULL;
        handle->context = NULL;
        handle->callback(handle->argument);
        caw__context_leave(outer);
    }
    caw_unref(handle);
}

static caw_handle *handle_new(caw_loop *loop, caw_callback *callback, void *argument)
{
    if (!loop) loop = caw__running;
    if (!loop || loop->closed) return NULL;
    CAW__OUR_LOOP(loop);
    caw_handle *handle = caw__object_new(&handle_type, CAW__OBJECT, sizeof *handle);
    if (!handle) return NULL;
    handle->loop = caw__loop_ref(loop);
    if (caw__context_snapshot(caw__context, &handle->context)) {
        caw_unref(handle);
        return NULL;
    }
    handle->callback = callback;
    handle->argument = argument;
    handle->timer.node.run = handle_run;
    return handle;
}

caw_handle *caw_call_soon(caw_loop *loop, caw_callback *callback, void *argument)
{
    caw_handle *handle = handle_new(loop, callback, argument);
    if (!handle) return NULL;
    caw__ready_push(handle->loop, &caw_ref(handle)->timer.node);
    return handle;
}

caw_handle *caw_call_at(caw_loop *loop, double when, caw_callback *callback, void *argument)
{
    if (isnan(when)) return NULL;
    caw_handle *handle = handle_new(loop, callback, argument);
    if (!handle) return NULL;
    handle->timed = true;
    caw__timer_start(handle->loop, &caw_ref(handle)->timer, when);
    return handle;
}

caw_handle *caw_call_later(caw_loop *loop, double delay, caw_callback *callback, void *argument)
{
    if (!loop) loop = caw__running;
    return caw_call_at(loop, caw_time(loop) + delay, callback, argument);
}

void caw_handle_cancel(caw_handle *handle)
{
    CAW__OURS(handle);
    if (handle->cancelled) return;
    handle->cancelled = true;
    if (!caw__timer_runs(&handle->timer)) return;
    caw__timer_stop(handle->loop, &handle->timer);
    caw_unref(handle); /* the heap's */
}

bool   caw_handle_cancelled(const caw_handle *handle) { return handle->cancelled; }
double caw_handle_when(const caw_handle *handle) { return handle->timed ? handle->timer.when : (double)NAN; }
