/*
 * Owns: that nothing wakes a loop from outside where there are neither signals nor threads.
 */
#include "wake.h"

void caw__wake_open(caw__poller *poller) { poller->wake = -1; }
void caw__wake_close(caw__poller *poller) { (void)poller; }
bool caw__wake_ready(caw__poller *poller) { return poller != NULL; }
bool caw__wake_seen(caw__poller *poller) { return poller == NULL; }
bool caw__posts_tell(caw__poller *poller) { return poller == NULL; }
void caw__host_wake(caw_loop *loop) { (void)loop; }

void caw__host_runs(caw_loop *loop, bool runs)
{
    caw__poller *poller = caw__poller_of(loop);
    if (poller && runs) poller->fresh = false;
}
