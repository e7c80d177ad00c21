/*
 * Owns: deeds and statements with locks, semaphores, events, conditions, barriers.
 */
#include "world.h"

void primitive_deed(unsigned which)
{
    if (!w.lock || !w.semaphore || !w.bounded || !w.event || !w.condition || !w.barrier) return;
    switch (which % 8) {
    case 0: (void)!caw_lock_release(w.lock); return;
    case 1: (void)!caw_release(w.semaphore); return;
    case 2: w.strays += caw_release(w.bounded) == 0; return;
    case 3: caw_event_set(w.event); return;
    case 4: caw_event_clear(w.event); return;
    case 5: (void)!caw_condition_notify(w.condition, which >> 4 & 3); return;
    case 6: (void)!caw_condition_notify_all(w.condition); return;
    default:
        /* Who releases what it does not hold may bring it above its bound, in asyncio too: a woken waiter that is cancelled adds one. */
        REQUIRE(caw_semaphore_value(w.semaphore) >= 0 && caw_semaphore_value(w.bounded) >= 0);
        REQUIRE(caw_semaphore_value(w.bounded) <= 1 || w.strays);
        REQUIRE(caw_barrier_waiting(w.barrier) >= 0 && caw_barrier_waiting(w.barrier) <= 2);
        return;
    }
}

static bool holds(void *argument)
{
    (void)argument;
    deed();
    return byte() & 1;
}

CAW_ASYNC(void, primitive_statement, unsigned which)
{
    CAW_BEGIN(void) {
        if (!w.lock || !w.semaphore || !w.bounded || !w.event || !w.condition || !w.barrier) CAW_RETURN();
        switch (which % 16) {
        case 0:
        case 1: CAW_WITH(caw_lock_with(w.lock)) {
                CAW_AWAIT(statement());
            }
            CAW_END_WITH;
            break;
        case 2: CAW_AWAIT(caw_lock_acquire(w.lock)); break;
        case 3: CAW_WITH(caw_semaphore_with(w.semaphore)) {
                CAW_AWAIT(statement());
            }
            CAW_END_WITH;
            break;
        case 4: CAW_AWAIT(caw_acquire(w.semaphore)); break;
        case 5: CAW_WITH(caw_semaphore_with(w.bounded)) {
                CAW_AWAIT(statement());
            }
            CAW_END_WITH;
            break;
        case 6:
        case 7: CAW_AWAIT(caw_event_wait(w.event)); break;
        case 8:
        case 9: CAW_WITH(caw_condition_with(w.condition)) {
                CAW_AWAIT(caw_condition_wait(w.condition));
            }
            CAW_END_WITH;
            break;
        case 10:
            CAW_WITH(caw_condition_with(w.condition)) {
                if (more()) CAW_AWAIT(caw_condition_wait_for(w.condition, holds, NULL));
            }
            CAW_END_WITH;
            break;
        case 11: CAW_AWAIT(caw_condition_wait(w.condition)); break;
        case 12:
        case 13: {
            int number = CAW_AWAIT(caw_barrier_wait(w.barrier));
            REQUIRE(number == 0 || number == 1);
            break;
        }
        case 14: CAW_AWAIT(caw_barrier_reset(w.barrier)); break;
        default:
            if (byte() & 4) CAW_AWAIT(caw_barrier_abort(w.barrier));
            break;
        }
    } CAW_END;
}
