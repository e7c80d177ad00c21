/*
 * Owns: what the files of the room share: messages, as they go to a worker and come back.
 * Must not know: who sends one, or how it travels.
 */
#ifndef CAW_CONCURRENT_ROOM_H
#define CAW_CONCURRENT_ROOM_H

#include "combine/over.h"
#include "sync/waiters.h"
#include <cawait/executor.h>

/* Items in order, each on a multiple of 8, so that what is taken may stand in it. Another thread may free what one has written. */
struct caw__message {
    caw__parcel parcel;
    caw__lent   lent;      /* one item of it, large */
    size_t      at;        /* of the next item that is taken */
    bool        addresses; /* mean the same on the other side */
    bool        lends;     /* who gives an item waits until it has been sent, or is copied */
    bool        broken;    /* without memory, or it ends too early */
    caw_error  *refused;   /* what cannot go; owned */
    caw__desk  *desk;      /* where it has come to, if that is a worker */
};

void        caw__message_put(caw__message *message, const void *bytes, size_t size);
const void *caw__message_get(caw__message *message, size_t size); /* NULL: it is broken */
void        caw__message_clear(caw__message *message);
void        caw__message_put_value(caw__message *message, const caw_value *value);
bool        caw__message_get_value(caw__message *message, caw_value *value);
void        caw__message_put_error(caw__message *message, const caw_error *error);
caw_error  *caw__message_get_error(caw__message *message); /* never NULL */
/* What is bound in the current context and can go; get binds it in the one that is current there. */
void caw__message_put_context(caw__message *message);
void caw__message_get_context(caw__message *message);

/* How an answer begins. Cancelled: the CancelledError. */
enum { CAW__ANSWER_VALUE = 1, CAW__ANSWER_ERROR, CAW__ANSWER_CANCELLED };
/* The rest of an answer, in place of what is there: the error (consumed), what was refused, or that there was no memory. */
void caw__answer_end(caw__message *answer, caw_error *error, uint32_t how);

/* The loop's own (default_executor.c), made if need be: NULL without memory. Borrowed. */
caw_executor *caw__default_executor(caw_loop *loop);
caw_loop     *caw__executor_loop(const caw_executor *executor);

#endif
