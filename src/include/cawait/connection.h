/*
 * Owns: connections to others: open_connection, create_connection.
 * Must not know: who waits at the other end (server.h); how sockets of a host work.
 *
 *     caw_stream stream = CAW_AWAIT(caw_open_connection("example.org", 80));
 *     caw_unref(stream.reader);                                             // the writer keeps it
 *     CAW_DEFER(caw_unref, stream.writer);                                  // closes it, too
 *     CAW_CHECK(caw_stream_write(stream.writer, "GET / HTTP/1.0\r\n\r\n", 18));
 *     caw_string *answer = CAW_AWAIT(caw_stream_read(stream.reader, -1));
 *
 * Where a host has no sockets (a page, wasip1) everything in here raises OSError (ENOTSUP), whose message says what to do.
 */
#ifndef CAWAIT_CONNECTION_H
#define CAWAIT_CONNECTION_H

#include <cawait/address.h>
#include <cawait/socket.h>
#include <cawait/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Both functions take these:
 *     caw_open_connection(host, port)      caw_open_connection(host, port, .limit = 1 << 20, .happy_eyeballs_delay = 0.25)
 * Texts are copied. Source: the parameters of create_connection, by the same names.
 */
typedef struct caw_connection_options {
    char caw__none    CAW__UNSET; /* so that giving none is an initializer, too */
    size_t limit      CAW__UNSET; /* bytes: the reader's, of caw_open_connection; 0: CAW_STREAM_LIMIT */
    caw_family family CAW__UNSET; /* only addresses of this one */
    const char *local_host
        CAW__UNSET; /* local_addr: where it comes from, name or address; with local_port alone: any of this machine */
    int local_port CAW__UNSET; /* 0: any that is free */
    /*
     * RFC 8305: the next address is tried this many seconds after the one before (0.25 is usual), or as soon as that has failed, and
     * the first that answers wins. 0: each is tried only once the one before has failed.
     */
    double happy_eyeballs_delay CAW__UNSET;
    /*
     * So many addresses of the first family come first, then families take turns. 0: as they were resolved, and 1 with a
     * happy_eyeballs_delay.
     */
    int interleave  CAW__UNSET;
    bool all_errors CAW__UNSET; /* raise an ExceptionGroup of all errors in place of one */
    /*
     * ssl=True: through TLS, where the host has it: in Node, Deno and Bun. Elsewhere OSError (ENOTSUP). The certificate of the other side
     * must be good for the host's name; when it is not, or the handshake fails, the attempt does: OSError (EPROTO), and why. There is no
     * time limit but the caller's own (caw_wait_for).
     */
    bool tls                    CAW__UNSET;
    const char *server_hostname CAW__UNSET; /* it must be good for this name instead */
    const char *ca              CAW__UNSET; /* certificates, as PEM, that are trusted instead of those that Node trusts */
    caw_socket *sock
        CAW__UNSET; /* connected already; then host is NULL and port 0. It is taken over: the caw_socket is closed */
} caw_connection_options;

/*
 * Connects to a host, by name or address, and a port, and gives the streams: two references. The addresses of a name are tried one after
 * the other, or racing. TCP_NODELAY is set. Cancelled, it leaves no socket behind.
 * When none of them answers: the error, if all have the same text; else OSError "Multiple exceptions: ..., ...", which names them; each
 * with the errno of its own (ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT: TimeoutError...). ValueError: a host or port that is none, sock
 * beside a host, tls without one. What getaddrinfo raises. Source: asyncio.open_connection.
 */
#define caw_open_connection(host, port, ...)                                                                                   \
    caw__open_connection((host), (port), CAW__GIVEN(caw_connection_options, .caw__none = 0, __VA_ARGS__))

/*
 * The same with a protocol of one's own (transport.h), and gives its transport, a new reference. connection_made has been called when it
 * does; in a pass of its own, before anything is received. `self` is the protocol's from this call on: when no connection comes about,
 * or there is no memory, only its release is called. Source: loop.create_connection, whose factory is called once it is connected.
 */
#define caw_create_connection(protocol, self, host, port, ...)                                                                 \
    caw__create_connection((protocol), (self), (host), (port), CAW__GIVEN(caw_connection_options, .caw__none = 0, __VA_ARGS__))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(caw_stream) caw__open_connection(const char *host, int port, const caw_connection_options *options);
CAW__HANDLE caw_of(caw_transport *) caw__create_connection(const caw_protocol_ops *protocol, void *self, const char *host,
                                                           int port, const caw_connection_options *options);

#ifdef __cplusplus
}
#endif
#endif
