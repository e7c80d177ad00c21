/*
 * Owns: deeds and statements with queues of values.
 */
#include "world.h"

void queue_deed(unsigned which)
{
    caw_queue *queue = w.queues[which % QUEUES];
    caw_value  value = caw_none();
    if (!queue) return;
    switch (which >> 2 & 7) {
    case 0:
    case 1:
    case 2: (void)!caw_queue_put_nowait(queue, value_new()); return;
    case 3:
    case 4:
        if (caw_queue_get_nowait(queue, &value) == 0) value_take(value);
        else REQUIRE(value.tag == CAW_NONE);
        return;
    case 5: (void)!caw_queue_task_done(queue); return;
    case 6:
        if (byte() & 4) caw_queue_shutdown(queue, byte() & 1);
        return;
    default:
        REQUIRE((caw_queue_size(queue) == 0) == caw_queue_empty(queue));
        (void)caw_queue_full(queue);
        return;
    }
}

CAW_ASYNC(void, queue_statement, unsigned which)
{
    CAW_BEGIN(void) {
        caw_queue *queue = w.queues[which % QUEUES];
        if (!queue) CAW_RETURN();
        switch (which >> 2 & 7) {
        case 0:
        case 1:
        case 2: CAW_AWAIT(caw_queue_put(queue, value_new())); break;
        case 3:
        case 4:
        case 5: value_take(CAW_AWAIT(caw_queue_get(queue))); break;
        case 6: CAW_AWAIT(caw_queue_join(queue)); break;
        default:
            CAW_FOR_AWAIT(caw_value item, caw_queue_items(queue)) {
                value_take(item);
                (void)caw_queue_task_done(queue);
                if (byte() & 1) CAW_AWAIT(statement());
                if (!more() || byte() & 1) break;
            }
            CAW_END_FOR;
        }
    } CAW_END;
}
