/* Lesson: a task starts by itself, once the one that spawned it waits; tasks that were spawned before run while others wait. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, say_after, double seconds, const char *what)
{
    CAW_BEGIN(void) {
        printf("%.1f  begin: %s\n", elapsed(), what);
        CAW_AWAIT(caw_sleep(seconds));
        printf("%.1f  %s\n", elapsed(), what);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto first = caw_spawn(say_after(1, "first"));
        caw_auto second = caw_spawn(say_after(2, "second"));
        printf("%.1f  hello\n", elapsed());

        CAW_AWAIT(first);
        CAW_AWAIT(second);
        printf("%.1f  done\n", elapsed());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
