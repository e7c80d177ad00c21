/*
 * Owns: the seam's operations (src/host.h) as something to await, and the frame of the tests of them.
 * Must not know: which host it is.
 */
#ifndef TESTS_NET_SEAM_H
#define TESTS_NET_SEAM_H

#include "host.h"
#include <cawait.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool all_good = true;

static void check(const char *name, bool good)
{
    printf("%s %s\n", good ? "ok" : "not ok", name);
    all_good &= good;
}

/* As check, and says what there was instead. */
static void check_is(const char *name, long got, long wanted)
{
    check(name, got == wanted);
    if (got != wanted) printf("  %ld, not %ld\n", got, wanted);
}

typedef struct step {
    caw__op op;
    caw_of(long) future;
    int told; /* how often `done` was called */
} step;

static void step_done(caw__op *op)
{
    step *s = (step *)(void *)op;
    s->told++;
    if (s->future) caw_set_result(s->future, (long)op->result);
}

/* To start one with. */
static caw__op *begin(step *s)
{
    *s = (step){.op = {.loop = caw_running_loop(), .done = step_done}};
    return &s->op;
}

/* What it comes to; cancelled, it cancels it. */
static CAW_ASYNC(long, end_of, step *s, ptrdiff_t started)
{
    CAW_BEGIN(long) {
        if (started != CAW__UNDER_WAY) CAW_RETURN((long)started);
        s->future = caw_future(long);
        CAW_DEFER(caw_unref, s->future);
        long result = 0;
        CAW_TRY {
            result = CAW_AWAIT(caw_ref(s->future));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            caw__host_cancel(&s->op);
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(result);
    } CAW_END;
}

/* In an async function that has a step `s`. */
#define DO(start) CAW_AWAIT(end_of(&s, (start)))

static const caw_address loopback = {.family = CAW_IPV4, .bytes = {127, 0, 0, 1}};

/* A socket that listens, where *address says; or -errno. */
static CAW_ASYNC(long, listener, caw_address *address, int backlog)
{
    CAW_BEGIN(long) {
        step        s;
        caw__socket made = caw__host_socket(address->family, CAW__TCP);
        if (made < 0) CAW_RETURN((long)made);
        caw__host_socket_set(made, CAW__REUSE_ADDRESS, 1);
        long status = DO(caw__host_bind(begin(&s), made, address));
        if (!status) status = DO(caw__host_listen(begin(&s), made, backlog));
        if (!status) status = caw__host_socket_address(made, false, address);
        if (status) caw__host_socket_close(made, false);
        CAW_RETURN(status ? status : (long)made);
    } CAW_END;
}

static CAW_ASYNC(long, connection, const caw_address *address)
{
    CAW_BEGIN(long) {
        step        s;
        caw__socket made = caw__host_socket(address->family, CAW__TCP);
        if (made < 0) CAW_RETURN((long)made);
        long status = DO(caw__host_connect(begin(&s), made, address));
        if (status) caw__host_socket_close(made, false);
        CAW_RETURN(status ? status : (long)made);
    } CAW_END;
}

static CAW_ASYNC(long, accepted, long listening, caw_address *peer)
{
    CAW_BEGIN(long) {
        step s;
        long made;
        while ((made = caw__host_accept(listening, peer)) == -EAGAIN) {
            long status = DO(caw__host_ready(begin(&s), listening, CAW__TO_READ));
            if (status) CAW_RETURN(status);
        }
        CAW_RETURN(made);
    } CAW_END;
}

static CAW_ASYNC(long, received, long from, void *data, size_t size)
{
    CAW_BEGIN(long) {
        step s;
        long count;
        while ((count = caw__host_receive(from, data, size, NULL)) == -EAGAIN) {
            long status = DO(caw__host_ready(begin(&s), from, CAW__TO_READ));
            if (status) CAW_RETURN(status);
        }
        CAW_RETURN(count);
    } CAW_END;
}

/* All of it, or -errno. */
static CAW_ASYNC(long, sent, long to, const char *data, size_t size)
{
    CAW_BEGIN(long) {
        step   s;
        size_t done = 0;
        while (done < size) {
            long count = caw__host_send(to, data + done, size - done, NULL);
            if (count == -EAGAIN) count = DO(caw__host_ready(begin(&s), to, CAW__TO_WRITE));
            if (count < 0) CAW_RETURN(count);
            done += (size_t)count;
        }
        CAW_RETURN((long)done);
    } CAW_END;
}

/* Both ends of a connection. */
static CAW_ASYNC(bool, pair, long ends[2])
{
    CAW_BEGIN(bool) {
        caw_address address = loopback, peer;
        long        listening = CAW_AWAIT(listener(&address, 8));
        if (listening < 0) CAW_RETURN(false);
        ends[0] = CAW_AWAIT(connection(&address));
        ends[1] = ends[0] < 0 ? ends[0] : CAW_AWAIT(accepted(listening, &peer));
        caw__host_socket_close(listening, false);
        CAW_RETURN(ends[0] >= 0 && ends[1] >= 0);
    } CAW_END;
}

/* What the system says this process has, one entry each; 0 where it has no such list. */
static int entries(const char *list)
{
    DIR *folder = opendir(list);
    int  count = 0;
    if (!folder) return 0;
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}

static inline int open_files(void) { return entries("/proc/self/fd"); }

static inline int running_threads(void) { return entries("/proc/self/task"); }

#endif
