/* Lesson: a future joins whoever waits for a value to whoever has it: another task, or a callback of the loop. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, compute, caw_of(int) answer)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        CAW_CHECK(caw_set_result(answer, 41));
    } CAW_END;
}

static void ring(void *answer) { caw_set_result((caw_of(int))answer, 42); }

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto from_task = caw_future(int);
        CAW_DEFER(caw_unref, from_task);
        caw_auto from_timer = caw_future(int);
        CAW_DEFER(caw_unref, from_timer);

        caw_unref(caw_spawn(compute(from_task)));
        caw_unref(caw_call_later(NULL, 2, ring, caw_base(from_timer)));
        printf("%.1f  two futures, pending\n", elapsed());

        int value = CAW_AWAIT(caw_ref(from_task));
        printf("%.1f  from a task: %d\n", elapsed(), value);
        value = CAW_AWAIT(caw_ref(from_timer));
        printf("%.1f  from a timer: %d\n", elapsed(), value);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
