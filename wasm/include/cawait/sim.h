/*
 * Owns: what a test can do with the simulated host: virtual time that jumps to the next deadline when the loop is idle, so that
 * an hour of sleeping takes no time and every run is the same; the log, captured; a network in memory, in the same time, with whatever
 * can go wrong in one.
 * Each thread has a clock, hooks and a network of its own. Link libcawait-sim instead of another host; native or as wasm.
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

/* Asked for each block that is wanted of the host, of that size: false: there is none. NULL removes it. */
typedef bool caw_sim_memory_hook(void *data, size_t size);
void         caw_sim_on_memory(caw_sim_memory_hook *hook, void *data);

/* ---- The network ------------------------------------------------------------------------------------------------------------ */

/*
 * A machine of its own with every address there is: what a program listens on it can connect to, 127.0.0.1 or 203.0.113.9. Who has not
 * bound itself to an address is 127.0.0.1, or ::1. Ports for 0 are 49152, 49153... It behaves as Linux does: what is closed with bytes
 * unread resets the other side, a reset says ECONNRESET once, what is sent into the void brings EPIPE. Numeric addresses and
 * "localhost" (::1, then 127.0.0.1) resolve; other names as told here. Nothing takes time unless a test says so, but no connection is
 * made and no name resolved before the loop has waited once. Where nothing that is on its way can wake the loop, it is a deadlock, and
 * reported as one.
 *
 * As it is at first, but for the sockets that are open: no names, no fates, no failures, no latency.
 */
void caw_sim_net_clear(void);

/* How many sockets are open: 0 at the end of a test that has closed all. */
size_t caw_sim_net_open(void);

/*
 * `name` resolves to `address` ("10.0.0.1", "::1"), and to what it was given before, in this order; NULL: to nothing any more. Returns
 * 0; -1: there is no such address. Texts are copied.
 */
int caw_sim_net_name(const char *name, const char *address);

/*
 * What becomes of who asks for `what`, after that many seconds: a name that is resolved, an address that is connected to, "10.0.0.1" or
 * with its port "10.0.0.1:80", "[::1]:80". `error` is an errno (ECONNREFUSED, EHOSTUNREACH; of a name EAGAIN: as if it could not be asked
 * for now); 0: it succeeds as always, but late. INFINITY seconds: no answer ever comes. 0 and 0: no fate any more. The text is copied.
 */
void caw_sim_net_fate(const char *what, int error, double seconds);

/* How long everything takes to the other side, in seconds; a connection is there after twice that time. At first 0. */
void caw_sim_net_set_latency(double seconds);

/*
 * How many bytes of a connection a sender may be ahead of the reader, or have on their way as datagrams; then it has to wait. At first
 * CAW_SIM_NET_BUFFER.
 */
#define CAW_SIM_NET_BUFFER ((size_t)65536)
void caw_sim_net_set_buffer(size_t bytes);

/* All connections from or to `address` ("127.0.0.1:49152"; NULL: all there are) are reset now. */
void caw_sim_net_break(const char *address);

/*
 * Of the calls of this kind to come, after the next `after` ones so many `times` fail with this errno: EMFILE for accept or socket, EAGAIN
 * for send. Accept and receive count only where there is something to accept or receive.
 */
typedef enum caw_sim_net_call {
    CAW_SIM_NET_SOCKET,
    CAW_SIM_NET_OPTION,
    CAW_SIM_NET_BIND,
    CAW_SIM_NET_LISTEN,
    CAW_SIM_NET_CONNECT,
    CAW_SIM_NET_ACCEPT,
    CAW_SIM_NET_RECEIVE,
    CAW_SIM_NET_SEND,
    CAW_SIM_NET_CALLS
} caw_sim_net_call;
void caw_sim_net_fail(caw_sim_net_call call, int error, int after, int times);

/* No sockets at all, as on a host without any: everything fails with ENOTSUP. */
void caw_sim_net_set_off(bool off);

/* ---- Standard streams ------------------------------------------------------------------------------------------------------- */

/*
 * Standard input (0), output (1) or error (2) for caw_stdin and its like, until the program has closed it; without this there is none
 * (ENOTSUP). They are connections of the network above, latency, buffer and failures included, of which a test has the other end:
 * writes to input, reads what came of output (bytes, or a negative errno: -EAGAIN), closes it: the end of input, a broken pipe.
 */
int       caw_sim_standard_open(int number); /* 0, or -1 without memory */
ptrdiff_t caw_sim_standard_write(const void *data, size_t size);
ptrdiff_t caw_sim_standard_read(int number, void *data, size_t size);
void      caw_sim_standard_close(int number);

/* ---- Workers (executor.h) ------------------------------------------------------------------------------------------------------ */

/*
 * A job is done in the moment in which a worker gets it, and takes as much virtual time as it sleeps (caw_job_sleep): what it does
 * happens then, its result comes after that time, and it never sees that it was cancelled. Workers are instances and threads, as a
 * program asks for them; as instances they refuse pointers as real ones do, though they share the memory.
 *
 * How many executors have by default, at first 4; 0: none at all, so that they are inline.
 */
void caw_sim_set_workers(size_t count);
/* Of the calls of this kind to come, after the next `after` ones so many `times` fail with this errno; LOST: a worker in its job. */
typedef enum caw_sim_worker_call {
    CAW_SIM_WORKER_START,
    CAW_SIM_WORKER_RUN,
    CAW_SIM_WORKER_LOST,
    CAW_SIM_WORKER_JOIN, /* with another, for a channel; any error: they are not */
    CAW_SIM_WORKER_CALLS
} caw_sim_worker_call;
void caw_sim_worker_fail(caw_sim_worker_call call, int error, int after, int times);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
size_t caw__sim_net_with(int option); /* how many sockets have that option, as host.h numbers them */
double caw__sim_armed(void);          /* the time that the host was last told, for which a loop wants its next turn */
size_t caw__sim_wakes(void);          /* how often it was told that a loop has something to do */

#ifdef __cplusplus
}
#endif
#endif
