/*
 * Owns: the clock that programs of the tests run by: virtual on every host, or as slow as the host's own.
 * Must not know: which host it is.
 *
 * A program links virtual.c with --wrap=NAME of the linker for caw__host_now, caw__host_arm and caw__host_wait: the core's clock is
 * virtual then, and an idle loop jumps to its next deadline, while waking, waiting and giving way stay the host's own. With real.c it
 * waits for that deadline first. On JavaScript it links turn.c, too, with --wrap=caw_loop_turn. A program with jobs links workers.c, with
 * --wrap for what begins with __wrap_ there.
 */
#ifndef TESTS_CLOCK_H
#define TESTS_CLOCK_H

#include <cawait/loop.h>

/* In real.c; anywhere else it is not there. */
extern const bool clock_real __attribute__((weak));

/* The virtual clock goes back to 0; no loop may be open. */
void clock_restart(void);
/* Nothing happens before `deadline`: the virtual clock goes there, unless that must wait. */
void clock_jump(double deadline);

/* In workers.c; elsewhere it is not there. Whether work is under way that takes its time from this clock: it must not go on by itself. */
bool clock_stands(void) __attribute__((weak));

/* Where turn.c is linked: called after each turn, if the program defines it. Outside the loop. */
void clock_turned(caw_loop *loop, const caw_turn *turn) __attribute__((weak));

#endif
