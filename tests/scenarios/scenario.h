/*
 * Owns: the phases of a program: its main run, then its end.
 * Must not know: who drives the loop.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "world.h"

/* The main run: makes T0, to be run until it is done. NULL, or why it could not be made. */
caw_error *scenario_begin(world *w);
/* After it: prints how all stands, and gives what is to be run until it is done: every task is cancelled and waited for. */
caw_of(void) scenario_end(world *w);
/* After that, by itself or where the program says so: closes what generators are left. NULL: nothing to be run. */
caw_of(void) scenario_close_generators(world *w);
/* After that. */
void scenario_ended(world *w);
/* Nothing can wake the loop: after either run. */
void scenario_deadlock(world *w);
/* At last, in silence: gives what is to be run until it is done; NULL: nothing. */
caw_of(void) scenario_cleanup(world *w);

#endif
