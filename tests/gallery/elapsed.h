/*
 * Owns: the time that the lessons print: since the program began, in tenths of a second. All they do happens on such steps, and a real
 * clock is always a little late, never early: what is over a step is cut off, so that its trace is that of a simulated clock.
 */
#ifndef ELAPSED_H
#define ELAPSED_H

#include <cawait.h>
#include <math.h>

static inline double elapsed(void)
{
    static double start = NAN;
    double        now = caw_time(caw_running_loop());
    if (isnan(start)) start = now;
    return floor((now - start) * 10 + 0.01) / 10;
}

#endif
