/*
 * Owns: queues of values (asyncio.Queue, LifoQueue, PriorityQueue).
 */
#ifndef CAWAIT_QUEUE_H
#define CAWAIT_QUEUE_H

#include <cawait/generator.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object; holds values (caw_value), which it owns until they are taken. Between tasks of one thread (Threads in base.h). */
typedef struct caw_queue caw_queue;

/* At most `max_size` items, 0 or less: no bound. NULL without memory. Source: asyncio.Queue. */
CAW__REFERENCE caw_queue *caw_queue_new(int max_size);
/* The last that was put is the first to leave. Source: asyncio.LifoQueue. */
CAW__REFERENCE caw_queue *caw_lifo_queue_new(int max_size);
/*
 * Whoever goes before all others leaves first; `before` says whether a goes before b, both borrowed, and must not touch the queue.
 * NULL: the smaller number first, what is no number last. Equal ones leave in the order in which they were put (asyncio: in any
 * order). Source: asyncio.PriorityQueue.
 */
typedef bool              caw_queue_before(const caw_value *a, const caw_value *b);
CAW__REFERENCE caw_queue *caw_priority_queue_new(int max_size, caw_queue_before *before);

/*
 * Puts a value, waiting while the queue is full; consumes the value in every case. QueueShutDown after shutdown.
 * A putter or getter that is cancelled after it was woken wakes the next: no item and no place is lost. The *_nowait calls may
 * overtake one that was woken. Source: Queue.put, Queue.get; rules 37, 38.
 */
CAW__HANDLE caw_of(void) caw_queue_put(caw_queue *queue, caw_value value);
/* Takes the next value, waiting for one; the value is the caller's. QueueShutDown when shut down and empty. */
CAW__HANDLE caw_of(caw_value) caw_queue_get(caw_queue *queue);
/*
 * What caw_queue_get gives, one after the other, until the queue is shut down and empty; each value is the receiver's. Several loops
 * may share a queue, each with an iteration of its own.
 *     CAW_FOR_AWAIT(caw_value job, caw_queue_items(queue)) { ... caw_queue_task_done(queue); } CAW_END_FOR;
 */
CAW__HANDLE caw_gen(caw_value) caw_queue_items(caw_queue *queue);
/* At once, from any callback: 0, or -CAW_QUEUE_FULL, -CAW_QUEUE_SHUT_DOWN, -CAW_MEMORY_ERROR; the value is consumed anyway. */
CAW__NODISCARD int caw_queue_put_nowait(caw_queue *queue, caw_value value);
/* 0 and *value, or -CAW_QUEUE_EMPTY, -CAW_QUEUE_SHUT_DOWN (*value is none then). */
CAW__NODISCARD int caw_queue_get_nowait(caw_queue *queue, caw_value *value);

int  caw_queue_size(const caw_queue *queue);
bool caw_queue_empty(const caw_queue *queue);
bool caw_queue_full(const caw_queue *queue);

/* An item that was taken has been dealt with. 0, or -CAW_VALUE_ERROR when called more often than items were put. */
int caw_queue_task_done(caw_queue *queue);
/* Waits until every item that was put has been dealt with. Source: Queue.join. */
CAW__HANDLE caw_of(void) caw_queue_join(caw_queue *queue);
/*
 * No more puts; getters drain what is there. `immediate`: what is there is dropped, and counts as dealt with. May be called again,
 * to become immediate. Source: Queue.shutdown (3.13).
 */
void caw_queue_shutdown(caw_queue *queue, bool immediate);

#ifdef __cplusplus
}
#endif
#endif
