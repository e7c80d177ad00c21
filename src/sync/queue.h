/*
 * Owns: what a combinator that fills a queue of its own needs of it beyond cawait/queue.h.
 * Must not know: who that is (as_completed.c).
 */
#ifndef CAW_QUEUE_ROOM_H
#define CAW_QUEUE_ROOM_H

#include "task/task.h"
#include <cawait/queue.h>

bool caw__queue_reserve(caw_queue *queue,
                        size_t     capacity); /* of one that is not shut down: room for so many items; false without memory */
/* Puts it before all others, bound or not, shut down or not: who took it does not want it. Consumes it; without memory it is lost. */
void caw__queue_unget(caw_queue *queue, caw_value value);
/* The same after all others. */
void        caw__queue_append(caw_queue *queue, caw_value value);
uint32_t    caw__queue_limit(const caw_queue *queue);  /* UINT32_MAX: none */
caw_future *caw__queue_getter(const caw_queue *queue); /* that of the first who waits for an item; NULL: nobody */

#endif
