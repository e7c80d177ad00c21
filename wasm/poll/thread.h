/*
 * Owns: what a worker's thread consists of, and the lock it is under.
 * Must not know: when there is one (workers.c).
 */
#ifndef CAW_POLL_THREAD_H
#define CAW_POLL_THREAD_H

#include "posts.h"
#include <cawait/runner.h>
#include <pthread.h>
#include <stdatomic.h>

/* Of one of two threads. */
typedef struct join {
    struct join   *next;
    struct thread *other; /* NULL: its work is over */
    uint32_t       number;
    caw__memo     *last;
} join;

typedef struct thread {
    caw__post      post; /* its answer, on the way to the loop */
    caw__worker   *worker;
    caw__poller   *poller; /* NULL: nobody is told any more */
    pthread_t      id;
    pthread_cond_t changed; /* there is work, it ends, or what it does was cancelled */
    caw__parcel    parcel;
    bool           has_work, ends;
    atomic_bool    cancelled; /* read without the lock */

    /* Of work that goes on. */
    caw__desk    desk;
    caw_runner   runner;
    caw__poller *hears; /* its loop's, which is told of memos; NULL: there is none */
    caw__post    told;  /* that there are some */
    caw__memos   memos;
    unsigned     cancels; /* memos for which there was no memory */
    caw__post    said;    /* memos of the thread's, on the way to the worker's loop */
    caw__memos   says;
    bool         telling, saying, answered;
    join        *joins;
    caw__parcel  answer;
} thread;

static inline thread *caw__thread_of_desk(caw__desk *desk) { return (thread *)(void *)((char *)desk - offsetof(thread, desk)); }

extern pthread_mutex_t caw__threads_lock;

/* Under it: that there are memos for the thread. */
void caw__thread_tell(thread *t);
/* Under it: the thread's work is over, and those hear so with which it was joined. */
void caw__thread_part(thread *t);

#endif
