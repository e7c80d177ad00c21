/*
 * Owns: the WASI preview 1 host: the clock, and waiting by poll_oneoff for a deadline and for standard input at once.
 * Must not know: lines (stdin.c), or anything of src but host.h.
 *
 * poll_oneoff differs from host to host; what follows is what they agree on. Exactly one clock subscription, relative, monotonic,
 * in whole milliseconds (Node cuts the rest off and would wake early) below 2^31 (setTimeout's limit); the deadline is looked at
 * again after every wake. The number of events is not believed (bjorn3's shim never writes it): they are zeroed, and known by
 * their userdata.
 */
#include "host.h"
#include "stdin.h"
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <wasi/api.h>

#define LONGEST 2147483647.0 /* milliseconds */
/*
 * A loop that is always busy looks for input this often. The look takes a millisecond when there is none: with a timeout of zero
 * Node never says that there is.
 */
#define LOOK_EVERY 0.010
#define LOOK 0.001

enum { CLOCK = 1, STDIN = 2 }; /* userdata */

/* Linked only with a stream over standard input. */
extern __typeof__(caw__standard_wanted) caw__standard_wanted __attribute__((weak));
extern __typeof__(caw__standard_came)   caw__standard_came __attribute__((weak));

double caw__host_now(void)
{
    __wasi_timestamp_t now = 0;
    (void)!__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &now);
    return (double)now * 1e-9;
}

/* The loop is driven by caw__host_wait alone. */
void caw__host_wake(caw_loop *loop) { (void)loop; }
void caw__host_arm(caw_loop *loop, double when) { (void)loop, (void)when; }
bool caw__host_blocks(void) { return true; }
bool caw__host_interrupt(void) { return false; }
void caw__host_runs(caw_loop *loop, bool runs) { (void)loop, (void)runs; }

const char *caw__host_no_sockets(void)
{
    return "wasip1 has no sockets: build for wasip2 or wasip3 and run with -S inherit-network";
}

void        caw__host_generators(void) {}
static bool stream_wanted(const caw_loop *loop) { return caw__standard_wanted && caw__standard_wanted(loop); }
bool        caw__host_pending(const caw_loop *loop) { return caw__stdin_wanted(loop) || stream_wanted(loop); }
void        caw__host_close(caw_loop *loop) { caw__stdin_close(loop); }

/* Waits so many seconds at most; true when standard input, if it is asked for, may be read. */
static bool poll_once(double seconds, bool input)
{
    double                ms = seconds > 0 ? fmin(ceil(seconds * 1e3), LONGEST) : 0;
    __wasi_subscription_t subscriptions[] = {
        {.userdata = CLOCK,
         .u = {.tag = __WASI_EVENTTYPE_CLOCK,
               .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = (__wasi_timestamp_t)ms * 1000000}}},
        {.userdata = STDIN, .u = {.tag = __WASI_EVENTTYPE_FD_READ, .u.fd_read.file_descriptor = 0}},
    };
    __wasi_event_t events[2] = {0};
    __wasi_size_t  count = 0;
    __wasi_errno_t error = __wasi_poll_oneoff(subscriptions, events, input ? 2 : 1, &count);
    if (error && error != __WASI_ERRNO_INTR) {
        /* A host that refuses the pair may still wait for the time; the input is then read without asking. */
        if (input) caw__stdin_never_waits();
        else sched_yield(); /* not even for the time: the loop goes round until the clock has got there */
        return false;
    }
    for (__wasi_event_t *event = events; event < events + 2; event++) {
        if (event->userdata != STDIN) continue;
        if (event->error == __WASI_ERRNO_NOSYS || event->error == __WASI_ERRNO_NOTSUP) caw__stdin_never_waits();
        return true; /* any other error of it is told by reading */
    }
    return false;
}

/* There is input, as far as can be known; whether somebody has got what he waited for. */
static bool input_came(const caw_loop *loop)
{
    bool told = false;
    if (caw__stdin_wanted(loop)) {
        caw__stdin_read();
        told = !caw__stdin_wanted(loop);
    }
    if (!stream_wanted(loop)) return told;
    caw__standard_came();
    return true;
}

int caw__host_wait(caw_loop *loop, double deadline)
{
    static CAW__TLS double looked = -INFINITY;
    bool                   shown = false;
    for (;;) {
        double now = caw__host_now(), left = deadline - now;
        bool   input = caw__host_pending(loop), ask = input && caw__stdin_waits();
        if (left <= 0 && (!input || (ask && now - looked < LOOK_EVERY))) return 0;
        if (!input && isinf(deadline)) return -CAW_EOF_ERROR;
        if (left > 0 && !shown) {
            fflush(stdout); /* what the program has said so far, a prompt perhaps, is seen before it waits */
            shown = true;
        }
        if (input && (!ask || poll_once(fmax(left, LOOK), true))) {
            if (input_came(loop)) return 0;
        } else if (!input) {
            poll_once(left, false);
        }
        if (left <= 0) {
            looked = caw__host_now();
            return 0;
        }
    }
}

void caw__host_log(int level, const char *text, size_t length)
{
    (void)level;
    fflush(stdout);
    fwrite(text, 1, length, stderr);
    fputc('\n', stderr);
}

_Noreturn void caw__host_abort(void) { abort(); }

/* libc asks for main only if it is there already, so main.c must come along with the host, by a reference from here. */
int main(int argc, char **argv);
__attribute__((used)) static int (*const main_comes_along)(int, char **) = main;
