/*
 * Owns: the queue of futures that tasks wait on inside a primitive; first come, first served.
 * Must not know: which primitive. A waiter's entry stands in the waiting coroutine's frame.
 */
#ifndef CAW_WAITERS_H
#define CAW_WAITERS_H

#include "task/forward.h"

/* Its future is part of it: nobody but the waiting task ever points there, and no wait allocates anything. */
typedef struct waiter {
    struct waiter *next, *previous;
    bool           listed;
    caw_future     future;
} waiter;

typedef struct waiters {
    waiter *first, *last;
} waiters;

/*
 * A waiter of which its primitive keeps count: of those who wait, and of those who were woken and have not gone on yet, but not of
 * the cancelled. For locks and semaphores, which must know at each turn whether anybody is to come first.
 */
typedef struct claim {
    waiter  waiter;
    size_t *claims;
} claim;

/* Suspends the current task in the line; WAITERS_WAIT and WAITERS_CLAIM are how to call these. */
void       caw__waiters_wait(waiters *list, waiter *w, caw__co *self, caw__slot *slot);
void       caw__waiters_leave(waiters *list, waiter *w);
void       caw__waiters_claim(waiters *list, claim *c, size_t *claims, caw__co *self, caw__slot *slot);
void       caw__waiters_resign(waiters *list, claim *c);
caw_error *caw__waiters_elsewhere(const char *what);

/* Woken, or cancelled. */
static inline bool waiter_done(const waiter *w) { return w->future.object.state != CAW__PENDING; }
static inline bool waiter_cancelled(const waiter *w) { return w->future.object.state == CAW__CANCELLED; }

/* It brings the task nothing, which can just go on: a third cheaper than a future that is done. */
static inline bool waiter_wake(waiter *w)
{
    if (waiter_done(w)) return false;
    w->future.object.state = CAW__FINISHED;
    if (CAW__UNLIKELY(!w->future.callbacks)) return true; /* the loop is being closed */
    caw_task *task = CAW__CONTAINER(w->future.callbacks, caw_task, node);
    CAW__ALWAYS(task->waiting == &w->future);
    task->waiting = NULL;
    caw__ready_push(w->future.loop, &task->node);
    return true;
}

/* The error is borrowed; caw__waiters_leave gives up what is kept of it. */
static inline bool waiter_fail(waiter *w, caw_error *error)
{
    if (waiter_done(w)) return false;
    w->future.error = caw_ref(error);
    caw__future_finish(&w->future, CAW__FAILED);
    return true;
}

/* Out of the line, before it is woken; the waiting coroutine itself calls caw__waiters_leave. */
static inline void waiters_remove(waiters *list, waiter *w)
{
    if (!w->listed) return;
    w->listed = false;
    if (w->previous) w->previous->next = w->next;
    else list->first = w->next;
    if (w->next) w->next->previous = w->previous;
    else list->last = w->previous;
}

/*
 * Wakes up to `count` of those whose future is still pending, the first first; gives how many. The woken and the cancelled are out of
 * the line with it, so that nobody is passed over twice.
 */
static inline size_t waiters_wake(waiters *list, size_t count)
{
    size_t woken = 0;
    for (waiter *w; woken < count && (w = list->first) != NULL;) {
        waiters_remove(list, w);
        woken += waiter_wake(w);
    }
    return woken;
}

/*
 * A primitive belongs to the loop on which it first blocked (asyncio's mixin). The address is only compared: a loop that is gone
 * and a new one at its place are taken for the same, as nobody can wait on the old one any more.
 */
static inline caw_error *waiters_bind(caw_loop **bound, const char *what)
{
    if (!*bound) *bound = caw__running;
    if (*bound == caw__running) return NULL;
    return caw__waiters_elsewhere(what);
}

/*
 * In an async function: waits in the line until it is woken, and gives NULL; or the error that came instead, owned. It has left the
 * line then, and waiter_done and waiter_cancelled say which it was. `give_up` as CAW__AWAIT_ERROR's.
 */
#define WAITERS_WAIT(list, w, give_up)                                                                                         \
    WAITERS__IN(caw__waiters_wait((list), (w), &caw__inside_CAW_BEGIN, &caw__s), caw__waiters_leave((list), (w)), give_up)
/* The same for a claim. */
#define WAITERS_CLAIM(list, c, claims, give_up)                                                                                \
    WAITERS__IN(caw__waiters_claim((list), (c), (claims), &caw__inside_CAW_BEGIN, &caw__s), caw__waiters_resign((list), (c)),  \
                give_up)
#define WAITERS__IN(begin, end, give_up)                                                                                       \
    CAW__QUIET({                                                                                                               \
        caw__slot caw__s;                                                                                                      \
        (begin);                                                                                                               \
        CAW__SUSPEND_OR(((end), (give_up)));                                                                                   \
        (end);                                                                                                                 \
        caw__s.error;                                                                                                          \
    })                                                                                                                         \
    CAW__LOUD

#endif
