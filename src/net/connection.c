/*
 * Owns: open_connection and create_connection: from a host and a port to a transport that has begun.
 * Must not know: which of several addresses answers (race.c).
 */
#include "net/net.h"
#include <errno.h>
#include <math.h>

CAW__COLD

/* What was asked for; the texts stand behind it. */
typedef struct plan {
    size_t                  size;
    caw_connection_options  options;
    const char             *host, *local_host;
    caw__tls                tls; /* if it is asked for */
    int                     port;
    const caw_protocol_ops *protocol; /* until a transport has it; NULL: streams */
    void                   *self;
} plan;

static void plan_free(void *pointer)
{
    plan *p = pointer;
    if (p->protocol && p->protocol->release) p->protocol->release(p->self);
    caw_unref(p->options.sock);
    caw__free(p, p->size);
}

static size_t text_size(const char *text) { return text ? caw__length(text) + 1 : 0; }

static const char *text_put(char **to, const char *text)
{
    if (!text) return NULL;
    size_t size = caw__length(text) + 1;
    char  *copy = *to;
    memcpy(copy, text, size);
    *to += size;
    return copy;
}

static plan *plan_new(const char *host, int port, const caw_connection_options *options)
{
    size_t size = sizeof(plan) + text_size(host) + text_size(options->local_host) + text_size(options->server_hostname) +
                  text_size(options->ca);
    plan *p = caw__alloc(size);
    if (!p) return NULL;
    char *texts = (char *)(p + 1);
    *p = (plan){.size = size, .options = *options, .port = port};
    p->host = text_put(&texts, host);
    p->local_host = text_put(&texts, options->local_host);
    p->tls.name = p->options.server_hostname = text_put(&texts, options->server_hostname);
    p->tls.ca = p->options.ca = text_put(&texts, options->ca);
    if (!p->tls.name) p->tls.name = p->host;
    p->options.sock = caw_ref(options->sock);
    return p;
}

/* By family in turns, so many of the first family first. NULL without memory. */
static caw_addresses *interleaved(const caw_addresses *list, size_t first)
{
    caw_addresses *result = caw__addresses_new(list->count);
    uint8_t        family = list->each[0].family;
    size_t         at[2] = {0, 0}; /* of that family, and of the other */
    for (size_t turn = 0; result && result->count < list->count; turn++) {
        int which = turn < first ? 0 : (int)((turn - first + 1) % 2);
        while (at[which] < list->count && (list->each[at[which]].family == family) == (which == 1)) at[which]++;
        if (at[which] < list->count) caw__addresses_add(result, &list->each[at[which]++]);
    }
    return result;
}

static CAW_ASYNC(intptr_t, reach_host, const plan *p)
{
    CAW_BEGIN(intptr_t) {
        caw_addresses *to = CAW_AWAIT(caw__resolve(p->host, p->port, p->options.family, false)), *from = NULL;
        CAW_DEFER(caw_unref, to);
        if (p->local_host || p->options.local_port) {
            from = CAW_AWAIT(caw__resolve(p->local_host, p->options.local_port, p->options.family, !p->local_host));
            CAW_DEFER(caw_unref, from);
        }
        double delay = p->options.happy_eyeballs_delay;
        int    first = p->options.interleave > 0 ? p->options.interleave : delay > 0;
        if (first) {
            to = interleaved(to, (size_t)first);
            if (!to) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
            CAW_DEFER(caw_unref, to);
        }
        race *r = caw__race_new(to, from, delay, p->options.all_errors, p->options.tls ? &p->tls : NULL);
        if (!r) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(CAW_AWAIT(caw__race_run(r)));
    } CAW_END;
}

static caw_error *plan_refusal(const plan *p)
{
    bool addressed = p->host || p->port;
    if (addressed && p->options.sock)
        return caw_error_new(CAW_VALUE_ERROR, "host/port and sock can not be specified at the same time");
    if (!addressed && !p->options.sock)
        return caw_error_new(CAW_VALUE_ERROR, "host and port was not specified and no sock specified");
    if (!p->options.tls && (p->options.server_hostname || p->options.ca))
        return caw_error_new(CAW_VALUE_ERROR, "server_hostname and ca are only meaningful with tls");
    if (isnan(p->options.happy_eyeballs_delay)) return caw_error_new(CAW_VALUE_ERROR, "happy_eyeballs_delay is NaN");
    if (p->options.tls && !p->host) /* a connection that is there is no place to begin it, here */
        return caw_error_new(CAW_VALUE_ERROR, "tls needs a host to connect to");
    return NULL;
}

/* A transport without a protocol, and not begun. */
static CAW_ASYNC(caw_transport *, reach, const plan *p)
{
    CAW_BEGIN(caw_transport *) {
        caw_error  *refusal = plan_refusal(p);
        caw__socket socket = -1;
        if (refusal) CAW_RAISE_ERROR(refusal);
        if (p->options.sock) {
            socket = caw__socket_take(p->options.sock, CAW__TCP);
            if (socket == -EPROTOTYPE) CAW_RAISE(CAW_VALUE_ERROR, "A Stream Socket was expected");
            if (socket < 0) CAW_RAISE_ERROR(caw__net_error(socket, "sock", NULL));
        } else {
            socket = CAW_AWAIT(reach_host(p));
        }
        caw_transport *t = caw__carrier_new(socket, NULL);
        if (!t) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(t);
    } CAW_END;
}

/*
 * connection_made comes in the next pass, the end of the wait in the one after it, as asyncio's waiter has it. NULL, or the error that came
 * meanwhile; then it is closed.
 */
static CAW_ASYNC(void, begin, caw_transport *t)
{
    CAW_BEGIN_OWNING(void, caw_unref(t)) {
        caw__carrier_begin(t);
        caw_error *error = CAW__AWAIT_ERROR(caw_sleep(0), (caw_transport_close(t), caw_unref(t)));
        if (!error) error = CAW__AWAIT_ERROR(caw_sleep(0), (caw_transport_close(t), caw_unref(t)));
        if (error) caw_transport_close(t);
        caw_unref(t);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

static CAW_ASYNC(caw_stream, open_connection, plan *p)
{
    CAW_BEGIN_OWNING(caw_stream, plan_free(p)) {
        CAW_DEFER(plan_free, p);
        caw_transport *t = CAW_AWAIT(reach(p));
        caw_stream     stream;
        int            status = caw_stream_connect(caw_ref(t), p->options.limit, &stream.reader, &stream.writer);
        if (status) caw_transport_abort(t);
        caw_unref(t); /* the loop has it, too */
        if (status) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        caw_error *error = CAW__AWAIT_ERROR(begin(caw_ref(t)), (caw_unref(stream.reader), caw_unref(stream.writer)));
        if (error) {
            caw_unref(stream.reader);
            caw_unref(stream.writer);
            CAW_RAISE_ERROR(error);
        }
        CAW_RETURN(stream);
    } CAW_END;
}

caw_of(caw_stream) caw__open_connection(const char *host, int port, const caw_connection_options *options)
{
    plan *p = plan_new(host, port, options);
    if (!p) return (caw_of(caw_stream))caw__future_failed(caw__error_no_memory());
    return open_connection(p);
}

static CAW_ASYNC(caw_transport *, create_connection, plan *p)
{
    CAW_BEGIN_OWNING(caw_transport *, plan_free(p)) {
        CAW_DEFER(plan_free, p);
        caw_transport *t = CAW_AWAIT(reach(p));
        caw__transport_give(t, p->protocol, p->self);
        p->protocol = NULL;
        caw_error *error = CAW__AWAIT_ERROR(begin(caw_ref(t)), caw_unref(t));
        if (error) {
            caw_unref(t);
            CAW_RAISE_ERROR(error);
        }
        CAW_RETURN(t);
    } CAW_END;
}

caw_of(caw_transport *) caw__create_connection(const caw_protocol_ops *protocol, void *self, const char *host, int port,
                                               const caw_connection_options *options)
{
    plan *p = plan_new(host, port, options);
    if (!p) {
        if (protocol->release) protocol->release(self);
        return (caw_of(caw_transport *))caw__future_failed(caw__error_no_memory());
    }
    p->protocol = protocol;
    p->self = self;
    return create_connection(p);
}

CAW__COLD_END
