/*
 * Owns: the clock that programs of the tests run by: virtual on every host, or the host's own.
 * Must not know: which host it is.
 *
 * A program links virtual.c with --wrap=NAME of the linker for caw__host_now, caw__host_arm and caw__host_wait: the core's clock is
 * virtual then, and an idle loop jumps to its next deadline, while waking, waiting and giving way stay the host's own. Or it links
 * real.c. On JavaScript it links turn.c, too, with --wrap=caw_loop_turn.
 */
#ifndef TESTS_CLOCK_H
#define TESTS_CLOCK_H

#include <cawait/loop.h>

/* The virtual clock goes back to 0; no loop may be open. Nothing on a clock of the host's. */
void clock_restart(void);
/* Nothing happens before `deadline`: the virtual clock goes there. Nothing on a clock of the host's. */
void clock_jump(double deadline);

/* Where turn.c is linked: called after each turn, if the program defines it. Outside the loop. */
void clock_turned(caw_loop *loop, const caw_turn *turn) __attribute__((weak));

#endif
