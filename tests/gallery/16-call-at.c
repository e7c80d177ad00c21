/* Lesson: a time on the loop's clock is for call_at. What falls due while code blocks is called after it, by its time. */
#include "block.h"
#include "elapsed.h"
#include <stdio.h>

static void say(void *what) { printf("%.1f  %s\n", elapsed(), (const char *)what); }

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char at_1[] = "at 1", at_2[] = "at 2", in_1[] = "in 1, at 3", at_4[] = "at 4", soon[] = "soon";
        caw_loop   *loop = caw_running_loop();
        double      start = caw_time(loop);
        say("start");
        caw_unref(caw_call_at(loop, start + 1, say, at_1));
        CAW_AWAIT(caw_sleep(2));

        caw_unref(caw_call_at(loop, start + 4, say, at_4));
        caw_unref(caw_call_later(loop, 1, say, in_1));
        caw_unref(caw_call_at(loop, start + 2, say, at_2)); /* that is now */
        caw_unref(caw_call_soon(loop, say, soon));
        block(3);
        say("blocked for 3");

        CAW_AWAIT(caw_sleep(1));
        say("end");
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
