/* Lesson: other orders, doing without waiting, and the end of a queue. */
#include <cawait.h>
#include <stdio.h>

static const char *outcome(int status) { return status < 0 ? caw_error_name(status) : "ok"; }

static CAW_ASYNC(void, show_order, const char *what, caw_queue *queue)
{
    CAW_BEGIN_OWNING(void, caw_unref(queue)) {
        if (!queue) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, queue);
        const int numbers[] = {2, 3, 1};
        for (int i = 0; i < 3; i++) CAW_AWAIT(caw_queue_put(queue, caw_int(numbers[i])));
        printf("%s:", what);
        while (!caw_queue_empty(queue)) {
            caw_value item = CAW_AWAIT(caw_queue_get(queue));
            printf(" %d", item.as_int32);
        }
        printf("\n");
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(show_order("first in, first out", caw_queue_new(0)));
        CAW_AWAIT(show_order("last in, first out", caw_lifo_queue_new(0)));
        CAW_AWAIT(show_order("smallest first", caw_priority_queue_new(0, NULL)));

        caw_queue *queue = caw_queue_new(1);
        if (!queue) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, queue);
        caw_value item;
        printf("get of an empty one: %s\n", outcome(caw_queue_get_nowait(queue, &item)));
        printf("put: %s\n", outcome(caw_queue_put_nowait(queue, caw_int(1))));
        printf("put into a full one: %s\n", outcome(caw_queue_put_nowait(queue, caw_int(2))));

        caw_queue_shutdown(queue, false);
        printf("put after the shutdown: %s\n", outcome(caw_queue_put_nowait(queue, caw_int(3))));
        printf("what is in it can be had: %s\n", outcome(caw_queue_get_nowait(queue, &item)));
        CAW_TRY {
            caw_value_drop(CAW_AWAIT(caw_queue_get(queue)));
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
            puts("then QueueShutDown is raised");
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
