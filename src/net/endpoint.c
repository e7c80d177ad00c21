/*
 * Owns: create_datagram_endpoint: which addresses go together, the first pair that can be bound and connected.
 * Must not know: what becomes of datagrams (datagram.c).
 */
#include "net/endpoint.h"
#include <errno.h>

CAW__COLD

/* What was asked for; the texts stand behind it. */
typedef struct endpoint_plan {
    size_t                           size;
    caw_datagram_options             options;
    const char                      *local_host, *remote_host;
    const caw_datagram_protocol_ops *protocol; /* until a transport has it */
    void                            *self;
} endpoint_plan;

static void endpoint_plan_free(void *pointer)
{
    endpoint_plan *p = pointer;
    if (p->protocol && p->protocol->release) p->protocol->release(p->self);
    caw__free(p, p->size);
}

static bool has_local(const endpoint_plan *p) { return p->options.local || p->local_host || p->options.local_port; }
static bool has_remote(const endpoint_plan *p) { return p->remote_host || p->options.remote_port; }

/* -errno, or a socket that needs no waiting any more but for what its two addresses take. */
static caw__socket endpoint_socket(const endpoint_plan *p, caw_family family)
{
    caw__socket socket = caw__host_socket(family, CAW__UDP);
    int         status = 0;
    if (socket < 0) return socket;
    if (p->options.reuse_port) status = caw__host_socket_set(socket, CAW__REUSE_PORT, 1);
    if (!status && p->options.allow_broadcast) status = caw__host_socket_set(socket, CAW__BROADCAST, 1);
    if (!status) return socket;
    caw__host_socket_close(socket, false);
    return status;
}

/* Bound to the one, NULL: to nothing, and connected to the other. */
static CAW_ASYNC(intptr_t, endpoint_make, const endpoint_plan *p, caw_family family, const caw_address *local,
                 const caw_address *remote)
{
    CAW_BEGIN(intptr_t) {
        operation   it;
        caw__socket socket = endpoint_socket(p, family);
        caw_error  *error = socket < 0 ? caw__net_error(socket, "no socket", NULL) : NULL;
        if (error) CAW_RAISE_ERROR(error);
        if (local) {
            error = OPERATION_WAIT(&it, caw__host_bind(&it.op, socket, local), caw__host_socket_close(socket, false));
            if (!error && it.op.result < 0) error = caw__net_error(it.op.result, "cannot bind to", local);
        }
        if (!error && remote && !p->options.allow_broadcast) {
            error = OPERATION_WAIT(&it, caw__host_connect(&it.op, socket, remote), caw__host_socket_close(socket, false));
            if (!error && it.op.result < 0) error = caw__net_error(it.op.result, "Connect call failed", remote);
        }
        if (error) {
            caw__host_socket_close(socket, false);
            CAW_RAISE_ERROR(error);
        }
        CAW_RETURN(socket);
    } CAW_END;
}

/* The last one of the family, as asyncio has it; NULL: none. */
static const caw_address *of_family(const caw_addresses *list, uint8_t family)
{
    const caw_address *found = NULL;
    for (size_t i = 0; list && i < list->count; i++)
        if (list->each[i].family == family) found = &list->each[i];
    return found;
}

static caw_datagram_transport *endpoint_transport(endpoint_plan *p, caw__socket socket, const caw_address *remote)
{
    caw_datagram_transport *t = caw__datagram_new(socket, remote, p->protocol, p->self);
    if (t) p->protocol = NULL;
    else caw__host_socket_close(socket, false);
    return t;
}

static CAW_ASYNC(caw_datagram_transport *, endpoint_of_addresses, endpoint_plan *p)
{
    CAW_BEGIN(caw_datagram_transport *) {
        caw_addresses *local = NULL, *remote = NULL;
        if (has_local(p)) {
            local = CAW_AWAIT(caw__resolve(p->local_host, p->options.local_port, p->options.family, true));
            CAW_DEFER(caw_unref, local);
        }
        if (has_remote(p)) {
            remote = CAW_AWAIT(caw__resolve(p->remote_host, p->options.remote_port, p->options.family, false));
            CAW_DEFER(caw_unref, remote);
        }
        /* In the order in which the families come in the lists. */
        const caw_addresses *order = local ? local : remote;
        caw_error           *first = NULL;
        uint8_t              tried = 0;
        for (size_t i = 0; i < order->count; i++) {
            uint8_t            family = order->each[i].family;
            const caw_address *here = of_family(local, family), *there = of_family(remote, family);
            if (tried & 1 << family || (local && !here) || (remote && !there)) continue;
            tried = (uint8_t)(tried | 1 << family);
            CAW_TRY {
                caw__socket             socket = CAW_AWAIT(endpoint_make(p, (caw_family)family, here, there));
                caw_datagram_transport *t = endpoint_transport(p, socket, there);
                if (!t) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
                caw_unref(first);
                first = NULL;
                CAW_RETURN(t);
            } CAW_EXCEPT(CAW_OS_ERROR, error) {
                if (!first) first = caw_ref(error);
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                caw_unref(first);
                first = NULL;
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        if (first) CAW_RAISE_ERROR(first);
        CAW_RAISE(CAW_VALUE_ERROR, "can not get address information");
    } CAW_END;
}

static CAW_ASYNC(caw_datagram_transport *, create_endpoint, endpoint_plan *p)
{
    CAW_BEGIN_OWNING(caw_datagram_transport *, endpoint_plan_free(p)) {
        CAW_DEFER(endpoint_plan_free, p);
        caw_datagram_transport *t;
        if (has_local(p) || has_remote(p)) {
            t = CAW_AWAIT(endpoint_of_addresses(p));
        } else {
            if (!p->options.family) CAW_RAISE(CAW_VALUE_ERROR, "unexpected address family");
            t = endpoint_transport(p, CAW_AWAIT(endpoint_make(p, p->options.family, NULL, NULL)), NULL);
            if (!t) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        }
        caw_error *error = CAW__AWAIT_ERROR(caw_sleep(0), (caw_datagram_close(t), caw_unref(t)));
        if (!error) error = CAW__AWAIT_ERROR(caw_sleep(0), (caw_datagram_close(t), caw_unref(t)));
        if (error) {
            caw_datagram_close(t);
            caw_unref(t);
            CAW_RAISE_ERROR(error);
        }
        CAW_RETURN(t);
    } CAW_END;
}

static const char *text_put(char **to, const char *text)
{
    if (!text) return NULL;
    size_t size = caw__length(text) + 1;
    char  *copy = *to;
    memcpy(copy, text, size);
    *to += size;
    return copy;
}

caw_of(caw_datagram_transport *)
    caw__create_datagram_endpoint(const caw_datagram_protocol_ops *protocol, void *self, const caw_datagram_options *options)
{
    const char    *local = options->local_host, *remote = options->remote_host;
    size_t         size = sizeof(endpoint_plan) + (local ? caw__length(local) + 1 : 0) + (remote ? caw__length(remote) + 1 : 0);
    endpoint_plan *p = caw__alloc(size);
    if (!p) {
        if (protocol->release) protocol->release(self);
        return (caw_of(caw_datagram_transport *))caw__future_failed(caw__error_no_memory());
    }
    char *texts = (char *)(p + 1);
    *p = (endpoint_plan){.size = size, .options = *options, .protocol = protocol, .self = self};
    p->local_host = text_put(&texts, local);
    p->remote_host = text_put(&texts, remote);
    return create_endpoint(p);
}

CAW__COLD_END
