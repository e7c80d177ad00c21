/*
 * Owns: a point that so many tasks reach together (asyncio.Barrier).
 */
#ifndef CAWAIT_BARRIER_H
#define CAWAIT_BARRIER_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. */
typedef struct caw_barrier caw_barrier;

/* A barrier for so many tasks, to be passed again and again; NULL without memory or for less than one. */
CAW__REFERENCE caw_barrier *caw_barrier_new(int parties);
/*
 * Waits until as many tasks as it is for have come; then all go on. Gives the number of those that had come before: each of a round
 * gets another, from 0, also when one that had come was cancelled (CPython gives one twice then). The last to come does not wait. Who comes
 * while a round is leaving waits for the next one. A waiter that is cancelled leaves; the others wait on. BrokenBarrierError when it was
 * reset meanwhile, or is broken. Borrows the barrier.
 * Source: Barrier.wait; rule 36.
 */
CAW__HANDLE caw_of(int) caw_barrier_wait(caw_barrier *barrier);
/* Empties it: who waits gets BrokenBarrierError. It may be used again. Source: Barrier.reset. */
CAW__HANDLE caw_of(void) caw_barrier_reset(caw_barrier *barrier);
/* Breaks it for good: who waits, and whoever comes, gets BrokenBarrierError; until a reset. Source: Barrier.abort. */
CAW__HANDLE caw_of(void) caw_barrier_abort(caw_barrier *barrier);
/* How many tasks it is for; how many wait in it; whether it is broken. Source: Barrier.parties, n_waiting, broken. */
int  caw_barrier_parties(const caw_barrier *barrier);
int  caw_barrier_waiting(const caw_barrier *barrier);
bool caw_barrier_broken(const caw_barrier *barrier);

#ifdef __cplusplus
}
#endif
#endif
