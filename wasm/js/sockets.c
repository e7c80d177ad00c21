/*
 * Owns: the network of the JavaScript host, where it has one: Node, Deno, Bun. A page's answers -ENOTSUP to each.
 * Must not know: how a socket works. Its other half is js/net/sockets.ts. Linked only into programs that use the network.
 */
#include "bridge.h"
#include <errno.h>

CAW__COLD

CAW__IMPORT(socket_open) int caw__js_socket_open(caw_family family, caw__socket_kind kind);
CAW__IMPORT(socket_set) int caw__js_socket_set(caw__socket socket, caw__socket_option option, int value);
CAW__IMPORT(socket_address) int caw__js_socket_address(caw__socket socket, bool peer, caw_address *address);
CAW__IMPORT(socket_standard) int caw__js_socket_standard(int number);
CAW__IMPORT(socket_secure)
int caw__js_socket_secure(caw__socket socket, const char *name, const char *ca, const char *cert, const char *key);
CAW__IMPORT(socket_failure) size_t caw__js_socket_failure(char *text, size_t size);
CAW__IMPORT(socket_close) void caw__js_socket_close(caw__socket socket, bool reset);
CAW__IMPORT(socket_shutdown) int caw__js_socket_shutdown(caw__socket socket);
CAW__IMPORT(socket_bind) int caw__js_socket_bind(caw__op *op, caw__socket socket, const caw_address *address);
CAW__IMPORT(socket_listen) int caw__js_socket_listen(caw__op *op, caw__socket socket);
CAW__IMPORT(socket_connect) int caw__js_socket_connect(caw__op *op, caw__socket socket, const caw_address *address);
CAW__IMPORT(socket_ready) int caw__js_socket_ready(caw__op *op, caw__socket socket, int direction);
CAW__IMPORT(socket_cancel) bool caw__js_socket_cancel(caw__op *op);
CAW__IMPORT(socket_accept) int caw__js_socket_accept(caw__socket listener, caw_address *peer);
CAW__IMPORT(socket_receive) int caw__js_socket_receive(caw__socket socket, void *data, size_t size, caw_address *from);
CAW__IMPORT(socket_send) int caw__js_socket_send(caw__socket socket, const void *data, size_t size, const caw_address *to);
CAW__IMPORT(socket_resolve)
int caw__js_socket_resolve(caw__op *op, const char *host, unsigned port, caw_family family, bool passive,
                           caw_address *addresses, size_t room);

/* An operation's first word says whether JavaScript owes its end. */
static ptrdiff_t begun(caw__op *op, ptrdiff_t result)
{
    op->words[0] = result == CAW__UNDER_WAY;
    if (op->words[0]) caw__js_pending++;
    return result;
}

CAW__EXPORT(caw_op_done) void caw__js_op_done(caw__op *op, int result)
{
    op->words[0] = false;
    caw__js_pending--;
    op->result = result;
    op->done(op);
}

bool caw__host_cancel(caw__op *op)
{
    if (!op->words[0]) return false;
    op->words[0] = false;
    caw__js_pending--;
    if (!caw__js_over()) (void)caw__js_socket_cancel(op);
    return true;
}

int caw__host_socket_secure(caw__socket socket, const caw__tls *tls)
{
    return caw__js_socket_secure(socket, tls->name, tls->ca, tls->cert, tls->key);
}

const char *caw__host_tls_failure(void)
{
    static CAW__TLS char text[256];
    text[caw__js_socket_failure(text, sizeof text - 1)] = 0;
    return *text ? text : NULL;
}

caw__socket caw__host_standard(int number) { return caw__js_socket_standard(number); }
caw__socket caw__host_socket(caw_family family, caw__socket_kind kind) { return caw__js_socket_open(family, kind); }
int         caw__host_socket_set(caw__socket socket, caw__socket_option option, int value)
{
    return caw__js_socket_set(socket, option, value);
}
int caw__host_socket_address(caw__socket socket, bool peer, caw_address *address)
{
    return caw__js_socket_address(socket, peer, address);
}
void caw__host_socket_close(caw__socket socket, bool reset)
{
    if (!caw__js_over()) caw__js_socket_close(socket, reset);
}
int caw__host_socket_shutdown(caw__socket socket) { return caw__js_socket_shutdown(socket); }

ptrdiff_t caw__host_resolve(caw__op *op, const char *host, uint16_t port, caw_family family, bool passive,
                            caw_address *addresses, size_t room)
{
    if (host && room && !caw_address_parse(host, port, addresses)) {
        if (!family || family == (caw_family)addresses->family) return 1;
        return -ENOENT;
    }
    return begun(op, caw__js_socket_resolve(op, host, port, family, passive, addresses, room));
}
ptrdiff_t caw__host_bind(caw__op *op, caw__socket socket, const caw_address *address)
{
    return begun(op, caw__js_socket_bind(op, socket, address));
}
ptrdiff_t caw__host_listen(caw__op *op, caw__socket socket, int backlog)
{
    (void)backlog; /* Node's own is 511 */
    return begun(op, caw__js_socket_listen(op, socket));
}
ptrdiff_t caw__host_connect(caw__op *op, caw__socket socket, const caw_address *address)
{
    return begun(op, caw__js_socket_connect(op, socket, address));
}
ptrdiff_t caw__host_ready(caw__op *op, caw__socket socket, int direction)
{
    return begun(op, caw__js_socket_ready(op, socket, direction));
}

caw__socket caw__host_accept(caw__socket listener, caw_address *peer) { return caw__js_socket_accept(listener, peer); }
ptrdiff_t   caw__host_receive(caw__socket socket, void *data, size_t size, caw_address *from)
{
    return caw__js_socket_receive(socket, data, size, from);
}
ptrdiff_t caw__host_send(caw__socket socket, const void *data, size_t size, const caw_address *to)
{
    return caw__js_socket_send(socket, data, size, to);
}

CAW__COLD_END
