/*
 * Owns: locks, exact to asyncio's.
 * Must not know: who holds one; nobody does.
 *
 * The invariant: when it is unlocked and somebody waits, the first waiter has been woken and will lock it.
 */
#include "sync/waiters.h"
#include <cawait/lock.h>

struct caw_lock {
    caw__object object;
    caw_loop   *bound;
    waiters     waiters; /* the woken and the cancelled, too, until they have gone on */
    size_t      claims;
    bool        locked;
};

static void            lock_release(void *object) { caw__free(object, sizeof(caw_lock)); }
static const caw__type lock_type = {"Lock", lock_release, NULL};

caw_lock *caw_lock_new(void) { return caw__object_new(&lock_type, CAW__OBJECT, sizeof(caw_lock)); }
bool      caw_lock_locked(const caw_lock *l) { return l->locked; }

__attribute__((unused)) static bool somebody_will_lock(const caw_lock *l)
{
    return l->locked || !l->waiters.first || waiter_done(l->waiters.first);
}

/* Only the first: one that was woken already must not be passed over. */
static void wake_first(const caw_lock *l)
{
    if (l->waiters.first) waiter_wake(l->waiters.first);
}

int caw_lock_release(caw_lock *l)
{
    CAW__OURS(l);
    if (!l->locked) return -CAW_RUNTIME_ERROR;
    l->locked = false;
    wake_first(l);
    CAW__ALWAYS(somebody_will_lock(l));
    return 0;
}

/* Nobody overtakes a waiter. */
static bool lock_at_once(caw_lock *l)
{
    CAW__OURS(l);
    CAW__ALWAYS(somebody_will_lock(l));
    if (l->locked || l->claims) return false;
    return l->locked = true;
}

static inline void lock_let_go(caw_lock *l)
{
    if (CAW__UNLIKELY(l->object.refs == 1)) caw_unref(l);
    else l->object.refs--;
}

/* What stands before CAW_BEGIN is done when the function is called: the coroutine holds the lock until it has run. */
CAW_ASYNC(void, caw_lock_acquire, caw_lock *l)
{
    CAW__OURS(l);
    l->object.refs += l->object.refs != CAW__IMMORTAL;
    CAW_BEGIN_OWNING(void, caw_unref(l)) {
        bool       at_once = lock_at_once(l);
        caw_error *error = at_once ? NULL : waiters_bind(&l->bound, "the lock");
        if (!at_once && !error) {
            claim c;
            error = WAITERS_CLAIM(&l->waiters, &c, &l->claims, caw_unref(l));
            if (!error) l->locked = true;
            else if (!l->locked) wake_first(l); /* it may have been woken, but will not lock */
        }
        lock_let_go(l);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

/* ---- As a manager --------------------------------------------------------------------------------------------------------- */

static caw_of(void) lock_enter(void *self) { return lock_at_once(self) ? NULL : caw_lock_acquire(self); }

/* A condition's wait that is closed with the loop does not lock again; that is no error of the block's. */
static caw_of(bool) lock_leave(void *self, caw_error *error)
{
    if (!caw_lock_release(self) || caw_error_is(error, CAW_GENERATOR_EXIT)) return NULL;
    return (caw_of(bool))caw__future_failed(caw_error_new(CAW_RUNTIME_ERROR, "the lock is not locked"));
}

static const caw_with_type lock_with_type = {.enter = lock_enter, .exit = lock_leave};

caw_with caw_lock_with(caw_lock *l) { return (caw_with){l, &lock_with_type}; }
