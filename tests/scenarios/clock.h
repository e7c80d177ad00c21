/*
 * Owns: the clock of a run: virtual, where the linker has put virtual.c between the core and its host; else the host's own.
 */
#ifndef SCENARIO_CLOCK_H
#define SCENARIO_CLOCK_H

#include <cawait/loop.h>

/* The virtual clock goes back to 0; no loop may be open. Nothing on a clock of the host's. */
void clock_restart(void);
/* An idle loop jumps to its next deadline. Nothing on a clock of the host's. */
void clock_jump(double deadline);

#endif
