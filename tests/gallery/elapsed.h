/*
 * Owns: the time that the lessons print: since the program began, to the nearest fifth of a second. All they do happens on such
 * steps, so a real clock, which is always a little late, gives the same trace as the simulated one.
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
    return round((now - start) * 5) / 5;
}

#endif
