/*
 * Owns: code that blocks, as sleep(3) does: nothing else runs meanwhile. Where the time is simulated its clock is moved instead.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include <cawait.h>
#include <cawait/sim.h>

__attribute__((weak)) void caw_sim_set_time(double seconds); /* not there where the clock is real */

static inline void block(double seconds)
{
    caw_loop *loop = caw_running_loop();
    double    end = caw_time(loop) + seconds;
    if (caw_sim_set_time) caw_sim_set_time(end);
    while (caw_time(loop) < end) {
    }
}

#endif
