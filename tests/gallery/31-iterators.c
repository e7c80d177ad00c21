/* Lesson: an iterator raises StopAsyncIteration at its end; a generator yields, and cleans up when it ends or is closed. */
#include "elapsed.h"
#include <stdio.h>

typedef struct counter {
    int next, last;
} counter;

static CAW_ASYNC(int, counter_next, counter *c)
{
    CAW_BEGIN(int) {
        if (c->next > c->last) CAW_RAISE(CAW_STOP_ASYNC_ITERATION, NULL);
        CAW_AWAIT(caw_sleep(0.2));
        CAW_RETURN(c->next++);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, groups, int from, int to)
{
    CAW_BEGIN_GEN(int) {
        CAW_TRY {
            for (int i = from; i <= to; i += 3) {
                CAW_AWAIT(caw_sleep(0.2));
                CAW_YIELD(i * 100 + (i + 1) * 10 + i + 2);
            }
        } CAW_FINALLY {
            printf("%.1f  closed\n", elapsed());
        } CAW_END_TRY;
    } CAW_END_GEN;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  an iterator\n", elapsed());
        counter c = {.next = 1, .last = 4};
        CAW_FOR_NEXT(int i, counter_next(&c)) {
            printf("%.1f  %d\n", elapsed(), i);
        } CAW_END_FOR;

        printf("%.1f  a generator\n", elapsed());
        CAW_FOR_AWAIT(int group, groups(1, 9)) {
            printf("%.1f  %d\n", elapsed(), group);
        } CAW_END_FOR;

        printf("%.1f  one that is closed early\n", elapsed());
        caw_auto g = groups(1, 9);
        CAW_DEFER(caw_unref, g);
        int first = CAW_AWAIT(caw_anext(g));
        printf("%.1f  %d\n", elapsed(), first);
        CAW_AWAIT(caw_aclose(g));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
