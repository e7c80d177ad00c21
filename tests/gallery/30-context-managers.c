/* Lesson: a manager's exit runs however its block ends: well, by an error, or cancelled. A generator can be a manager. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, open_door, void *name)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.2));
        printf("%.1f  the %s door is open\n", elapsed(), (const char *)name);
    } CAW_END;
}

static CAW_ASYNC(bool, close_door, void *name, caw_error *error)
{
    CAW_BEGIN(bool) {
        CAW_AWAIT(caw_sleep(0.2));
        const char *why = error ? caw_error_name((int)caw_error_type_of(error)) : "no error";
        printf("%.1f  the %s door is closed: %s\n", elapsed(), (const char *)name, why);
        CAW_RETURN(false); /* true: the error goes no further */
    } CAW_END;
}

static caw_with door(char *name)
{
    static const caw_with_type type = {.enter = open_door, .exit = close_door};
    return (caw_with){name, &type};
}

static CAW_ASYNC(void, go_in, char *name, bool fails)
{
    CAW_BEGIN(void) {
        CAW_WITH(door(name)) {
            if (fails) CAW_RAISE(CAW_VALUE_ERROR, "it is dark");
            CAW_AWAIT(caw_sleep(1));
            printf("%.1f  leaving\n", elapsed());
        } CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, room, const char *name)
{
    CAW_BEGIN_GEN(int) {
        printf("%.1f  the %s is lit\n", elapsed(), name);
        CAW_TRY {
            CAW_YIELD(17); /* the block runs here */
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            printf("%.1f  caught: %s\n", elapsed(), caw_error_message(error));
        } CAW_FINALLY {
            printf("%.1f  the %s is dark again\n", elapsed(), name);
        } CAW_END_TRY;
    } CAW_END_GEN;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char front[] = "front", back[] = "back", side[] = "side";
        printf("%.1f  start\n", elapsed());
        CAW_AWAIT(go_in(front, false));
        CAW_TRY {
            CAW_AWAIT(go_in(back, true));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            printf("%.1f  outside: %s\n", elapsed(), caw_error_message(error));
        } CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(go_in(side, false), 0.6));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            printf("%.1f  outside: too slow\n", elapsed());
        } CAW_END_TRY;

        CAW_WITH_AS(int number, room("hall")) {
            printf("%.1f  in room %d\n", elapsed(), number);
            CAW_RAISE(CAW_VALUE_ERROR, "nobody is there");
        } CAW_END_WITH;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
