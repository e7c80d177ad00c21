/* Lesson: a callback given to call_soon runs after the present step, first come, first served; arguments travel in a struct. */
#include <cawait.h>
#include <stdio.h>

typedef struct sum {
    int a, b;
    caw_of(int) result;
} sum;

static void say(void *what) { puts(what); }

static void add(void *argument)
{
    sum *s = argument;
    printf("%d + %d\n", s->a, s->b);
    caw_set_result(s->result, s->a + s->b);
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static char first[] = "first", last[] = "last";
        sum         s = {.a = 1, .b = 2, .result = caw_future(int)};
        caw_unref(caw_call_soon(NULL, say, first));
        caw_unref(caw_call_soon(NULL, add, &s));
        caw_unref(caw_call_soon(NULL, say, last));
        puts("three are to be called, none was");

        printf("the sum is %d\n", CAW_AWAIT(s.result));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
