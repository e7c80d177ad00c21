/*
 * Owns: mutual exclusion between tasks (asyncio.Lock).
 */
#ifndef CAWAIT_LOCK_H
#define CAWAIT_LOCK_H

#include <cawait/task.h>
#include <cawait/with.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Counted object. First come, first served: nobody overtakes a waiter, nor one that was woken and has not run yet. Nobody owns it:
 * any task may release it; a task that acquires it twice waits for ever. Between tasks of one thread: it is no mutex.
 */
typedef struct caw_lock caw_lock;

/* An unlocked lock; NULL without memory. Used on the loop that first blocks on it. */
CAW__REFERENCE caw_lock *caw_lock_new(void);
/*
 * Locks it, waiting until it is free. Does not suspend when it is free and nobody waits. A waiter that is cancelled after it was
 * woken passes the turn on. RuntimeError on another loop than the one it is bound to. Borrows the lock.
 * Source: Lock.acquire; rule 33.
 */
CAW__HANDLE caw_of(void) caw_lock_acquire(caw_lock *lock);
/* Unlocks it and wakes the first waiter; from any callback. 0, or -CAW_RUNTIME_ERROR when it is not locked. Source: Lock.release. */
int caw_lock_release(caw_lock *lock);
/* Whether it is locked: false between a release and the first step of the waiter it woke. Source: Lock.locked. */
bool caw_lock_locked(const caw_lock *lock);

/*
 * A manager that holds the lock for a block; borrows it. Takes a free lock without an allocation. A block that releases it itself
 * gets RuntimeError at its end.
 *     CAW_WITH(caw_lock_with(lock)) { ... } CAW_END_WITH;
 * Source: async with lock.
 */
caw_with caw_lock_with(caw_lock *lock);

#ifdef __cplusplus
}
#endif
#endif
