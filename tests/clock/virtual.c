/* The virtual clock. Only what the core calls of its host is in other hands here: what the host calls in itself it still calls. */
#include "clock.h"
#include "host.h"
#include <cawait/sim.h>
#include "loop/loop.h"

double __real_caw__host_now(void);
void   __real_caw__host_arm(caw_loop *loop, double when);
int    __real_caw__host_wait(caw_loop *loop, double deadline);
double __wrap_caw__host_now(void);
void   __wrap_caw__host_arm(caw_loop *loop, double when);
int    __wrap_caw__host_wait(caw_loop *loop, double deadline);

/* Each thread's own. */
static CAW__TLS double now;
static CAW__TLS double origin = NAN; /* when that was 0, by the host's clock */

static bool stands(void) { return clock_stands && clock_stands(); }

/* The host's clock now: JavaScript's may give what it read before, once. */
static double host_now(void)
{
    (void)__real_caw__host_now();
    return __real_caw__host_now();
}

/* That time by the host's clock. */
static double real(double when)
{
    if (isnan(origin)) origin = host_now();
    return origin + when;
}

void clock_restart(void)
{
    now = 0;
    origin = NAN;
}

/* In the same steps as CPython's loop, which waits for the difference: the last bit counts. */
void clock_jump(double deadline)
{
    if (isinf(deadline) || (&clock_real && host_now() < real(deadline))) return;
    if (deadline > now) now += deadline - now;
}

/* A program that blocks moves the clock by the simulated host's function, which the other hosts do not have: that one has its own. */
__attribute__((weak)) void caw_sim_set_time(double seconds)
{
    while (&clock_real && host_now() < real(seconds)) {
    }
    clock_jump(seconds);
}

double __wrap_caw__host_now(void) { return now; }

/* A host that is driven by its timer gets one that is due at once, or when that time is there. */
void __wrap_caw__host_arm(caw_loop *loop, double when)
{
    bool never = isinf(when) || stands();
    loop->armed = never ? INFINITY : &clock_real ? real(when) : __real_caw__host_now();
    __real_caw__host_arm(loop, loop->armed);
}

/* A host that waits looks for what has come, and does not wait for the time, if it need not; where that stands it waits for what comes. */
int __wrap_caw__host_wait(caw_loop *loop, double deadline)
{
    if (stands()) return __real_caw__host_wait(loop, INFINITY);
    if (!&clock_real) clock_jump(deadline);
    double until = isinf(deadline) ? deadline : &clock_real ? real(deadline) : -INFINITY;
    int    status = __real_caw__host_wait(loop, until);
    if (&clock_real) clock_jump(deadline);
    return status;
}
