/* Who is to be cancelled before it waits: it does not begin to, whatever it waits for, and nobody's turn is lost. */
#include "tasks.h"

enum { EVENT, LOCK, SEMAPHORE, CONDITION, BARRIER, GET, PUT, JOIN, KINDS };

static CAW_ASYNC(void, waits_for, int kind, void *what)
{
    CAW_BEGIN(void) {
        if (kind != CONDITION) caw_cancel((caw_of(void))caw_current_task(), NULL);
        if (kind == EVENT) CAW_AWAIT(caw_event_wait(what));
        if (kind == LOCK) CAW_AWAIT(caw_lock_acquire(what));
        if (kind == SEMAPHORE) CAW_AWAIT(caw_acquire(what));
        if (kind == CONDITION) {
            CAW_WITH(caw_condition_with(what)) {
                caw_cancel((caw_of(void))caw_current_task(), NULL);
                CAW_AWAIT(caw_condition_wait(what));
            }
            CAW_END_WITH;
        }
        if (kind == BARRIER) CAW_AWAIT(caw_barrier_wait(what));
        if (kind == GET) caw_value_drop(CAW_AWAIT(caw_queue_get(what)));
        if (kind == PUT) CAW_AWAIT(caw_queue_put(what, caw_int(1)));
        if (kind == JOIN) CAW_AWAIT(caw_queue_join(what));
        trace("waited");
    } CAW_END;
}

ASYNC_TEST(cancelled_before_it_waits)
{
    CAW_BEGIN(void) {
        caw_event     *event = caw_event_new();
        caw_lock      *lock = caw_lock_new();
        caw_semaphore *semaphore = caw_semaphore_new(0);
        caw_condition *condition = caw_condition_new(NULL);
        caw_barrier   *barrier = caw_barrier_new(2);
        caw_queue     *empty = caw_queue_new(0), *full = caw_queue_new(1);
        CHECK_INT(caw_queue_put_nowait(full, caw_int(5)), 0);
        CAW_AWAIT(caw_lock_acquire(lock));
        void *const all[] = {[EVENT] = event,
                             [LOCK] = lock,
                             [SEMAPHORE] = semaphore,
                             [CONDITION] = condition,
                             [BARRIER] = barrier,
                             [GET] = empty,
                             [PUT] = full,
                             [JOIN] = full};
        for (int kind = 0; kind < KINDS; kind++) CHECK_RAISES(caw_spawn(waits_for(kind, all[kind])), CAW_CANCELLED_ERROR, "");
        CHECK_REAL(elapsed(), 0);
        /* Nobody is in a line. */
        CHECK(!caw_lock_locked(caw_condition_lock(condition)));
        CHECK_INT(caw_lock_release(lock), 0);
        CHECK(!caw_lock_locked(lock));
        CHECK_INT(caw_release(semaphore), 0);
        CHECK_INT(caw_semaphore_value(semaphore), 1);
        CHECK_INT(caw_queue_put_nowait(empty, caw_int(6)), 0);
        CHECK_INT(caw_queue_size(empty), 1);
        caw_unref(event);
        caw_unref(lock);
        caw_unref(semaphore);
        caw_unref(condition);
        caw_unref(barrier);
        caw_unref(empty);
        caw_unref(full);
    } CAW_END;
}
