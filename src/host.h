/*
 * Owns: the one seam between the core and the world. A host is a folder in wasm/ that defines all of these; a program is linked
 * with exactly one. The core calls nothing else outside itself but memcpy, strlen and their like.
 * Must not know: which hosts there are.
 *
 * Two kinds of host: a blocking one (sim, wasi) implements caw__host_wait and is driven by caw_run; a driven one (js) cannot
 * block: it answers wake and arm by calling caw_loop_turn later, from its own event loop.
 * None of these may call back into the core before returning.
 */
#ifndef CAW_HOST_H
#define CAW_HOST_H

#include <cawait/loop.h>

/* Seconds, monotonic, any epoch. Read at least once a turn, so it should be cheap. */
double caw__host_now(void);

/*
 * The loop, idle so far, has ready work: arrange a caw_loop_turn soon. Called once until that turn begins, never during a turn.
 * Blocking hosts may ignore that; they get it also from caw_interrupt, in a signal handler perhaps, at any time: where there are
 * signals, a wait that goes on or begins then returns at once.
 */
void caw__host_wake(caw_loop *loop);

/*
 * The earliest timer is now due at `when` (INFINITY: there is none any more): arrange a turn then. Called when a turn or the
 * code outside it leaves another head of the heap than it found, so one host timer serves all. Blocking hosts ignore it.
 */
void caw__host_arm(caw_loop *loop, double when);

/*
 * Blocks until an event of the host's was delivered to `loop` or `deadline` has passed; a deadline in the past only polls.
 * Returns 0; -CAW_RUNTIME_ERROR when it cannot block at all; -CAW_EOF_ERROR when deadline is INFINITY and no event can ever come
 * (the core then reports the deadlock).
 */
int caw__host_wait(caw_loop *loop, double deadline);

/* Whether caw__host_wait can block; asked before a loop is run. */
bool caw__host_blocks(void);

/*
 * Whether something of the host's is pending that may still wake the loop (an open read, a promise): tells waiting from deadlock.
 */
bool caw__host_pending(const caw_loop *loop);

/*
 * Interrupts the program that the host itself runs, as Ctrl-C would (CAW_MAIN where it cannot block); returns whether there is one.
 */
bool caw__host_interrupt(void);

/* Linked with the first async generator, and called by nobody in here: what a host whose program ends without a run needs for them. */
void caw__host_generators(void);

/* The loop is being closed: forget it, disarm its timer, drop what was pending for it. */
void caw__host_close(caw_loop *loop);

/* A line of text (no newline) for the developer: level 0 = information, 1 = warning, 2 = error. Must not fail. */
void caw__host_log(int level, const char *text, size_t length);

/*
 * Memory, in realloc's shape: `block` NULL allocates, `size` 0 frees and returns NULL; NULL means failure and leaves `block` as it
 * was. Aligned to 16. The core asks for chunks and for what is larger than a kilobyte; see caw_set_allocator.
 */
void *caw__host_memory(void *block, size_t old_size, size_t size);

/* Ends the program after a defect that cannot be survived; the text was logged. */
_Noreturn void caw__host_abort(void);

#endif
