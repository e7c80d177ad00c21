/*
 * Owns: sockets by themselves, one call after the other (loop.sock_connect, sock_recv...): for who needs neither streams nor protocols.
 * Must not know: transports.
 *
 *     caw_socket *socket = caw_socket_new(CAW_IPV4, false);
 *     CAW_DEFER(caw_unref, socket);
 *     CAW_AWAIT(caw_sock_connect(socket, &address));
 *     CAW_AWAIT(caw_sock_sendall(socket, "ping", 4));
 *     caw_string *answer = CAW_AWAIT(caw_sock_recv(socket, 100));
 */
#ifndef CAWAIT_SOCKET_H
#define CAWAIT_SOCKET_H

#include <cawait/address.h>
#include <cawait/coro.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Counted object. The last reference closes it. One coroutine at a time reads from it (or accepts), and one writes to it (or connects):
 * a second one gets a RuntimeError. All awaitables here keep it for themselves; cancelled, they have read or accepted nothing.
 */
typedef struct caw_socket caw_socket;

/* TCP, or UDP. NULL where the system gives none; then errno says why (EMFILE, EAFNOSUPPORT, ENOTSUP, ENOMEM). */
CAW__REFERENCE caw_socket *caw_socket_new(caw_family family, bool datagrams);
/* Who waits for it gets OSError (EBADF), and so does who uses it from now on. Again: no effect. */
void caw_socket_close(caw_socket *socket);
/* The same, and what was not sent or read yet is dropped: the other side hears of a reset. */
void caw_socket_reset(caw_socket *socket);

/* Its own address, with the real port once it is bound, or that of the other side. False: it has none. */
bool caw_socket_address(const caw_socket *socket, bool peer, caw_address *address);

/* 0, or a negative errno where the host does not know it. */
typedef enum caw_socket_option {
    CAW_SO_REUSEADDR, /* before caw_sock_bind, as the next two */
    CAW_SO_REUSEPORT,
    CAW_IPV6_V6ONLY,
    CAW_TCP_NODELAY,
    CAW_SO_KEEPALIVE,
    CAW_SO_BROADCAST
} caw_socket_option;
int caw_socket_set(caw_socket *socket, caw_socket_option option, int value);
/* Ends the writing half, behind what was sent. 0, or a negative errno. */
int caw_socket_shutdown(caw_socket *socket);

/*
 * OSError, with the errno of what went wrong, from each of them. Source: the methods of loop with these names; sock_bind and sock_listen
 * are socket.bind and socket.listen, which some hosts do in their own time. The address is copied; the bytes that are sent, and the
 * memory that is received into, must stay until it is over.
 */
CAW__HANDLE caw_of(void) caw_sock_bind(caw_socket *socket, const caw_address *address);
CAW__HANDLE caw_of(void) caw_sock_listen(caw_socket *socket, int backlog);
CAW__HANDLE caw_of(void) caw_sock_connect(caw_socket *socket, const caw_address *address);
/* The next connection, as a socket, a new reference; *peer (NULL: nobody asks) is its other side. */
CAW__HANDLE caw_of(caw_socket *) caw_sock_accept(caw_socket *socket, caw_address *peer);
/* Up to `size` bytes, as soon as there are any; empty: the other side sends no more. */
CAW__HANDLE caw_of(caw_string *) caw_sock_recv(caw_socket *socket, size_t size);
CAW__HANDLE caw_of(size_t) caw_sock_recv_into(caw_socket *socket, void *data, size_t size);
/* A datagram, cut to `size`, and who sent it (NULL: nobody asks). */
CAW__HANDLE caw_of(caw_string *) caw_sock_recvfrom(caw_socket *socket, size_t size, caw_address *from);
CAW__HANDLE caw_of(size_t) caw_sock_recvfrom_into(caw_socket *socket, void *data, size_t size, caw_address *from);
/* All of it; when that fails nobody knows how much was sent. */
CAW__HANDLE caw_of(void) caw_sock_sendall(caw_socket *socket, const void *data, size_t size);
/* A datagram; how many bytes were sent. */
CAW__HANDLE caw_of(size_t) caw_sock_sendto(caw_socket *socket, const void *data, size_t size, const caw_address *to);

#ifdef __cplusplus
}
#endif
#endif
