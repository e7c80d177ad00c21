/* Lesson: done callbacks are called in the order they were added, in the loop's next pass, never inside the call that sets. */
#include <cawait.h>
#include <stdio.h>

static void told(void *who, caw_any *future)
{
    int value = 0;
    caw_result((caw_of(int))future, &value);
    printf("%s: %d\n", (const char *)who, value);
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char one[] = "first", two[] = "second", three[] = "removed", late[] = "late";
        caw_auto    future = caw_future(int);
        CAW_CHECK(caw_add_done_callback(future, told, one));
        CAW_CHECK(caw_add_done_callback(future, told, three));
        CAW_CHECK(caw_add_done_callback(future, told, two));
        printf("removed %d of them\n", caw_remove_done_callback(future, told, three));

        caw_set_result(future, 7);
        puts("set, and nobody was told yet");
        CAW_AWAIT(caw_sleep(0));

        CAW_CHECK(caw_add_done_callback(future, told, late));
        puts("added to a future that is done: told in the next pass too");
        CAW_AWAIT(caw_sleep(0));
        caw_unref(future);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
