/* CPython's test_sock_lowlevel on the simulated network. */
#include "conform.h"
#include "../c/network.h"

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
