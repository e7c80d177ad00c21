/*
 * Owns: the host wasip3: the clock, turns of the loops, one timer for all, waiting where a program has a main of its own.
 * Must not know: exported functions and whose turn it is to wait (guest.c), what CAW_MAIN does (main.c), sockets.
 *
 * All async functions of an instance are in one loop, and all that any of them waits for is in one waitable set (waitable.c). A callback
 * tells what has happened, gives each loop its turn, and returns to the host until something else happens. It never goes round by
 * itself while anything is ready: a host is not served between two calls of waitable-set.poll, only when a callback has returned.
 */
#include "instance.h"
#include "loop/loop.h"
#include "lines.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

CAW__FROM("wasi:clocks/monotonic-clock@0.3.0", "now") uint64_t caw__wasi_clock_now(void);
CAW__FROM("wasi:clocks/monotonic-clock@0.3.0", "[async-lower]wait-for") uint32_t caw__wasi_clock_wait_for(uint64_t nanoseconds);

#define LONGEST 2147483.0 /* seconds: JavaScript's timers cannot wait longer */

/* Linked only if the program asks for lines. */
extern __typeof__(caw__stdin_wanted) caw__stdin_wanted __attribute__((weak));
extern __typeof__(caw__stdin_close)  caw__stdin_close __attribute__((weak));

uint32_t caw__under_way;
bool (*caw__program_turn)(caw_loop *loop);

/* The C library's own name for it, linked only if the program prints. */
extern FILE *volatile __stdout_used __attribute__((weak));

static caw_loop *own;
static caw_loop *cursor; /* in caw__loops: the next one to have a turn */
static bool      blocking;

static struct {
    caw__waitable call;
    double        when; /* as long as it is under way */
} timer;

/* ---- The seam, see src/host.h ----------------------------------------------------------------------------------------------- */

/* By this name for the host itself: tests put another clock between it and the core. */
static double seconds_now(void) { return (double)caw__wasi_clock_now() * 1e-9; }

double caw__host_now(void) { return seconds_now(); }

/* Every callback looks for loops that are awake before it returns. */
void caw__host_wake(caw_loop *loop) { (void)loop; }
void caw__host_arm(caw_loop *loop, double when) { (void)loop, (void)when; }

bool caw__host_blocks(void) { return blocking; }
bool caw__host_interrupt(void) { return false; }
void caw__host_runs(caw_loop *loop, bool runs) { (void)loop, (void)runs; }
void caw__host_generators(void) {}

bool caw__host_pending(const caw_loop *loop) { return caw__under_way || (caw__stdin_wanted && caw__stdin_wanted(loop)); }

void caw__host_close(caw_loop *loop)
{
    if (caw__stdin_close) caw__stdin_close(loop);
    if (cursor == loop) cursor = loop->next;
    if (own == loop) own = NULL;
}

_Noreturn void caw__host_abort(void) { abort(); }

void caw__flush(void)
{
    if (&__stdout_used && __stdout_used) fflush(__stdout_used);
}

/* ---- Turns and the timer -------------------------------------------------------------------------------------------------------- */

caw_loop *caw__own_loop(void)
{
    if (!own) own = caw_loop_new();
    return own;
}

/* The loops whose timers are due are awake. */
static void look_for_due(void)
{
    double now = INFINITY;
    for (caw_loop *loop = caw__loops; loop; loop = loop->next) {
        if (loop->woken || isinf(loop->armed)) continue;
        if (isinf(now)) now = seconds_now();
        loop->woken = loop->armed <= now;
    }
}

bool caw__turns(void)
{
    bool awake = false;
    look_for_due();
    for (cursor = caw__loops; cursor;) {
        caw_loop *loop = cursor;
        cursor = loop->next;
        if (loop->woken && (!caw__program_turn || !caw__program_turn(loop))) caw_loop_turn(loop, NULL);
    }
    for (const caw_loop *loop = caw__loops; loop; loop = loop->next) awake |= loop->woken;
    return awake;
}

static void timer_fired(caw__waitable *call, uint32_t event, uint32_t code) { (void)call, (void)event, (void)code; }

/* One that comes too early is left: most deadlines are put off again and again. */
static bool timer_until(double when)
{
    if (isinf(when) || (timer.call.handle && timer.when <= when)) return true;
    double left = when - seconds_now();
    if (left <= 0) return false;
    caw__give_up(&timer.call);
    uint32_t call = caw__wasi_clock_wait_for((uint64_t)ceil(fmin(left, LONGEST) * 1e9));
    if ((call & 15) == CM_RETURNED) return false;
    timer.when = when;
    caw__watch(&timer.call, call >> 4, timer_fired);
    return true;
}

static double earliest(void)
{
    double when = INFINITY;
    for (const caw_loop *loop = caw__loops; loop; loop = loop->next) when = fmin(when, loop->armed);
    return when;
}

bool caw__timer_set(void) { return timer_until(earliest()); }

bool caw__idle(void) { return !caw__under_way && isinf(earliest()); }

/* ---- Blocking: only in a program's own main, which nothing can be called beside --------------------------------------------------- */

void caw__may_block(bool may)
{
    blocking = may;
    if (may) caw__backpressure_inc();
    else caw__backpressure_dec();
}

int caw__host_wait(caw_loop *loop, double deadline)
{
    uint32_t event, about[2];
    if (!blocking) return -CAW_RUNTIME_ERROR;
    if (caw__tell_all()) return 0;
    if (isinf(deadline) && deadline > 0 && !caw__host_pending(loop)) return -CAW_EOF_ERROR;
    if (deadline <= seconds_now()) { /* a loop that is always busy: without this the host never gets to what it is to tell */
        caw__thread_yield();
        caw__tell_all();
        return 0;
    }
    caw__flush();
    if (!timer_until(deadline)) return 0;
    event = caw__waitable_set_wait(caw__waitable_set(), about);
    caw__tell(event, about[0], about[1]);
    caw__tell_all();
    return 0;
}
