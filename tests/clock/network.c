/*
 * Owns: the simulated network on a host that is driven and has none of its own, for programs of the tests: a page shows what they do
 * where there are sockets. Linked beside turn.c and the files of wasm/sim that are the network, in place of the host's sockets.
 * Must not know: the program.
 *
 * Without latency all that happens in it is done by what a turn does, so what has happened is told behind each turn.
 */
#include "clock.h"
#include "../../wasm/sim/network.h"
#include <errno.h>

double caw_sim_time(void) { return caw__host_now(); }

/* js/sockets.c has these, which are not linked beside the network's. */
int caw__host_socket_secure(caw__socket socket, const caw__tls *tls)
{
    (void)socket, (void)tls;
    return -ENOTSUP;
}
const char *caw__host_tls_failure(void) { return NULL; }

void clock_turned(caw_loop *loop, const caw_turn *turn)
{
    (void)turn;
    net__deliver(loop);
}
