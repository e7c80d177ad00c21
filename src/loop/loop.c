/*
 * Owns: the loop: the ready queue, passes, turns under a budget, stopping.
 * Must not know: what a ready node does, who drives it (run.c or a host), or how all ends (close.c).
 *
 * The ready queue is two lists: `ready` is the next pass, `batch` the rest of the present one. A pass moves ready to batch, so
 * what runs can only schedule for the next pass; a budget may end inside a batch, and the next turn goes on there.
 */
#include "loop/loop.h"
#include <string.h>

CAW__TLS caw_loop *caw__running;
CAW__TLS caw_loop *caw__loops, *caw__loops_tail;

/* The clock costs 50-190 ns, a job 5: it is read once a turn, then every CLOCK_JOBS jobs, or MANY_JOBS after jobs that were quick. */
#define CLOCK_JOBS 64
#define MANY_JOBS 256
#define QUICK 20e-6 /* seconds for CLOCK_JOBS */
#define LATE 1.0    /* seconds; one that is still to fire then was lost by the host (fake timers of a test): it is told again */
#define RESOLUTION 1e-6 /* a timer this close is due: hosts round their clocks */

caw_loop *caw_loop_new(void)
{
    caw_loop *loop = caw__alloc(sizeof *loop);
    if (!loop) return NULL;
    memset(loop, 0, sizeof *loop);
    loop->refs = 1;
#ifdef CAW_CHECKED
    loop->thread = caw__check_thread();
#endif
    loop->armed = INFINITY;
    loop->budget = (caw_budget){.jobs = 10000, .seconds = 0.001};
    loop->now = caw__host_now();
    loop->previous = caw__loops_tail;
    *(loop->previous ? &loop->previous->next : &caw__loops) = loop;
    caw__open_loops++;
    caw__loops_tail = loop;
    if (caw__loop_made) caw__loop_made(loop);
    return loop;
}

caw_loop *caw__loop_ref(caw_loop *loop)
{
    loop->refs++;
    return loop;
}

void caw__loop_unref(caw_loop *loop)
{
    if (--loop->refs == 0) caw__free(loop, sizeof *loop);
}

caw_loop *caw_running_loop(void) { return caw__running; }

double caw_time(const caw_loop *loop) { return loop ? caw__loop_clock((caw_loop *)(uintptr_t)loop) : caw__host_now(); }

bool       caw_loop_is_running(const caw_loop *loop) { return loop->running || loop->turning; }
void       caw_loop_set_budget(caw_loop *loop, caw_budget budget) { loop->budget = budget; }
caw_budget caw_loop_get_budget(const caw_loop *loop) { return loop->budget; }

void caw_stop(caw_loop *loop)
{
    CAW__OUR_LOOP(loop);
    loop->stopping = true;
}

/* ---- The ready queue ----------------------------------------------------------------------------------------------- */

void caw__loop_wake(caw_loop *loop)
{
    if (loop->woken) return;
    loop->woken = true;
    if (!loop->closed) {
        caw__host_wake(loop);
        return;
    }
    caw__loop_discard(loop);
    loop->woken = false;
}

void caw__ready_splice(caw_loop *loop, caw__node *tail)
{
    CAW__OUR_LOOP(loop);
    caw__node *head = tail->next;
    tail->next = NULL;
    caw__node *before = loop->ready_tail;
    loop->ready_tail = tail;
    if (loop->ready) {
        before->next = head;
        return;
    }
    loop->ready = head;
    if (!loop->turning) caw__loop_wake(loop);
}

/* From the closing on a node that is run only lets go of what it holds. */
void caw__loop_discard(caw_loop *loop)
{
    while (loop->batch || loop->ready) {
        if (!loop->batch) {
            loop->batch = loop->ready;
            loop->batch_tail = loop->ready_tail;
            loop->ready = loop->ready_tail = NULL;
        }
        caw__node *node = loop->batch;
        loop->batch = node->next;
        node->run(node);
    }
}

/* ---- Timers ---------------------------------------------------------------------------------------------------------- */

/*
 * Tells the host about the head of the heap, once it has changed and the loop is at rest: in a turn, or a call from outside, nobody asks
 * which is first before it is over.
 */
static void loop_rearm(caw_loop *loop)
{
    loop->retimed = loop->turning || caw__running == loop;
    if (loop->retimed || loop->closed) return;
    const caw__timer *first = caw__timers_first(&loop->timers);
    double            when = first ? first->when : INFINITY;
    if (when == loop->armed && when > loop->now - LATE) return;
    loop->armed = when;
    caw__host_arm(loop, when);
}

void caw__timer_start(caw_loop *loop, caw__timer *timer, double when)
{
    CAW__OUR_LOOP(loop);
    timer->when = when;
    caw__timers_add(&loop->timers, timer);
    loop_rearm(loop);
}

double caw__loop_clock(caw_loop *loop)
{
    CAW__OUR_LOOP(loop);
    loop->now = caw__host_now(); /* so that what is due at once, counted from it, is due in the next pass */
    caw__timers_stamp(&loop->timers, loop->now);
    return loop->now;
}

void caw__timer_start_in(caw_loop *loop, caw__timer *timer, double seconds)
{
    CAW__OUR_LOOP(loop);
    if (!loop->turning) {
        caw__timer_start(loop, timer, caw__host_now() + seconds);
        return;
    }
    timer->when = seconds;
    caw__timers_add_fresh(&loop->timers, timer);
    loop->retimed = true;
}

void caw__timer_stop(caw_loop *loop, caw__timer *timer)
{
    CAW__OUR_LOOP(loop);
    bool fresh = caw__timer_fresh(timer);
    caw__timers_remove(&loop->timers, timer);
    if (!fresh) loop_rearm(loop);
}

static __attribute__((noinline)) void timers_due(caw_loop *loop)
{
    caw__timer *timer;
    while ((timer = caw__timers_first(&loop->timers)) && timer->when < loop->now + RESOLUTION) {
        caw__timers_remove(&loop->timers, timer);
        caw__ready_push(loop, &timer->node);
    }
}

/* ---- Passes ------------------------------------------------------------------------------------------------------------ */

/* Begins a pass unless one is under way; false when nothing is ready. */
static bool begin_pass(caw_loop *loop)
{
    if (loop->batch) return true;
    if (loop->timers.heaps) timers_due(loop);
    loop->batch = loop->ready;
    loop->batch_tail = loop->ready_tail;
    loop->ready = loop->ready_tail = NULL;
    return loop->batch != NULL;
}

/* Passes until nothing is ready, the loop is stopped, or the budget is spent. */
static uint32_t run_passes(caw_loop *loop, const caw_budget *budget)
{
    uint32_t jobs = 0, limit = budget->jobs ? budget->jobs : UINT32_MAX;
    uint32_t next = limit < CLOCK_JOBS ? limit : CLOCK_JOBS; /* look at the clock and the limit */
    double   start = loop->now = caw__host_now(), looked = start;
    while (begin_pass(loop)) {
        do { /* not a while: the compiler made a state machine of it, 0.8 ns a job */
            caw__node *node = loop->batch;
            loop->batch = node->next;
            if (CAW__UNLIKELY(loop->attention != NULL)) {
                if (!loop->attention(loop, node)) return jobs;
            } else if (CAW__LIKELY(node->run == caw__task_run)) {
                caw__task_run(node);
            } else {
                node->run(node);
            }
            if (CAW__LIKELY(++jobs < next)) continue;
            double now = caw__loop_clock(loop);
            if (jobs >= limit || (budget->seconds > 0 && now - start >= budget->seconds)) return jobs;
            next = jobs + (now - looked < QUICK ? MANY_JOBS : CLOCK_JOBS);
            looked = now;
            if (next > limit) next = limit;
        } while (loop->batch);
        if (loop->stopping) break;
    }
    return jobs;
}

caw_turn caw_loop_turn(caw_loop *loop, const caw_budget *budget)
{
    caw_turn turn = {.status = -CAW_RUNTIME_ERROR, .deadline = INFINITY};
    CAW__OUR_LOOP(loop);
    if (loop->closed || loop->turning || caw__running) return turn;
    caw__loop_ref(loop); /* a callback may close everything else */
    loop->woken = false;
    loop->turning = true;
    caw__running = loop;
    turn.status = 0;
    turn.jobs = run_passes(loop, budget ? budget : &loop->budget);
    if (loop->timers.fresh) caw__loop_clock(loop);
    caw__running = NULL;
    caw__rt.task = NULL;
    loop->turning = false;
    turn.ready = loop->batch || loop->ready;
    const caw__timer *first = caw__timers_first(&loop->timers);
    if (first) turn.deadline = first->when;
    if (!loop->running) loop->stopping = false; /* stop() ends a turn of a loop that the host drives, no more */
    if (turn.ready) loop->woken = true;         /* whoever drives it has been told so by `ready` */
    loop_rearm(loop);
    caw__loop_unref(loop);
    return turn;
}

CAW__COLD

void caw_loop_set_eager(caw_loop *loop, bool eager)
{
    loop->eager = eager;
    loop->make_task = NULL;
}

/* ---- Debug mode ------------------------------------------------------------------------------------------------------- */

void caw__loop_attend(caw_loop *loop) { loop->attention = loop->debug ? caw__loop_measure : NULL; }

void caw_loop_set_debug(caw_loop *loop, bool debug, double slow_seconds)
{
    loop->debug = debug;
    loop->slow = slow_seconds > 0 ? slow_seconds : 0.1;
    caw__loop_attend(loop);
}

bool caw_loop_get_debug(const caw_loop *loop) { return loop->debug; }

CAW__COLD_END

/* ---- Entering from outside ------------------------------------------------------------------------------------------- */

caw_loop *caw__loop_enter(caw_loop *loop)
{
    caw_loop *previous = caw__running;
    caw__running = loop;
    return previous;
}

void caw__loop_leave(caw_loop *loop, caw_loop *previous)
{
    caw__running = previous;
    if (CAW__UNLIKELY(loop->retimed)) loop_rearm(loop);
}
