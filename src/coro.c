/*
 * Owns: what a coroutine's macros call out of line: awaiting anything but a fresh coroutine, defers, closing, misuse.
 * Must not know: how tasks are scheduled (task.c).
 */
#include "internal.h"

void caw__co_destroy(caw__co *co) { __builtin_coro_destroy(__builtin_coro_promise(co, _Alignof(caw__co), 1)); }

/* ---- Await ---------------------------------------------------------------------------------------------------------------- */

/* Suspends the current task at `self`; what it waits for is set by the caller. */
static caw_task *suspend(caw__co *self, caw__slot *slot, void *out)
{
    caw_task *task = caw__rt.task;
    task->top = self;
    task->slot = slot;
    task->out = out;
    return task;
}

/* asyncio gives the errors of a bad await to the task at its next step, not inside the await. */
static int fail_next_step(caw__co *self, caw__slot *slot, caw_error *error)
{
    caw_task *task = suspend(self, slot, NULL);
    slot->error = error;
    caw__task_queue(task);
    return 1;
}

int caw__await_pending(caw__co *self, caw_future *future, caw__slot *slot, void *out)
{
    caw_task *task = suspend(self, slot, out);
    task->waiting = future;
    caw__future_add(future, &task->node);
    if (CAW__UNLIKELY(task->future.object.flags &
                      CAW__MUST_CANCEL)) {                /* rule 10c: what is newly awaited is cancelled at once */
        caw_error  *cancel = caw_ref(task->future.error); /* a cycle of awaits may bring another */
        const char *message = caw__error_has_message(cancel) ? caw_error_message(cancel) : NULL;
        task->future.object.flags &= (uint16_t)~CAW__MUST_CANCEL;
        if (!caw__cancel((caw_any *)(void *)future, message)) task->future.object.flags |= CAW__MUST_CANCEL;
        caw_unref(cancel);
    }
    return 1;
}

static int await_future(caw__co *self, caw_future *future, caw__slot *slot, void *out)
{
    caw_loop *loop = caw__running;
    if (future->object.state != CAW__PENDING) {
        caw_error *error = caw__future_take(future, out);
        bool       shared = future->object.state == CAW__FAILED;
        caw_unref(future);
        slot->error = error ? caw__error_arrives(error, false, shared) : NULL;
        return 0;
    }
    if (future->loop != loop) {
        caw_unref(future);
        return fail_next_step(self, slot, caw_error_new(CAW_RUNTIME_ERROR, "awaited a future attached to a different loop"));
    }
    if (CAW__UNLIKELY(future->object.flags & CAW__SELF_AWAITED)) { /* as CPython's Future in C, not the one in Python */
        caw_unref(future);
        slot->error = caw_error_new(CAW_RUNTIME_ERROR, "a task cannot await itself");
        return 0;
    }
    if (future == &caw__rt.task->future) {
        future->object.flags |= CAW__SELF_AWAITED;
        caw_unref(future);
        return fail_next_step(self, slot, caw_error_new(CAW_RUNTIME_ERROR, "a task cannot await itself"));
    }
    return caw__await_pending(self, future, slot, out);
}

int caw__await_yield(caw__co *self, caw__slot *slot)
{
    caw__task_queue(suspend(self, slot, NULL));
    return 1;
}

int caw__await_slow(caw__co *self, caw_any *any, caw__slot *slot, void *out)
{
    if (CAW__LIKELY(any->kind == CAW__FUTURE)) return await_future(self, (caw_future *)any, slot, out);
    switch (any->kind) {
    case CAW__YIELD: return caw__await_yield(self, slot);
    case CAW__FRESH: { /* too deep for the stack, or not known to be fresh: the step starts the child */
        caw__co *child = (caw__co *)any;
        child->kind = CAW__STARTED;
        child->slot = slot;
        child->out = out;
        child->depth = 0;
        slot->waiter = (uintptr_t)self;
        caw__rt.next = child;
        return 1;
    }
    case CAW__CUSTOM: {
        caw_any *inner = ((caw_awaitable *)any)->await((caw_awaitable *)any);
        if (inner) return caw__await_slow(self, inner, slot, out);
        slot->error = caw_error_new(CAW_TYPE_ERROR, "the awaitable gave nothing to await");
        return 0;
    }
    case CAW__EXHAUSTED:
    case CAW__STARTED:
        if (any->state & CAW__GENERATOR) {
            slot->error = ((const caw__generator_desc *)(const void *)((caw__co *)any)->desc)->refuse(any);
            break;
        }
        slot->error =
            caw_error_new(CAW_RUNTIME_ERROR, "cannot reuse already awaited coroutine '%s'", ((caw__co *)any)->desc->name);
        return 0;
    default: slot->error = caw_error_new(CAW_TYPE_ERROR, "the object cannot be awaited"); return 0;
    }
    caw__drop(any);
    return 0;
}

CAW__COLD

/* ---- Defer ------------------------------------------------------------------------------------------------------------------- */

struct caw__defer {
    caw__defer *next;
    void (*function)(void *);
    void *argument;
};

int caw__defer_push(caw__co *self, void (*function)(void *), const void *argument)
{
    caw__defer *defer = caw__alloc(sizeof *defer);
    if (!defer) {
        function((void *)(uintptr_t)argument);
        return -1;
    }
    *defer = (caw__defer){self->defers, function, (void *)(uintptr_t)argument};
    self->defers = defer;
    return 0;
}

void caw__defer_run(caw__co *self)
{
    caw__defer *defer;
    while ((defer = self->defers)) {
        caw__defer it = *defer;
        self->defers = it.next;
        caw__free(defer, sizeof *defer);
        it.function(it.argument);
    }
}

bool caw__defer_take(caw__co *self, void (*function)(void *), const void *argument)
{
    for (caw__defer **place = &self->defers, *defer; (defer = *place); place = &defer->next) {
        if (defer->function != function || defer->argument != argument) continue;
        *place = defer->next;
        caw__free(defer, sizeof *defer);
        return true;
    }
    return false;
}

/* ---- Misuse -------------------------------------------------------------------------------------------------------------------- */

caw_error *caw__error_no_result(const caw__desc *desc)
{
    return caw_error_new(CAW_RUNTIME_ERROR, "'%s' ended without CAW_RETURN (%s:%u)", desc->name, desc->file,
                         (unsigned)desc->line);
}

caw_error *caw__error_loop_left(const caw__desc *desc, unsigned line)
{
    return caw_error_new(CAW_RUNTIME_ERROR, "break or continue out of a CAW_TRY section in '%s' (%s, section ends at line %u)",
                         desc->name, desc->file, line);
}

caw_error *caw__error_reraise(caw_error *handled)
{
    return handled ? caw_ref(handled) : caw_error_new(CAW_RUNTIME_ERROR, "no active exception to reraise");
}

CAW__COLD_END
