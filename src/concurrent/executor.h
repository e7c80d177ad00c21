/*
 * Owns: what an executor, its workers and its jobs consist of, and what these three files (executor.c, workers.c, submit.c) ask of one
 * another.
 * Must not know: the program's functions, or what a worker is on which host.
 */
#ifndef CAW_EXECUTOR_ROOM_H
#define CAW_EXECUTOR_ROOM_H

#include "concurrent/concurrent.h"

enum { CAW__MOST_ARGUMENTS = 8 };

typedef struct job job;
/* A job has something of this loop's, an end of a channel, until it leaves. */
typedef struct caw__grant {
    struct caw__grant *next;
    void (*begun)(struct caw__grant *grant); /* its job is being done */
    void (*hear)(job *j, caw__memo *memo);   /* for any of the job's; consumes it */
    void (*leave)(struct caw__grant *grant);
} caw__grant;

/* Behind the value of a future, which is the handle. Queued or under way it holds that future and its executor. */
struct job {
    struct job      *next, *previous; /* in the queue */
    caw_future      *future;
    caw_executor    *executor;
    struct worker   *by; /* NULL: it has not begun */
    caw__message     message;
    const caw__work *work;
    caw__desk        desk;   /* of an async one of an inline executor, which is no worker's */
    bool             asked;  /* an async one that is under way: to end */
    caw__grant      *grants; /* what it has an end of */
};

/* Two nodes of it may be ready when it ends: its memory stays until they have run. */
typedef struct worker {
    caw__worker    host;
    struct worker *next, *previous; /* executor->all */
    struct worker *next_idle;
    caw_executor  *executor;
    job           *job;               /* NULL: idle */
    caw__node      node;              /* it has answered, or is lost */
    caw__timer     kill;              /* started when its job was cancelled */
    bool           answering, timing; /* the node is ready; the timer runs, or its node is ready */
    bool           retime;            /* another job was cancelled meanwhile: the time begins anew */
    bool           gone;
    caw__node      hears; /* memos have come */
    bool           hearing;
    caw__memos     memos;
} worker;

struct caw_executor {
    caw__object       object;
    caw__over         over;
    caw_executor_kind kind;
    size_t            most; /* workers */
    double            kill_after;
    job              *first, *last; /* queued */
    worker           *all, *idle;
    size_t            workers, jobs; /* jobs: queued or under way */
    waiters           line;          /* who waits until there are none */
    caw__node         turn;          /* of an inline one */
    bool              turning, shut;
};

/* ---- executor.c */
/* Why it takes no jobs now; NULL: it does. */
caw_error *caw__executor_refusal(const caw_executor *e);
/* After a job has left. */
void caw__executor_settle(caw_executor *e);

/* ---- workers.c */
/* Gives work to who can do it. */
void caw__workers_feed(caw_executor *e);
void caw__workers_end_idle(caw_executor *e);
/* Asks what is async to end, as the tasks of a run that is over are asked. */
void caw__workers_cancel_tasks(caw_executor *e);
/* The loop is closed: all of them end, threads when they are done with what they do. */
void caw__workers_end(caw_executor *e);
/* What it does is not wanted any more. */
void          caw__worker_cancel(worker *w);
caw__node_run caw__workers_turn; /* of an inline executor */

/* ---- async_job.c, by a pointer: linked where a job is async */
typedef struct caw__duty caw__duty;
/* What a job has an end of, seen from there: what it is told, and that the job is over. */
typedef struct caw__far {
    void (*hear)(caw__duty *d, caw__memo *memo); /* consumes it */
    void (*over)(caw__duty *d);
} caw__far;
/* A job where it is done. There until its node has run, and the one of its memos, if that is ready. */
struct caw__duty {
    caw__message message; /* arguments point into it */
    caw__desk   *desk;    /* NULL: nobody waits for an answer any more */
    caw_loop    *loop;
    caw_future  *task; /* a reference; NULL: it has ended, and answered */
    caw__node    node, hears;
    bool         hearing; /* that node is ready */
    bool         ended;   /* the task has */
    char         code;
    uint32_t     shape, cancels, kept_count;
    void        *kept[CAW__MOST_ARGUMENTS]; /* counted objects among the arguments */
    caw__memos   memos;                     /* not heard yet */
    /* channel_end.c's; NULL: it has no such end */
    const caw__far     *far;
    struct caw_channel *ends;
    struct ask         *asks;
    uint64_t            asked;
    uint32_t            late; /* given up, and not answered yet: until that is back, it does not answer itself */
};
enum { CAW__MEMO_CANCEL = 1 };
struct caw__async {
    /* One that has begun. Gives what cancelling a task gives. */
    bool (*cancel)(job *j, const char *message);
};
static inline bool job_has_begun(const job *j) { return j->by || j->desk.duty; }

/* ---- submit.c */
void caw__job_unqueue(job *j);
void caw__job_fail(job *j, caw_error *error);              /* unless it is cancelled; consumes the error */
void caw__job_answered(job *j, const caw__parcel *parcel); /* consumes the answer */
void caw__job_leave(job *j); /* it is neither queued nor under way any more: the last thing that is done with it */

#endif
