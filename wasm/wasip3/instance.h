/*
 * Owns: what the parts of this host know of each other: the loop's turns, its one timer, what is under way.
 */
#ifndef CAW_WASIP3_INSTANCE_H
#define CAW_WASIP3_INSTANCE_H

#include "waitable.h"
#include "host.h"

/* A turn of each loop that is awake, under its budget; whether more is ready. */
bool caw__turns(void);
/* Has the host wake us when the earliest of all loops' timers is due; false: it is due now. */
bool caw__timer_set(void);
/* What the program has printed so far, a prompt perhaps, is seen before it waits. */
void caw__flush(void);
/* Nothing but another call can come: no timer, nothing under way. */
bool caw__idle(void);

/* How many calls, operations and the like are under way that will wake a loop. */
extern uint32_t caw__under_way;

/* Turns of a loop that a program of CAW_MAIN runs in (main.c); NULL: there is none. False: it is another's. */
extern bool (*caw__program_turn)(caw_loop *loop);

/* The loop of the instance's exported functions and of its program; NULL: no memory. */
caw_loop *caw__own_loop(void);
/* A program that has a main of its own blocks in it: nothing else may be called meanwhile. */
void caw__may_block(bool may);

#endif
