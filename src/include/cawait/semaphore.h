/*
 * Owns: semaphores (asyncio.Semaphore, BoundedSemaphore).
 */
#ifndef CAWAIT_SEMAPHORE_H
#define CAWAIT_SEMAPHORE_H

#include <cawait/task.h>
#include <cawait/with.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. Strictly first come, first served: nobody overtakes a waiter, nor one that was woken and has not run yet. */
typedef struct caw_semaphore caw_semaphore;

/* `value` permits to begin with; NULL without memory or for a negative value. Used on the loop that first blocks on it. */
CAW__REFERENCE caw_semaphore *caw_semaphore_new(int value);
/* The same, but releasing more often than acquiring is refused. */
CAW__REFERENCE caw_semaphore *caw_bounded_semaphore_new(int value);

/*
 * Takes a permit, waiting for one. Does not suspend when one is free and nobody waits. A waiter that is cancelled after it was
 * woken gives its permit on. RuntimeError on another loop than the one it is bound to. Borrows the semaphore.
 * Source: Semaphore.acquire; rule 34.
 */
CAW__HANDLE caw_of(void) caw_acquire(caw_semaphore *semaphore);
/*
 * Gives a permit back and wakes the first waiter; from any callback. 0, or -CAW_VALUE_ERROR when a bounded semaphore would exceed
 * its first value, any other INT_MAX. Source: Semaphore.release.
 */
int caw_release(caw_semaphore *semaphore);
/* Whether acquire would wait now. Source: Semaphore.locked. */
bool caw_semaphore_locked(const caw_semaphore *semaphore);
int  caw_semaphore_value(const caw_semaphore *semaphore);

/*
 * A manager that holds a permit for a block; borrows the semaphore. Takes a free permit without an allocation.
 *     CAW_WITH(caw_semaphore_with(semaphore)) { ... } CAW_END_WITH;
 * Source: async with semaphore.
 */
caw_with caw_semaphore_with(caw_semaphore *semaphore);

#ifdef __cplusplus
}
#endif
#endif
