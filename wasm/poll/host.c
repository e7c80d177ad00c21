/*
 * Owns: the hosts on poll(2): native (Linux, macOS, with signals and threads) and wasip2 (WASI preview 2's C library, with neither):
 * the clock, and one wait for a deadline, sockets, names and standard input.
 * Must not know: how a socket is used (sockets.c), what else ends a wait (wake.c, no_wake.c), or anything of src but host.h.
 */
#include "host.h"
#include "names.h"
#include "ready.h"
#include "stdin.h"
#include "wake.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double caw__host_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The loop is driven by caw__host_wait alone. */
void caw__host_arm(caw_loop *loop, double when) { (void)loop, (void)when; }
bool caw__host_blocks(void) { return true; }
bool caw__host_interrupt(void) { return false; }

void caw__host_generators(void) {}

static bool pending(const caw__poller *poller)
{
    return poller && (caw__poller_watches(poller) || poller->asking || poller->expected || poller->open);
}

bool caw__host_pending(const caw_loop *loop) { return pending(caw__poller_of(loop)) || caw__stdin_wanted(loop); }

void caw__host_close(caw_loop *loop)
{
    caw__stdin_close(loop);
    caw__poller_close(loop);
}

bool caw__host_cancel(caw__op *op)
{
    if (op->words[0] == CAW__AT_REST) return false;
    if (op->words[0] == CAW__ASKS) caw__name_forget(op);
    else caw__poller_unwatch(op);
    return true;
}

/* ---- Waiting ----------------------------------------------------------------------------------------------------------------- */

/* Whole milliseconds, rounded up: never too early. */
static int milliseconds(double seconds)
{
    if (!(seconds > 0)) return 0;
    if (seconds >= INT_MAX / 1000) return INT_MAX;
    int whole = (int)(seconds * 1e3);
    return whole + (whole < seconds * 1e3);
}

/* Blocks so long at most. Whether anything came for the loop. */
static bool wait_once(caw__poller *poller, double seconds, bool input)
{
    bool ask = input && caw__stdin_waits();
    bool blocks = seconds > 0 && (ask || !input) && caw__wake_ready(poller);
    poller->set[CAW__STDIN_AT].fd = ask ? 0 : -1;
    bool came = caw__poller_poll(poller, blocks ? milliseconds(seconds) : 0);
    came |= caw__wake_seen(poller);
    came |= caw__names_tell(poller);
    came |= caw__posts_tell(poller);
    if (input && (!ask || poller->set[CAW__STDIN_AT].revents)) {
        caw__stdin_read();
        came |= !caw__stdin_wanted(poller->loop);
    }
    return came;
}

/* Without memory for a poller there is nothing to wait for but the time. */
static int wait_for_time(double deadline)
{
    if (isinf(deadline)) return deadline > 0 ? -CAW_EOF_ERROR : 0;
    for (double left; (left = deadline - caw__host_now()) > 0;) poll(NULL, 0, milliseconds(left));
    return 0;
}

int caw__host_wait(caw_loop *loop, double deadline)
{
    bool shown = false;
    for (;;) {
        caw__poller *poller = caw__poller_need(loop);
        if (!poller) return wait_for_time(deadline);
        double left = isinf(deadline) ? deadline : deadline - caw__host_now();
        bool   input = caw__stdin_wanted(loop), fresh = poller->fresh;
        poller->fresh = false;
        if (!input && !pending(poller)) {
            if (left <= 0) return 0;
            if (isinf(left)) return -CAW_EOF_ERROR;
        }
        if (left <= 0 && fresh) return 0; /* what there is has been told a moment ago */
        if (left > 0 && !shown) {
            fflush(stdout); /* what the program has said so far, a prompt perhaps, is seen before it waits */
            shown = true;
        }
        bool came = wait_once(poller, left, input);
        poller->fresh = left > 0;
        if (came || left <= 0 || caw__host_now() >= deadline) return 0;
    }
}

/* ---- The rest ---------------------------------------------------------------------------------------------------------------- */

void caw__host_log(int level, const char *text, size_t length)
{
    (void)level;
    fflush(stdout);
    fwrite(text, 1, length, stderr);
    fputc('\n', stderr);
}

_Noreturn void caw__host_abort(void) { abort(); }

#ifndef __wasi__ /* there it is wasm/memory.c */
void *caw__host_memory(void *block, size_t old_size, size_t size)
{
    (void)old_size;
    if (size) return realloc(block, size);
    free(block);
    return NULL;
}
#endif

/* libc asks for main only if it is there already, so main.c must come along with the host, by a reference from here. */
int main(int argc, char **argv);
__attribute__((used)) static int (*const main_comes_along)(int, char **) = main;
