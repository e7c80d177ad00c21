/*
 * Owns: the queue of futures that tasks wait on inside a primitive; first come, first served.
 * Must not know: which primitive. A waiter's entry stands in the waiting coroutine's frame.
 */
#ifndef CAW_WAITERS_H
#define CAW_WAITERS_H

#include "internal.h"

typedef struct waiter {
    struct waiter *next, *previous;
    bool           listed;
    caw_of(void) future; /* a reference of the waiting coroutine's */
} waiter;

typedef struct waiters {
    waiter *first, *last;
} waiters;

static inline void waiters_add(waiters *list, waiter *w)
{
    w->next = NULL;
    w->previous = list->last;
    if (list->last) list->last->next = w;
    else list->first = w;
    list->last = w;
    w->listed = true;
}

static inline void waiters_leave(waiters *list, waiter *w)
{
    if (!w->listed) return;
    w->listed = false;
    if (w->previous) w->previous->next = w->next;
    else list->first = w->next;
    if (w->next) w->next->previous = w->previous;
    else list->last = w->previous;
}

/* Whether anybody waits who was not cancelled. */
static inline bool waiters_any(const waiters *list)
{
    for (const waiter *w = list->first; w; w = w->next) {
        if (!caw_cancelled(w->future)) return true;
    }
    return false;
}

/* Wakes up to `count` of those whose future is still pending, the first first; gives how many. */
static inline size_t waiters_wake(const waiters *list, size_t count)
{
    size_t woken = 0;
    for (const waiter *w = list->first; w && woken < count; w = w->next) {
        if (caw_done(w->future)) continue;
        (void)caw_set_done(w->future);
        woken++;
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
    return caw_error_new(CAW_RUNTIME_ERROR, "%s is bound to a different event loop", what);
}

#endif
