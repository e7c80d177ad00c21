/*
 * Owns: barriers, exact to asyncio's: rounds that fill and drain over one condition.
 * Must not know: how a condition waits.
 */
#include "task/task.h"
#include <cawait/barrier.h>
#include <cawait/condition.h>
#include <cawait/try.h>

typedef enum state { FILLING, DRAINING, RESETTING, BROKEN } state;

struct caw_barrier {
    caw__object    object;
    caw_condition *condition;
    state          state;
    int            parties, count, gone;
};

static void barrier_release(void *object)
{
    caw_barrier *b = object;
    caw_unref(b->condition);
    caw__free(b, sizeof *b);
}

static const caw__type barrier_type = {"Barrier", barrier_release, NULL};

caw_barrier *caw_barrier_new(int parties)
{
    caw_barrier *b = parties < 1 ? NULL : caw__object_new(&barrier_type, CAW__OBJECT, sizeof *b);
    if (!b) return NULL;
    b->parties = parties;
    b->condition = caw_condition_new(NULL);
    if (b->condition) return b;
    caw_unref(b);
    return NULL;
}

int  caw_barrier_parties(const caw_barrier *b) { return b->parties; }
int  caw_barrier_waiting(const caw_barrier *b) { return b->state == FILLING ? b->count : 0; }
bool caw_barrier_broken(const caw_barrier *b) { return b->state == BROKEN; }

static bool may_enter(void *barrier)
{
    const caw_barrier *b = barrier;
    return b->state == FILLING || b->state == BROKEN;
}

static bool may_leave(void *barrier)
{
    const caw_barrier *b = barrier;
    return b->state != FILLING;
}

/* The last one to go lets the next round in. */
static void barrier_leave(caw_barrier *b)
{
    CAW__ALWAYS(b->count > 0 && b->count <= b->parties);
    if (--b->count) return;
    if (b->state != BROKEN) b->state = FILLING;
    caw_condition_notify_all(b->condition);
}

/* One task's way through, with the lock held. */
static CAW_ASYNC(int, pass, caw_barrier *b)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_condition_wait_for(b->condition, may_enter, b));
        if (b->state == BROKEN) CAW_RAISE(CAW_BROKEN_BARRIER_ERROR, "the barrier was aborted");
        int came = b->count++,
            index = b->parties - 1; /* of the last; the others count as they go, in the order in which they came */
        CAW_TRY {
            if (b->count == b->parties) {
                b->state = DRAINING;
                b->gone = 0;
                caw_condition_notify_all(b->condition);
            } else {
                CAW_AWAIT(caw_condition_wait_for(b->condition, may_leave, b));
                if (b->state != DRAINING) CAW_RAISE(CAW_BROKEN_BARRIER_ERROR, "the barrier was aborted or reset");
                index = caw__as_asyncio ? came : b->gone++;
            }
        } CAW_FINALLY {
            barrier_leave(b);
        }
        CAW_END_TRY;
        CAW_RETURN(index);
    } CAW_END;
}

static CAW_ASYNC(int, barrier_wait, caw_barrier *b)
{
    CAW_BEGIN_OWNING(int, caw_unref(b)) {
        CAW_DEFER(caw_unref, b);
        caw_lock *lock = caw_condition_lock(b->condition);
        int       index = 0;
        CAW_AWAIT(caw_lock_acquire(lock));
        CAW_TRY {
            index = CAW_AWAIT(pass(b));
        } CAW_FINALLY {
            caw_lock_release(lock);
        }
        CAW_END_TRY;
        CAW_RETURN(index);
    } CAW_END;
}

caw_of(int) caw_barrier_wait(caw_barrier *b) { return barrier_wait(caw_ref(b)); }

static CAW_ASYNC(void, change, caw_barrier *b, state to)
{
    CAW_BEGIN_OWNING(void, caw_unref(b)) {
        CAW_DEFER(caw_unref, b);
        caw_lock *lock = caw_condition_lock(b->condition);
        CAW_AWAIT(caw_lock_acquire(lock));
        b->state = to == RESETTING && !b->count ? FILLING : to;
        caw_condition_notify_all(b->condition);
        caw_lock_release(lock);
    } CAW_END;
}

caw_of(void) caw_barrier_reset(caw_barrier *b) { return change(caw_ref(b), RESETTING); }
caw_of(void) caw_barrier_abort(caw_barrier *b) { return change(caw_ref(b), BROKEN); }
