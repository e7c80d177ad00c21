/*
 * Owns: the seam's sockets: which kind one is, numbers for them, what is missing when they are refused.
 * Must not know: how TCP (tcp.c) and UDP (udp.c) do it, names (names.c).
 */
#include "socket.h"
#include "base/base.h"
#include <errno.h>

static const char *missing;

const char *caw__host_no_sockets(void) { return missing; }

int caw__allowed(caw__wasi_result *result)
{
    int status = caw__status_of(result);
    if (status != -EACCES) return status;
    missing = "the network is not open to this component: run it with wasmtime run -S inherit-network";
    return -ENOTSUP;
}

void caw__name_lookup_refused(void)
{
    missing = "no name can be looked up by this component: run it with wasmtime run -S inherit-network,allow-ip-name-lookup";
}

/* Half of an address: never negative. */
caw__wasi_socket *caw__socket_at(caw__socket socket) { return (caw__wasi_socket *)((uintptr_t)socket << 1); }

caw__socket caw__socket_of(uint32_t handle, const caw__wasi_calls *calls, caw__socket_kind kind, caw_family family)
{
    caw__wasi_socket *s = caw__alloc(sizeof *s);
    if (!s) return -ENOMEM;
    *s = (caw__wasi_socket){.calls = calls, .handle = handle, .kind = (uint8_t)kind, .family = (uint8_t)family};
    return (caw__socket)((uintptr_t)s >> 1);
}

void caw__socket_free(caw__wasi_socket *s) { caw__free(s, sizeof *s); }

/* ---- The seam, see src/host.h ------------------------------------------------------------------------------------------------------ */

bool caw__host_cancel(caw__op *op)
{
    void         *what = (void *)op->words[0];
    caw__op_undo *undo = (caw__op_undo *)op->words[1];
    if (!what) return false;
    op->words[0] = 0;
    caw__under_way--;
    undo(what);
    return true;
}

caw__socket caw__host_socket(caw_family family, caw__socket_kind kind)
{
    return kind == CAW__TCP ? caw__tcp_new(family) : caw__udp_new(family);
}

int caw__host_socket_set(caw__socket socket, caw__socket_option option, int value)
{
    switch (option) {
    case CAW__REUSE_ADDRESS: return 0; /* WASI's sockets are always so */
    case CAW__ONLY_IPV6: return value ? 0 : -ENOPROTOOPT;
    case CAW__NO_DELAY: return 0; /* it cannot be asked for */
    case CAW__KEEP_ALIVE:
        return caw__socket_at(socket)->kind == CAW__TCP ? caw__tcp_set(caw__socket_at(socket), option, value) : -EINVAL;
    default: return value ? -ENOPROTOOPT : 0;
    }
}

int caw__host_socket_address(caw__socket socket, bool peer, caw_address *address)
{
    caw__wasi_socket *s = caw__socket_at(socket);
    caw__wasi_result  result;
    int               status = s->kind == CAW__TCP ? caw__tcp_address(s, peer, &result) : caw__udp_address(s, peer, &result);
    if (status) return peer && status == -EINVAL ? -ENOTCONN : status;
    caw__address_from_wasi(&result.of.address, address);
    return 0;
}

void caw__host_socket_close(caw__socket socket, bool reset)
{
    (void)reset; /* WASI cannot: what was sent still goes */
    caw__socket_at(socket)->calls->close(caw__socket_at(socket));
}

int caw__host_socket_shutdown(caw__socket socket)
{
    return caw__socket_at(socket)->kind == CAW__TCP ? caw__tcp_shutdown(caw__socket_at(socket)) : -ENOTSUP;
}

ptrdiff_t caw__host_bind(caw__op *op, caw__socket socket, const caw_address *address)
{
    op->words[0] = 0;
    return caw__socket_at(socket)->kind == CAW__TCP ? caw__tcp_bind(caw__socket_at(socket), address)
                                                    : caw__udp_bind(caw__socket_at(socket), address);
}

ptrdiff_t caw__host_listen(caw__op *op, caw__socket socket, int backlog)
{
    op->words[0] = 0;
    return caw__socket_at(socket)->kind == CAW__TCP ? caw__tcp_listen(caw__socket_at(socket), backlog) : -ENOTSUP;
}

ptrdiff_t caw__host_connect(caw__op *op, caw__socket socket, const caw_address *address)
{
    op->words[0] = 0;
    return caw__socket_at(socket)->kind == CAW__TCP ? caw__tcp_connect(op, caw__socket_at(socket), address)
                                                    : caw__udp_connect(caw__socket_at(socket), address);
}

ptrdiff_t caw__host_ready(caw__op *op, caw__socket socket, int direction)
{
    op->words[0] = 0;
    return caw__socket_at(socket)->calls->ready(op, caw__socket_at(socket), direction);
}

caw__socket caw__host_accept(caw__socket listener, caw_address *peer)
{
    caw__socket accepted = caw__tcp_accept(caw__socket_at(listener));
    if (accepted < 0 || !peer) return accepted;
    if (caw__host_socket_address(accepted, true, peer)) *peer = (caw_address){.family = CAW_ANY_FAMILY}; /* it is gone again */
    return accepted;
}

ptrdiff_t caw__host_receive(caw__socket socket, void *data, size_t size, caw_address *from)
{
    return caw__socket_at(socket)->calls->receive(caw__socket_at(socket), data, size, from);
}

ptrdiff_t caw__host_send(caw__socket socket, const void *data, size_t size, const caw_address *to)
{
    return caw__socket_at(socket)->calls->send(caw__socket_at(socket), data, size, to);
}
