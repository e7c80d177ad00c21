/*
 * Owns: what other threads post to a loop, until its own thread tells it. Private to wasm/poll and wasm/emscripten.
 */
#ifndef CAW_POLL_POSTS_H
#define CAW_POLL_POSTS_H

#include "wake.h"
#include <pthread.h>
#include <time.h>

/* Over all posts, listeners and latches; and for who waits by it: a latch was opened, or what the host's own waits are told. */
extern pthread_mutex_t caw__posts_lock;
extern pthread_cond_t  caw__posts_changed;

/* By any thread; the poller must be there still, which is the caller's to know. One post is under way once. */
void caw__posts_add(caw__poller *poller, caw__post *post);
/* It is not to be told, if it was not; false: it was not there. */
bool caw__posts_remove(caw__poller *poller, caw__post *post);
/* No thread reaches the loop any more; what has come is told. */
void caw__posts_close(caw__poller *poller);

/* In the loop's thread: so many posts more, or less, will come. */
#ifdef __EMSCRIPTEN__
void caw__posts_expect(caw__poller *poller, int more);
#else
static inline void caw__posts_expect(caw__poller *poller, int more) { poller->expected += (uint32_t)more; }
#endif

/* The time of a clock in so many seconds, 30 years at most. */
void caw__time_after(struct timespec *until, clockid_t clock, double seconds);

#endif
