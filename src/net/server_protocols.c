/*
 * Owns: servers of protocols: one for each connection, from a factory (create_server).
 * Must not know: how connections are accepted.
 */
#include "net/server.h"
#include "task/report.h"

CAW__COLD

static void protocols_begin(clients *of, caw_transport *t)
{
    caw_server             *s = CAW__CONTAINER(of, caw_server, clients);
    void                   *self = NULL;
    caw__outside            outer = caw__transport_enter(t);
    const caw_protocol_ops *protocol = s->factory(s->data, &self);
    caw__transport_leave(t, outer);
    if (protocol) {
        caw__transport_give(t, protocol, self);
        return;
    }
    if (caw_loop_get_debug(s->loop))
        caw__report_error(s->loop, "Error on transport creation for incoming connection", NULL, NULL);
    caw_transport_abort(t);
}

static void protocols_made(clients *of, caw_transport *t)
{
    (void)of;
    caw__transport_made(t);
}

caw_of(caw_server *)
    caw__create_server(caw_protocol_factory *factory, void *data, const char *host, int port, const caw_server_options *options)
{
    const service it = {.begin = protocols_begin, .made = protocols_made, .factory = factory, .data = data};
    return caw__server_start(&it, host, port, options);
}

CAW__COLD_END
