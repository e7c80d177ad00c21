/*
 * Owns: the simulated network on a host that is driven and has none of its own, for programs of the tests: a page shows what they do
 * where there are sockets. Linked beside turn.c and the files of wasm/sim that are the network, in place of the host's sockets.
 * Must not know: the program.
 *
 * Without latency all that happens in it is done by what a turn does, so what has happened is told behind each turn. A tick of the
 * JavaScript host that runs one task without the rest of a turn would have nobody told: jobs have attention here, and then it does not.
 */
#include "clock.h"
#include "../../wasm/js/bridge.h"
#include "../../wasm/sim/network.h"
#include "loop/loop.h"
#include <errno.h>

double caw_sim_time(void) { return caw__host_now(); }

/* js/sockets.c has these, which are not linked beside the network's. */
int caw__host_socket_secure(caw__socket socket, const caw__tls *tls)
{
    (void)socket, (void)tls;
    return -ENOTSUP;
}
const char *caw__host_tls_failure(void) { return NULL; }

static bool run_as_always(caw_loop *loop, caw__node *node)
{
    (void)loop;
    node->run(node);
    return true;
}

__attribute__((constructor)) static void attend(void) { caw__js_loop()->attention = run_as_always; }

void clock_turned(caw_loop *loop, const caw_turn *turn)
{
    (void)turn;
    net__deliver(loop);
}
