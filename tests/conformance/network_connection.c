/* CPython's tests of connections: test_buffered_proto, and what test_base_events and test_events have of them, on the simulated network. */
#include "network.h"

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
