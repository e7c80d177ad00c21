/* Sockets by themselves: each call, and who waits when they are closed. */
#include "network.h"

/* In an async function: a socket that is given back when the function is left. */
#define SOCKET(name, family, datagrams)                                                                                        \
    caw_socket *name = caw_socket_new((family), (datagrams));                                                                  \
    CAW_DEFER(caw_unref, name)

static CAW_ASYNC(caw_socket *, listening, int port)
{
    CAW_BEGIN(caw_socket *) {
        caw_socket *listener = caw_socket_new(CAW_IPV4, false);
        caw_address own = address_of("127.0.0.1", port);
        CHECK_INT(caw_socket_set(listener, CAW_SO_REUSEADDR, 1), 0);
        CAW_AWAIT(caw_sock_bind(listener, &own));
        CAW_AWAIT(caw_sock_listen(listener, 5));
        CAW_RETURN(listener);
    } CAW_END;
}

ASYNC_TEST(a_conversation)
{
    CAW_BEGIN(void) {
        caw_socket *listener = CAW_AWAIT(listening(7));
        CAW_DEFER(caw_unref, listener);
        SOCKET(client, CAW_IPV4, false);
        caw_address to = address_of("127.0.0.1", 7), peer, own;
        caw_auto    accepting = caw_spawn(caw_sock_accept(listener, &peer));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sock_connect(client, &to));
        caw_socket *server = CAW_AWAIT(accepting);
        CAW_DEFER(caw_unref, server);
        CHECK(caw_socket_address(client, false, &own));
        CHECK(caw_address_equal(&own, &peer));
        CHECK(caw_socket_address(client, true, &own));
        CHECK(caw_address_equal(&own, &to));

        caw_auto reading = caw_spawn(caw_sock_recv(server, 100));
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(caw_sock_sendall(client, "", 0));
        CAW_AWAIT(caw_sock_sendall(client, "hello", 5));
        CHECK_READ(reading, "hello");
        CAW_AWAIT(caw_sock_sendall(server, "0123456789", 10));
        char data[4];
        CHECK_INT(CAW_AWAIT(caw_sock_recv_into(client, data, 4)), 4);
        CHECK(!memcmp(data, "0123", 4));
        CHECK_READ(caw_sock_recv(client, 3), "456");
        CHECK_READ(caw_sock_recv(client, 100), "789");
        CHECK_INT(caw_socket_shutdown(client), 0);
        CHECK_READ(caw_sock_recv(server, 100), "");
        caw_socket_close(client);
        CHECK(!caw_socket_address(client, false, &own));
        CHECK_INT(caw_socket_shutdown(client), -EBADF);
        CHECK_INT(caw_socket_set(client, CAW_TCP_NODELAY, 1), -EBADF);
        CHECK_RAISES(caw_sock_recv(client, 1), CAW_OS_ERROR, "bad file descriptor");
        CHECK_RAISES(caw_sock_sendall(client, "x", 1), CAW_OS_ERROR, "bad file descriptor");
        CHECK_RAISES(caw_sock_connect(client, &to), CAW_OS_ERROR, "bad file descriptor");
        CHECK_RAISES(caw_sock_accept(client, NULL), CAW_OS_ERROR, "bad file descriptor");
        caw_socket_close(client);
    } CAW_END;
}

ASYNC_TEST(more_than_fits)
{
    CAW_BEGIN(void) {
        caw_socket *listener = CAW_AWAIT(listening(7));
        CAW_DEFER(caw_unref, listener);
        SOCKET(client, CAW_IPV4, false);
        caw_address to = address_of("127.0.0.1", 7);
        caw_sim_net_set_buffer(10);
        CAW_AWAIT(caw_sock_connect(client, &to));
        caw_socket *server = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, server);
        char text[100];
        memset(text, 'x', sizeof text);
        caw_auto sending = caw_spawn(caw_sock_sendall(client, text, sizeof text));
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(sending));
        CHECK_RAISES(caw_sock_sendall(client, "y", 1), CAW_RUNTIME_ERROR, "another coroutine writes this socket already");
        size_t got = 0;
        while (got < sizeof text) {
            caw_string *bytes = CAW_AWAIT(caw_sock_recv(server, 7));
            got += caw_string_size(bytes);
            caw_unref(bytes);
        }
        CAW_AWAIT(sending);
        caw_auto cancelled = caw_spawn(caw_sock_sendall(client, text, sizeof text));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(cancelled, NULL);
        CHECK_RAISES(cancelled, CAW_CANCELLED_ERROR, NULL);
        CHECK_READ(caw_sock_recv(server, 100), "xxxxxxxxxx");
    } CAW_END;
}

ASYNC_TEST(cancelled_it_has_taken_nothing)
{
    CAW_BEGIN(void) {
        caw_socket *listener = CAW_AWAIT(listening(7));
        CAW_DEFER(caw_unref, listener);
        caw_auto accepting = caw_spawn(caw_sock_accept(listener, NULL));
        CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(caw_sock_accept(listener, NULL), CAW_RUNTIME_ERROR, "another coroutine reads this socket already");
        SOCKET(client, CAW_IPV4, false);
        caw_address to = address_of("127.0.0.1", 7);
        CAW_AWAIT(caw_sock_connect(client, &to));
        caw_cancel(accepting, NULL); /* it has heard of the connection, perhaps */
        CHECK_RAISES(accepting, CAW_CANCELLED_ERROR, NULL);
        caw_socket *server = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, server);
        caw_auto reading = caw_spawn(caw_sock_recv(server, 10));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sock_sendall(client, "hello", 5));
        caw_cancel(reading, NULL);
        CHECK_RAISES(reading, CAW_CANCELLED_ERROR, NULL);
        CHECK_READ(caw_sock_recv(server, 10), "hello");
        SOCKET(late, CAW_IPV4, false);
        caw_sim_net_set_latency(1);
        caw_auto connecting = caw_spawn(caw_sock_connect(late, &to));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(connecting, NULL);
        CHECK_RAISES(connecting, CAW_CANCELLED_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(closed_while_somebody_waits)
{
    CAW_BEGIN(void) {
        caw_socket *listener = CAW_AWAIT(listening(7));
        CAW_DEFER(caw_unref, listener);
        SOCKET(client, CAW_IPV4, false);
        caw_address to = address_of("127.0.0.1", 7);
        CAW_AWAIT(caw_sock_connect(client, &to));
        caw_socket *server = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, server);
        caw_sim_net_set_buffer(0);
        caw_auto accepting = caw_spawn(caw_sock_accept(listener, NULL));
        caw_auto reading = caw_spawn(caw_sock_recv(client, 1));
        caw_auto writing = caw_spawn(caw_sock_sendall(client, "x", 1));
        CAW_AWAIT(caw_sleep(1));
        caw_socket_close(listener);
        caw_socket_reset(client);
        CHECK_RAISES(accepting, CAW_OS_ERROR, "bad file descriptor");
        CHECK_RAISES(reading, CAW_OS_ERROR, "bad file descriptor");
        CHECK_RAISES(writing, CAW_OS_ERROR, "bad file descriptor");
        CHECK_RAISES(caw_sock_recv(server, 1), CAW_OS_ERROR, "connection reset by peer");
        CHECK_READ(caw_sock_recv(server, 1), "");
        CHECK_RAISES(caw_sock_sendall(server, "x", 1), CAW_OS_ERROR, "broken pipe");
    } CAW_END;
}

ASYNC_TEST(datagrams)
{
    CAW_BEGIN(void) {
        SOCKET(one, CAW_IPV4, true);
        SOCKET(other, CAW_IPV4, true);
        caw_address to = address_of("127.0.0.1", 9), from;
        CAW_AWAIT(caw_sock_bind(one, &to));
        caw_auto reading = caw_spawn(caw_sock_recvfrom(one, 100, &from));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(CAW_AWAIT(caw_sock_sendto(other, "ping", 4, &to)), 4);
        CHECK_READ(reading, "ping");
        CHECK_TEXT(address_text(&from), "127.0.0.1:49152");
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        CHECK_INT(CAW_AWAIT(caw_sock_sendto(one, "pong!", 5, &from)), 5);
        char data[3];
        CHECK_INT(CAW_AWAIT(caw_sock_recvfrom_into(other, data, 3, &to)), 3); /* the rest is gone */
        CHECK_TEXT(address_text(&to), "127.0.0.1:9");
    } CAW_END;
}

ASYNC_TEST(errors_of_datagrams)
{
    CAW_BEGIN(void) {
        SOCKET(one, CAW_IPV4, true);
        caw_address to = address_of("127.0.0.1", 9);
        CAW_AWAIT(caw_sock_connect(one, &to));
        caw_auto reading = caw_spawn(caw_sock_recv(one, 10));
        CAW_AWAIT(caw_sock_sendall(one, "ping", 4));
        CHECK_RAISES(reading, CAW_OS_ERROR, "connection refused");
        CAW_AWAIT(caw_sock_sendall(one, "ping", 4));
        CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(caw_sock_sendall(one, "ping", 4), CAW_OS_ERROR, "connection refused"); /* of the one before */
        static const char large[70000];
        CHECK_RAISES(caw_sock_sendall(one, large, sizeof large), CAW_OS_ERROR, "message too long");
    } CAW_END;
}

/* Who listens on :: without IPV6_V6ONLY is reached by IPv4, too. */
ASYNC_TEST(both_families)
{
    CAW_BEGIN(void) {
        SOCKET(listener, CAW_IPV6, false);
        caw_address own = address_of("::", 7), to = address_of("127.0.0.1", 7), peer;
        CAW_AWAIT(caw_sock_bind(listener, &own));
        CAW_AWAIT(caw_sock_listen(listener, 5));
        SOCKET(four, CAW_IPV4, false);
        CHECK_RAISES(caw_sock_bind(four, &to), CAW_OS_ERROR, "cannot bind to 127.0.0.1:7: address already in use");
        CAW_AWAIT(caw_sock_connect(four, &to));
        caw_socket *far = CAW_AWAIT(caw_sock_accept(listener, &peer));
        CAW_DEFER(caw_unref, far);
        CHECK_TEXT(address_text(&peer), "[::ffff:127.0.0.1]:49152");
        CHECK_INT(caw_socket_set(listener, CAW_IPV6_V6ONLY, 1), 0);
        SOCKET(again, CAW_IPV4, false);
        CHECK_RAISES(caw_sock_connect(again, &to), CAW_OS_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(what_is_refused)
{
    CAW_BEGIN(void) {
        SOCKET(one, CAW_IPV4, false);
        caw_address to = address_of("127.0.0.1", 9), six = address_of("::1", 9);
        CHECK_RAISES(caw_sock_connect(one, &to), CAW_OS_ERROR, "Connect call failed 127.0.0.1:9: connection refused");
        CHECK_RAISES(caw_sock_bind(one, &six), CAW_OS_ERROR,
                     "cannot bind to [::1]:9: address family not supported by protocol");
        caw_sim_net_fail(CAW_SIM_NET_LISTEN, EADDRINUSE, 0, 1);
        CHECK_RAISES(caw_sock_listen(one, 5), CAW_OS_ERROR, "cannot listen: address already in use");
        caw_sim_net_fail(CAW_SIM_NET_SOCKET, EMFILE, 0, 1);
        CHECK(!caw_socket_new(CAW_IPV4, false));
        CHECK_INT(errno, EMFILE);
    } CAW_END;
}

/* ---- Sockets that others take over -------------------------------------------------------------------------------------------- */

ASYNC_TEST(a_server_and_a_connection_of_ones_own_sockets)
{
    CAW_BEGIN(void) {
        SOCKET(bound, CAW_IPV4, false);
        caw_address own = address_of("127.0.0.1", 7);
        CAW_AWAIT(caw_sock_bind(bound, &own));
        SERVE(server, echo, NULL, NULL, 0, .sock = bound);
        CHECK_INT(caw_server_port(server), 7);
        SOCKET(client, CAW_IPV4, false);
        CAW_AWAIT(caw_sock_connect(client, &own));
        CONNECT(stream, NULL, 0, .sock = client);
        write_text(stream.writer, "hello\n");
        CHECK_READ(caw_stream_readline(stream.reader), "hello\n");
        CHECK_RAISES(caw_open_connection(NULL, 0, .sock = client), CAW_OS_ERROR, "sock: bad file descriptor");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 0, .sock = client), CAW_OS_ERROR, "sock: bad file descriptor");
    } CAW_END;
}

ASYNC_TEST(which_cannot_be_taken_over)
{
    CAW_BEGIN(void) {
        SOCKET(datagrams, CAW_IPV4, true);
        CHECK_RAISES(caw_open_connection(NULL, 0, .sock = datagrams), CAW_VALUE_ERROR, "A Stream Socket was expected");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 0, .sock = datagrams), CAW_VALUE_ERROR, "A Stream Socket was expected");
        CHECK_RAISES(caw_open_connection("a", 0, .sock = datagrams), CAW_VALUE_ERROR,
                     "host/port and sock can not be specified at the same time");
        CHECK_RAISES(caw_open_connection(NULL, 1, .sock = datagrams), CAW_VALUE_ERROR,
                     "host/port and sock can not be specified at the same time");
        CHECK_RAISES(caw_start_server(echo, NULL, "a", 0, .sock = datagrams), CAW_VALUE_ERROR,
                     "host/port and sock can not be specified at the same time");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 1, .sock = datagrams), CAW_VALUE_ERROR,
                     "host/port and sock can not be specified at the same time");
        caw_socket *listener = CAW_AWAIT(listening(7));
        CAW_DEFER(caw_unref, listener);
        caw_auto accepting = caw_spawn(caw_sock_accept(listener, NULL));
        CAW_AWAIT(caw_sleep(0));
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_start_server(echo, NULL, NULL, 0, .sock = listener)));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK_INT(caw_error_errno(error), EBUSY);
            trace("busy");
        }
        CAW_END_TRY;
        CHECK_TRACE("busy");
        caw_cancel(accepting, NULL);
        CHECK_RAISES(accepting, CAW_CANCELLED_ERROR, NULL);
    } CAW_END;
}

/* Whoever has it last has closed it: the other side comes to the end of what was sent. */
ASYNC_TEST(given_up_is_closed)
{
    CAW_BEGIN(void) {
        caw_socket *listener = CAW_AWAIT(listening(7));
        CAW_DEFER(caw_unref, listener);
        caw_socket *client = caw_socket_new(CAW_IPV4, false);
        caw_address to = address_of("127.0.0.1", 7);
        CAW_AWAIT(caw_sock_connect(client, &to));
        caw_socket *server = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, server);
        CAW_AWAIT(caw_sock_sendall(client, "all", 3));
        caw_unref(client);
        CAW_AWAIT(caw_sleep(1));
        CHECK_READ(caw_sock_recv(server, 100), "all");
        CHECK_READ(caw_sock_recv(server, 100), "");
    } CAW_END;
}
