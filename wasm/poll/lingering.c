/*
 * Owns: connections of WASI 0.2 that are closed and still have bytes on their way to a peer who does not read.
 * Must not know: loops; these are the program's, and nobody waits for them.
 *
 * Since its 48, wasmtime drops an output stream only once all of it is sent, and the whole program stands still as long: one peer who has
 * stopped reading would hold up all others as soon as he is closed, or dropped for it. So what is on its way goes there first, with an end
 * behind it.
 */
#include "lingering.h"
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 8 /* looked at in one call: there may be thousands */

static int   *lingering;
static size_t count, capacity, next;

/* Also one that poll refuses: nothing is on its way from there. */
static bool has_sent(int descriptor)
{
    struct pollfd socket = {.fd = descriptor, .events = POLLOUT};
    return poll(&socket, 1, 0) != 0;
}

static bool room_for_one(void)
{
    if (count < capacity) return true;
    size_t more = capacity ? 2 * capacity : BATCH;
    int   *grown = realloc(lingering, more * sizeof *grown);
    if (!grown) return false;
    lingering = grown;
    capacity = more;
    return true;
}

void caw__linger(int descriptor)
{
    /* What is no connection cannot be shut down, and waits for nothing. */
    if (shutdown(descriptor, SHUT_RDWR) < 0 || has_sent(descriptor)) {
        close(descriptor);
        return;
    }
    if (room_for_one()) lingering[count++] = descriptor; /* else it stays open: better than a program that stands still */
}

void caw__lingering_close(void)
{
    for (size_t left = count < BATCH ? count : BATCH; left > 0; left--) {
        if (next >= count) next = 0;
        if (!has_sent(lingering[next])) {
            next++;
            continue;
        }
        close(lingering[next]);
        lingering[next] = lingering[--count];
    }
}
