/* Lesson: a queue is iterated over like anything else; once it is shut down, each loop over it ends when the queue is empty. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, produce, caw_queue *queue, int items)
{
    CAW_BEGIN(void) {
        for (int i = 1; i <= items; i++) CAW_AWAIT(caw_queue_put(queue, caw_int(i)));
        caw_queue_shutdown(queue, false);
        printf("%.1f  all is in the queue\n", elapsed());
    } CAW_END;
}

static CAW_ASYNC(void, consume, const char *name, caw_queue *queue)
{
    CAW_BEGIN(void) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value item, caw_queue_items(queue)) {
            CAW_AWAIT(caw_sleep(1));
            printf("%.1f  %s: %d\n", elapsed(), name, item.as_int32);
            count++;
        } CAW_END_FOR;
        CAW_AWAIT(caw_sleep(1)); /* what is left to do after the last one */
        printf("%.1f  %s has had %d\n", elapsed(), name, count);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_queue *queue = caw_queue_new(0);
        if (!queue) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, queue);
        printf("%.1f  21 items, three who use them, a second each\n", elapsed());

        caw_unref(CAW_AWAIT(caw_gather(produce(queue, 21), consume("a", queue), consume("b", queue), consume("c", queue))));
        printf("%.1f  all was dealt with\n", elapsed());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
