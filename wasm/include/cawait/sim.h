/*
 * Owns: what a test can do with the simulated host: virtual time that jumps to the next deadline when the loop is idle, so that
 * an hour of sleeping takes no time and every run is the same; the log, captured.
 * Each thread has a clock and hooks of its own. Link libcawait-sim instead of another host; native or as wasm.
 */
#ifndef CAWAIT_SIM_H
#define CAWAIT_SIM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The virtual clock, in seconds from 0; setting it back is ignored. */
double caw_sim_time(void);
void   caw_sim_set_time(double seconds);

/* Whether it can block, as at first it can: if not, nothing can be run, as on JavaScript's event loop. */
void caw_sim_set_blocks(bool blocks);

/*
 * Called instead of jumping when the loop has nothing to do: `deadline` is the next timer's time, INFINITY when there is none. The
 * hook plays the outside world: it may set futures and schedule callbacks. It returns the time that it is now (as given by `now` to
 * deadline), or NaN: nothing will come, which is a deadlock when deadline is INFINITY. NULL removes it.
 */
typedef double caw_sim_wait_hook(void *data, double now, double deadline);
void           caw_sim_on_wait(caw_sim_wait_hook *hook, void *data);

/* Receives every line of the log in place of stderr. NULL removes it. */
typedef void caw_sim_log_hook(void *data, int level, const char *text, size_t length);
void         caw_sim_on_log(caw_sim_log_hook *hook, void *data);

#ifdef __cplusplus
}
#endif
#endif
