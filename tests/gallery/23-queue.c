/* Lesson: a queue stands between those who make and those who use; join() waits until all that was put has been dealt with. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, produce, caw_queue *queue, int items, int consumers)
{
    CAW_BEGIN(void) {
        for (int i = 1; i <= items; i++) CAW_AWAIT(caw_queue_put(queue, caw_int(i)));
        for (int i = 0; i < consumers; i++) CAW_AWAIT(caw_queue_put(queue, caw_none())); /* no more, for each of them */
        printf("%4.1f  all is in the queue\n", elapsed());
    } CAW_END;
}

static CAW_ASYNC(void, consume, const char *name, caw_queue *queue)
{
    CAW_BEGIN(void) {
        caw_value item;
        do {
            item = CAW_AWAIT(caw_queue_get(queue));
            CAW_AWAIT(caw_sleep(2)); /* it takes its time, to see that there is no more, too */
            if (item.tag == CAW_INT32) printf("%4.1f  %s: %d\n", elapsed(), name, item.as_int32);
            CAW_CHECK(caw_queue_task_done(queue));
        } while (item.tag != CAW_NONE);
        printf("%4.1f  %s is done\n", elapsed(), name);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_queue *queue = caw_queue_new(0);
        if (!queue) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, queue);
        printf("%4.1f  21 items, three who use them, 2 seconds each\n", elapsed());

        caw_auto consumers = caw_gather(consume("a", queue), consume("b", queue), consume("c", queue));
        CAW_AWAIT(produce(queue, 21, 3));
        CAW_AWAIT(caw_queue_join(queue));
        printf("%4.1f  all was dealt with\n", elapsed());
        caw_unref(CAW_AWAIT(consumers));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
