/*
 * Owns: what the reader of a stream shows to the connection that feeds it; what a transport shows to who makes it in several passes.
 * Must not know: how it is read (reader.c), nor what else a connection does (writer.c).
 */
#ifndef CAW_STREAM_H
#define CAW_STREAM_H

#include "base/buffer.h"
#include "sync/waiters.h"
#include <cawait/stream.h>

struct caw_stream_reader {
    caw__object         object;
    caw_loop           *bound;
    caw__buffer         buffer;
    size_t              aside; /* how much of it read(-1) has claimed while it waits for the end */
    size_t              taken; /* how much was, all in all, modulo what a size_t holds */
    size_t              limit;
    caw_error          *error;
    caw_transport      *transport; /* a reference; NULL: none */
    caw_stream_reader **known;     /* where the connection keeps its pointer to this; NULL: nowhere */
    waiters             line;      /* who waits: nobody, or one */
    bool                eof, paused;
    bool                unpausable; /* the transport is; no use to try again */
    bool                alone;      /* there is no writer: without the reader nobody needs the connection */
};

struct caw_transport {
    caw__object              object;
    const caw_transport_ops *ops;
    caw_loop                *loop;
    const caw_protocol_ops  *protocol; /* NULL: none yet, or none any more */
    void                    *self;     /* the protocol's */
    caw__buffer              buffer;
    size_t                   high, low, state_size;
    caw_error               *error;   /* for connection_lost */
    caw_context             *context; /* the protocol's, a reference; NULL: empty so far, or it runs */
    caw__node                node;    /* connection_lost, when it is due */

    bool closing;        /* close or abort was called; from then until it is over it holds itself */
    bool lost;           /* connection_lost is due, or was called: nothing is sent any more */
    bool aborted, over;  /* over: the carrier is let go of */
    bool eof, eof_sent;  /* write_eof was called; and the carrier has been told */
    bool reading_paused; /* by pause_reading */
    bool writing_paused; /* the protocol was told to */
};

/* What ran before a protocol was called. */
typedef struct caw__outside {
    caw_context *context;
    caw_task    *task;
} caw__outside;
caw__outside caw__transport_enter(caw_transport *t);
void         caw__transport_leave(caw_transport *t, caw__outside it);

/* caw_transport_attach in two steps: its protocol, then, once, connection_made. */
void caw__transport_give(caw_transport *t, const caw_protocol_ops *protocol, void *self);
void caw__transport_made(caw_transport *t);

#endif
