/*
 * Owns: the set of what a loop polls. It stands between two waits and has no gaps: a socket is in it once, as long as an operation of
 * it is pending, and is found there by its descriptor.
 * Must not know: what is sent and received (sockets.c), when to wait (host.c).
 */
#include "ready.h"
#include "names.h"
#include "wake.h"
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#define FAULTS (POLLERR | POLLHUP | POLLNVAL)
#define FEWEST ((size_t)16)

/* The thread's own. A signal's handler goes through it: what is in it is whole. */
static CAW__TLS caw__poller *pollers;

/* ---- Pollers ------------------------------------------------------------------------------------------------------------- */

caw__poller *caw__poller_of(const caw_loop *loop)
{
    caw__poller *poller = pollers;
    while (poller && poller->loop != loop) poller = poller->next;
    return poller;
}

/* The set and the interests are one block. */
static size_t set_size(size_t capacity) { return capacity * (sizeof(struct pollfd) + sizeof(caw__interest)); }

static bool set_grow(caw__poller *poller)
{
    size_t         capacity = poller->capacity ? 2 * poller->capacity : FEWEST;
    caw__interest *interests = caw__block_new(set_size(capacity));
    if (!interests) return false;
    struct pollfd *set = (void *)(interests + capacity);
    if (poller->count) {
        memcpy(interests, poller->interests, poller->count * sizeof *interests);
        memcpy(set, poller->set, poller->count * sizeof *set);
        caw__block_free(poller->interests, set_size(poller->capacity));
    }
    poller->interests = interests;
    poller->set = set;
    poller->capacity = capacity;
    return true;
}

static bool places_grow(caw__poller *poller, size_t least)
{
    size_t count = poller->place_count ? poller->place_count : 4 * FEWEST;
    while (count < least) count *= 2;
    uint32_t *places = caw__block_new(count * sizeof *places);
    if (!places) return false;
    memset(places, 0, count * sizeof *places);
    if (poller->places) {
        memcpy(places, poller->places, poller->place_count * sizeof *places);
        caw__block_free(poller->places, poller->place_count * sizeof *places);
    }
    poller->places = places;
    poller->place_count = count;
    return true;
}

caw__poller *caw__poller_need(caw_loop *loop)
{
    caw__poller *poller = caw__poller_of(loop);
    if (poller || !(poller = caw__block_new(sizeof *poller))) return poller;
    *poller = (caw__poller){.loop = loop, .next = pollers};
    if (!set_grow(poller)) {
        caw__block_free(poller, sizeof *poller);
        return NULL;
    }
    poller->count = CAW__SOCKETS_AT;
    poller->answered_end = &poller->answered;
    poller->posts_end = &poller->posts;
    poller->set[CAW__WAKE_AT] = poller->set[CAW__STDIN_AT] = (struct pollfd){.fd = -1, .events = POLLIN};
    caw__wake_open(poller);
    atomic_signal_fence(memory_order_seq_cst);
    pollers = poller;
    return poller;
}

void caw__poller_close(caw_loop *loop)
{
    caw__poller *poller = caw__poller_of(loop);
    if (!poller) return;
    caw__names_close(poller);
    if (poller == pollers) pollers = poller->next;
    for (caw__poller *other = pollers; other; other = other->next)
        if (other->next == poller) other->next = poller->next;
    atomic_signal_fence(memory_order_seq_cst);
    caw__wake_close(poller);
    if (poller->places) caw__block_free(poller->places, poller->place_count * sizeof *poller->places);
    caw__block_free(poller->interests, set_size(poller->capacity));
    caw__block_free(poller, sizeof *poller);
}

/* ---- The set ------------------------------------------------------------------------------------------------------------- */

void caw__op_done(caw__op *op, ptrdiff_t result)
{
    op->words[0] = CAW__AT_REST;
    op->result = result;
    op->done(op);
}

ptrdiff_t caw__poller_watch(caw__op *op, int descriptor, int how)
{
    caw__poller *poller = caw__poller_need(op->loop);
    if (!poller) return -ENOMEM;
    if ((size_t)descriptor >= poller->place_count && !places_grow(poller, (size_t)descriptor + 1)) return -ENOMEM;
    uint32_t at = poller->places[descriptor];
    if (!at) {
        if (poller->count == poller->capacity && !set_grow(poller)) return -ENOMEM;
        poller->places[descriptor] = at = (uint32_t)poller->count++;
        poller->set[at] = (struct pollfd){.fd = descriptor};
        poller->interests[at] = (caw__interest){NULL, NULL};
    }
    if (how == CAW__READS) poller->interests[at].read = op;
    else poller->interests[at].write = op;
    poller->set[at].events |= how == CAW__READS ? POLLIN : POLLOUT;
    op->words[0] = how;
    op->words[1] = descriptor;
    return CAW__UNDER_WAY;
}

/* Nobody waits for it in this direction any more; true: in none, and the last of the set is in its place. */
static bool set_leave(caw__poller *poller, uint32_t at, bool reads)
{
    struct pollfd *entry = &poller->set[at];
    caw__interest *interest = &poller->interests[at];
    entry->events &= (short)~(reads ? POLLIN : POLLOUT);
    if (reads) interest->read = NULL;
    else interest->write = NULL;
    if (entry->events) return false;
    poller->places[entry->fd] = 0;
    size_t last = --poller->count;
    if (at == last) return true;
    *entry = poller->set[last];
    *interest = poller->interests[last];
    poller->places[entry->fd] = at;
    return true;
}

void caw__poller_unwatch(caw__op *op)
{
    caw__poller *poller = caw__poller_of(op->loop);
    set_leave(poller, poller->places[op->words[1]], op->words[0] == CAW__READS);
    op->words[0] = CAW__AT_REST;
}

/* ---- Polling ------------------------------------------------------------------------------------------------------------- */

/* How a connection came about. Whatever poll has said, only this says it on every system. */
static ptrdiff_t connected(int descriptor)
{
    int       error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) < 0) error = errno;
    return -error;
}

/* Tells those who wait for this one; true: it has left the set. A fault concerns all of them: their next call says which. */
static bool deliver(caw__poller *poller, uint32_t at)
{
    int           descriptor = poller->set[at].fd;
    short         came = poller->set[at].revents;
    caw__interest interest = poller->interests[at];
    bool          left = false;
    if (interest.read && came & (POLLIN | FAULTS)) {
        left = set_leave(poller, at, true);
        caw__op_done(interest.read, 0);
    }
    if (interest.write && came & (POLLOUT | FAULTS)) {
        left = set_leave(poller, at, false);
        caw__op_done(interest.write, interest.write->words[0] == CAW__CONNECTS ? connected(descriptor) : 0);
    }
    return left;
}

/*
 * poll has refused the whole set, as WASI's does for one socket that cannot be waited for: those that it refuses alone have come, and what
 * is wrong with them is told by their next call. How many have.
 */
static int poll_each(caw__poller *poller)
{
    int came = 0;
    for (size_t at = 0; at < poller->count; at++) {
        int status = poller->set[at].fd < 0 ? 0 : poll(&poller->set[at], 1, 0);
        if (status < 0) poller->set[at].revents = POLLNVAL;
        else if (!status) poller->set[at].revents = 0;
        came += status != 0;
    }
    return came;
}

bool caw__poller_poll(caw__poller *poller, int milliseconds)
{
    int came = poll(poller->set, (nfds_t)poller->count, milliseconds);
    if (came < 0 && errno != EINTR) came = poll_each(poller);
    if (came <= 0) {
        poller->set[CAW__WAKE_AT].revents = poller->set[CAW__STDIN_AT].revents = 0;
        return false;
    }
    for (size_t at = 0; at < CAW__SOCKETS_AT; at++) came -= poller->set[at].revents != 0;
    bool told = came > 0;
    for (uint32_t at = CAW__SOCKETS_AT; came > 0 && at < poller->count;) {
        bool it = poller->set[at].revents != 0;
        came -= it;
        if (!it || !deliver(poller, at)) at++;
    }
    return told;
}
