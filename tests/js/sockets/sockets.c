/* Sockets of the host: an echo server and its clients, names, datagrams, what fails. */
#include <cawait.h>
#include <cawait/connection.h>
#include <cawait/datagram.h>
#include <cawait/export.h>
#include <cawait/getaddrinfo.h>
#include <cawait/server.h>
#include <cawait/socket.h>
#include <stdio.h>
#include <string.h>

static caw_server *server;

static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        for (;;) {
            caw_string *part = CAW_AWAIT(caw_stream_read(stream.reader, 65536));
            size_t      size = caw_string_size(part);
            int         status = caw_stream_write(stream.writer, caw_string_data(part), size);
            caw_unref(part);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
    } CAW_END;
}

static CAW_ASYNC(int, serve, const char *host, int port)
{
    CAW_BEGIN(int) {
        server = CAW_AWAIT(caw_start_server(echo, NULL, host, port));
        CAW_RETURN(caw_server_port(server));
    } CAW_END;
}
CAW_EXPORT(int, serve, const char *, host, int, port);

static CAW_ASYNC(void, stop, void)
{
    CAW_BEGIN(void) {
        caw_server *it = server;
        server = NULL;
        CAW_DEFER(caw_unref, it);
        caw_server_close(it);
        caw_server_close_clients(it);
        CAW_AWAIT(caw_server_wait_closed(it));
    } CAW_END;
}
CAW_EXPORT(void, stop);

/* Sends `size` bytes and the end, and reads what comes back: how many bytes, and whether they are those. */
static CAW_ASYNC(int, converse, const char *host, int port, int size)
{
    CAW_BEGIN(int) {
        caw_stream stream = CAW_AWAIT(caw_open_connection(host, port));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_DEFER(caw_unref, stream.reader);
        char piece[1000];
        for (size_t i = 0; i < sizeof piece; i++) piece[i] = (char)('a' + i % 26);
        int sent = 0, came = 0;
        while (came < size) {
            if (sent < size) {
                int part = size - sent < (int)sizeof piece ? size - sent : (int)sizeof piece;
                CAW_CHECK(caw_stream_write(stream.writer, piece, (size_t)part));
                CAW_AWAIT(caw_stream_drain(stream.writer));
                sent += part;
                if (sent < size) continue;
                CAW_CHECK(caw_stream_write_eof(stream.writer));
            }
            caw_string *part = CAW_AWAIT(caw_stream_read(stream.reader, 65536));
            CAW_DEFER(caw_unref, part);
            if (!caw_string_size(part)) break;
            for (size_t i = 0; i < caw_string_size(part); i++, came++)
                if (caw_string_data(part)[i] != piece[came % (int)sizeof piece]) CAW_RETURN(-1);
        }
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer)); /* who looks for what is left finds nothing of it */
        CAW_RETURN(came);
    } CAW_END;
}
CAW_EXPORT(int, converse, const char *, host, int, port, int, size);

/* Who talks to whom. */
static CAW_ASYNC(caw_string *, names, const char *host, int port)
{
    CAW_BEGIN(caw_string *) {
        caw_stream stream = CAW_AWAIT(caw_open_connection(host, port));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_DEFER(caw_unref, stream.reader);
        caw_value peer = caw_stream_get_extra_info(stream.writer, "peername"),
                  own = caw_stream_get_extra_info(stream.writer, "sockname");
        char text[200];
        snprintf(text, sizeof text, "%s %s", caw_string_data(peer.as_string), caw_string_data(own.as_string));
        caw_value_drop(peer);
        caw_value_drop(own);
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, names, const char *, host, int, port);

/* Connects, and never says or reads anything. */
static CAW_ASYNC(void, stall, const char *host, int port)
{
    CAW_BEGIN(void) {
        caw_stream stream = CAW_AWAIT(caw_open_connection(host, port));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_DEFER(caw_unref, stream.reader);
        CAW_AWAIT(caw_future(int));
    } CAW_END;
}
CAW_EXPORT(void, stall, const char *, host, int, port);

/* Writes until it must wait: how much was taken. */
static CAW_ASYNC(int, flood, const char *host, int port)
{
    CAW_BEGIN(int) {
        caw_stream stream = CAW_AWAIT(caw_open_connection(host, port));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_DEFER(caw_unref, stream.reader);
        static char piece[65536];
        int         pieces = 0;
        CAW_WITH_TIMEOUT(limit, 60) {
            CAW_MOVE_ON_AFTER(patience, 0.2) {
                for (; pieces < 1000; pieces++) {
                    CAW_CHECK(caw_stream_write(stream.writer, piece, sizeof piece));
                    CAW_AWAIT(caw_stream_drain(stream.writer));
                }
            }
                    CAW_END_MOVE_ON;
        }
        CAW_END_TIMEOUT;
        caw_transport_abort(caw_stream_transport(stream.writer));
        CAW_RETURN(pieces);
    } CAW_END;
}
CAW_EXPORT(int, flood, const char *, host, int, port);

static CAW_ASYNC(caw_string *, resolve, const char *name)
{
    CAW_BEGIN(caw_string *) {
        caw_addresses *all = CAW_AWAIT(caw_getaddrinfo(name, 7));
        CAW_DEFER(caw_unref, all);
        char text[CAW_ADDRESS_TEXT] = "none";
        if (caw_addresses_count(all)) caw_address_format(caw_addresses_at(all, 0), text, sizeof text);
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, resolve, const char *, name);

/* A datagram there and back, by two sockets of their own: what came, and from which port. */
static CAW_ASYNC(caw_string *, datagrams, const char *host, const char *message)
{
    CAW_BEGIN(caw_string *) {
        caw_address here, there, from;
        CAW_CHECK(caw_address_parse(host, 0, &here));
        caw_socket *one = caw_socket_new((caw_family)here.family, true), *other = caw_socket_new((caw_family)here.family, true);
        CAW_DEFER(caw_unref, one);
        CAW_DEFER(caw_unref, other);
        CAW_AWAIT(caw_sock_bind(one, &here));
        CAW_AWAIT(caw_sock_bind(other, &here));
        if (!caw_socket_address(one, false, &here) || !caw_socket_address(other, false, &there)) CAW_RETURN(NULL);
        CAW_AWAIT(caw_sock_sendto(one, message, strlen(message), &there));
        caw_string *came = CAW_AWAIT(caw_sock_recvfrom(other, 1000, &from));
        CAW_DEFER(caw_unref, came);
        char text[200];
        snprintf(text, sizeof text, "%s %d", caw_string_data(came), caw_address_equal(&from, &here));
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, datagrams, const char *, host, const char *, message);

/* To a port that nobody has: what node:dgram throws of is an error. */
static CAW_ASYNC(void, to_no_port, void)
{
    CAW_BEGIN(void) {
        caw_address to;
        CAW_CHECK(caw_address_parse("127.0.0.1", 0, &to));
        caw_socket *one = caw_socket_new(CAW_IPV4, true);
        CAW_DEFER(caw_unref, one);
        CAW_AWAIT(caw_sock_sendto(one, "x", 1, &to));
    } CAW_END;
}
CAW_EXPORT(void, to_no_port);
