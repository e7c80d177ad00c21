/*
 * Owns: connections of the simulated network, end to end as Linux has them: what is read after a reset, what a close does to what
 * is unread, how far a sender is ahead of a reader.
 * Must not know: when what is on its way arrives (network.c).
 */
#include "network.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN 1.0 /* seconds until a connection that found no room at a listener is asked for once more */

bool net__readable(const net__socket *s)
{
    if (s->kind == CAW__UDP) return s->first || s->error;
    if (s->listening) return s->queue != NULL;
    return s->first || s->ended || s->error || !s->connected;
}

bool net__writable(const net__socket *s)
{
    if (s->kind == CAW__UDP) return s->error || !s->sent || s->sent < net__buffer;
    return s->error || s->shut || !s->peer || s->sent < net__buffer;
}

/* ---- What arrives ---------------------------------------------------------------------------------------------------------- */

static void net_reset(net__socket *s, int error)
{
    if (s->error || (s->ended && s->shut)) return;
    s->error = s->ended ? EPIPE : error; /* as Linux has it */
    s->ended = s->shut = true;
    net__settle(s);
}

static net__socket *listener_at(const caw_address *to)
{
    for (net__socket *s = net__next(NULL); s; s = net__next(s))
        if (s->listening && net__reaches(s, to)) return s;
    return NULL;
}

/* As who listens for both families sees an IPv4 address. */
static caw_address seen_as(caw_family family, caw_address address)
{
    if (family == (caw_family)address.family) return address;
    caw_address mapped = {.family = CAW_IPV6, .port = address.port, .bytes = {[10] = 0xff, [11] = 0xff}};
    memcpy(mapped.bytes + 12, address.bytes, 4);
    return mapped;
}

static void net_connect_now(net__event *event)
{
    net__socket *s = event->to, *listener = listener_at(&s->other);
    caw__op     *op = s->waits[1];
    if (listener && listener->queued > listener->backlog) {
        if (!net__schedule((net__event){.kind = NET__CONNECT, .to = s, .op = op}, AGAIN)) net__finish(op, -ENOBUFS);
        return;
    }
    net__socket *far = listener ? net__new(listener->family, CAW__TCP) : NULL;
    if (!far) {
        s->error = 0;
        net__finish(op, listener ? -ENOBUFS : -ECONNREFUSED);
        return;
    }
    far->own = seen_as(listener->family, s->other);
    far->other = seen_as(listener->family, s->own);
    far->peer = s;
    far->connected = s->connected = true;
    s->peer = far;
    net__socket **last = &listener->queue;
    while (*last) last = &(*last)->next;
    *last = far;
    listener->queued++;
    net__finish(op, 0);
    net__settle(listener);
}

void net__arrive(net__event *event)
{
    net__socket *s = event->to;
    if (!s) { /* nobody is there any more */
        if (event->kind == NET__BYTES && event->from && event->from->kind == CAW__UDP) event->from->sent -= event->parcel->size;
        else if (event->kind == NET__BYTES && event->from)
            net__schedule((net__event){.kind = NET__RESET, .to = event->from, .result = ECONNRESET}, net__latency);
        return;
    }
    switch (event->kind) {
    case NET__CONNECT: net_connect_now(event); return;
    case NET__RESET: net_reset(s, (int)event->result); return;
    case NET__UNREACHED: s->error = (int)event->result; break;
    case NET__END: s->ended = s->orderly = true; break;
    default:
        event->parcel->next = NULL;
        *(s->first ? &s->last->next : &s->first) = event->parcel;
        s->last = event->parcel;
        s->unread += event->parcel->size;
        event->parcel = NULL;
    }
    net__settle(s);
}

/* ---- Beginning ----------------------------------------------------------------------------------------------------------------- */

ptrdiff_t caw__host_listen(caw__op *op, caw__socket socket, int backlog)
{
    (void)op;
    net__socket *s = net__at(socket);
    int          failure = net__failure(CAW_SIM_NET_LISTEN);
    if (failure) return failure;
    s->backlog = backlog;
    s->listening = true;
    return 0;
}

ptrdiff_t caw__host_connect(caw__op *op, caw__socket socket, const caw_address *address)
{
    net__socket *s = net__at(socket);
    int          failure = net__failure(CAW_SIM_NET_CONNECT), error = 0;
    double       seconds = 0;
    if (failure) return failure;
    s->other = *address;
    uint16_t port = s->own.port;
    if (!s->own.family || net__is_any(&s->own)) s->own = net__localhost(s->family);
    s->own.port = port ? port : net__port();
    if (s->kind == CAW__UDP) {
        s->connected = true;
        return 0;
    }
    net__wait(op, s, 1);
    bool       fated = net__fate(NULL, address, &error, &seconds);
    net__event event = {.kind = NET__CONNECT, .to = s, .op = op};
    if (fated && error) event = (net__event){.kind = NET__DONE, .op = op, .result = -error};
    if (net__schedule(event, seconds + 2 * net__latency)) return CAW__UNDER_WAY;
    caw__host_cancel(op);
    return -ENOBUFS;
}

caw__socket caw__host_accept(caw__socket socket, caw_address *peer)
{
    net__socket *listener = net__at(socket);
    if (!listener || !listener->listening) return net__off() ? -ENOTSUP : -EINVAL;
    net__socket *s = listener->queue;
    if (!s) return -EAGAIN;
    int failure = net__failure(CAW_SIM_NET_ACCEPT);
    if (failure) return failure;
    listener->queue = s->next;
    s->next = NULL;
    listener->queued--;
    *peer = s->other;
    return s->number;
}

/* ---- Bytes -------------------------------------------------------------------------------------------------------------------------- */

static ptrdiff_t error_of(net__socket *s)
{
    int error = s->error;
    s->error = 0;
    return -error;
}

static ptrdiff_t stream_receive(net__socket *s, uint8_t *data, size_t size)
{
    size_t got = 0;
    while (s->first && got < size) {
        net__parcel *p = s->first;
        size_t       n = p->size - p->taken < size - got ? p->size - p->taken : size - got;
        memcpy(data + got, p->data + p->taken, n);
        p->taken += n;
        got += n;
        if (p->taken < p->size) break;
        s->first = p->next;
        free(p);
    }
    s->unread -= got;
    if (got && s->peer) {
        s->peer->sent -= got;
        net__settle(s->peer);
    }
    if (got || !size || s->orderly) return (ptrdiff_t)got;
    if (s->error) return error_of(s);
    return s->ended ? 0 : s->connected ? -EAGAIN : -ENOTCONN;
}

static ptrdiff_t datagram_receive(net__socket *s, uint8_t *data, size_t size, caw_address *from)
{
    net__parcel *p = s->first;
    if (s->error) return error_of(s);
    if (!p) return -EAGAIN;
    s->first = p->next;
    size_t n = p->size < size ? p->size : size;
    if (n) memcpy(data, p->data, n);
    if (from) *from = p->from;
    free(p);
    return (ptrdiff_t)n;
}

ptrdiff_t caw__host_receive(caw__socket socket, void *data, size_t size, caw_address *from)
{
    net__socket *s = net__at(socket);
    if (!s) return net__off() ? -ENOTSUP : -EBADF;
    int failure = net__readable(s) ? net__failure(CAW_SIM_NET_RECEIVE) : 0;
    if (failure) return failure;
    return s->kind == CAW__UDP ? datagram_receive(s, data, size, from) : stream_receive(s, data, size);
}

ptrdiff_t net__stream_send(net__socket *s, const void *data, size_t size)
{
    if (s->error) return error_of(s);
    if (s->shut) return -EPIPE;
    if (!s->connected) return -ENOTCONN;
    if (!size) return 0;
    size_t free_bytes = net__buffer > s->sent ? net__buffer - s->sent : 0;
    if (s->peer && size > free_bytes) size = free_bytes; /* without one all is taken, as net__writable says */
    if (!size) return -EAGAIN;
    net__parcel *parcel = malloc(sizeof *parcel + size);
    if (!parcel) return -ENOBUFS;
    *parcel = (net__parcel){.size = size};
    memcpy(parcel->data, data, size);
    if (s->peer) s->sent += size;
    if (!net__schedule((net__event){.kind = NET__BYTES, .to = s->peer, .from = s, .parcel = parcel}, net__latency)) {
        if (s->peer) s->sent -= size;
        return -ENOBUFS;
    }
    return (ptrdiff_t)size;
}

/* ---- The end ----------------------------------------------------------------------------------------------------------------------------- */

int caw__host_socket_shutdown(caw__socket socket)
{
    net__socket *s = net__at(socket);
    if (!s) return net__off() ? -ENOTSUP : -EBADF;
    if (!s->connected) return -ENOTCONN;
    if (s->shut) return 0;
    s->shut = true;
    if (s->peer) net__schedule((net__event){.kind = NET__END, .to = s->peer}, net__latency);
    return 0;
}

void net__stream_close(net__socket *s, bool reset)
{
    for (net__socket *waiter = s->queue, *next; waiter; waiter = next) {
        next = waiter->next;
        net__stream_close(waiter, true);
        net__free(waiter);
    }
    net__socket *peer = s->peer;
    if (!peer) return;
    peer->peer = NULL;
    if (reset || s->unread) net__schedule((net__event){.kind = NET__RESET, .to = peer, .result = ECONNRESET}, net__latency);
    else if (!s->shut) net__schedule((net__event){.kind = NET__END, .to = peer}, net__latency);
}

void caw_sim_net_break(const char *text)
{
    for (net__socket *s = net__next(NULL); s; s = net__next(s)) {
        char own[CAW_ADDRESS_TEXT], other[CAW_ADDRESS_TEXT];
        caw_address_format(&s->own, own, sizeof own);
        caw_address_format(&s->other, other, sizeof other);
        if (s->kind == CAW__TCP && s->connected && (!text || !strcmp(own, text) || !strcmp(other, text)))
            net_reset(s, ECONNRESET);
    }
}
