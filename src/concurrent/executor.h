/*
 * Owns: what an executor and its jobs consist of, for the files of this room.
 * Must not know: the program's functions.
 */
#ifndef CAW_EXECUTOR_ROOM_H
#define CAW_EXECUTOR_ROOM_H

#include "concurrent/concurrent.h"

/* Behind the value of a future, which is the handle. Queued or under way it holds that future and its executor. */
typedef struct job {
    struct job      *next, *previous; /* in the queue */
    caw_future      *future;
    caw_executor    *executor;
    struct crewman  *by; /* NULL: it has not begun */
    caw__message     message;
    const caw__work *work;
} job;

/* A worker and what it does. */
typedef struct crewman {
    caw__worker     worker;
    struct crewman *next, *previous; /* executor->crew */
    struct crewman *idle;            /* the next idle one */
    caw_executor   *executor;
    job            *job;  /* NULL: idle */
    caw__node       node; /* its worker has answered, or is lost */
    caw__timer      kill; /* runs when its job was cancelled */
} crewman;

struct caw_executor {
    caw__object       object;
    caw__over         over;
    caw_executor_kind kind;
    size_t            most; /* workers */
    double            kill_after;
    job              *first, *last; /* queued */
    crewman          *crew, *idle;
    size_t            workers, jobs; /* jobs: queued or under way */
    waiters           line;          /* who waits until there are none */
    caw__node         turn;          /* of an inline one */
    bool              turning, shut, over_with;
};

#endif
