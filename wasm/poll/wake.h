/*
 * Owns: how a wait is ended from outside: by a signal's handler, by another thread's post (posts.h). Private to wasm/poll.
 */
#ifndef CAW_POLL_WAKE_H
#define CAW_POLL_WAKE_H

#include "ready.h"

/* Sets the first place of the set; where nobody is outside, or no descriptor is to be had, it stays empty. */
void caw__wake_open(caw__poller *poller);
void caw__wake_close(caw__poller *poller);

/* Before a wait; false: it was woken already, and is not to block. */
bool caw__wake_ready(caw__poller *poller);
/* After it: whether it was woken by a signal's handler, and is not any more. */
bool caw__wake_seen(caw__poller *poller);

/* Ends a wait from another thread, one that goes on or the next; for a post under the lock of posts.c, once it is there. */
void caw__wake_from_outside(const caw__poller *poller);
/* In the loop's thread, after a wait: what others have posted is told (posts.c); whether there was any. */
bool caw__posts_tell(caw__poller *poller);

#endif
