/*
 * Owns: semaphores, exact to asyncio's: a release hands its permit to the waiter it wakes.
 * Must not know: tasks.
 */
#include "sync/waiters.h"
#include <cawait/semaphore.h>
#include <limits.h>

struct caw_semaphore {
    caw__object object;
    caw_loop   *bound;
    waiters     waiters;
    size_t      claims;
    int         value;
    int         bound_value; /* -1: not bounded */
};

static void            semaphore_release(void *object) { caw__free(object, sizeof(caw_semaphore)); }
static const caw__type semaphore_type = {"Semaphore", semaphore_release, NULL};

static caw_semaphore *semaphore_make(int value, int bound_value)
{
    caw_semaphore *s = value < 0 ? NULL : caw__object_new(&semaphore_type, CAW__OBJECT, sizeof *s);
    if (!s) return NULL;
    s->value = value;
    s->bound_value = bound_value;
    return s;
}

caw_semaphore *caw_semaphore_new(int value) { return semaphore_make(value, -1); }
caw_semaphore *caw_bounded_semaphore_new(int value) { return semaphore_make(value, value); }
int            caw_semaphore_value(const caw_semaphore *s) { return s->value; }

bool caw_semaphore_locked(const caw_semaphore *s) { return s->value == 0 || s->claims > 0; }

/* The permit is the woken waiter's from now on. */
static bool semaphore_wake_next(caw_semaphore *s)
{
    if (!waiters_wake(&s->waiters, 1)) return false;
    CAW__ALWAYS(s->value > 0);
    s->value--;
    return true;
}

int caw_release(caw_semaphore *s)
{
    CAW__OURS(s);
    if (s->value >= (s->bound_value >= 0 ? s->bound_value : INT_MAX)) return -CAW_VALUE_ERROR;
    s->value++;
    semaphore_wake_next(s);
    return 0;
}

static bool take_at_once(caw_semaphore *s)
{
    CAW__OURS(s);
    if (caw_semaphore_locked(s)) return false;
    s->value--;
    return true;
}

static CAW_ASYNC(void, semaphore_acquire, caw_semaphore *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        bool       at_once = take_at_once(s);
        caw_error *error = at_once ? NULL : waiters_bind(&s->bound, "the semaphore");
        if (!at_once && !error) {
            claim c;
            error = WAITERS_CLAIM(&s->waiters, &c, &s->claims, caw_unref(s));
            bool woken = waiter_done(&c.waiter) && !waiter_cancelled(&c.waiter);
            if (caw_error_is(error, CAW_CANCELLED_ERROR) && woken) s->value++; /* it will not run: the permit goes on */
            while (s->value > 0 && semaphore_wake_next(s)) continue;
        }
        caw_unref(s);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw_acquire(caw_semaphore *s) { return semaphore_acquire(caw_ref(s)); }

/* ---- As a manager --------------------------------------------------------------------------------------------------------- */

static caw_of(void) semaphore_enter(void *self) { return take_at_once(self) ? NULL : caw_acquire(self); }

static caw_of(bool) semaphore_leave(void *self, caw_error *error)
{
    (void)error;
    if (!caw_release(self)) return NULL;
    return (caw_of(bool))caw__future_failed(caw_error_new(CAW_VALUE_ERROR, "the semaphore was released too many times"));
}

static const caw_with_type semaphore_with_type = {.enter = semaphore_enter, .exit = semaphore_leave};

caw_with caw_semaphore_with(caw_semaphore *s) { return (caw_with){s, &semaphore_with_type}; }
