/* Lesson: a lock is had by one at a time, first come, first served; CAW_WITH gives it back however the block ends. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, visit, const char *name, caw_lock *room)
{
    CAW_BEGIN(void) {
        printf("%.1f  %s comes\n", elapsed(), name);
        CAW_WITH(caw_lock_with(room)) {
            printf("%.1f  %s is in\n", elapsed(), name);
            CAW_AWAIT(caw_sleep(0.2));
        } CAW_END_WITH;
        printf("%.1f  %s has left\n", elapsed(), name);
    } CAW_END;
}

static const char *state(caw_lock *room) { return caw_lock_locked(room) ? "locked" : "free"; }

static void unlock(void *room)
{
    printf("%.1f  unlocked\n", elapsed());
    caw_lock_release(room);
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_lock *room = caw_lock_new();
        if (!room) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, room);
        printf("%.1f  %s\n", elapsed(), state(room));

        CAW_AWAIT(caw_lock_acquire(room));
        printf("%.1f  %s\n", elapsed(), state(room));
        caw_unref(caw_call_later(NULL, 1, unlock, room));

        caw_unref(CAW_AWAIT(caw_gather(visit("Ada", room), visit("Barbara", room))));
        printf("%.1f  %s\n", elapsed(), state(room));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
