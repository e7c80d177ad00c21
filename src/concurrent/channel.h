/*
 * Owns: what a channel consists of, at home and at a far end, and what is said between the two.
 * Must not know: how a memo travels.
 *
 * At home it is a queue. A far end asks home by a memo, and its coroutine waits until a memo answers; home has a task for each that
 * was asked, which puts or gets there as any task would, so that order, room and fairness are the queue's.
 *
 * No item is lost: home takes one only in the very step that sends it. If who has asked is cancelled meanwhile, the memo that has
 * the item goes back as it is, to the front of the queue; that needs no memory at the far end.
 */
#ifndef CAW_CHANNEL_ROOM_H
#define CAW_CHANNEL_ROOM_H

#include "concurrent/executor.h"
#include <cawait/channel.h>

struct caw_channel {
    caw__object object;
    caw_loop   *loop;
    /* At home. */
    caw_queue *queue; /* NULL: this is a far end */
    size_t     senders, receivers;
    /* At a far end. */
    caw_of(void) (*put)(caw_channel *end, caw_value value);
    caw_of(caw_value) (*get)(caw_channel *end);
    void (*close)(caw_channel *end);
    caw__desk   *desk; /* NULL: its job has ended */
    caw_channel *next; /* duty->ends */
    uint64_t     id;   /* as home knows it */
    bool         closed;
};

/* What a job has: a channel, seen from one side. */
struct caw_sender {
    caw__object object;
};
struct caw_receiver {
    caw__object object;
};

/* A memo between the two. Behind it, of PUT, BACK, and an ANSWER to a GET that is 0: the value. */
enum { CHANNEL_PUT = 2, CHANNEL_GET, CHANNEL_BACK, CHANNEL_WITHDRAW, CHANNEL_CLOSE, CHANNEL_ANSWER };
typedef struct channel_memo {
    caw__memo memo;
    uint32_t  status; /* of an ANSWER: 0, or the type of an error */
    uint64_t  end;    /* as home knows it */
    uint64_t  number; /* of the request */
} channel_memo;

/* NULL: no memory; or *refused, if that is not NULL, says that the value cannot go. `value` NULL: none; it is borrowed. */
channel_memo *channel_memo_new(channel_memo fields, const caw_value *value, bool addresses, caw_error **refused);
/* The value behind it; false: no memory. */
bool channel_memo_value(channel_memo *memo, caw_value *value);
void channel_memo_free(channel_memo *memo); /* NULL is ignored */

#endif
