/*
 * Owns: locks, exact to asyncio's.
 * Must not know: who holds one; nobody does.
 *
 * The invariant: when it is unlocked and somebody waits, the first waiter has been woken and will lock it.
 */
#include "waiters.h"
#include <cawait/lock.h>
#include <cawait/try.h>

struct caw_lock {
    caw__object object;
    caw_loop   *bound;
    waiters     waiters;
    bool        locked;
};

static void            release(void *object) { caw__free(object, sizeof(caw_lock)); }
static const caw__type lock_type = {"Lock", release, NULL};

caw_lock *caw_lock_new(void) { return caw__object_new(&lock_type, CAW__OBJECT, sizeof(caw_lock)); }
bool      caw_lock_locked(const caw_lock *l) { return l->locked; }

/* Only the first: one that was woken already must not be passed over. */
static void wake_first(const caw_lock *l)
{
    if (l->waiters.first) (void)caw_set_done(l->waiters.first->future);
}

int caw_lock_release(caw_lock *l)
{
    if (!l->locked) return -CAW_RUNTIME_ERROR;
    l->locked = false;
    wake_first(l);
    return 0;
}

static CAW_ASYNC(void, acquire, caw_lock *l)
{
    CAW_BEGIN_OWNING(void, caw_unref(l)) {
        CAW_DEFER(caw_unref, l);
        if (!l->locked && !waiters_any(&l->waiters)) {
            l->locked = true;
            CAW_RETURN();
        }
        caw_error *elsewhere = waiters_bind(&l->bound, "the lock");
        if (elsewhere) CAW_RAISE_ERROR(elsewhere);
        waiter w = {.future = caw_future(void)};
        CAW_DEFER(caw_unref, w.future);
        CAW_TRY {
            waiters_add(&l->waiters, &w);
            CAW_TRY {
                CAW_AWAIT(caw_ref(w.future));
            } CAW_FINALLY {
                waiters_leave(&l->waiters, &w);
            }
            CAW_END_TRY;
            l->locked = true;
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            (void)error;
            if (!l->locked) wake_first(l); /* it may have been woken, but will not lock */
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

caw_of(void) caw_lock_acquire(caw_lock *l) { return acquire(caw_ref(l)); }
