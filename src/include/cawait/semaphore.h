/*
 * Owns: semaphores (asyncio.Semaphore, BoundedSemaphore).
 */
#ifndef CAWAIT_SEMAPHORE_H
#define CAWAIT_SEMAPHORE_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. Strictly first come, first served: nobody overtakes a waiter, nor one that was woken and has not run yet. */
typedef struct caw_semaphore caw_semaphore;

/* `value` permits to begin with; NULL without memory or for a negative value. Used on the loop that first blocks on it. */
caw_semaphore *caw_semaphore_new(int value);
/* The same, but releasing more often than acquiring is refused. */
caw_semaphore *caw_bounded_semaphore_new(int value);

/*
 * Takes a permit, waiting for one. Does not suspend when one is free and nobody waits. A waiter that is cancelled after it was
 * woken gives its permit on. RuntimeError on another loop than the one it is bound to. Borrows the semaphore.
 *     CAW_AWAIT(caw_acquire(s)); CAW_TRY { ... } CAW_FINALLY { caw_release(s); } CAW_END_TRY;
 * Source: Semaphore.acquire; rule 34.
 */
caw_of(void) caw_acquire(caw_semaphore *semaphore);
/*
 * Gives a permit back and wakes the first waiter; from any callback. 0, or -CAW_VALUE_ERROR when a bounded semaphore would exceed
 * its first value. Source: Semaphore.release.
 */
int caw_release(caw_semaphore *semaphore);
/* Whether acquire would wait now. Source: Semaphore.locked. */
bool caw_semaphore_locked(const caw_semaphore *semaphore);
int  caw_semaphore_value(const caw_semaphore *semaphore);

#ifdef __cplusplus
}
#endif
#endif
