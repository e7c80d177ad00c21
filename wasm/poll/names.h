/*
 * Owns: a name that is looked up, and who does it: names_threads.c where there are threads, names_at_once.c elsewhere. Private to
 * wasm/poll.
 */
#ifndef CAW_POLL_NAMES_H
#define CAW_POLL_NAMES_H

#include "ready.h"

/* Outlives who has asked: it is malloc's. */
typedef struct caw__question {
    struct caw__question *next;
    caw__poller          *poller; /* who waits for the answer; NULL: nobody any more */
    caw__op              *op;
    caw_address          *addresses; /* where the answer goes */
    size_t                room;
    const char           *host; /* behind `found` */
    uint16_t              port;
    bool                  passive;
    caw_family            family;
    ptrdiff_t             result;
    caw_address           found[]; /* `room` of them */
} caw__question;

/* Blocks until it is answered: `result` and `found`. In any thread. */
void caw__name_look_up(caw__question *question);
/* What it comes to, the addresses given out; frees it. */
ptrdiff_t caw__name_answer(caw__question *question);

/* Owns the question, and answers it, or is under way. */
ptrdiff_t caw__name_ask(caw__question *question);
void      caw__name_forget(caw__op *op);
/* Tells who has been answered; whether there was anybody. */
bool caw__names_tell(caw__poller *poller);
void caw__names_close(caw__poller *poller);

#endif
