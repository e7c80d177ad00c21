/*
 * Owns: the simulated host: virtual time, no events but those of its network and those a test's hook makes. All of it is the thread's
 * own.
 * Must not know: anything of src but host.h.
 */
#include "network.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static CAW__TLS double             clock_now;
static CAW__TLS double             armed = INFINITY;
static CAW__TLS size_t             wakes;
static CAW__TLS bool               cannot_block;
static CAW__TLS caw_sim_wait_hook *wait_hook;
static CAW__TLS void              *wait_data;
static CAW__TLS caw_sim_log_hook  *log_hook;
static CAW__TLS void              *log_data;

static CAW__TLS caw_sim_memory_hook *memory_hook;
static CAW__TLS void                *memory_data;

double caw_sim_time(void) { return clock_now; }

void caw_sim_set_time(double seconds)
{
    if (seconds > clock_now) clock_now = seconds;
}

void caw_sim_set_blocks(bool blocks) { cannot_block = !blocks; }

void caw_sim_on_wait(caw_sim_wait_hook *hook, void *data)
{
    wait_hook = hook;
    wait_data = data;
}

void caw_sim_on_log(caw_sim_log_hook *hook, void *data)
{
    log_hook = hook;
    log_data = data;
}

void caw_sim_on_memory(caw_sim_memory_hook *hook, void *data)
{
    memory_hook = hook;
    memory_data = data;
}

double caw__host_now(void) { return clock_now; }

void caw__host_wake(caw_loop *loop) { (void)loop, wakes++; }

void caw__host_arm(caw_loop *loop, double when) { (void)loop, armed = when; }

double caw__sim_armed(void) { return armed; }
size_t caw__sim_wakes(void) { return wakes; }

int caw__host_wait(caw_loop *loop, double deadline)
{
    if (net__deliver(loop) || deadline <= clock_now) return 0;
    double until = fmin(deadline, net__due());
    if (wait_hook) {
        double now = wait_hook(wait_data, clock_now, until);
        if (!isnan(now)) {
            caw_sim_set_time(now);
            return 0;
        }
    }
    if (isinf(until)) return -CAW_EOF_ERROR;
    caw_sim_set_time(until);
    net__deliver(loop);
    return 0;
}

bool caw__host_blocks(void) { return !cannot_block; }
bool caw__host_interrupt(void) { return false; }
void caw__host_runs(caw_loop *loop, bool runs) { (void)loop, (void)runs; }

void caw__host_generators(void) {}

bool caw__host_pending(const caw_loop *loop) { return net__pending(loop); }
void caw__host_close(caw_loop *loop) { net__close(loop); }

const char *caw__host_no_sockets(void) { return net__off() ? "the simulated network is off (caw_sim_net_set_off)" : NULL; }

void caw__host_log(int level, const char *text, size_t length)
{
    if (log_hook) {
        log_hook(log_data, level, text, length);
        return;
    }
    fflush(stdout);
    fprintf(stderr, "%.*s\n", (int)length, text);
}

void *caw__host_memory(void *block, size_t old_size, size_t size)
{
    (void)old_size;
    if (size && memory_hook && !memory_hook(memory_data, size)) return NULL;
    if (size) return realloc(block, size);
    free(block);
    return NULL;
}

_Noreturn void caw__host_abort(void) { abort(); }

/* In wasm the C library asks for main only if it is there already, so main.c must come along with the host, by a reference. */
int main(int argc, char **argv);
__attribute__((used)) static int (*const main_comes_along)(int, char **) = main;
