/*
 * Owns: waiting for a state that a lock protects (asyncio.Condition).
 */
#ifndef CAWAIT_CONDITION_H
#define CAWAIT_CONDITION_H

#include <cawait/lock.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. */
typedef struct caw_condition caw_condition;

/* A condition over a lock, which it keeps (borrowed: you keep yours); over one of its own for NULL. NULL without memory. */
CAW__REFERENCE caw_condition *caw_condition_new(caw_lock *lock);
/* Its lock, borrowed: acquire that before anything below. */
caw_lock *caw_condition_lock(const caw_condition *condition);
/*
 * A manager that holds its lock for a block; borrows the condition.
 *     CAW_WITH(caw_condition_with(c)) { CAW_AWAIT(caw_condition_wait_for(c, ready, state)); } CAW_END_WITH;
 * Source: async with condition.
 */
caw_with caw_condition_with(const caw_condition *condition);
/*
 * Unlocks, waits to be notified, locks again. The lock is held when it returns, and when it raises a CancelledError: a cancellation
 * is raised only once it is. May return without a notification that was meant for it, so test the state in a loop, or use
 * caw_condition_wait_for. A notification that a cancelled waiter had got goes to the next. RuntimeError when the lock is not held,
 * and on another loop than the one it is bound to. Borrows the condition. Source: Condition.wait; rule 35.
 */
CAW__HANDLE caw_of(void) caw_condition_wait(caw_condition *condition);
/* Waits until `holds(argument)`, which is called with the lock held: first now. Source: Condition.wait_for. */
CAW__HANDLE caw_of(void) caw_condition_wait_for(caw_condition *condition, bool (*holds)(void *argument), void *argument);
/*
 * Wakes up to `count` waiters in the order in which they came; they go on once you release the lock. From any callback. 0, or
 * -CAW_RUNTIME_ERROR when the lock is not held. Source: Condition.notify, notify_all.
 */
int caw_condition_notify(caw_condition *condition, size_t count);
int caw_condition_notify_all(caw_condition *condition);

#ifdef __cplusplus
}
#endif
#endif
