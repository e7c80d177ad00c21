/*
 * Owns: what a server consists of, for the files that make one.
 * Must not know: what is done with it.
 */
#ifndef CAW_SERVER_H
#define CAW_SERVER_H

#include "net/net.h"
#include <cawait/server.h>

/* One address that it listens on. */
typedef struct listener {
    caw_server *server;
    caw__socket socket; /* -1: closed */
    caw__op     op;     /* until somebody may be accepted */
    caw__node   node;   /* holds the server while it is queued */
    caw__timer  retry;  /* after an error; holds the server while it runs or is ready */
    caw_address own;
    bool        waits;
} listener;

struct caw_server {
    caw__object           object;
    clients               clients; /* clients.closed: it has stopped listening */
    caw_loop             *loop;
    caw_context          *context; /* of who started it; NULL: empty */
    caw_stream_handler   *handler;
    caw_protocol_factory *factory;
    void                 *data;
    size_t                limit; /* of readers */
    int                   backlog;
    waiters               line;          /* wait_closed */
    waiters               forever;       /* serve_forever */
    caw__over             open;          /* the loop's; holds it while it serves */
    bool                  serving, over; /* over: closed, and nobody is left */
    bool                  is_forever;    /* serve_forever is awaited */
    size_t                count, room;
    listener              listeners[];
};

caw_server *caw__server_new(size_t room);
caw_of(void) caw__server_begin(caw_server *s); /* the server is borrowed */

/* What it does with connections. */
typedef struct service {
    void (*begin)(clients *of, caw_transport *transport);
    void (*made)(clients *of, caw_transport *transport);
    caw_stream_handler   *handler;
    caw_protocol_factory *factory;
    void                 *data;
} service;
/* A server that is bound, and serves unless it is to be later. */
caw_of(caw_server *) caw__server_start(const service *service, const char *host, int port, const caw_server_options *options);

#endif
