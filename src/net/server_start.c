/*
 * Owns: how a server comes about: its hosts become addresses, to each of which a socket is bound (create_server).
 * Must not know: what it does with connections.
 */
#include "net/server.h"
#include <errno.h>

CAW__COLD

#define BACKLOG 100

/* What was asked for; the hosts' texts stand behind it, each with its NUL. */
typedef struct server_plan {
    size_t             size;
    service            service;
    caw_server_options options;
    int                port;
    size_t             count; /* of hosts; an empty text: all interfaces */
    caw__tls           tls;   /* if it is asked for; its texts stand behind the hosts' */
} server_plan;

static void server_plan_free(void *pointer)
{
    server_plan *p = pointer;
    caw_unref(p->options.sock);
    caw__free(p, p->size);
}

static server_plan *server_plan_new(const service *given, const char *host, int port, const caw_server_options *options)
{
    const char *const  single[] = {host ? host : "", NULL};
    const char *const *hosts = options->hosts ? options->hosts : single;
    size_t             size = sizeof(server_plan), count = 0;
    for (; hosts[count]; count++) size += caw__length(hosts[count]) + 1;
    const char *secrets[] = {options->cert, options->key};
    for (int i = 0; i < 2; i++) size += secrets[i] ? caw__length(secrets[i]) + 1 : 0;
    server_plan *p = caw__alloc(size);
    if (!p) return NULL;
    *p = (server_plan){.size = size, .service = *given, .options = *options, .port = port, .count = count};
    char *texts = (char *)(p + 1);
    for (size_t i = 0; i < count; i++) {
        size_t length = caw__length(hosts[i]) + 1;
        memcpy(texts, hosts[i], length);
        texts += length;
    }
    for (int i = 0; i < 2; i++) {
        if (!secrets[i]) continue;
        size_t length = caw__length(secrets[i]) + 1;
        *(i ? &p->tls.key : &p->tls.cert) = memcpy(texts, secrets[i], length);
        texts += length;
    }
    p->options.sock = caw_ref(options->sock);
    return p;
}

static caw_server *server_of(const server_plan *p, size_t room)
{
    caw_server *s = caw__server_new(room);
    if (!s) return NULL;
    s->clients.begin = p->service.begin;
    s->clients.made = p->service.made;
    s->handler = p->service.handler;
    s->factory = p->service.factory;
    s->data = p->service.data;
    s->limit = p->options.limit;
    s->backlog = p->options.backlog > 0 ? p->options.backlog : BACKLOG;
    return s;
}

static listener *server_add(caw_server *s, caw__socket socket)
{
    listener *l = &s->listeners[s->count++];
    *l = (listener){.server = s, .socket = socket};
    return l;
}

/* The addresses of all hosts, each once. */
static CAW_ASYNC(caw_addresses *, resolve_all, const server_plan *p)
{
    CAW_BEGIN(caw_addresses *) {
        caw_addresses *all = NULL;
        const char    *host = (const char *)(p + 1);
        for (size_t i = 0; i < p->count; i++, host += caw__length(host) + 1) {
            caw_addresses *more = NULL, *both = NULL;
            CAW_TRY {
                more = CAW_AWAIT(caw__resolve(*host ? host : NULL, p->port, p->options.family, true));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                caw_unref(all);
                CAW_RERAISE();
            }
            CAW_END_TRY;
            both = caw__addresses_new((all ? all->count : 0) + more->count);
            for (size_t n = 0; both && all && n < all->count; n++) caw__addresses_add(both, &all->each[n]);
            for (size_t n = 0; both && n < more->count; n++) caw__addresses_add(both, &more->each[n]);
            caw_unref(more);
            caw_unref(all);
            all = both;
            if (!all) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        }
        if (!all) CAW_RAISE(CAW_VALUE_ERROR, "no host was given");
        CAW_RETURN(all);
    } CAW_END;
}

/* -errno when one that was asked for cannot be had. */
static int prepare(caw__socket socket, const server_plan *p, const caw_address *address)
{
    int status = 0;
    if (!p->options.no_reuse_address) status = caw__host_socket_set(socket, CAW__REUSE_ADDRESS, 1);
    if (!status && p->options.reuse_port) status = caw__host_socket_set(socket, CAW__REUSE_PORT, 1);
    if (!status && p->options.keep_alive) status = caw__host_socket_set(socket, CAW__KEEP_ALIVE, 1);
    if (!status && address->family == CAW_IPV6) status = caw__host_socket_set(socket, CAW__ONLY_IPV6, 1);
    return status;
}

static caw_error *bound_to_nothing(const caw_addresses *all)
{
    char      text[512] = "";
    caw__text out = {text, sizeof text, 0};
    for (size_t i = 0; i < all->count; i++) {
        char address[CAW_ADDRESS_TEXT];
        caw_address_format(&all->each[i], address, sizeof address);
        caw__say(&out, i ? ", %s" : "%s", address);
    }
    return caw_error_new(CAW_OS_ERROR, "could not bind on any address out of %s", text);
}

/* A socket for each address that this machine has. */
static CAW_ASYNC(void, bind_all, caw_server *s, const caw_addresses *all, const server_plan *p)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < all->count; i++) {
            const caw_address *address = &all->each[i];
            caw__socket        socket = caw__host_socket((caw_family)address->family, CAW__TCP);
            if (socket == -ENOTSUP) CAW_RAISE_ERROR(caw__net_error(socket, NULL, NULL));
            if (socket < 0) continue; /* no such family here, it is assumed */
            listener *l = server_add(s, socket);
            int       status = p->options.tls ? caw__host_socket_secure(socket, &p->tls) : 0;
            if (status) CAW_RAISE_ERROR(caw__net_tls_error(status));
            status = prepare(socket, p, address);
            if (status) CAW_RAISE_ERROR(caw__net_error(status, "cannot set an option of the socket for", address));
            operation  it;
            caw_error *error = OPERATION_WAIT(&it, caw__host_bind(&it.op, socket, address), (void)0);
            if (error) CAW_RAISE_ERROR(error);
            if (it.op.result == -EADDRNOTAVAIL) {
                caw__host_socket_close(socket, false);
                s->count--;
                continue;
            }
            if (it.op.result < 0)
                CAW_RAISE_ERROR(caw__net_error(it.op.result, "error while attempting to bind on address", address));
            if (caw__host_socket_address(socket, false, &l->own)) l->own = *address;
        }
        if (!s->count) CAW_RAISE_ERROR(bound_to_nothing(all));
    } CAW_END;
}

static caw_error *server_plan_refusal(const server_plan *p)
{
    const char *host = (const char *)(p + 1);
    bool        addressed = p->count > 1 || p->port || (p->count && *host);
    if (addressed && p->options.sock)
        return caw_error_new(CAW_VALUE_ERROR, "host/port and sock can not be specified at the same time");
    if (p->options.tls != (p->tls.cert && p->tls.key))
        return caw_error_new(CAW_VALUE_ERROR, "tls, cert and key are only meaningful together");
    if (p->options.tls && p->options.sock) return caw_error_new(CAW_VALUE_ERROR, "tls needs a host to listen on");
    return NULL;
}

static CAW_ASYNC(caw_server *, server_start, server_plan *p)
{
    CAW_BEGIN_OWNING(caw_server *, server_plan_free(p)) {
        CAW_DEFER(server_plan_free, p);
        caw_error  *refusal = server_plan_refusal(p);
        caw_server *s = NULL;
        if (refusal) CAW_RAISE_ERROR(refusal);
        if (p->options.sock) {
            s = server_of(p, 1);
            if (!s) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
            CAW_DEFER(caw_unref, s);
            caw__socket socket = caw__socket_take(p->options.sock, CAW__TCP);
            if (socket == -EPROTOTYPE) CAW_RAISE(CAW_VALUE_ERROR, "A Stream Socket was expected");
            if (socket < 0) CAW_RAISE_ERROR(caw__net_error(socket, "sock", NULL));
            listener *l = server_add(s, socket);
            if (caw__host_socket_address(socket, false, &l->own)) l->own.family = CAW_ANY_FAMILY;
        } else {
            caw_addresses *all = CAW_AWAIT(resolve_all(p));
            CAW_DEFER(caw_unref, all);
            s = server_of(p, all->count);
            if (!s) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
            CAW_DEFER(caw_unref, s);
            CAW_AWAIT(bind_all(s, all, p));
        }
        if (!p->options.start_later) {
            CAW_AWAIT(caw__server_begin(s));
            caw_error *error = CAW__AWAIT_ERROR(caw_sleep(0), caw_server_close(s));
            if (error) {
                caw_server_close(s);
                CAW_RAISE_ERROR(error);
            }
        }
        CAW_RETURN(caw_ref(s));
    } CAW_END;
}

caw_of(caw_server *) caw__server_start(const service *given, const char *host, int port, const caw_server_options *options)
{
    server_plan *p = server_plan_new(given, host, port, options);
    if (!p) return (caw_of(caw_server *))caw__future_failed(caw__error_no_memory());
    return server_start(p);
}

CAW__COLD_END
