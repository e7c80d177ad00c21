/* Lesson: a condition waits for a state under a lock; a semaphore lets so many in; a barrier waits until so many came. */
#include "elapsed.h"
#include <stdio.h>

typedef struct shop {
    caw_condition *changed; /* protects what follows */
    int            loaves;
} shop;

static bool has_bread(void *s) { return ((shop *)s)->loaves > 0; }

static CAW_ASYNC(void, buy, const char *name, shop *s)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_condition_with(s->changed)) {
            CAW_AWAIT(caw_condition_wait_for(s->changed, has_bread, s));
            s->loaves--;
            printf("%.1f  %s buys, %d left\n", elapsed(), name, s->loaves);
        } CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, bake, shop *s)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        CAW_WITH(caw_condition_with(s->changed)) {
            s->loaves += 3;
            CAW_CHECK(caw_condition_notify_all(s->changed));
        } CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, swim, const char *name, caw_semaphore *lanes)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_semaphore_with(lanes)) {
            printf("%.1f  %s swims%s\n", elapsed(), name, caw_semaphore_locked(lanes) ? ", all lanes taken" : "");
            CAW_AWAIT(caw_sleep(1));
        } CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, meet, int seconds, caw_barrier *table)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        printf("%.1f  there after %d\n", elapsed(), seconds);
        int place = CAW_AWAIT(caw_barrier_wait(table));
        printf("%.1f  all there, number %d sits down\n", elapsed(), place);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        shop s = {.changed = caw_condition_new(NULL)};
        CAW_DEFER(caw_unref, s.changed);
        caw_semaphore *lanes = caw_semaphore_new(2), *only = caw_bounded_semaphore_new(1);
        CAW_DEFER(caw_unref, lanes);
        CAW_DEFER(caw_unref, only);
        caw_barrier *table = caw_barrier_new(3);
        CAW_DEFER(caw_unref, table);
        if (!s.changed || !lanes || !only || !table) CAW_RAISE(CAW_MEMORY_ERROR, NULL);

        printf("%.1f  a condition\n", elapsed());
        caw_unref(CAW_AWAIT(caw_gather(buy("Ada", &s), buy("Barbara", &s), bake(&s))));
        printf("%.1f  a semaphore\n", elapsed());
        caw_unref(CAW_AWAIT(caw_gather(swim("Ada", lanes), swim("Barbara", lanes), swim("Grace", lanes))));
        printf("%.1f  a bounded one: %s\n", elapsed(), caw_error_name(caw_release(only)));
        printf("%.1f  a barrier\n", elapsed());
        caw_unref(CAW_AWAIT(caw_gather(meet(0, table), meet(1, table), meet(2, table))));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
