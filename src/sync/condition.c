/*
 * Owns: conditions, exact to asyncio's: nothing but an error other than a cancellation leaves a wait without the lock.
 * Must not know: what state the lock protects.
 */
#include "sync/waiters.h"
#include <cawait/condition.h>

struct caw_condition {
    caw__object object;
    caw_loop   *bound;
    waiters     waiters;
    caw_lock   *lock;
};

static void condition_release(void *object)
{
    caw_condition *c = object;
    caw_unref(c->lock);
    caw__free(c, sizeof *c);
}

static const caw__type condition_type = {"Condition", condition_release, NULL};

caw_condition *caw_condition_new(caw_lock *lock)
{
    caw_condition *c = caw__object_new(&condition_type, CAW__OBJECT, sizeof *c);
    if (!c) return NULL;
    c->lock = lock ? caw_ref(lock) : caw_lock_new();
    if (c->lock) return c;
    caw_unref(c);
    return NULL;
}

caw_lock *caw_condition_lock(const caw_condition *c) { return c->lock; }
caw_with  caw_condition_with(const caw_condition *c) { return caw_lock_with(c->lock); }

int caw_condition_notify(caw_condition *c, size_t count)
{
    CAW__OURS(c);
    if (!caw_lock_locked(c->lock)) return -CAW_RUNTIME_ERROR;
    waiters_wake(&c->waiters, count);
    return 0;
}

int caw_condition_notify_all(caw_condition *c) { return caw_condition_notify(c, SIZE_MAX); }

/* Locks again, whatever the number of cancellations meanwhile; raises the last of them. */
static CAW_ASYNC(void, lock_again, caw_lock *lock)
{
    CAW_BEGIN(void) {
        caw_error *last = NULL;
        for (bool locked = false; !locked;) {
            CAW_TRY {
                CAW_AWAIT(caw_lock_acquire(lock));
                locked = true;
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                caw_unref(last);
                last = caw_ref(error);
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                (void)error;
                caw_unref(last);
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        if (last) CAW_RAISE_ERROR(last);
    } CAW_END;
}

static CAW_ASYNC(void, condition_wait, caw_condition *c)
{
    CAW_BEGIN_OWNING(void, caw_unref(c)) {
        CAW_DEFER(caw_unref, c);
        if (!caw_lock_locked(c->lock)) CAW_RAISE(CAW_RUNTIME_ERROR, "cannot wait on a condition whose lock is not held");
        caw_error *elsewhere = waiters_bind(&c->bound, "the condition");
        if (elsewhere) CAW_RAISE_ERROR(elsewhere);
        waiter w;
        caw_lock_release(c->lock);
        caw_error *error = WAITERS_WAIT(&c->waiters, &w, (void)0);
        if (!caw_error_is(error, CAW_GENERATOR_EXIT)) { /* else the loop is being closed: nobody would unlock it */
            caw_error *late = CAW__AWAIT_ERROR(lock_again(c->lock), (void)0);
            if (late) {
                late = caw__error_within(late, error);
                caw_unref(error);
                error = late;
            }
        }
        if (error) {
            waiters_wake(&c->waiters, 1); /* it may have been meant for this one, which will make no use of it */
            CAW_RAISE_ERROR(error);
        }
    } CAW_END;
}

caw_of(void) caw_condition_wait(caw_condition *c) { return condition_wait(caw_ref(c)); }

static CAW_ASYNC(void, condition_wait_for, caw_condition *c, bool (*holds)(void *), void *argument)
{
    CAW_BEGIN_OWNING(void, caw_unref(c)) {
        CAW_DEFER(caw_unref, c);
        while (!holds(argument)) CAW_AWAIT(caw_condition_wait(c));
    } CAW_END;
}

caw_of(void) caw_condition_wait_for(caw_condition *c, bool (*holds)(void *), void *argument)
{
    return condition_wait_for(caw_ref(c), holds, argument);
}
