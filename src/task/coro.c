/*
 * Owns: what a coroutine's macros call out of line: awaiting anything but a fresh coroutine, defers, closing, misuse.
 * Must not know: how tasks are scheduled (task.c).
 */
#include "task/task.h"

void caw__co_destroy(void *co) { __builtin_coro_destroy(__builtin_coro_promise(co, _Alignof(caw__co), 1)); }

/* Gives up what nobody will await. */
void caw__drop(caw_any *any)
{
    if (!any) return;
    CAW__OURS(any);
    switch (any->kind) {
    case CAW__FRESH:
    case CAW__STARTED:
    case CAW__EXHAUSTED:
        if (any->state & CAW__GENERATOR) caw_unref(caw__co_generator((caw__co *)any)); /* a step of one: the reference it has */
        else if (any->kind == CAW__FRESH) caw__release_by(any, caw__co_destroy);       /* it may have others as arguments */
        break;
    case CAW__FUTURE:
    case CAW__OBJECT: caw_unref(any); break;
    case CAW__GONE: CAW__CHECK_GONE(any);
    }
}

/* ---- Await ---------------------------------------------------------------------------------------------------------------- */

/* Suspends the current task in the await whose slot this is; what it waits for is set by the caller. */
static caw_task *coro_suspend(caw__co *self, caw__slot *slot)
{
    caw_task *task = caw__rt.task;
#ifdef CAW_CHECKED
    task->at = caw__here;
#endif
    task->slot = slot;
    task->top = self;
    return task;
}

/* Suspends the task until the future, which is pending and of this loop, is done; takes its reference over. */
static int await_pending(caw__co *self, caw_future *future, caw__slot *slot, void *out)
{
    caw_task *task = coro_suspend(self, slot);
    task->waiting = future;
    slot->out = out;
    caw__future_add(future, &task->node);
    if (CAW__UNLIKELY(task->future.object.flags & CAW__MUST_CANCEL)) caw__await_cancelled(task);
    return 1;
}

CAW__COLD

/* The future cannot be awaited here; its reference is given up. */
static __attribute__((noinline)) int refuse_future(caw__co *self, caw_future *future, caw__slot *slot)
{
    bool       foreign = future->loop != caw__running, again = !foreign && future->object.flags & CAW__SELF_AWAITED;
    caw_error *error =
        caw_error_new(CAW_RUNTIME_ERROR, foreign ? "a future attached to a different loop" : "a task cannot await itself");
    caw_any *failed = caw__future_failed(error);
    if (!foreign) future->object.flags |= CAW__SELF_AWAITED;
    caw_unref(future);
    if (again) return caw__await_slow(self, failed, slot, NULL); /* as CPython's Future in C, not the one in Python */
    caw_task *task = coro_suspend(self, slot);
    task->waiting = (caw_future *)(void *)failed; /* asyncio throws it into the task at its next step, not inside the await */
    caw__task_queue(task);
    return 1;
}

CAW__COLD_END

static int coro_await_future(caw__co *self, caw_future *future, caw__slot *slot, void *out)
{
    if (future->object.state != CAW__PENDING) {
        caw_error *error = caw__future_take_last(future, out);
        bool       shared = future->object.state == CAW__FAILED;
        caw_unref(future);
        slot->error = error ? caw__raised(self, caw__error_arrives(error, false, shared)) : NULL;
        return 0;
    }
    if (CAW__UNLIKELY(future->loop != caw__running || future->object.flags & CAW__SELF_AWAITED ||
                      future == &caw__rt.task->future))
        return refuse_future(self, future, slot);
    return await_pending(self, future, slot, out);
}

int caw__await_yield(caw__co *self, caw__slot *slot)
{
    caw__task_queue(coro_suspend(self, slot));
    return 1;
}

CAW__COLD

/* A generator's has what is known of it only when it runs. */
void caw__stands_below(caw__co *self, caw__below *far)
{
    if (self->state & CAW__GENERATOR) {
        const caw__generator_desc *known = (const caw__generator_desc *)(const void *)self->desc;
        CAW__OFFSET_SET(&far->function, CAW__OFFSET(known));
        __atomic_store_n(&far->function.refuse, known->refuse, __ATOMIC_RELAXED);
    }
    self->desc = &far->function.desc;
    self->line = CAW__BELOW;
}

#define AWAITABLES 1000 /* that give one another: beyond it they are held to go round in a circle */

/* Too deep for the stack, or not known to be fresh: the step starts the child. */
static int await_by_step(caw__co *self, caw__co *child, caw__slot *slot, void *out)
{
    child->kind = CAW__STARTED;
    child->slot = slot;
    child->out = out;
    child->depth = 0;
    if (caw__rt.thrown) child->state |= CAW__DEEP;
    slot->waiter = (uintptr_t)self;
    caw__rt.next = child;
    return 1;
}

/* Why a generator's step cannot be awaited now. (Where it stands far below, several threads may be writing the same there.) */
static caw_error *refusal(const caw_any *any)
{
    const caw__desc *desc = ((const caw__co *)any)->desc;
    return __atomic_load_n(&((const caw__generator_desc *)(const void *)desc)->refuse, __ATOMIC_RELAXED)(any);
}

static __attribute__((noinline)) int await_other(caw__co *self, caw_any *any, caw__slot *slot, void *out)
{
    switch (any->kind) {
    case CAW__YIELD: return caw__await_yield(self, slot);
    case CAW__FRESH: return await_by_step(self, (caw__co *)any, slot, out);
    case CAW__CUSTOM: {
        for (int n = 0; any && any->kind == CAW__CUSTOM; n++) {
            caw_any *inner = ((caw_awaitable *)any)->await((caw_awaitable *)any);
            any = inner == any || n == AWAITABLES ? NULL : inner;
        }
        if (any) return caw__await_slow(self, any, slot, out);
        slot->error = caw__raised(self, caw_error_new(CAW_TYPE_ERROR, "the awaitable gave nothing to await, or itself"));
        return 0;
    }
    case CAW__EXHAUSTED:
    case CAW__STARTED:
        if (any->state & CAW__GENERATOR) {
            slot->error = caw__raised(self, refusal(any));
            break;
        }
        __attribute__((fallthrough));
    default: slot->error = caw__raised(self, caw__error_taken(any, self->desc)); return 0;
    }
    caw__drop(any);
    return 0;
}

CAW__COLD_END

/* Small enough for V8 to inline it where a future is awaited. */
int caw__await_slow(caw__co *self, caw_any *any, caw__slot *slot, void *out)
{
    if (CAW__LIKELY(any->kind == CAW__FUTURE)) return coro_await_future(self, (caw_future *)any, slot, out);
    return await_other(self, any, slot, out);
}

CAW__COLD

/* ---- Defer ------------------------------------------------------------------------------------------------------------------- */

int caw__defer_push(caw__co *self, void (*function)(void *), const void *argument)
{
    caw__defer *defer = caw__alloc(sizeof *defer);
    if (!defer) {
        function((void *)(uintptr_t)argument);
        return -1;
    }
    caw__defer **place = &self->defers;
    while (*place && !(*place)->function) place = &(*place)->next; /* what is being handled stays before them */
    *defer = (caw__defer){*place, function, (void *)(uintptr_t)argument};
    *place = defer;
    return 0;
}

void caw__defer_run(caw__co *self)
{
    caw__defer *defer;
    while ((defer = self->defers)) {
        caw__defer it = *defer;
        self->defers = it.next;
        if (!it.function) continue; /* of a section that was cut off */
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

const caw_any caw__null = {0, 0, 0};

/* ---- Misuse -------------------------------------------------------------------------------------------------------------------- */

/*
 * Why it cannot be awaited or spawned: it has been, or is nothing of the kind. The checked build knows where; `by` is who tries, if
 * that is known. What was given up has no kind, or one that there is not, until its memory is used again.
 */
caw_error *caw__error_taken(const caw_any *any, const caw__desc *by)
{
    bool known = any == &caw__null || any->kind == CAW__OBJECT;
#ifdef CAW_CHECKED
    char        text[400];
    const char *file = caw__here.file ? caw__here.file : by ? by->file : "?";
    unsigned    line = caw__here.file ? caw__here.line : by ? by->line : 0;
    if (any->kind == CAW__GONE && caw__check_describe(any, text, sizeof text))
        return caw_error_new(CAW_RUNTIME_ERROR, "%s", text);
    if (any->kind == CAW__STARTED) {
        const caw__desc *desc = ((const caw__co *)any)->desc;
        return caw_error_new(CAW_RUNTIME_ERROR, "cannot reuse already awaited coroutine '%s' (%s:%u), at %s:%u", desc->name,
                             desc->file, (unsigned)desc->line, file, line);
    }
    return caw_error_new(known ? CAW_TYPE_ERROR : CAW_RUNTIME_ERROR, "%s at %s:%u",
                         any == &caw__null ? "a NULL handle"
                         : known           ? "no awaitable"
                                           : "what was given up before",
                         file, line);
#else
    (void)by;
    if (known) return caw_error_new(CAW_TYPE_ERROR, "no awaitable");
    return caw_error_new(CAW_RUNTIME_ERROR, "cannot reuse already awaited coroutine '%s'",
                         any->kind == CAW__STARTED ? ((const caw__co *)any)->desc->name : "?");
#endif
}

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

CAW__COLD_END
