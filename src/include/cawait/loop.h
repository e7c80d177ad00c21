/*
 * Owns: the event loop as a program sees it: passes, callbacks, timers, running, stopping, reports (asyncio's loop).
 * Must not know: tasks, futures, or which host drives it.
 *
 * A pass is asyncio's: [what the host delivered][timers that are due, by (when, order of creation)][everything that was ready
 * when the pass began]. What a pass schedules runs in the next one. On hosts that can block (WASI, sim) caw_run drives the
 * loop; where the host has the thread (JavaScript) it is driven by the host, a batch of passes at a time under a budget.
 */
#ifndef CAWAIT_LOOP_H
#define CAWAIT_LOOP_H

#include <cawait/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct caw_loop   caw_loop;
typedef struct caw_handle caw_handle;
typedef void              caw_callback(void *argument);

/*
 * A new loop; NULL without memory. Several may exist; one runs at a time in a thread. It is the thread's that makes it: no other calls
 * anything with it, or with what is made on it (Threads in base.h).
 */
caw_loop *caw_loop_new(void);
/*
 * Closes and frees it. Pending tasks are not cancelled, their coroutines are closed (as caw_drop) and each is reported;
 * ready callbacks and timers are discarded unrun; futures that live on are detached. Returns 0, or -CAW_RUNTIME_ERROR while it
 * runs (nothing happens then). NULL is ignored. Source: loop.close.
 */
int caw_loop_close(caw_loop *loop);

/* The loop running in this thread; NULL outside callbacks and tasks. Source: get_running_loop. */
caw_loop *caw_running_loop(void);

/* Seconds on the loop's monotonic clock (virtual on sim). Source: loop.time. */
double caw_time(const caw_loop *loop);

/*
 * Calls callback(argument) in the next pass, in FIFO order, in a copy of the current context. `loop` NULL: the running one.
 * Returns a new reference to the handle, or NULL: no memory, no loop, closed loop. Most callers caw_unref it at once.
 * Source: call_soon.
 */
CAW__NODISCARD caw_handle *caw_call_soon(caw_loop *loop, caw_callback *callback, void *argument);
/*
 * Calls it at `when` on the loop's clock, or `delay` seconds from now. A time that has passed is legal: it still runs after
 * everything that is ready. Equal times run in the order they were made. NaN gives NULL. Source: call_at, call_later.
 */
CAW__NODISCARD caw_handle *caw_call_at(caw_loop *loop, double when, caw_callback *callback, void *argument);
CAW__NODISCARD caw_handle *caw_call_later(caw_loop *loop, double delay, caw_callback *callback, void *argument);

/* It will not be called; no effect once it ran. A timer leaves the heap at once. Borrows. Source: Handle.cancel. */
void   caw_handle_cancel(caw_handle *handle);
bool   caw_handle_cancelled(const caw_handle *handle);
double caw_handle_when(const caw_handle *handle); /* a timer's time; NaN for others */

/* ---- Running ----------------------------------------------------------------------------------------------------- */

/*
 * Runs until caw_stop. Returns 0; -CAW_RUNTIME_ERROR when a loop runs already in this thread, when the loop is closed, when the
 * host cannot block (JavaScript; see CAW_MAIN), or when nothing can ever wake it (a deadlock, reported with the wait graph);
 * -CAW_KEYBOARD_INTERRUPT or -CAW_SYSTEM_EXIT when a task has failed with that, or caw_interrupt (run.h) was called: the pass is
 * broken off, what was ready stays so and goes on in the next run.
 */
int caw_run_forever(caw_loop *loop);
/* Ends caw_run_forever after the present pass; before it, allows exactly one pass. From any callback. Source: loop.stop. */
void caw_stop(caw_loop *loop);
bool caw_loop_is_running(const caw_loop *loop);

/*
 * One batch, for whoever owns the thread: passes until nothing is ready or the budget is spent. A budget may end inside a pass;
 * the next turn goes on there. Not from inside the loop: -CAW_RUNTIME_ERROR in `status`.
 */
typedef struct caw_budget {
    uint32_t jobs;    /* callbacks and steps; 0: no limit */
    double   seconds; /* read every 64 jobs, of quick ones every 256; 0: no limit */
} caw_budget;
typedef struct caw_turn {
    int      status;   /* 0, or a negative error */
    bool     ready;    /* more is ready: call again soon */
    double   deadline; /* else: when the next timer is due; INFINITY: only an event can wake it */
    uint32_t jobs;     /* how many ran */
} caw_turn;
caw_turn caw_loop_turn(caw_loop *loop, const caw_budget *budget);

/* What a host-driven loop (JavaScript) may do in one turn before it gives way; defaults 10000 jobs, 1 ms. */
void       caw_loop_set_budget(caw_loop *loop, caw_budget budget);
caw_budget caw_loop_get_budget(const caw_loop *loop);

/* ---- Reports ------------------------------------------------------------------------------------------------------- */

/* What went wrong where nobody could be told: an exception in a callback, an error never retrieved, a task destroyed pending... */
typedef struct caw_report {
    const char *message; /* as asyncio words it */
    caw_error  *error;   /* borrowed, may be NULL */
    caw_any    *task;    /* the task or future concerned, borrowed, may be NULL */
    const char *name;    /* its name, or the function's; may be NULL */
    const char *file;    /* with line: where that function is; may be NULL */
    unsigned    line;
} caw_report;
typedef void caw_exception_handler(void *data, caw_loop *loop, const caw_report *report);

/*
 * The handler runs in the context of the task concerned, if there is one. NULL restores the default, which writes the report to the
 * host's log. Source: set_exception_handler.
 */
void caw_set_exception_handler(caw_loop *loop, caw_exception_handler *handler, void *data);
/* Reports; loop NULL: the running one, or straight to the log. Source: call_exception_handler. */
void caw_call_exception_handler(caw_loop *loop, const caw_report *report);

/*
 * Debug mode: a step or callback of more than `slow_seconds` (0: 0.1) is reported with its name. Source: loop.set_debug.
 */
void caw_loop_set_debug(caw_loop *loop, bool debug, double slow_seconds);
bool caw_loop_get_debug(const caw_loop *loop);

#ifdef __cplusplus
}
#endif
#endif
