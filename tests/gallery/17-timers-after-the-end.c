/* Lesson: the program ends with its main function. Timers that would come later are never called. */
#include "elapsed.h"
#include <stdio.h>

static void say(void *what) { printf("%.1f  %s\n", elapsed(), (const char *)what); }

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char in_time[] = "0.2 is in time", too_late[] = "0.6 is too late: this is never printed";
        say("start");
        caw_unref(caw_call_later(NULL, 0.6, say, too_late));
        caw_unref(caw_call_later(NULL, 0.2, say, in_time));
        CAW_AWAIT(caw_sleep(0.4));
        say("end");
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
