/*
 * Owns: the JavaScript host: when turns are run, the one timer for all loops, the log, the memory that JavaScript asks for.
 * Must not know: promises, values or exported functions. Its other half is js/run/host.ts.
 *
 * A loop that wakes asks for one microtask (wake), whatever the number of loops and events; caw_tick runs every loop that is
 * awake for as long as its budget lasts, and what is left goes to one macrotask (pause). A tick that JavaScript has promised
 * always comes, so caw__js_ticking is the only state: nothing is asked for twice.
 */
#include "bridge.h"
#include "graph/graph.h"
#include <cawait/export.h>
#include <cawait/run.h>

static CAW__TLS caw_loop *own;
static CAW__TLS caw_loop *cursor; /* in caw__loops: the next one of the tick that runs */
static CAW__TLS double    timer = INFINITY;

/*
 * The clock costs 50-190 ns, a turn of one step 20: turns that follow each other in microtasks read it every 64th time. In between
 * a timer that is due may be seen late (the host's own timer tells in any case), never early. And since microtasks come before
 * everything else, a chain of them that lasts longer than a loop's budget gives way too: promises settled by promises must not
 * starve the page.
 */
#define CLOCK_TURNS 64
static CAW__TLS double   clock_read, since; /* as last read; when the last macrotask of ours began */
static CAW__TLS uint32_t turn_count;
static CAW__TLS bool     coarse; /* the next read may give clock_read */

CAW__TLS caw__wire caw__scratch[4];
CAW__TLS uint32_t  caw__js_pending;
CAW__TLS bool      caw__js_ticking;

CAW__TLS bool (*caw__js_after_turn)(bool left);

CAW__TLS caw__js_future *caw__js_taken; /* here, as values need it where no promise is linked */

caw_loop *caw__js_loop(void)
{
    if (!own) own = caw_loop_new();
    return own;
}

bool caw__js_over(void) { return !own; }

/* ---- The seam, see host.h ----------------------------------------------------------------------------------------------- */

/* By this name for the host itself: tests put another clock between it and the core. */
static double clock_now(void)
{
    bool old_will_do = coarse;
    coarse = false;
    return old_will_do ? clock_read : (clock_read = caw__js_now());
}

double caw__host_now(void) { return clock_now(); }

void caw__host_wake(caw_loop *loop)
{
    (void)loop; /* it is marked as woken */
    if (caw__js_ticking || caw__js_elsewhere()) return;
    caw__js_ticking = true;
    caw__js_wake();
}

CAW__COLD

static void host_rearm(void)
{
    double when = INFINITY;
    for (const caw_loop *loop = caw__loops; loop; loop = loop->next)
        if (loop->armed < when) when = loop->armed;
    if (when == timer && when > clock_read - 1) return; /* else JavaScript may have lost it */
    timer = when;
    caw__js_arm(when);
}

void caw__host_arm(caw_loop *loop, double when)
{
    (void)loop, (void)when;                                     /* it is in loop->armed */
    if (!caw__js_ticking && !caw__js_elsewhere()) host_rearm(); /* a tick ends with it */
}

int caw__host_wait(caw_loop *loop, double deadline)
{
    return caw__js_elsewhere() ? caw__thread_wait(loop, deadline) : -CAW_RUNTIME_ERROR;
}

bool caw__host_blocks(void) { return caw__js_elsewhere(); }

bool caw__host_interrupt(void)
{
    caw__js_interrupt();
    return true;
}

void caw__host_runs(caw_loop *loop, bool runs) { (void)loop, (void)runs; }

bool caw__host_pending(const caw_loop *loop) { return caw__js_pending > 0 || caw__thread_pending(loop); }

void caw__host_close(caw_loop *loop)
{
    caw__thread_close(loop);
    if (own && caw__js_loop_gone) caw__js_loop_gone(loop);
    if (cursor == loop) cursor = loop->next;
    if (!caw__js_ticking && !caw__js_elsewhere()) host_rearm();
}

void caw__host_log(int level, const char *text, size_t length) { caw__js_log(level, text, length); }

_Noreturn void caw__host_abort(void) { __builtin_trap(); }

/* ---- Turns ---------------------------------------------------------------------------------------------------------------- */

/* Whether microtasks have had the thread for too long. */
static bool tired(void)
{
    if (++turn_count % CLOCK_TURNS || !own) return false;
    double seconds = caw_loop_get_budget(own).seconds;
    return seconds > 0 && clock_now() - since > seconds;
}

static void turns(void)
{
    bool left = tired(), awake = false;
    for (cursor = caw__loops; cursor && !left;) {
        caw_loop *loop = cursor;
        cursor = loop->next;
        if (!loop->woken) continue;
        coarse = turn_count % CLOCK_TURNS != 0;
        left = caw_loop_turn(loop, NULL).ready;
        if (CAW__UNLIKELY(caw__js_after_turn != NULL)) left = caw__js_after_turn(left);
    }
    coarse = false;
    for (const caw_loop *loop = caw__loops; loop; loop = loop->next) awake |= loop->woken;
    caw__js_ticking = awake | left; /* one loop may have woken another that had its turn already */
    if (left) caw__js_pause();
    else if (awake) caw__js_wake();
    host_rearm();
}

CAW__COLD_END

static void fresh_turns(void);

/*
 * The one task that is ready, where nothing else is to be done, as in most ticks; or NULL. It runs without the rest of a turn, which
 * is a seventh of what a call costs that waits once. A timer that JavaScript was not told of is the end of a turn's business.
 */
static caw_task *only_task(void)
{
    caw_loop  *loop = caw__loops;
    caw__node *node = loop ? loop->ready : NULL;
    return node && node == loop->ready_tail && node->run == caw__task_run && !loop->batch && loop->armed == timer &&
                   caw__js_plain(loop)
               ? CAW__CONTAINER(node, caw_task, node)
               : NULL;
}

/* `fresh`: in a macrotask, see below. */
CAW__EXPORT(caw_tick) void caw__js_tick(bool fresh)
{
    if (CAW__UNLIKELY(fresh)) {
        fresh_turns();
        return;
    }
    caw_task *task = only_task();
    if (task) {
        task->future.loop->ready = task->future.loop->ready_tail = NULL;
        if (!caw__js_step(task)) return;
    }
    turns();
}

CAW__COLD

/* A turn in a macrotask: everything else had its chance. */
static __attribute__((noinline)) void fresh_turns(void)
{
    turn_count = CLOCK_TURNS - 1;
    since = clock_now();
    turns();
}

/* The host's timer fired, perhaps early: only what is due is turned. */
CAW__EXPORT(caw_timer) void caw__js_timer(void)
{
    double now = clock_now();
    bool   due = false;
    timer = INFINITY;
    for (caw_loop *loop = caw__loops; loop; loop = loop->next)
        if (loop->armed <= now) due = loop->woken = true;
    if (!due) host_rearm();
    else if (!caw__js_ticking) fresh_turns();
}

CAW__COLD_END

void caw__js_turn(void) { turns(); }

bool caw__js_plain(const caw_loop *loop)
{
    return !caw__running && !loop->attention && loop->budget.jobs != 1 &&
           (turn_count + 1) % CLOCK_TURNS; /* every so often the clock must be read */
}

/* What caw_loop_turn would do at three times the price. */
bool caw__js_step(caw_task *task)
{
    caw_loop *loop = task->future.loop;
    turn_count++;
    loop->turning = true; /* and nobody can close it */
    caw__running = loop;
    caw__task_run(&task->node);
    caw__running = NULL;
    caw__rt.task = NULL;
    loop->turning = loop->stopping = false;
    /* What it made ready, its timers, and other loops, which it may have woken, are a turn's business. */
    return caw__js_ticking = loop->woken = loop->ready || loop->retimed || caw__loops->next;
}

CAW__COLD

const char *caw__host_no_sockets(void) { return "a page has no sockets: use caw_fetch or a WebSocket"; }

/* ---- What else JavaScript calls --------------------------------------------------------------------------------------------- */

CAW__EXPORT(caw_abi) int caw__js_abi(void) { return CAW_ABI; }
#ifndef __EMSCRIPTEN__
/* Nobody calls it: so that no_main_but_CAW_MAIN.c is looked at where there is no CAW_MAIN. */
caw_any *caw__js_begins(void);
caw_any *caw__js_begins(void) { return caw_base(caw__main()); }
#endif
CAW__EXPORT(caw_scratch) caw__wire *caw__js_scratch(void) { return caw__scratch; }
/* Blocks for JavaScript, which does not say their size when it frees them: it stands before the block. */
CAW__EXPORT(caw_alloc) void *caw__js_alloc(size_t size)
{
    size_t *block = size > SIZE_MAX - 16 ? NULL : caw__alloc(size + 16);
    if (!block) return NULL;
    *block = size + 16;
    return block + 16 / sizeof *block;
}

CAW__EXPORT(caw_free) void caw__js_free(void *block)
{
    size_t *whole = (size_t *)block - 16 / sizeof(size_t);
    if (block) caw__free(whole, *whole);
}

_Static_assert(offsetof(caw__object, refs) == 4, "REFERENCES of close.ts");

CAW__EXPORT(caw_release) void caw__js_release(void *object) { caw_unref(object); }

#ifdef CAW_CHECKED
/* Debug mode of the instance's loop, for js/run/debug.ts; a release module has no room for it. */
CAW__EXPORT(caw_debug) void caw__js_debug(double slow_seconds)
{
    caw_loop *loop = caw__js_loop();
    if (loop) caw_loop_set_debug(loop, slow_seconds > 0, slow_seconds);
}
#endif

CAW__EXPORT(caw_budget) void caw__js_set_budget(uint32_t jobs, double seconds)
{
    caw_loop *loop = caw__js_loop();
    if (loop) caw_loop_set_budget(loop, (caw_budget){jobs, seconds});
}

/* Fills scratch with a caw_stats, and whether the timer is armed. */
CAW__EXPORT(caw_stats) void caw__js_stats(void)
{
    caw__stats((caw_stats *)(void *)caw__scratch);
    CAW__SCRATCH[4] = timer < INFINITY;
}

/* What a task does, as js/run/tasks.ts knows it. */
enum { NOT_BEGUN, RUNNING, READY, WAITING };

/*
 * The tasks that have not ended, one after another: the one behind `task` (NULL: the first), NULL past the last. Fills scratch: its
 * name; its outermost function and the innermost one that is suspended (NULL: none is), each as a frame begins, see frame.h; state;
 * what kind of thing it waits for.
 */
CAW__EXPORT(caw_task) const caw_task *caw__js_task(const caw_task *task)
{
    task = task ? task->next : own ? own->tasks : NULL;
    if (!task) return NULL;
    unsigned state = !task->slot || caw__task_ended(task)              ? RUNNING
                     : !(task->future.object.flags & CAW__HAS_STARTED) ? NOT_BEGUN
                     : task->waiting                                   ? WAITING
                                                                       : READY;
    CAW__SCRATCH[0] = (uintptr_t)caw__task_name((caw_any *)(uintptr_t)task);
    CAW__SCRATCH[1] = (uintptr_t)caw__task_desc(task);
    CAW__SCRATCH[2] = state >= READY ? (uintptr_t)caw__task_top(task) : 0;
    CAW__SCRATCH[3] = state;
    CAW__SCRATCH[4] = task->waiting ? (uintptr_t)task->waiting->object.type->name : 0;
    return task;
}

typedef struct places {
    uint32_t *ids;
    uint32_t  count, room;
} places;

static void found(void *data, caw_task *task)
{
    places *p = data;
    if (p->count++ < p->room) p->ids[p->count - 1] = (uint32_t)(uintptr_t)task;
}

/* Those who await it: writes as many as there is room for, and gives how many there are; one may be there twice. */
CAW__EXPORT(caw_awaiters) uint32_t caw__js_awaiters(caw_task *task, uint32_t *ids, uint32_t room)
{
    places p = {ids, 0, room};
    caw__awaiters(&task->future, found, &p);
    return p.count;
}

/* What a program printed without an end of line is in the C library until it is flushed; present only if stdio is. */
void __stdio_exit(void) __attribute__((weak));

CAW__EXPORT(caw_flush) void caw__js_flush(void)
{
    if (__stdio_exit) __stdio_exit();
}

/* Whether C is on the stack below. */
CAW__EXPORT(caw_busy) bool caw__js_busy(void) { return caw__running != NULL; }

/* The end of the instance: every task is cancelled and may clean up for one turn; what then still waits is closed. */
CAW__EXPORT(caw_end) void caw__js_end(void)
{
    caw_loop *loop = own;
    own = NULL; /* no second time */
    if (loop) {
        caw__tasks_cancel(loop);
        caw_loop_turn(loop, NULL);
        caw_loop_close(loop);
    }
    if (caw__js_after_turn) caw__js_after_turn(false);
    caw__js_flush();
}

CAW__COLD_END
