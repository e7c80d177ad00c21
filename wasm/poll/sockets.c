/*
 * Owns: the sockets: every call on one, at once; what has to be waited for is given to ready.c.
 * Must not know: how a loop waits, nor how names are looked up.
 *
 * Systems differ: whether a socket is born without blocking and without SIGPIPE, where a refused connection is said (here or in
 * SO_ERROR), and whether accept may be asked who has connected.
 */
#define _GNU_SOURCE
#include "addresses.h"
#include "lingering.h"
#include "ready.h"
#include "standard.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#ifdef SOCK_NONBLOCK
#define BORN_READY (SOCK_NONBLOCK | SOCK_CLOEXEC)
#else
#define BORN_READY 0
#endif
#ifdef __wasi__
#define AT_ONCE 0
#else
#define AT_ONCE MSG_DONTWAIT /* a socket that is a standard stream may block */
#endif
#if defined(MSG_NOSIGNAL) && !defined(__wasi__) /* there are none, and of a datagram WASI refuses to be told so */
#define QUIETLY (MSG_NOSIGNAL | AT_ONCE)
#else
#define QUIETLY AT_ONCE
#endif

#ifdef __wasi__
/* wasmtime's names for what it has not been given. */
#define WITHOUT_NETWORK                                                                                                        \
    "this WASI host gives no access to the network: run it with -S inherit-network (and -S allow-ip-name-lookup for names)"
static bool is_standard(caw__socket socket) { return socket <= STDERR_FILENO; }
static bool refused;
/* Of a socket that was not made: only that is refused who has no network. */
static int unmade(int error)
{
    refused = refused || error == EACCES || error == EPERM;
    return refused ? -ENOTSUP : -error;
}
const char *caw__host_no_sockets(void) { return refused ? WITHOUT_NETWORK : NULL; }

/*
 * wasi-libc aborts when it is to say who is at the other end of a connection that is gone (mended in its 838, by when it had dup): then it
 * is not asked, and peers have no address.
 */
extern int  dup(int descriptor) __attribute__((weak));
static bool can_say_peer(void) { return dup != NULL; }

/* Of a connection that broke a stream of WASI says no more than that. */
static int broken(int error) { return error == EIO ? -ECONNRESET : -error; }
#else
/* Of one that a call has failed of: a pipe, a file. */
static bool is_standard(caw__socket socket)
{
    (void)socket;
    return errno == ENOTSOCK;
}
static bool can_say_peer(void) { return true; }
static int  broken(int error) { return -error; }
static int  unmade(int error) { return -error; }
const char *caw__host_no_sockets(void) { return NULL; }
#endif

/* ---- Made, asked, closed ---------------------------------------------------------------------------------------------------- */

/* Of what the system has made; itself or -errno. */
static caw__socket prepared(int descriptor)
{
    if (descriptor < 0) return -errno;
#ifndef SOCK_NONBLOCK
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
#endif
#ifdef SO_NOSIGPIPE
    setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int));
#endif
    return descriptor;
}

caw__socket caw__host_socket(caw_family family, caw__socket_kind kind)
{
    int type = kind == CAW__UDP ? SOCK_DGRAM : SOCK_STREAM;
    int descriptor = socket(family == CAW_IPV6 ? AF_INET6 : AF_INET, type | BORN_READY, 0);
    return descriptor < 0 ? unmade(errno) : prepared(descriptor);
}

int caw__host_socket_set(caw__socket socket, caw__socket_option option, int value)
{
    static const struct {
        int level, name;
    } options[] = {
        [CAW__REUSE_ADDRESS] = {SOL_SOCKET, SO_REUSEADDR}, [CAW__ONLY_IPV6] = {IPPROTO_IPV6, IPV6_V6ONLY},
        [CAW__NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY},      [CAW__KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE},
#ifdef SO_REUSEPORT
        [CAW__REUSE_PORT] = {SOL_SOCKET, SO_REUSEPORT},
#endif
#ifdef SO_BROADCAST
        [CAW__BROADCAST] = {SOL_SOCKET, SO_BROADCAST},
#endif
    };
#ifdef __wasi__ /* whose sockets are always so, and which knows no such option */
    if (option == CAW__ONLY_IPV6) return value ? 0 : -ENOPROTOOPT;
#endif
    if (option >= sizeof options / sizeof *options || !options[option].name) return -ENOPROTOOPT;
    int status = setsockopt((int)socket, options[option].level, options[option].name, &value, sizeof value);
    return status < 0 ? -errno : 0;
}

static bool is_stream(int descriptor)
{
    int       type = 0;
    socklen_t size = sizeof type;
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

#ifdef __wasi__
/* Gives a socket of datagrams that has no address one: without, WASI does not wait for datagrams, but says EINVAL at once, for ever. */
static bool had_no_address(int descriptor)
{
    for (caw_family family = CAW_IPV4; !is_stream(descriptor) && family <= CAW_IPV6; family++) {
        struct sockaddr_storage any;
        socklen_t               size = caw__address_write(&(caw_address){.family = (uint8_t)family}, &any);
        if (bind(descriptor, (const void *)&any, size) == 0) return true;
    }
    return false;
}
#else
static bool had_no_address(int descriptor)
{
    (void)descriptor;
    return false;
}
#endif

int caw__host_socket_address(caw__socket socket, bool peer, caw_address *address)
{
    struct sockaddr_storage storage;
    struct sockaddr        *found = (void *)&storage;
    socklen_t               size = sizeof storage;
    memset(&storage, 0, sizeof storage);
    *address = (caw_address){.family = CAW_ANY_FAMILY};
    if (peer && !can_say_peer() && is_stream((int)socket)) return -ENOTSUP;
    if ((peer ? getpeername((int)socket, found, &size) : getsockname((int)socket, found, &size)) < 0) return -errno;
    return caw__address_read(address, found) ? 0 : -EAFNOSUPPORT;
}

void caw__host_socket_close(caw__socket socket, bool reset)
{
#ifdef SO_LINGER /* WASI has no reset: there it is an ordinary end */
    struct linger at_once = {.l_onoff = 1};
    if (reset) setsockopt((int)socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
#endif
    (void)reset;
#ifdef __wasi__
    if (is_standard(socket)) return;
    caw__lingering_close();
    caw__linger((int)socket);
#else
    close((int)socket);
#endif
}

int caw__host_socket_shutdown(caw__socket socket) { return shutdown((int)socket, SHUT_WR) < 0 ? -errno : 0; }

/* ---- Operations --------------------------------------------------------------------------------------------------------------- */

ptrdiff_t caw__host_bind(caw__op *op, caw__socket socket, const caw_address *address)
{
    struct sockaddr_storage storage;
    socklen_t               size = caw__address_write(address, &storage);
    op->words[0] = CAW__AT_REST;
    return bind((int)socket, (const void *)&storage, size) < 0 ? -errno : 0;
}

ptrdiff_t caw__host_listen(caw__op *op, caw__socket socket, int backlog)
{
    op->words[0] = CAW__AT_REST;
    return listen((int)socket, backlog) < 0 ? -errno : 0;
}

ptrdiff_t caw__host_connect(caw__op *op, caw__socket socket, const caw_address *address)
{
    struct sockaddr_storage storage;
    socklen_t               size = caw__address_write(address, &storage);
    op->words[0] = CAW__AT_REST;
    if (connect((int)socket, (const void *)&storage, size) == 0) return 0;
    if (errno != EINPROGRESS && errno != EINTR) return -errno;
    return caw__poller_watch(op, (int)socket, CAW__CONNECTS);
}

ptrdiff_t caw__host_ready(caw__op *op, caw__socket socket, int direction)
{
    return caw__poller_watch(op, (int)socket, direction == CAW__TO_READ ? CAW__READS : CAW__WRITES);
}

/* ---- At once ------------------------------------------------------------------------------------------------------------------ */

caw__socket caw__host_accept(caw__socket listener, caw_address *peer)
{
    struct sockaddr_storage storage;
    struct sockaddr        *from = can_say_peer() ? (void *)&storage : NULL;
    socklen_t               size = sizeof storage, *room = from ? &size : NULL;
    caw__socket             made;
    memset(&storage, 0, sizeof storage);
#ifdef __wasi__
    caw__lingering_close();
#endif
    do {
#ifdef SOCK_NONBLOCK
        made = prepared(accept4((int)listener, from, room, BORN_READY));
#else
        made = prepared(accept((int)listener, from, room));
#endif
    } while (made == -EINTR);
    if (peer) caw__address_read(peer, (const void *)&storage);
    return made;
}

ptrdiff_t caw__host_receive(caw__socket socket, void *data, size_t size, caw_address *from)
{
    struct sockaddr_storage storage;
    struct sockaddr        *sender = (void *)&storage;
    socklen_t               room = sizeof storage;
    ssize_t                 count;
    memset(&storage, 0, sizeof storage);
    do count = from ? recvfrom((int)socket, data, size, AT_ONCE, sender, &room) : recv((int)socket, data, size, AT_ONCE);
    while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EINVAL) return had_no_address((int)socket) ? -EAGAIN : -EINVAL;
    if (count < 0 && is_standard(socket)) return caw__standard_read((int)socket, data, size);
    if (from) caw__address_read(from, sender);
    return count < 0 ? broken(errno) : (ptrdiff_t)count;
}

ptrdiff_t caw__host_send(caw__socket socket, const void *data, size_t size, const caw_address *to)
{
    struct sockaddr_storage storage;
    socklen_t               room = to ? caw__address_write(to, &storage) : 0;
    bool                    again = true;
    ssize_t                 count;
    do {
        count = to ? sendto((int)socket, data, size, QUIETLY, (const void *)&storage, room)
                   : send((int)socket, data, size, QUIETLY);
    } while (count < 0 && (errno == EINTR || (errno == EAGAIN && again && !(again = !caw__poll_spent()))));
    if (count < 0 && is_standard(socket)) return caw__standard_write((int)socket, data, size);
    return count < 0 ? broken(errno) : (ptrdiff_t)count;
}
