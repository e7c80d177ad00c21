/*
 * Owns: that no other thread posts anything where there is one alone, or where each has a world of its own (sim).
 * Must not know: which host.
 */
#include "host.h"
#include <stdatomic.h>

void caw__host_posts(caw_loop *loop) { (void)loop; }
int  caw__host_post(caw_loop *loop, caw__post *post)
{
    (void)loop, (void)post;
    return -CAW_RUNTIME_ERROR;
}

void caw__host_latch_open(caw__latch *latch) { atomic_store(&latch->open, 1); }
bool caw__host_latch_wait(caw__latch *latch, double seconds)
{
    (void)seconds;
    return atomic_load(&latch->open) != 0;
}
const char *caw__host_no_blocking(void) { return NULL; }
