/*
 * Owns: servers: they listen, and each connection is given to a coroutine or to a protocol (asyncio.start_server, Server).
 * Must not know: who connects (connection.h); how sockets of a host work.
 *
 *     static CAW_ASYNC(void, serve, void *data, caw_stream stream)
 *     {
 *         CAW_BEGIN(void) {
 *             CAW_FOR_NEXT(caw_string *line, caw_stream_next_line(stream.reader)) {
 *                 int status = caw_stream_write(stream.writer, caw_string_data(line), caw_string_size(line));
 *                 caw_unref(line);
 *                 CAW_CHECK(status);
 *                 CAW_AWAIT(caw_stream_drain(stream.writer));
 *             } CAW_END_FOR;
 *         } CAW_END;
 *     }
 *     caw_server *server = CAW_AWAIT(caw_start_server(serve, NULL, "127.0.0.1", 8080));
 *     CAW_DEFER(caw_unref, server);
 *     CAW_AWAIT(caw_server_serve_forever(server));
 */
#ifndef CAWAIT_SERVER_H
#define CAWAIT_SERVER_H

#include <cawait/address.h>
#include <cawait/socket.h>
#include <cawait/stream.h>
#include <cawait/with.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object of one loop. While it listens it holds itself, and each of its connections holds it. */
typedef struct caw_server caw_server;

/*
 * Serves one connection, as a task of its own. Both ends of the stream are borrowed: they are there until the coroutine has ended; then,
 * unless somebody has taken a reference to the writer, what is written is sent and the connection closed. An error that leaves it
 * goes to the loop's exception handler ("Unhandled exception in client_connected_cb"), and the connection is closed; so it is when
 * the task is cancelled. Source: client_connected_cb.
 */
typedef caw_of(void) caw_stream_handler(void *data, caw_stream stream);

/*
 * Makes the protocol of one connection: its functions, and in *self its state, which release gives up. NULL: there is none
 * (no memory); the connection is closed. Called in the pass after the connection came, and connection_made in the one after that.
 * Source: protocol_factory.
 */
typedef const caw_protocol_ops *caw_protocol_factory(void *data, void **self);

/* Texts are copied. Source: the parameters of create_server. */
typedef struct caw_server_options {
    char caw__none           CAW__UNSET; /* so that giving none is an initializer, too */
    size_t limit             CAW__UNSET; /* bytes: the readers', of caw_start_server; 0: CAW_STREAM_LIMIT */
    const char *const *hosts CAW__UNSET; /* several, in place of one (then host is NULL), with a NULL at the end */
    caw_family family        CAW__UNSET; /* only addresses of this one */
    int backlog              CAW__UNSET; /* how many may wait to be accepted; 0: 100 */
    bool no_reuse_address
                    CAW__UNSET; /* reuse_address=False: a port is not free as long as connections of the last server linger */
    bool reuse_port CAW__UNSET; /* several servers share the port; Node has it from 23.1 on, WASI has not */
    bool keep_alive CAW__UNSET; /* SO_KEEPALIVE */
    /*
     * ssl=: what it serves goes through TLS, where the host has it: in Node, Deno and Bun. Elsewhere OSError (ENOTSUP). Both are PEM. Who
     * makes no good handshake is not served. OSError (EPROTO), and why: they are no certificate and key that belong together (Deno does not
     * look).
     */
    bool tls         CAW__UNSET;
    const char *cert CAW__UNSET, *key CAW__UNSET;
    /*
     * start_serving=False: it listens from caw_server_start_serving or _serve_forever on. In Node, Deno and Bun, which cannot bind without
     * listening, who connects before waits until then.
     */
    bool start_later CAW__UNSET;
    caw_socket *sock CAW__UNSET; /* bound already; then host is NULL and port 0. It is taken over: the caw_socket is closed */
} caw_server_options;

/*
 * Listens on a host, by name or address, and a port, and gives the server, which serves from then on: a new reference. host NULL or "":
 * all interfaces, of both families. port 0: a free one, another for each address; caw_server_port says which. `data` must be there as
 * long as the server and what it serves. Handlers and protocols run in a copy of the context that is current when serving starts.
 *     caw_start_server(serve, data, "127.0.0.1", 0)      caw_start_server(serve, data, NULL, 80, .backlog = 1000)
 * OSError when it cannot (EADDRINUSE: "error while attempting to bind on address ..."), and nothing stays bound; an address that this
 * machine does not have is passed over, if there is another. ValueError: a port that is none, sock beside a host, tls without
 * cert and key. What getaddrinfo
 * raises. Source: asyncio.start_server.
 *
 * A connection that cannot be accepted ends nothing: where the system has no room (EMFILE...) that is reported ("socket.accept() out of
 * system resource") and tried again in a second.
 */
#define caw_start_server(handler, data, host, port, ...)                                                                       \
    caw__start_server((handler), (data), (host), (port), CAW__GIVEN(caw_server_options, .caw__none = 0, __VA_ARGS__))

/* The same with protocols (transport.h). Source: loop.create_server. */
#define caw_create_server(factory, data, host, port, ...)                                                                      \
    caw__create_server((factory), (data), (host), (port), CAW__GIVEN(caw_server_options, .caw__none = 0, __VA_ARGS__))

/*
 * Stops listening, for good; connections that were accepted go on. Who awaits caw_server_serve_forever gets CancelledError. Again: no
 * effect. From any callback. Source: Server.close.
 */
void caw_server_close(caw_server *server);
/* Waits until it is closed and the last of its connections is lost, in either order. Source: Server.wait_closed, 3.12.1. */
CAW__HANDLE caw_of(void) caw_server_wait_closed(caw_server *server);
/*
 * Serves until this is cancelled, or the server closed: then it closes the server, waits as caw_server_wait_closed, and raises
 * CancelledError. RuntimeError while it is awaited already, and once closed. Source: Server.serve_forever.
 */
CAW__HANDLE caw_of(void) caw_server_serve_forever(caw_server *server);
/* Begins to listen and to serve; no effect when it does. RuntimeError once closed. Source: Server.start_serving. */
CAW__HANDLE caw_of(void) caw_server_start_serving(caw_server *server);
bool        caw_server_is_serving(const caw_server *server);

/* Closes, or aborts, all its connections (caw_transport_close, _abort); it goes on listening. Source: close_clients, abort_clients, 3.13. */
void   caw_server_close_clients(caw_server *server);
void   caw_server_abort_clients(caw_server *server);
size_t caw_server_client_count(const caw_server *server); /* connections that are not lost */

caw_loop *caw_server_loop(const caw_server *server); /* Source: Server.get_loop */

/*
 * The addresses that it is bound to, with their ports: writes up to `count` of them, returns how many there are; none once closed. port:
 * that of the first; 0 once closed. Source: Server.sockets.
 */
size_t   caw_server_addresses(const caw_server *server, caw_address *addresses, size_t count);
uint16_t caw_server_port(const caw_server *server);

/*
 * A manager that closes it at the end of the block and waits as caw_server_wait_closed does; borrows the server.
 *     CAW_WITH(caw_server_with(server)) { ... } CAW_END_WITH;
 * Source: async with server.
 */
caw_with caw_server_with(caw_server *server);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(caw_server *)
    caw__start_server(caw_stream_handler *handler, void *data, const char *host, int port, const caw_server_options *options);
CAW__HANDLE caw_of(caw_server *) caw__create_server(caw_protocol_factory *factory, void *data, const char *host, int port,
                                                    const caw_server_options *options);

#ifdef __cplusplus
}
#endif
#endif
