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

static double now;

void clock_restart(void) { now = 0; }

/* In the same steps as CPython's loop, which waits for the difference: the last bit counts. */
void clock_jump(double deadline)
{
    if (deadline > now && !isinf(deadline)) now += deadline - now;
}

/* A program that blocks moves the clock by the simulated host's function, which the other hosts do not have: that one has its own. */
__attribute__((weak)) void caw_sim_set_time(double seconds) { clock_jump(seconds); }

double __wrap_caw__host_now(void) { return now; }

/* A host that is driven by its timer gets one that is due at once. */
void __wrap_caw__host_arm(caw_loop *loop, double when)
{
    loop->armed = isinf(when) ? when : __real_caw__host_now();
    __real_caw__host_arm(loop, loop->armed);
}

/* A host that waits looks for what has come, and does not wait for the time. */
int __wrap_caw__host_wait(caw_loop *loop, double deadline)
{
    clock_jump(deadline);
    return __real_caw__host_wait(loop, isinf(deadline) ? deadline : -INFINITY);
}
