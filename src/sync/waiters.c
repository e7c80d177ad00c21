/*
 * Owns: how a task begins and ends to wait in a line of waiters, and the error of who waits on another loop.
 * Must not know: which primitive, or what the wait is for.
 */
#include "sync/waiters.h"
#include <string.h>

static inline void waiters_wait(waiters *list, waiter *w, const caw__type *type, caw__co *self, caw__slot *slot)
{
    /* A future's first eight bytes, and shape and error: two stores on wasm, which the compiler made six of. 1 ns. */
    static const caw__object pending = {.kind = CAW__FUTURE, .refs = CAW__IMMORTAL};
    caw_task                *task = caw__rt.task;
    memcpy(&w->future, &pending, offsetof(caw__object, type));
    memset(&w->future.shape, 0, offsetof(caw_future, error) + sizeof w->future.error - offsetof(caw_future, shape));
    w->future.object.type = type;
    w->future.loop = caw__running;
    w->future.callbacks = &task->node;
    w->next = NULL;
    w->previous = list->last;
    if (list->last) list->last->next = w;
    else list->first = w;
    list->last = w;
    w->listed = true;
    slot->waiter = (uintptr_t)self | CAW__INLINE;
    slot->out = NULL;
    task->slot = slot;
    task->top = self;
    task->waiting = &w->future;
    task->node.next = task->node.previous = &task->node;
    if (CAW__UNLIKELY(task->future.object.flags & CAW__MUST_CANCEL)) caw__await_cancelled(task);
}

void caw__waiters_wait(waiters *list, waiter *w, caw__co *self, caw__slot *slot)
{
    waiters_wait(list, w, &caw__future_type, self, slot);
}

void caw__waiters_leave(waiters *list, waiter *w)
{
    waiters_remove(list, w);
    if (CAW__LIKELY(!w->future.error)) return;
    caw_unref(w->future.error); /* why it failed, or the message of a cancellation */
    w->future.error = NULL;
}

/* ---- Claims ---------------------------------------------------------------------------------------------------------------- */

static bool waiters_cancel(caw_future *future, const char *message)
{
    bool cancelled = caw__future_cancel(future, message);
    if (cancelled) --*CAW__CONTAINER(future, claim, waiter.future)->claims;
    return cancelled;
}

static const caw__type claim_type = {.name = "Future", .cancel = waiters_cancel};

void caw__waiters_claim(waiters *list, claim *c, size_t *claims, caw__co *self, caw__slot *slot)
{
    c->claims = claims;
    ++*claims;
    waiters_wait(list, &c->waiter, &claim_type, self, slot);
}

void caw__waiters_resign(waiters *list, claim *c)
{
    CAW__ALWAYS(*c->claims > 0 || waiter_cancelled(&c->waiter));
    if (!waiter_cancelled(&c->waiter)) --*c->claims;
    caw__waiters_leave(list, &c->waiter);
}

/* ---- Misuse ---------------------------------------------------------------------------------------------------------------- */

/* Variable arguments stand on a stack that a coroutine would have to keep, were they in it: 3 ns. */
caw_error *caw__waiters_elsewhere(const char *what)
{
    return caw_error_new(CAW_RUNTIME_ERROR, "%s is bound to a different event loop", what);
}
