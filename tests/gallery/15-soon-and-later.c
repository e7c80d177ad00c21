/* Lesson: callbacks run in the order of their times, not in the order they were asked for; "soon" comes before any timer. */
#include "elapsed.h"
#include <stdio.h>

static void say(void *what) { printf("%.1f  %s\n", elapsed(), (const char *)what); }

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char soon[] = "soon", later[] = "0.1 later", latest[] = "0.2 later", never[] = "never";
        printf("%.1f  asked\n", elapsed());
        caw_unref(caw_call_later(NULL, 0.2, say, latest));
        caw_unref(caw_call_later(NULL, 0.1, say, later));
        caw_unref(caw_call_soon(NULL, say, soon));

        caw_handle *cancelled = caw_call_later(NULL, 0.1, say, never);
        caw_handle_cancel(cancelled);
        caw_unref(cancelled);

        CAW_AWAIT(caw_sleep(0.3));
        printf("%.1f  end\n", elapsed());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
