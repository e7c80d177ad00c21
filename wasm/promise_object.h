/*
 * Owns: a promise of <cawait/promise.h> as the library has it, a future that may be over others (promise_object.c).
 * Must not know: the public functions (promise.c).
 */
#ifndef CAW_PROMISE_OBJECT_H
#define CAW_PROMISE_OBJECT_H

#include "combine/over.h"
#include <cawait/promise.h>

enum { CREATED, THEN, FOLLOWS, ALL, ALL_SETTLED, ANY, RACE };

typedef struct promise {
    caw_future future; /* of a void *, or of a part of one for who awaits it so */
    caw__over  over;
    int        kind;
    size_t     count;  /* of members */
    size_t     left;   /* of those the ones that have not ended; each of these has a reference to this */
    size_t     agreed; /* ALL: fulfilled, ANY: rejected, ALL_SETTLED: either */
    union {
        struct {
            em_promise_callback_t on_fulfilled, on_rejected;
            void                 *data;
            caw_context          *context;
        } then;
        void               **results;
        em_settled_result_t *settled;
    };
    caw__member member[];
} promise;

/* NULL: caw__loop_refusal says why. */
promise *caw__promise_new(int kind, size_t count, caw_loop *loop, uint32_t shape);
/* NULL: it is a future of another kind. */
promise *caw__promise_as(caw_future *future);
/* The future behind a handle; NULL: it is none. */
caw_future *caw__promise_at(em_promise_t at);
caw_error  *caw__promise_none(const char *name, em_promise_t at);
/* From now on the member at `index` is waited for. */
void caw__promise_wait_for(promise *p, size_t index, caw_future *future);
void caw__promise_resolve(promise *p, em_promise_result_t result, void *value);
/* All have ended as they must for what the kind is called. */
void caw__promise_complete(promise *p);
/* Gives a reference up. If nobody is left who could settle it, nor who asks, those that wait for it do so no more. */
void caw__promise_give_up(promise *p);
/* Of a future that is done; its error, if it has one, was seen by that. */
em_settled_result_t caw__promise_outcome(caw_future *future);

#endif
