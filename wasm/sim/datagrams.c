/*
 * Owns: datagrams of the simulated network; what all its sockets have in common: being made, bound, asked for their addresses, closed.
 * Must not know: connections (connections.c).
 */
#include "network.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 65507 /* bytes, in one datagram of IPv4 */

/* ---- Sockets -------------------------------------------------------------------------------------------------------------- */

caw__socket caw__host_socket(caw_family family, caw__socket_kind kind)
{
    if (net__off()) return -ENOTSUP;
    int failure = net__failure(CAW_SIM_NET_SOCKET);
    if (failure) return failure;
    net__socket *s = net__new(family, kind);
    return s ? s->number : -ENOBUFS;
}

int caw__host_socket_set(caw__socket socket, caw__socket_option option, int value)
{
    net__socket *s = net__at(socket);
    if (!s) return net__off() ? -ENOTSUP : -EBADF;
    int failure = net__failure(CAW_SIM_NET_OPTION);
    if (failure) return failure;
    s->options &= ~(1u << option);
    if (value) s->options |= 1u << option;
    return 0;
}

int caw__host_socket_address(caw__socket socket, bool peer, caw_address *address)
{
    const net__socket *s = net__at(socket);
    if (!s) return net__off() ? -ENOTSUP : -EBADF;
    if (peer && (!s->connected || s->error)) return -ENOTCONN;
    *address = peer ? s->other : s->own;
    if (!address->family) address->family = (uint8_t)s->family;
    return 0;
}

void caw__host_socket_close(caw__socket socket, bool reset)
{
    net__socket *s = net__at(socket);
    if (!s) return;
    net__stream_close(s, reset);
    net__free(s);
}

static bool has(const net__socket *s, caw__socket_option option) { return s->options >> option & 1; }

/* Whether both would get what goes to one address. */
static bool in_conflict(const net__socket *s, const net__socket *other, const caw_address *address)
{
    if (!other->bound || other == s || other->kind != s->kind || other->own.port != address->port) return false;
    if (has(s, CAW__REUSE_PORT) && has(other, CAW__REUSE_PORT)) return false;
    if (s->family == other->family)
        return net__is_any(address) || net__is_any(&other->own) || !memcmp(address->bytes, other->own.bytes, 16);
    const net__socket *six = s->family == CAW_IPV6 ? s : other;
    return net__is_any(s == six ? address : &other->own) && !has(six, CAW__ONLY_IPV6);
}

ptrdiff_t caw__host_bind(caw__op *op, caw__socket socket, const caw_address *address)
{
    (void)op;
    net__socket *s = net__at(socket);
    int          failure = net__failure(CAW_SIM_NET_BIND);
    if (failure) return failure;
    if ((caw_family)address->family != s->family) return -EAFNOSUPPORT;
    for (const net__socket *other = net__next(NULL); other && address->port; other = net__next(other))
        if (in_conflict(s, other, address)) return -EADDRINUSE;
    s->own = *address;
    s->bound = true;
    if (!s->own.port) s->own.port = net__port();
    return 0;
}

/* ---- Datagrams --------------------------------------------------------------------------------------------------------------- */

static bool is_broadcast(const caw_address *to)
{
    return to->family == CAW_IPV4 && !memcmp(to->bytes, (const uint8_t[]){255, 255, 255, 255}, 4);
}

/* Who gets it; of a broadcast all that have the port. */
static bool is_for(const net__socket *s, const caw_address *to, const caw_address *from)
{
    if (s->kind != CAW__UDP || !s->own.port) return false;
    if (s->connected && !caw_address_equal(&s->other, from)) return false;
    return is_broadcast(to) ? s->own.port == to->port : net__reaches(s, to);
}

void net__datagram(net__event *event)
{
    net__parcel *p = event->parcel;
    net__socket *s = event->to, *from = event->from;
    p->next = NULL;
    *(s->first ? &s->last->next : &s->first) = p;
    s->last = p;
    event->parcel = NULL;
    net__settle(s);
    if (!from) return;
    from->sent -= p->size;
    net__settle(from);
}

static ptrdiff_t datagram_send(net__socket *s, const void *data, size_t size, const caw_address *to)
{
    if (s->error) {
        int error = s->error;
        s->error = 0;
        return -error;
    }
    if (!to && s->connected) to = &s->other;
    if (!to) return -EDESTADDRREQ;
    if (size > LARGEST) return -EMSGSIZE;
    if (!net__writable(s)) return -EAGAIN;
    if (is_broadcast(to) && !has(s, CAW__BROADCAST)) return -EACCES;
    if (!s->own.family) s->own = net__localhost(s->family);
    if (!s->own.port) s->own.port = net__port();
    caw_address from = s->own;
    if (net__is_any(&from)) {
        from = net__localhost(s->family);
        from.port = s->own.port;
    }
    bool any = false;
    for (net__socket *far = net__next(NULL); far; far = net__next(far)) {
        if (far == s || !is_for(far, to, &from)) continue;
        net__parcel *parcel = malloc(sizeof *parcel + size);
        if (!parcel) return -ENOBUFS;
        *parcel = (net__parcel){.size = size, .from = from};
        if (size) memcpy(parcel->data, data, size);
        s->sent += size;
        if (!net__schedule((net__event){.kind = NET__BYTES, .to = far, .from = s, .parcel = parcel}, net__latency)) {
            s->sent -= size;
            return -ENOBUFS;
        }
        any = true;
    }
    if (!any && s->connected) /* the other machine says so */
        net__schedule((net__event){.kind = NET__UNREACHED, .to = s, .result = ECONNREFUSED}, 2 * net__latency);
    return (ptrdiff_t)size;
}

ptrdiff_t caw__host_send(caw__socket socket, const void *data, size_t size, const caw_address *to)
{
    net__socket *s = net__at(socket);
    if (!s) return net__off() ? -ENOTSUP : -EBADF;
    int failure = net__failure(CAW_SIM_NET_SEND);
    if (failure) return failure;
    return s->kind == CAW__UDP ? datagram_send(s, data, size, to) : net__stream_send(s, data, size);
}
