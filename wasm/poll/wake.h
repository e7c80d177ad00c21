/*
 * Owns: how a wait is ended from outside: by a signal's handler, by another thread. Private to wasm/poll.
 */
#ifndef CAW_POLL_WAKE_H
#define CAW_POLL_WAKE_H

#include "ready.h"
#include <time.h>

/* Sets the first place of the set; where nobody is outside, or no descriptor is to be had, it stays empty. */
void caw__wake_open(caw__poller *poller);
void caw__wake_close(caw__poller *poller);

/* Before a wait; false: it was woken already, and is not to block. */
bool caw__wake_ready(caw__poller *poller);
/* After it: whether it was woken by a signal's handler, and is not any more. */
bool caw__wake_seen(caw__poller *poller);

/* Ends a wait from another thread, one that goes on or the next. */
void caw__wake_from_outside(const caw__poller *poller);

/* By any thread; the poller must be there still, which is the caller's to know. One piece is under way once. */
void caw__wake_with(caw__poller *poller, caw__post *post);
/* It is not to be told, if it was not; false: it was not there. */
bool caw__wake_without(caw__poller *poller, caw__post *post);
/* In the loop's thread, after a wait; whether there was any. */
bool caw__wake_tell(caw__poller *poller);

/* In the loop's thread: so many posts more, or less, will come. */
#ifdef __EMSCRIPTEN__
void caw__wake_expect(caw__poller *poller, int more);
#else
static inline void caw__wake_expect(caw__poller *poller, int more) { poller->expected += (uint32_t)more; }
#endif

/* The time of a clock in so many seconds, 30 years at most. */
void caw__time_after(struct timespec *until, clockid_t clock, double seconds);

#endif
