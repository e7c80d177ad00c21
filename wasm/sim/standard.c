/*
 * Owns: standard input, output and error of the simulated host: connections of its network, whose other ends a test has.
 * Must not know: connections, but to make them.
 */
#include "network.h"
#include <errno.h>

static CAW__TLS net__socket *outside[3]; /* NULL: not opened */
static CAW__TLS bool         given[3];   /* the program has the other end, or had it */

int caw_sim_standard_open(int number)
{
    net__socket *own = net__new(CAW_IPV4, CAW__TCP), *theirs = own ? net__new(CAW_IPV4, CAW__TCP) : NULL;
    if (!theirs) {
        if (own) net__free(own);
        return -1;
    }
    own->connected = theirs->connected = true;
    own->peer = theirs;
    theirs->peer = own;
    outside[number] = own;
    given[number] = false;
    return 0;
}

ptrdiff_t caw_sim_standard_write(const void *data, size_t size) { return caw__host_send(outside[0]->number, data, size, NULL); }

ptrdiff_t caw_sim_standard_read(int number, void *data, size_t size)
{
    return caw__host_receive(outside[number]->number, data, size, NULL);
}

void caw_sim_standard_close(int number)
{
    if (!given[number]) caw__host_socket_close(outside[number]->peer->number, false);
    caw__host_socket_close(outside[number]->number, false);
    outside[number] = NULL;
}

caw__socket caw__host_standard(int number)
{
    net__socket *own = outside[number];
    if (!own || !own->peer) return own ? -EBADF : -ENOTSUP; /* closed, or not there */
    given[number] = true;
    return own->peer->number;
}
