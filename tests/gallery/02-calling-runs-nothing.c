/* Lesson: calling an async function runs nothing of it; only an await, or a task, does. One that is forgotten is reported. */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(int, greet, const char *name)
{
    CAW_BEGIN(int) {
        printf("hello, %s\n", name);
        CAW_RETURN(1);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto awaited = greet("Ada");
        caw_auto spawned = greet("Barbara");
        caw_auto dropped = greet("nobody");
        puts("three calls, no greeting yet");

        CAW_AWAIT(awaited);
        CAW_AWAIT(caw_spawn(spawned));
        caw_drop(dropped); /* the way to say that it was meant */
        puts("two greetings");
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
