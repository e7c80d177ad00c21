/* Lesson: wait tells which tasks are done and which are not, at the first end, error or limit asked for; it cancels nothing. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(int, work, int seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        if (seconds == 2) CAW_RAISE(CAW_VALUE_ERROR, "two is no good");
        CAW_RETURN(seconds * 10);
    } CAW_END;
}

static void show_task(caw_any *task) { printf(" %s", caw_task_name((caw_of(int))task)); }

static void show(const char *when, caw_waited *waited)
{
    printf("%.1f  %s: done", elapsed(), when);
    for (size_t i = 0; i < caw_waited_done_count(waited); i++) show_task(caw_waited_done(waited, i));
    printf("; pending");
    for (size_t i = 0; i < caw_waited_pending_count(waited); i++) show_task(caw_waited_pending(waited, i));
    printf("\n");
    caw_unref(waited);
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto a = caw_spawn(work(1), .name = "one");
        CAW_DEFER(caw_unref, a);
        caw_auto b = caw_spawn(work(2), .name = "two");
        CAW_DEFER(caw_unref, b);
        caw_auto c = caw_spawn(work(3), .name = "three");
        CAW_DEFER(caw_unref, c);
        printf("%.1f  start\n", elapsed());

        show("first completed", CAW_AWAIT(caw_wait_until(CAW_FIRST_COMPLETED, CAW_NEVER, caw_ref(a), caw_ref(b), caw_ref(c))));
        show("first exception", CAW_AWAIT(caw_wait_until(CAW_FIRST_EXCEPTION, CAW_NEVER, caw_ref(a), caw_ref(b), caw_ref(c))));
        show("half a second more", CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 0.5, caw_ref(a), caw_ref(b), caw_ref(c))));
        show("all completed", CAW_AWAIT(caw_wait(caw_ref(a), caw_ref(b), caw_ref(c))));

        caw_error *why = caw_exception(b);
        CAW_DEFER(caw_unref, why);
        printf("%d, %s, %d\n", CAW_AWAIT(caw_ref(a)), caw_error_message(why), CAW_AWAIT(caw_ref(c)));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
