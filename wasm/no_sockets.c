/*
 * Owns: the sockets of a host that has none: every call that makes one says so.
 * Must not know: which host; what it says is missing stands in its own file (caw__host_no_sockets).
 */
#include "host.h"
#include <errno.h>

caw__socket caw__host_socket(caw_family family, caw__socket_kind kind)
{
    (void)family, (void)kind;
    return -ENOTSUP;
}
int caw__host_socket_set(caw__socket socket, caw__socket_option option, int value)
{
    (void)socket, (void)option, (void)value;
    return -ENOTSUP;
}
int caw__host_socket_address(caw__socket socket, bool peer, caw_address *address)
{
    (void)socket, (void)peer, (void)address;
    return -ENOTSUP;
}
int caw__host_socket_shutdown(caw__socket socket)
{
    (void)socket;
    return -ENOTSUP;
}

ptrdiff_t caw__host_resolve(caw__op *op, const char *host, uint16_t port, caw_family family, bool passive,
                            caw_address *addresses, size_t room)
{
    (void)op, (void)host, (void)port, (void)family, (void)passive, (void)addresses, (void)room;
    return -ENOTSUP;
}
ptrdiff_t caw__host_bind(caw__op *op, caw__socket socket, const caw_address *address)
{
    (void)op, (void)socket, (void)address;
    return -ENOTSUP;
}
ptrdiff_t caw__host_listen(caw__op *op, caw__socket socket, int backlog)
{
    (void)op, (void)socket, (void)backlog;
    return -ENOTSUP;
}
ptrdiff_t caw__host_connect(caw__op *op, caw__socket socket, const caw_address *address)
{
    (void)op, (void)socket, (void)address;
    return -ENOTSUP;
}
caw__socket caw__host_accept(caw__socket listener, caw_address *peer)
{
    (void)listener, (void)peer;
    return -ENOTSUP;
}
