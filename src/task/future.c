/*
 * Owns: futures: states, values, callbacks, the report of an error nobody retrieved.
 * Must not know: tasks, beyond the flag that says a future is one.
 */
#include "task/report.h"
#include <string.h>

static void     future_release(void *object);
const caw__type caw__future_type = {"Future", future_release, NULL};

caw_future *caw__future_make(const caw__type *type, caw_loop *loop, uint32_t shape, size_t size)
{
    if (!loop) loop = caw__running;
    if (!loop || loop->closed) return NULL;
    CAW__OUR_LOOP(loop);
    caw_future *future = caw__object_new(type, CAW__FUTURE, size);
    if (!future) return NULL;
    future->loop = caw__loop_ref(loop);
    future->shape = shape;
    return future;
}

CAW__COLD

caw_error *caw__loop_refusal(const caw_loop *loop)
{
    if (loop && !loop->closed) return caw__error_no_memory();
    return caw_error_new(CAW_RUNTIME_ERROR, loop ? "the loop is closed" : "no running event loop");
}

bool caw__future_kept(caw_future *future)
{
    if (future->object.state != CAW__FAILED || future->object.flags & CAW__RETRIEVED) return false;
    future->object.flags |= CAW__RETRIEVED;
    if (caw_error_is(future->error, CAW_CANCELLED_ERROR))
        return false; /* a gather or shield that nobody waits for was cancelled */
    CAW__ALWAYS(!future->object.refs);
    future->object.refs = 1;
    caw__report_error(future->loop,
                      future->object.flags & CAW__IS_TASK ? "Task exception was never retrieved"
                                                          : "Future exception was never retrieved",
                      future->error, (caw_any *)(void *)future);
    return --future->object.refs != 0;
}

CAW__COLD_END

void *caw__future_value(caw_future *future) { return caw__future_value_inline(future); }

/* Frees what every future has; the object's own memory is the caller's. */
void caw__future_clear(caw_future *future)
{
    bool finished = future->object.state == CAW__FINISHED;
    if (future->error && (!finished || future->object.flags & CAW__IS_TASK)) caw_unref(future->error);
    if (finished && CAW__OWNED(future->shape)) caw__result_drop(future->shape, caw__future_value(future));
    if (future->loop) caw__loop_unref(future->loop);
}

static void future_release(void *object)
{
    caw_future *future = object;
    while (future->callbacks) { /* nobody will complete it any more: what watches it lets go of what it holds */
        caw__node *node = future->callbacks->next;
        caw__future_remove(future, node);
        node->run(node);
    }
    if (caw__future_kept(future)) return;
    caw__future_clear(future);
    caw__free_inline(future, caw__future_size(future->shape));
}

/* The immortal ones: what is given back when there is not even memory to say why. */
CAW__TLS caw_future caw__no_memory_future = {
    .object = {
        .kind = CAW__FUTURE, .state = CAW__FAILED, .flags = CAW__RETRIEVED, .refs = CAW__IMMORTAL, .type = &caw__future_type}};

caw_any *caw__future_failed(caw_error *error)
{
    caw_future *future = caw__error_is_static(error) ? NULL : caw__object_new(&caw__future_type, CAW__FUTURE, sizeof *future);
    if (!future) {
        caw_unref(error);
        return caw__no_memory;
    }
    future->object.state = CAW__FAILED;
    future->object.flags = CAW__RETRIEVED; /* whoever gets it learns at once; nothing ran that could be reported */
    future->error = error;
    return (caw_any *)(void *)future;
}

caw_any *caw__refuse(caw_any *const *handles, size_t count, caw_error *error)
{
    for (size_t i = 0; i < count; i++) caw__drop(handles[i]);
    return caw__future_failed(error);
}

caw_any *caw__future_new(caw_loop *loop, uint32_t shape)
{
    if (!loop) loop = caw__running;
    if (!loop || loop->closed) return caw__future_failed(caw__loop_refusal(loop));
    CAW__OUR_LOOP(loop);
    caw_future *future = caw__alloc_inline(caw__future_size(shape));
    if (!future) return caw__no_memory;
    caw__future_init(future, &caw__future_type, loop, shape, 0);
    return (caw_any *)(void *)future;
}

/* ---- Callbacks --------------------------------------------------------------------------------------------------------- */

/* Done callbacks of the program's (watch.c): linked only where there are any. */
CAW__TLS void (*caw__watches_done)(caw_future *future, caw__node *tail);

void caw__future_add(caw_future *future, caw__node *node)
{
    CAW__ALWAYS(future->object.state == CAW__PENDING);
    caw__node *tail = future->callbacks;
    future->callbacks = node;
    if (CAW__LIKELY(!tail)) {
        node->next = node->previous = node;
        return;
    }
    node->next = tail->next;
    node->previous = tail;
    node->next->previous = tail->next = node;
}

/* Once the future is done its callbacks are the ready queue's, and `previous` tells nothing. */
bool caw__future_remove(caw_future *future, caw__node *node)
{
    caw__node *before = node->previous;
    if (!future->callbacks || !before) return false;
    CAW__ALWAYS(before->next == node && node->next->previous == node);
    before->next = node->next;
    node->next->previous = before;
    if (future->callbacks == node) future->callbacks = before == node ? NULL : before;
    node->next = node->previous = NULL;
    return true;
}

void caw__future_finish(caw_future *future, int state)
{
    CAW__ALWAYS(future->object.state == CAW__PENDING && state != CAW__PENDING);
    future->object.state = (uint8_t)state;
    caw__node *tail = future->callbacks;
    if (!tail) return;
    future->callbacks = NULL;
    if (CAW__UNLIKELY(future->object.flags & (CAW__WATCHED | CAW__CALLED))) {
        if (tail->next == tail && future->object.flags & CAW__CALLED) {
            tail->run(tail);
            return;
        }
        if (future->object.flags & CAW__WATCHED) caw__watches_done(future, tail);
    }
    caw__ready_splice(future->loop, tail);
}

void caw__future_fail_with(caw_future *future, caw_error *error)
{
    if (future->object.state != CAW__PENDING) {
        caw_unref(error);
        return;
    }
    future->error = error;
    caw__future_finish(future, CAW__FAILED);
}

/* ---- Outcome -------------------------------------------------------------------------------------------------------------- */

int caw__future_set(caw_any *any, void *value, uint32_t shape)
{
    caw_future *future = caw__live_future(any);
    int         status = !future || (future->object.flags & CAW__IS_TASK) ? -CAW_RUNTIME_ERROR
                         : future->object.state != CAW__PENDING           ? -CAW_INVALID_STATE_ERROR
                         : future->shape != shape                         ? -CAW_TYPE_ERROR
                                                                          : 0;
    if (status) {
        if (value) caw__result_drop(shape, value);
        return status;
    }
    if (value) caw__result_move(shape, caw__future_value(future), value);
    caw__future_finish(future, CAW__FINISHED);
    return 0;
}

int caw__future_fail(caw_any *any, caw_error *error)
{
    caw_future *future = caw__live_future(any);
    int         status = !future || (future->object.flags & CAW__IS_TASK) ? -CAW_RUNTIME_ERROR
                         : future->object.state != CAW__PENDING           ? -CAW_INVALID_STATE_ERROR
                         : !error || caw_error_is(error, CAW_STOP_ASYNC_ITERATION) || caw_error_is(error, CAW_GENERATOR_EXIT)
                             ? -CAW_TYPE_ERROR
                             : 0;
    if (status) {
        caw_unref(error);
        return status;
    }
    future->error = error;
    caw__future_finish(future, CAW__FAILED);
    return 0;
}

bool caw__future_cancel(caw_future *future, const char *message)
{
    future->object.flags |= CAW__RETRIEVED;
    if (future->object.state != CAW__PENDING) return false;
    if (message) future->error = caw__cancelled_error(message);
    caw__future_finish(future, CAW__CANCELLED);
    return true;
}

bool caw__cancel(caw_any *any, const char *message)
{
    caw_future *future = caw__live_future(any);
    if (!future) return false;
    bool (*cancel)(caw_future *, const char *) = future->object.type->cancel;
    return (cancel ? cancel : caw__future_cancel)(future, message);
}

CAW__COLD

bool caw__future_pass(caw_future *future)
{
    if (future->object.refs != 1) return caw__result_share(future->shape, caw__future_value(future));
    future->shape &= ~CAW__FORWARD;
    return true;
}

CAW__COLD_END

caw_error *caw__future_take_last(caw_future *future, void *out) { return caw__future_take_last_inline(future, out); }

caw_error *caw__future_outcome(caw_future *future)
{
    if (future->object.state == CAW__FINISHED) return NULL;
    future->object.flags |= CAW__RETRIEVED;
    if (future->object.state == CAW__FAILED && future->object.flags & CAW__IS_TASK) caw__task_seen((caw_task *)(void *)future);
    if (future->object.state == CAW__FAILED) return future->error ? caw_ref(future->error) : caw__error_no_memory();
    if (future->error &&
        future->object.flags & CAW__UNRAISED) { /* handed out once as it is; of a task no later one has its message */
        caw_error *error = future->error;
        future->object.flags &= (uint16_t)~CAW__UNRAISED;
        if (!(future->object.flags & CAW__IS_TASK) || (CAW__JS_ERRORS && caw__error_js(error))) return caw_ref(error);
        future->error = NULL;
        return error;
    }
    return caw__cancelled_again(future->error);
}

bool caw__future_done(const caw_any *any)
{
    const caw_future *future = caw__live_future(any);
    return future && future->object.state != CAW__PENDING;
}

bool caw__future_cancelled(const caw_any *any)
{
    const caw_future *future = caw__live_future(any);
    return future && future->object.state == CAW__CANCELLED;
}

int caw__future_result(caw_any *any, void *out, uint32_t shape)
{
    caw_future *future = caw__live_future(any);
    if (!future || future->object.state == CAW__PENDING) return -CAW_INVALID_STATE_ERROR;
    if (future->object.state == CAW__FINISHED) {
        if (future->shape != shape) return -CAW_TYPE_ERROR;
        if (!out) return 0;
        return caw__result_copy(shape, out, caw__future_value(future)) ? 0 : -CAW_MEMORY_ERROR;
    }
    future->object.flags |= CAW__RETRIEVED;
    if (future->object.state == CAW__CANCELLED) return -CAW_CANCELLED_ERROR;
    if (future->object.flags & CAW__IS_TASK) caw__task_seen((caw_task *)(void *)future);
    return future->error ? -(int)caw_error_type_of(future->error) : -CAW_MEMORY_ERROR;
}

caw_error *caw__future_error(caw_any *any)
{
    caw_future *future = caw__live_future(any);
    if (!future || future->object.state == CAW__PENDING) return caw_error_new(CAW_INVALID_STATE_ERROR, "not done yet");
    return caw__future_outcome(future);
}

caw_loop *caw__future_loop(const caw_any *any)
{
    const caw_future *future = caw__live_future(any);
    return future ? future->loop : NULL;
}

/* A generator that runs just now may have come to its yield when the step is. */
static bool shaped(const caw_any *any) { return any->kind == CAW__FRESH || any->state & CAW__GENERATOR; }

uint32_t caw__any_shape(const caw_any *any)
{
    const caw_future *future = caw__as_future(any);
    if (future) return future->shape;
    if (!any || !shaped(any)) return 0;
    const caw__co *co = (const caw__co *)any;
    return co->desc->shape == CAW__FORWARD ? (uint32_t)(uintptr_t)co->out : co->desc->shape;
}

CAW__COLD

bool caw__any_fits(const caw_any *any, uint32_t shape)
{
    const caw_future *future = caw__as_future(any);
    return future ? !future->loop || future->shape == shape : !shaped(any) || caw__any_shape(any) == shape;
}

CAW__COLD_END
