/* Connections: which of several addresses, what is said when none answers, protocols, half-closes, water marks, ends of all kinds. */
#include "network.h"

ASYNC_TEST(nobody_listens)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_open_connection("127.0.0.1", 80), CAW_OS_ERROR,
                     "Connect call failed 127.0.0.1:80: connection refused");
        CAW_TRY {
            caw_stream s = CAW_AWAIT(caw_open_connection("::1", 80));
            (void)s;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK_INT(caw_error_errno(error), ECONNREFUSED);
        }
        CAW_END_TRY;
        CHECK_RAISES(caw_open_connection("nowhere", 80), CAW_OS_ERROR, "nowhere: the name does not resolve");
        CHECK_RAISES(caw_open_connection("127.0.0.1", 70000), CAW_VALUE_ERROR, "the port must be 0 to 65535");
        CHECK_RAISES(caw_open_connection("127.0.0.1", -1), CAW_VALUE_ERROR, "the port must be 0 to 65535");
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7, .happy_eyeballs_delay = NAN), CAW_VALUE_ERROR,
                     "happy_eyeballs_delay is NaN");
        CHECK_RAISES(caw_open_connection(NULL, 0), CAW_VALUE_ERROR, "host and port was not specified and no sock specified");
    } CAW_END;
}

ASYNC_TEST(all_errors_are_told)
{
    CAW_BEGIN(void) {
        caw_sim_net_name("two", "10.0.0.1");
        caw_sim_net_name("two", "10.0.0.2");
        caw_sim_net_fate("10.0.0.2", EHOSTUNREACH, 1);
        CHECK_RAISES(caw_open_connection("two", 7), CAW_OS_ERROR,
                     "Multiple exceptions: Connect call failed 10.0.0.1:7: connection refused, "
                     "Connect call failed 10.0.0.2:7: no route to host");
        CHECK_REAL(elapsed(), 1);
        CAW_TRY {
            caw_stream s = CAW_AWAIT(caw_open_connection("two", 7, .all_errors = true));
            (void)s;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, group) {
            CHECK_TEXT(caw_error_message(group), "create_connection failed");
            CHECK_INT(caw_error_child_count(group), 2);
            CHECK_INT(caw_error_errno(caw_error_child(group, 0)), ECONNREFUSED);
            CHECK_INT(caw_error_errno(caw_error_child(group, 1)), EHOSTUNREACH);
            trace("group");
        }
        CAW_END_TRY;
        CHECK_TRACE("group");
        /* With one text for all it is the first. */
        caw_sim_net_fail(CAW_SIM_NET_SOCKET, ENOTSUP, 0, 2);
        CHECK_RAISES(caw_open_connection("two", 7), CAW_OS_ERROR, NULL);
        caw_sim_net_fate("10.0.0.1", ETIMEDOUT, 2);
        caw_sim_net_name("one", "10.0.0.1");
        CHECK_RAISES(caw_open_connection("one", 7), CAW_TIMEOUT_ERROR, "Connect call failed 10.0.0.1:7: connection timed out");
    } CAW_END;
}

ASYNC_TEST(the_second_address_answers)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "10.0.0.2", 7);
        caw_sim_net_name("two", "10.0.0.1");
        caw_sim_net_name("two", "10.0.0.2");
        caw_sim_net_fate("10.0.0.1", ECONNREFUSED, 3);
        CONNECT(stream, "two", 7);
        CHECK_REAL(elapsed(), 3);
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "peername"), "10.0.0.2:7");
        CHECK_INT(caw_sim_net_open(), 3);
    } CAW_END;
}

/* localhost: ::1 is asked first, where nobody listens. */
ASYNC_TEST(localhost_has_two_families)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        CONNECT(stream, "localhost", 7);
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "peername"), "127.0.0.1:7");
        CHECK_RAISES(caw_open_connection("localhost", 7, .family = CAW_IPV6), CAW_OS_ERROR,
                     "Connect call failed [::1]:7: connection refused");
    } CAW_END;
}

ASYNC_TEST(from_an_address_of_its_own)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        CONNECT(stream, "127.0.0.1", 7, .local_host = "127.0.0.9", .local_port = 5000);
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "sockname"), "127.0.0.9:5000");
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7, .local_host = "127.0.0.9", .local_port = 5000), CAW_OS_ERROR,
                     "error while attempting to bind on address 127.0.0.9:5000: address already in use");
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7, .local_host = "::1"), CAW_OS_ERROR,
                     "no matching local address with family=IPv4 found");
        CONNECT(other, "127.0.0.1", 7, .local_port = 5001);
        CHECK_INFO(caw_stream_get_extra_info(other.writer, "sockname"), "127.0.0.1:5001");
        caw_sim_net_name("here", "127.0.0.9");
        caw_sim_net_name("here", "::1");
        caw_sim_net_name("here", "127.0.0.8");
        CONNECT(third, "127.0.0.1", 7, .local_host = "here", .local_port = 5000); /* the first is in use */
        CHECK_INFO(caw_stream_get_extra_info(third.writer, "sockname"), "127.0.0.8:5000");
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7, .local_host = "here", .local_port = 5000), CAW_OS_ERROR,
                     "Multiple exceptions: error while attempting to bind on address 127.0.0.9:5000: address already in use, "
                     "error while attempting to bind on address 127.0.0.8:5000: address already in use");
    } CAW_END;
}

/* ---- Protocols ---------------------------------------------------------------------------------------------------------------- */

static const caw_protocol_ops *factory_of(void *data, void **self)
{
    *self = data;
    return &telling;
}

ASYNC_TEST(two_protocols)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CHECK_TRACE("c.made");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.made");
        CHECK_INT(caw_transport_write(t, "hello", 5), 0);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.data:hello");
        CHECK_INT(caw_transport_pause_reading(t), 0);
        CHECK_INT(caw_transport_write_eof(t), 0);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.eof");
        caw_server_close_clients(server);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.lost s.release");
        caw_transport_resume_reading(t);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c.eof"); /* and it stays open, as it has said */
        CHECK(!caw_transport_is_closing(t));
        caw_transport_close(t);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("c.lost c.release");
        CHECK_INFO(caw_transport_get_extra_info(t, "peername"), "127.0.0.1:7");
        caw_unref(t);
        caw_server_close(server);
    } CAW_END;
}

ASYNC_TEST(a_protocol_without_connection)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_create_connection(&telling, "c", "127.0.0.1", 7), CAW_OS_ERROR, NULL);
        CHECK_TRACE("c.release");
        caw_drop(caw_create_connection(&telling, "d", "127.0.0.1", 7));
        CHECK_TRACE("d.release");
    } CAW_END;
}

ASYNC_TEST(resets)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CAW_AWAIT(caw_sleep(1));
        caw_sim_net_break("127.0.0.1:7");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c.made s.made c.lost:connection reset by peer c.release s.lost:connection reset by peer s.release");
        CHECK_INT(caw_transport_write(t, "x", 1), 0); /* dropped without a word */
        caw_unref(t);
        /* What is sent to nobody. */
        t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CAW_AWAIT(caw_sleep(1));
        caw_server_close_clients(server);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c.made s.made s.lost s.release c.eof");
        CHECK_INT(caw_transport_write(t, "x", 1), 0);
        CHECK_INT(caw_transport_write(t, "y", 1), 0);
        CHECK_INT(caw_transport_write_buffer_size(t), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("c.lost:broken pipe c.release");
        caw_unref(t);
        caw_server_close(server);
    } CAW_END;
}

ASYNC_TEST(aborts)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        caw_sim_net_set_buffer(4);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CHECK_INT(caw_transport_write(t, "12345678", 8), 0);
        CHECK_INT(caw_transport_write_buffer_size(t), 4);
        caw_transport_abort(t); /* the host has four of them, and sends them */
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c.made s.made c.lost c.release s.data:1234 s.eof");
        caw_unref(t);
        caw_server_abort_clients(server);
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        CHECK_TRACE("s.lost s.release");
    } CAW_END;
}

/* Its end is still on its way, and its socket, which had no room, takes all that nobody will read: that is no wait without end. */
ASYNC_TEST(the_other_side_is_gone)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        caw_sim_net_set_buffer(4);
        caw_sim_net_set_latency(1);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CAW_AWAIT(caw_sleep(5));
        CHECK_INT(caw_transport_write(t, "0123", 4), 0);
        caw_server_abort_clients(server);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_transport_write(t, "456789", 6), 0);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_transport_write_buffer_size(t), 0);
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("c.made s.made s.lost s.release c.eof");
        caw_transport_close(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("c.lost c.release");
        caw_unref(t);
        caw_server_close(server);
    } CAW_END;
}

/* What is buffered is sent before it closes; who pauses, resumes. */
ASYNC_TEST(water_marks)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        caw_sim_net_set_buffer(4);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 5, 2), 0);
        CHECK_INT(caw_transport_write(t, "0123456789abcdef", 16), 0);
        CHECK_TRACE("c.made c.pause");
        caw_transport_close(t);
        caw_unref(t);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("s.made s.data:0123 s.data:4567 s.data:89ab c.resume c.lost c.release s.data:cdef s.eof");
        close_server(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        CHECK_TRACE("s.lost s.release");
    } CAW_END;
}

/* EAGAIN, though it was said to be ready. */
ASYNC_TEST(ready_in_vain)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        CONNECT(stream, "127.0.0.1", 7);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 3);
        caw_sim_net_fail(CAW_SIM_NET_RECEIVE, EINTR, 0, 3);
        write_text(stream.writer, "hello\n");
        CHECK_READ(caw_stream_readline(stream.reader), "hello\n");
        caw_sim_net_fail(CAW_SIM_NET_RECEIVE, ENETUNREACH, 0, 1);
        write_text(stream.writer, "hello\n");
        CHECK_RAISES(caw_stream_readline(stream.reader), CAW_OS_ERROR, "connection reset by peer"); /* as nobody has read it */
        CHECK_LOGGED("OSError: network is unreachable");
    } CAW_END;
}

/* ---- Buffers of the protocol's own ---------------------------------------------------------------------------------------------- */

static char   room[8];
static size_t room_size;

static void *get_buffer(void *self, size_t hint, size_t *size)
{
    (void)self, (void)hint;
    *size = room_size;
    return room;
}
static int buffer_updated(void *self, size_t size)
{
    trace("%s:%.*s", (const char *)self, (int)size, room);
    return memchr(room, '!', size) ? -CAW_VALUE_ERROR : 0;
}
static const caw_protocol_ops buffered = {
    .connection_lost = told_lost, .release = told_release, .get_buffer = get_buffer, .buffer_updated = buffer_updated};

static const caw_protocol_ops *buffered_factory(void *data, void **self)
{
    *self = data;
    return &buffered;
}

ASYNC_TEST(a_buffered_protocol)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(buffered_factory, "b", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        room_size = sizeof room;
        for (int i = 0; i < 3; i++) {
            CONNECT(stream, "127.0.0.1", 7);
            CAW_AWAIT(caw_sleep(1));
            if (i == 1) room_size = 0;
            if (i == 2) room_size = 4;
            write_text(stream.writer, i == 2 ? "1234!" : "0123456789abcdef");
            if (!i) caw_stream_close(stream.writer);
            CAW_AWAIT(caw_sleep(1));
        }
        CHECK_TRACE("b:01234567 b:89abcdef b.lost b.release b.lost:get_buffer() returned an empty buffer b.release "
                    "b:1234 b:! b.lost:bad value b.release");
        caw_server_close(server);
    } CAW_END;
}

/* Other carriers fill it, too. */
ASYNC_TEST(a_buffered_protocol_of_another_carrier)
{
    CAW_BEGIN(void) {
        room_size = 3;
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        caw_transport_attach(t, &buffered, "b");
        caw_transport_received(t, "12345678", 8);
        caw_transport_received(t, "12!45", 5);
        caw_transport_received(t, "12!45", 5);
        caw_transport_buffer_updated(t, 3); /* it is closing, and has its protocol still */
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("b:123 b:456 b:78 b:12! pause b.lost:bad value b.release close(aborted)");
        size_t size;
        CHECK(!caw_transport_get_buffer(t, 0, &size));
        caw_transport_buffer_updated(t, 1);
        caw_unref(t);
    } CAW_END;
}

/* ---- Who keeps what ----------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(one_that_nobody_keeps)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        caw_stream s = CAW_AWAIT(caw_open_connection("127.0.0.1", 7));
        write_text(s.writer, "hello\n");
        caw_unref(s.reader);
        caw_unref(s.writer);
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_sim_net_open(), 1);
    } CAW_END;
}

ASYNC_TEST(options_of_the_socket)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 7, .keep_alive = true));
        CAW_DEFER(caw_unref, server);
        enum { REUSE_ADDRESS, REUSE_PORT, ONLY_IPV6, NO_DELAY, KEEP_ALIVE };
        CHECK_INT(caw__sim_net_with(NO_DELAY), 0);
        CONNECT(stream, "127.0.0.1", 7);
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw__sim_net_with(NO_DELAY), 2);
        CHECK_INT(caw__sim_net_with(KEEP_ALIVE), 1);
        CHECK_INT(caw__sim_net_with(REUSE_ADDRESS), 1);
        close_server(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        test.trace[0] = 0;
    } CAW_END;
}

ASYNC_TEST(no_tls)
{
    CAW_BEGIN(void) {
        const char *text = "only Node, Deno and Bun have TLS: on other hosts let a proxy speak it (nginx, stunnel)";
        CHECK_RAISES(caw_open_connection("127.0.0.1", 443, .tls = true), CAW_OS_ERROR, text);
        CHECK_RAISES(caw_open_connection("127.0.0.1", 443, .tls = true, .ca = "x", .server_hostname = "y"), CAW_OS_ERROR, text);
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 443, .tls = true, .cert = "a", .key = "b"), CAW_OS_ERROR, text);
        text = "server_hostname and ca are only meaningful with tls";
        CHECK_RAISES(caw_open_connection("127.0.0.1", 443, .server_hostname = "name"), CAW_VALUE_ERROR, text);
        CHECK_RAISES(caw_open_connection("127.0.0.1", 443, .ca = "name"), CAW_VALUE_ERROR, text);
        text = "tls, cert and key are only meaningful together";
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 443, .tls = true, .cert = "a"), CAW_VALUE_ERROR, text);
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 443, .cert = "a", .key = "b"), CAW_VALUE_ERROR, text);
        caw_socket *own = caw_socket_new(CAW_IPV4, false);
        CAW_DEFER(caw_unref, own);
        CHECK_RAISES(caw_open_connection(NULL, 0, .tls = true, .sock = own), CAW_VALUE_ERROR, "tls needs a host to connect to");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 0, .tls = true, .cert = "a", .key = "b", .sock = own), CAW_VALUE_ERROR,
                     "tls needs a host to listen on");
        CHECK_INT(caw_sim_net_open(), 1);
    } CAW_END;
}

ASYNC_TEST(no_sockets_at_all)
{
    CAW_BEGIN(void) {
        caw_sim_net_set_off(true);
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7), CAW_OS_ERROR, "the simulated network is off (caw_sim_net_set_off)");
        CHECK_RAISES(caw_open_connection("localhost", 7), CAW_OS_ERROR, "the simulated network is off (caw_sim_net_set_off)");
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 7), CAW_OS_ERROR,
                     "the simulated network is off (caw_sim_net_set_off)");
    } CAW_END;
}
