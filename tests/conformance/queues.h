/*
 * Owns: what the cases of queues share: ways in and out for numbers.
 * Must not know: how a queue orders them.
 */
#ifndef QUEUES_H
#define QUEUES_H

#include "conform.h"

static CAW_ASYNC(int, get, caw_queue *q)
{
    CAW_BEGIN(int) {
        caw_value v = CAW_AWAIT(caw_queue_get(q));
        CAW_RETURN(v.as_int32);
    } CAW_END;
}

static inline caw_of(void) put(caw_queue *q, int i) { return caw_queue_put(q, caw_int(i)); }
static inline int put_nowait(caw_queue *q, int i) { return caw_queue_put_nowait(q, caw_int(i)); }

/* The next item, or the negative error. */
static inline int get_nowait(caw_queue *q)
{
    caw_value v;
    int       status = caw_queue_get_nowait(q, &v);
    return status ? status : v.as_int32;
}

#endif
