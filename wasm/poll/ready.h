/*
 * Owns: what a loop waits for by poll(2): its sockets, its wake-up pipe, standard input, names that are looked up. Private to wasm/poll.
 */
#ifndef CAW_POLL_READY_H
#define CAW_POLL_READY_H

#include "host.h"
#include <poll.h>

/* What the first word of a pending operation says; the second is its descriptor, or its question (names.h). */
enum { CAW__AT_REST, CAW__READS, CAW__WRITES, CAW__CONNECTS, CAW__ASKS };

/* The first places of the set; sockets come behind them. A negative descriptor is passed over. */
enum { CAW__WAKE_AT, CAW__STDIN_AT, CAW__SOCKETS_AT };

typedef struct caw__interest {
    caw__op *read, *write;
} caw__interest;

/* Of a loop that is run or has waited. */
typedef struct caw__poller {
    caw_loop             *loop;
    struct caw__poller   *next;
    struct pollfd        *set;
    caw__interest        *interests; /* beside `set` */
    uint32_t             *places;    /* in the set, by descriptor; 0: it is not there */
    size_t                count, capacity, place_count;
    caw__op              *asking; /* names are looked up for these (names_threads.c) */
    struct caw__question *answered, **answered_end;
    caw__post            *posts, **posts_end; /* of other threads; under posts.c's lock, as is next_listener */
    struct caw__poller   *next_listener;
    uint32_t              expected; /* posts that will come */
    bool                  listens;  /* others know of it; open: all of them */
    bool                  open;
    int                   wake;           /* the end of the pipe that is written to; -1: there is none (wake.h) */
    volatile int          woken, blocked; /* a handler's, too */
    bool                  fresh;          /* it has just waited: nothing has run since */
} caw__poller;

/* NULL: the loop has none; or, where it is needed, there is no memory for it. */
caw__poller *caw__poller_of(const caw_loop *loop);
caw__poller *caw__poller_need(caw_loop *loop);
void         caw__poller_close(caw_loop *loop);

/* Whether a socket is waited for. */
static inline bool caw__poller_watches(const caw__poller *poller) { return poller->count > CAW__SOCKETS_AT; }

/* CAW__UNDER_WAY, or -ENOMEM. `how`: one of the three that are for sockets. */
ptrdiff_t caw__poller_watch(caw__op *op, int descriptor, int how);
void      caw__poller_unwatch(caw__op *op);

/* Polls once, so many milliseconds at most, and tells whom it concerns; whether there was any. The first places are for the caller. */
bool caw__poller_poll(caw__poller *poller, int milliseconds);

/*
 * wasmtime up to 49 (its issue 14174) says of every socket that it is not ready once it has looked at some 128 times, until it has really
 * waited. It is made to; true: a second try may succeed.
 */
#ifdef __wasi__
static inline bool caw__poll_spent(void) { return poll(NULL, 0, 0) == 0; }
#else
static inline bool caw__poll_spent(void) { return false; }
#endif

/* It is pending no more. */
void caw__op_done(caw__op *op, ptrdiff_t result);

#endif
