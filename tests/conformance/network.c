/*
 * CPython's tests of servers, sockets and connections (test_server, test_sock_lowlevel, test_buffered_proto, and what test_base_events
 * and test_events have of them), on the simulated network.
 */
#include "conform.h"
#include "../c/network.h"

/* Reads to the end, then closes. */
static CAW_ASYNC(void, read_all, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
        } CAW_FINALLY {
            caw_stream_close(stream.writer);
            CAW_AWAIT(caw_stream_wait_closed(stream.writer));
        }
        CAW_END_TRY;
    } CAW_END;
}

/* ---- test_server ------------------------------------------------------------------------------------------------------------- */

static caw_of(void) main_task;

static CAW_ASYNC(void, cancel_main, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_unref(CAW_AWAIT(caw_stream_readline(stream.reader)));
        caw_cancel(main_task, NULL);
        CAW_CHECK(caw_stream_write(stream.writer, "1", 1));
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
    } CAW_END;
}

static CAW_ASYNC(void, serve_in_block, caw_server *server)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_server_with(server)) {
            CAW_AWAIT(caw_server_serve_forever(server));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(start_server_1)
{
    CAW_BEGIN(void) {
        char hello[5 * 1024 + 1];
        memset(hello, '1', sizeof hello);
        hello[sizeof hello - 1] = '\n';
        SERVE(server, cancel_main, NULL, "127.0.0.1", 0, .start_later = true);
        CHECK(!caw_server_is_serving(server));
        uint16_t port = caw_server_port(server);
        main_task = caw_spawn(serve_in_block(server));
        CAW_AWAIT(caw_sleep(0.2));
        CHECK(caw_server_is_serving(server));
        CONNECT(client, "127.0.0.1", port);
        CAW_CHECK(caw_stream_write(client.writer, hello, sizeof hello));
        CHECK_READ(caw_stream_readexactly(client.reader, 1), "1");
        caw_stream_close(client.writer);
        CHECK_RAISES(main_task, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_server_addresses(server, NULL, 0), 0);
        CHECK(!caw_server_is_serving(server));
        CHECK_RAISES(caw_server_serve_forever(server), CAW_RUNTIME_ERROR, "the server is closed");
    } CAW_END;
}

ASYNC_TEST(wait_closed_basic)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        caw_auto one = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(one, "pending");
        CONNECT(client, "127.0.0.1", caw_server_port(server));
        caw_auto two = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(one, "pending");
        CHECK_OUTCOME(two, "pending");
        caw_server_close(server);
        CAW_AWAIT(caw_sleep(0));
        caw_auto three = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(one, "pending");
        CHECK_OUTCOME(two, "pending");
        CHECK_OUTCOME(three, "pending");
        caw_stream_close(client.writer);
        CAW_AWAIT(caw_stream_wait_closed(client.writer));
        CAW_AWAIT(one);
        CAW_AWAIT(two);
        CAW_AWAIT(three);
        CAW_AWAIT(caw_server_wait_closed(server));
    } CAW_END;
}

static void call_close_server(void *server) { caw_server_close(server); }
static void call_close_stream(void *writer) { caw_stream_close(writer); }

ASYNC_TEST(wait_closed_race)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        caw_auto task = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "pending");
        CONNECT(client, "127.0.0.1", caw_server_port(server));
        caw_unref(caw_call_soon(NULL, call_close_server, server));
        caw_unref(caw_call_soon(NULL, call_close_stream, client.writer));
        CAW_AWAIT(caw_server_wait_closed(server));
        CAW_AWAIT(task);
    } CAW_END;
}

ASYNC_TEST(close_clients)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        CONNECT(client, "127.0.0.1", caw_server_port(server));
        caw_auto task = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "pending");
        caw_server_close(server);
        caw_server_close_clients(server);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "done");
        CAW_AWAIT(task);
    } CAW_END;
}

static caw_stream_writer *far_writer; /* borrowed */

static CAW_ASYNC(void, wait_only, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        far_writer = stream.writer;
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
    } CAW_END;
}

/* With a reader that is paused and a writer that has more than it can send. */
ASYNC_TEST(abort_clients)
{
    CAW_BEGIN(void) {
        static const char data[65536];
        far_writer = NULL;
        SERVE(server, wait_only, NULL, "127.0.0.1", 0);
        CONNECT(client, "127.0.0.1", caw_server_port(server), .limit = 4096);
        while (!far_writer) CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < 3; i++) CAW_CHECK(caw_stream_write(far_writer, data, 4096));
        while (caw_transport_is_reading(caw_stream_transport(client.writer))) CAW_AWAIT(caw_sleep(0.001));
        for (int i = 0; i < 2; i++) CAW_CHECK(caw_stream_write(far_writer, data, sizeof data));
        CHECK(caw_transport_write_buffer_size(caw_stream_transport(far_writer)) > 0);
        caw_auto task = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "pending");
        caw_server_close(server);
        caw_server_abort_clients(server);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "done");
        CAW_AWAIT(task);
    } CAW_END;
}

ASYNC_TEST(get_loop)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        CHECK(caw_server_loop(server) == caw_running_loop());
    } CAW_END;
}

/* ---- test_sock_lowlevel -------------------------------------------------------------------------------------------------------- */

/* In an async function: a connected socket. */
#define CLIENT(name, port)                                                                                                     \
    caw_socket *name = caw_socket_new(CAW_IPV4, false);                                                                        \
    CAW_DEFER(caw_unref, name);                                                                                                \
    do {                                                                                                                       \
        caw_address server_address = address_of("127.0.0.1", (port));                                                          \
        CAW_AWAIT(caw_sock_connect(name, &server_address));                                                                    \
    } while (0)

ASYNC_TEST(sock_client_ops)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 80);
        CLIENT(socket, 80);
        CAW_AWAIT(caw_sock_sendall(socket, "GET / HTTP/1.0\r\n\r\n", 18));
        CHECK_READ(caw_sock_recv(socket, 1024), "GET / HTTP/1.0\r\n\r\n");
        char data[64];
        CAW_AWAIT(caw_sock_sendall(socket, "more", 4));
        CHECK_INT(CAW_AWAIT(caw_sock_recv_into(socket, data, sizeof data)), 4);
        CHECK(!memcmp(data, "more", 4));
    } CAW_END;
}

/* A read that is cancelled takes nothing away from the next one; nor does a write that had to wait. */
ASYNC_TEST(sock_client_racing)
{
    CAW_BEGIN(void) {
        caw_sim_net_set_buffer(16);
        SERVE(server, echo, NULL, "127.0.0.1", 80);
        CLIENT(socket, 80);
        char     data[64];
        caw_auto reading = caw_spawn(caw_sock_recv_into(socket, data, sizeof data));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(reading, NULL);
        CHECK_RAISES(reading, CAW_CANCELLED_ERROR, NULL);
        caw_auto sending = caw_spawn(caw_sock_sendall(socket, "hello", 5));
        CHECK_INT(CAW_AWAIT(caw_sock_recv_into(socket, data, sizeof data)), 5);
        CAW_AWAIT(sending);

        caw_socket *listener = caw_socket_new(CAW_IPV4, false);
        CAW_DEFER(caw_unref, listener);
        caw_address own = address_of("127.0.0.1", 81);
        CAW_AWAIT(caw_sock_bind(listener, &own));
        CAW_AWAIT(caw_sock_listen(listener, 1));
        CLIENT(full, 81);
        caw_socket *far = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, far);
        CAW_AWAIT(caw_sock_sendall(full, "                ", 16));
        caw_auto blocked = caw_spawn(caw_sock_sendall(full, "hello", 5));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(blocked, NULL);
        CHECK_RAISES(blocked, CAW_CANCELLED_ERROR, NULL);
        CHECK_READ(caw_sock_recv(far, 100), "                ");
        CAW_AWAIT(caw_sock_sendall(full, "world", 5));
        CHECK_READ(caw_sock_recv(far, 100), "world");
    } CAW_END;
}

/* The same socket again after a connect that was given up. */
ASYNC_TEST(sock_client_connect_racing)
{
    CAW_BEGIN(void) {
        caw_socket *listener = caw_socket_new(CAW_IPV4, false), *socket = caw_socket_new(CAW_IPV4, false);
        CAW_DEFER(caw_unref, listener);
        CAW_DEFER(caw_unref, socket);
        caw_address own = address_of("127.0.0.1", 81);
        CAW_AWAIT(caw_sock_bind(listener, &own));
        caw_auto connecting = caw_spawn(caw_sock_connect(socket, &own));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(connecting, NULL);
        CHECK_RAISES(connecting, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sock_listen(listener, 1));
        CAW_AWAIT(caw_sock_connect(socket, &own));
    } CAW_END;
}

ASYNC_TEST(huge_content)
{
    CAW_BEGIN(void) {
        enum { SIZE = 1000000 };
        static char chunk[SIZE], data[SIZE];
        for (int i = 0; i < SIZE; i++) chunk[i] = (char)('0' + i % 10);
        SERVE(server, echo, NULL, "127.0.0.1", 80);
        CLIENT(socket, 80);
        caw_auto sending = caw_spawn(caw_sock_sendall(socket, chunk, SIZE));
        size_t   got = 0;
        while (got < SIZE) got += CAW_AWAIT(caw_sock_recv_into(socket, data + got, SIZE - got));
        CHECK(!memcmp(data, chunk, SIZE));
        CAW_AWAIT(sending);
    } CAW_END;
}

ASYNC_TEST(cancel_sock_accept)
{
    CAW_BEGIN(void) {
        caw_socket *listener = caw_socket_new(CAW_IPV4, false), *client = caw_socket_new(CAW_IPV4, false);
        CAW_DEFER(caw_unref, listener);
        CAW_DEFER(caw_unref, client);
        caw_address own = address_of("127.0.0.1", 81);
        CAW_AWAIT(caw_sock_bind(listener, &own));
        CAW_AWAIT(caw_sock_listen(listener, 1));
        CHECK_RAISES(caw_wait_for(caw_sock_accept(listener, NULL), 0.1), CAW_TIMEOUT_ERROR, NULL);
        caw_socket_close(listener);
        CHECK_RAISES(caw_sock_connect(client, &own), CAW_OS_ERROR, "Connect call failed 127.0.0.1:81: connection refused");
    } CAW_END;
}

/* One that nobody receives is nothing to who sends: who is not connected hears nothing of it (in asyncio only Windows' loop did). */
ASYNC_TEST(datagram_send_to_non_listening_address_recvfrom)
{
    CAW_BEGIN(void) {
        caw_socket *one = caw_socket_new(CAW_IPV4, true), *two = caw_socket_new(CAW_IPV4, true);
        CAW_DEFER(caw_unref, one);
        CAW_DEFER(caw_unref, two);
        caw_address first = address_of("127.0.0.1", 81), second = address_of("127.0.0.1", 82),
                    nobody = address_of("127.0.0.1", 83);
        CAW_AWAIT(caw_sock_bind(one, &first));
        CAW_AWAIT(caw_sock_bind(two, &second));
        caw_auto by_one = caw_spawn(caw_sock_recvfrom(one, 4096, NULL)), by_two = caw_spawn(caw_sock_recvfrom(two, 4096, NULL));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(CAW_AWAIT(caw_sock_sendto(one, "a", 1, &second)), 1);
        CHECK_READ(by_two, "a");
        CHECK_INT(CAW_AWAIT(caw_sock_sendto(two, "b", 1, &first)), 1);
        CHECK_READ(by_one, "b");
        by_one = caw_spawn(caw_sock_recvfrom(one, 4096, NULL));
        CHECK_INT(CAW_AWAIT(caw_sock_sendto(one, "c", 1, &nobody)), 1);
        CHECK_INT(CAW_AWAIT(caw_sock_sendto(two, "d", 1, &first)), 1);
        CHECK_READ(by_one, "d");
    } CAW_END;
}

/* ---- Connections ---------------------------------------------------------------------------------------------------------------- */

static const caw_protocol_ops *told(void *data, void **self)
{
    *self = data;
    return &telling;
}

/* An accepted socket becomes a transport: connect_accepted_socket, by .sock. */
ASYNC_TEST(connect_accepted_socket)
{
    CAW_BEGIN(void) {
        caw_socket *listener = caw_socket_new(CAW_IPV4, false);
        CAW_DEFER(caw_unref, listener);
        caw_address own = address_of("127.0.0.1", 81);
        CAW_AWAIT(caw_sock_bind(listener, &own));
        CAW_AWAIT(caw_sock_listen(listener, 1));
        CONNECT(client, "127.0.0.1", 81);
        caw_socket *accepted = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, accepted);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "p", NULL, 0, .sock = accepted));
        CAW_DEFER(caw_unref, t);
        write_text(client.writer, "hello");
        CAW_AWAIT(caw_sleep(1));
        caw_transport_close(t);
        CHECK_READ(caw_stream_read(client.reader, -1), "");
        CHECK_TRACE("p.made p.data:hello p.lost p.release");
    } CAW_END;
}

ASYNC_TEST(create_server_ipv6)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(told, "s", "::1", 0));
        CAW_DEFER(end_server, server);
        caw_address own;
        CHECK_INT(caw_server_addresses(server, &own, 1), 1);
        CHECK_TEXT(address_text(&own), "[::1]:49152");
        CONNECT(client, "::1", own.port);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.made");
        caw_stream_close(client.writer);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.eof");
        caw_server_close(server);
        caw_server_close_clients(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        CHECK_TRACE("s.lost s.release");
    } CAW_END;
}

ASYNC_TEST(create_connection_ipv6_scope)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "fe80::1", 80);
        CONNECT(client, "fe80::1%2", 80);
        CHECK_INFO(caw_stream_get_extra_info(client.writer, "peername"), "[fe80::1%2]:80");
    } CAW_END;
}

ASYNC_TEST(create_connection_no_local_addr)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 80);
        CHECK_RAISES(caw_open_connection("127.0.0.1", 80, .local_host = "nobody", .local_port = 8080), CAW_OS_ERROR,
                     "nobody: the name does not resolve");
    } CAW_END;
}

/* A MemoryError or the like would end the search; a TimeoutError of one address is one of its errors. */
ASYNC_TEST(create_connection_timeout)
{
    CAW_BEGIN(void) {
        caw_sim_net_fate("127.0.0.1", ETIMEDOUT, 60);
        CHECK_RAISES(caw_open_connection("127.0.0.1", 80), CAW_TIMEOUT_ERROR,
                     "Connect call failed 127.0.0.1:80: connection timed out");
        CHECK_REAL(elapsed(), 60);
    } CAW_END;
}

/* ---- test_buffered_proto ------------------------------------------------------------------------------------------------------------ */

static char   received[400000], part[100];
static size_t received_size;

static void *part_of(void *self, size_t hint, size_t *size)
{
    (void)self, (void)hint;
    *size = sizeof part;
    return part;
}
static int part_is_there(void *self, size_t size)
{
    (void)self;
    memcpy(received + received_size, part, size);
    received_size += size;
    return 0;
}

static CAW_ASYNC(void, send_noise, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_stream_write(stream.writer, data, 200000));
        CAW_AWAIT(caw_stream_drain(stream.writer));
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
    } CAW_END;
}

ASYNC_TEST(buffered_proto_create_connection)
{
    CAW_BEGIN(void) {
        static const caw_protocol_ops buffered = {
            .connection_lost = told_lost, .release = told_release, .get_buffer = part_of, .buffer_updated = part_is_there};
        static char noise[200000];
        for (size_t i = 0; i < sizeof noise; i++) noise[i] = (char)(i * 31 >> 3);
        received_size = 0;
        SERVE(server, send_noise, noise, "127.0.0.1", 80);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&buffered, "b", "127.0.0.1", 80));
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(received_size, sizeof noise);
        CHECK(!memcmp(received, noise, sizeof noise));
        CHECK_TRACE("b.lost b.release");
        caw_unref(t);
    } CAW_END;
}
