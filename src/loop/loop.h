/*
 * Owns: the loop as the rooms above see it: what can be ready, timers, who pushes and who is asked.
 * Must not know: what a ready node is; tasks and generators are names here.
 */
#ifndef CAW_LOOP_ROOM_H
#define CAW_LOOP_ROOM_H

#include "base/base.h"
#include "host.h"
#include <cawait/coro.h>
#include <cawait/task.h>

/* ---- Ready nodes (loop.c) ------------------------------------------------------------------------------------------- */

/* Anything that can be ready; embedded in what it wakes, so that nothing is allocated to wake it. */
typedef struct caw__node {
    struct caw__node *next; /* NULL: in no list, or the last of what is ready */
    void (*run)(struct caw__node *node);
    struct caw__node
        *previous; /* in a pending future's callbacks only; NULL: it is in no future's, nor was since it left one */
} caw__node;
#define CAW__NODE(function) {.run = (function)}

typedef void caw__node_run(caw__node *node);
/* ---- Timers (timer.c): an intrusive pairing heap by (when, seq) ------------------------------------------------------- */

typedef struct caw__timer {
    /*
     * Goes to the ready queue when due. Until then `next` is the next sibling's; `previous` the previous sibling's, the parent's in a
     * first child, its own in the first of a list; NULL: the timer does not run. It stands first: the address of the one is the other's.
     */
    caw__node          node;
    uint32_t           seq; /* may wrap: two of one time between which 2^31 others were started may change places */
    double             when;
    struct caw__timer *child;
} caw__timer;

typedef struct caw__timers {
    caw__timer *heaps;
    caw__timer *fresh; /* those whose `when` still counts from the next look at the clock; each is its own child */
    uint32_t    seq;
} caw__timers;

void               caw__timers_add(caw__timers *timers, caw__timer *timer);
void               caw__timers_add_fresh(caw__timers *timers, caw__timer *timer);
void               caw__timers_stamp(caw__timers *timers, double now); /* the fresh ones are so no more */
void               caw__timers_remove(caw__timers *timers, caw__timer *timer);
caw__timer        *caw__timers_first(caw__timers *timers);
static inline bool caw__timer_runs(const caw__timer *timer) { return timer->node.previous != NULL; }
static inline bool caw__timer_fresh(const caw__timer *timer) { return timer->child == timer; }

/* How a loop ends its async generators; by pointers, so that generator.c is linked only where there are any. */
typedef struct caw__generators {
    caw_of(void) (*shutdown)(caw_loop *loop);         /* before the end of a run */
    bool (*is_to_close)(const struct caw_task *task); /* it is there to close one, and has not begun */
    void (*forget)(caw_loop *loop);                   /* it is closed */
    void (*host)(void);                               /* caw__host_generators: a reference, for the linker */
} caw__generators;
/* ---- The loop ------------------------------------------------------------------------------------------------------------ */

/*
 * Runs the next job in a way of its own: measured, or after an interrupt was seen to. `node` is off the batch already; false: it was
 * put back, and the turn ends here.
 */
typedef bool caw__attention(caw_loop *loop, caw__node *node);

/* How to go through what is over futures; by pointers, so that it is linked only where there is any (combine/over.h). */
typedef void caw__found(void *data, struct caw_task *task);
typedef struct caw__through {
    bool (*ask)(struct caw_future *future, const char *message);                /* cancels */
    void (*ask_all)(caw_loop *loop);                                            /* cancels all tasks, by one request */
    bool (*awaiters)(struct caw_future *future, caw__found *found, void *data); /* see caw__awaiters */
} caw__through;

enum { CAW__OVER_KINDS = 7 }; /* as many as combine/over.h has */

struct caw_loop {
    caw__node            *ready, *ready_tail; /* the next pass */
    caw__node            *batch, *batch_tail; /* the rest of the present pass; kept when a budget ends it in the middle */
    caw__attention       *attention;          /* NULL: jobs just run. caw_interrupt sets it, in a signal handler perhaps */
    caw__timers           timers;
    double                now;                                /* the clock as last read, some jobs ago */
    double                armed;                              /* what the host was told by caw__host_arm */
    struct caw_task      *tasks, *tasks_tail;                 /* pending ones in order of creation */
    struct caw_generator *generators;                         /* that have begun and not ended, newest first */
    struct caw__over     *overs;                              /* what is over futures of it (combine/over.h), newest first */
    const struct caw__over_type *over_types[CAW__OVER_KINDS]; /* of which there have been any */
    const caw__through          *through;                     /* once there have been any */
    const caw__generators       *generators_end;              /* once there have been any */
    caw_loop                    *next;                        /* caw__loops; of a loop just closed, still the one behind it */
    caw_loop                    *previous;
    caw_budget                   budget;
    double                       slow;                      /* debug: report steps longer than this; 0: off */
    void (*tell)(caw_loop *loop, const caw_report *report); /* calls the handler; NULL: there is none */
    caw_exception_handler *handler;
    void                  *handler_data;
    struct caw_executor   *executor;              /* the default one, a reference; NULL: not needed so far */
    caw_of(void) (*executor_end)(caw_loop *loop); /* once there was one: shuts it down */
    uint32_t refs; /* futures, tasks and handles that point here; a closed loop is freed with the last */
    uint32_t task_names;
    /* Who makes tasks (factory.c); NULL: caw__spawn itself */
    caw_any *(*make_task)(caw_loop *loop, caw_any *coroutine, uint32_t shape, const caw_spawn_options *options);
    caw_task_factory *factory;
    void             *factory_data;
    /* Of a run (run.c) */
    void (*task_failed)(struct caw_task *task); /* KeyboardInterrupt and SystemExit end the run; NULL: there is none */
    caw_error        *raised;                   /* such an error on its way out */
    struct caw_task  *main;                     /* whom the first interrupt cancels; NULL: it ends the run */
    volatile uint32_t interrupts;               /* asked for in the present run, or in the one just over */
    uint32_t          interrupts_seen;
    bool              running, turning, woken, stopping, closed, eager, debug;
    bool              retimed; /* a timer was started or stopped in the present turn, or call from outside */
#ifdef CAW_CHECKED
    unsigned thread; /* whose it is */
#endif
};

/* The checked build stops who changes something in a loop of another thread. */
#ifdef CAW_CHECKED
#define CAW__OUR_LOOP(loop) caw__check_thread_is((loop)->thread, "loop")
#else
#define CAW__OUR_LOOP(loop) (void)0
#endif

/* A loop was made: for posts of other threads, where a program has some (concurrent/threadsafe.c). */
void caw__loop_made(caw_loop *loop) __attribute__((weak));

extern CAW__TLS caw_loop *caw__running;
extern CAW__TLS caw_loop *caw__loops, *caw__loops_tail; /* the thread's open ones, oldest first */

void               caw__loop_wake(caw_loop *loop); /* not in a turn: tells the host, unless it knows; a closed one discards */
void               caw__loop_discard(caw_loop *loop); /* all that is ready lets go of what it holds: the loop is closed */
static inline void caw__ready_push(caw_loop *loop, caw__node *node)
{
    CAW__OUR_LOOP(loop);
    caw__node *tail = loop->ready_tail;
    node->next = NULL;
    loop->ready_tail = node;
    if (CAW__LIKELY(loop->ready != NULL)) {
        tail->next = node;
        return;
    }
    loop->ready = node;
    if (!loop->turning) caw__loop_wake(loop);
}
/* Appends a circular list (given by its tail) to the ready queue. */
void caw__ready_splice(caw_loop *loop, caw__node *tail);
/* How jobs run when nothing but debug mode asks for attention. */
void caw__loop_attend(caw_loop *loop);
void caw__timer_start(caw_loop *loop, caw__timer *timer, double when);
/*
 * Due so many seconds after the loop's next look at the clock: at the end of its turn, or some jobs or 1 ms before. Looking at the
 * clock costs 50 ns and more, and most limits are gone before it happens. Others that start later are due later all the same.
 */
void caw__timer_start_in(caw_loop *loop, caw__timer *timer, double seconds);
/* The time, exactly, for a timer to count from. */
double    caw__loop_clock(caw_loop *loop);
void      caw__timer_stop(caw_loop *loop, caw__timer *timer);
caw_loop *caw__loop_ref(caw_loop *loop);
void      caw__loop_unref(caw_loop *loop);
/* Runs `loop` as the thread's running one for the time of a call from outside (an eager start); returns what to give to leave. */
caw_loop *caw__loop_enter(caw_loop *loop);
void      caw__loop_leave(caw_loop *loop, caw_loop *previous);

/* The checked build's part in closing a loop (check.c); NULL unless something was compiled checked. */
extern CAW__TLS void (*caw__check_close)(caw_loop *loop);

/* ---- What the loop calls in a room above -------------------------------------------------------------------------------- */

void           caw__task_run(caw__node *node); /* a task's node, when it is its turn: by name, as most jobs are tasks */
caw__attention caw__loop_measure;              /* debug mode's way to run a job (report.c) */

#endif
