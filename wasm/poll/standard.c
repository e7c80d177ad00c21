/*
 * Owns: standard input, output and error for the seam: descriptors that others have, too, and that stay as they are: blocking.
 * Must not know: who waits for them (ready.c).
 *
 * A socket is told by each call that it shall not block. Anything else is asked whether it can go on before each call: a pipe that has
 * room takes so much that nobody else's write is torn, PIPE_BUF, at once.
 */
#include "standard.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef __wasi__
#include <signal.h>
#endif

#ifndef PIPE_BUF
#define PIPE_BUF 512
#endif

caw__socket caw__host_standard(int number)
{
    if (number) fflush(number == 1 ? stdout : stderr); /* what was printed before comes first */
#ifdef __wasi__
    return number; /* sockets have other numbers, and these are never closed */
#else
    struct sigaction action;
    if (number && sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) signal(SIGPIPE, SIG_IGN);
    int own = fcntl(number, F_DUPFD_CLOEXEC, 3);
    return own < 0 ? -errno : own;
#endif
}

static bool may(int descriptor, short event)
{
    struct pollfd it = {.fd = descriptor, .events = event};
    return poll(&it, 1, 0) > 0;
}

ptrdiff_t caw__standard_read(int descriptor, void *data, size_t size)
{
    if (!may(descriptor, POLLIN)) return -EAGAIN;
    ssize_t count = read(descriptor, data, size);
    return count < 0 ? -errno : (ptrdiff_t)count;
}

/* What is always ready, so that nothing is gained by small pieces; WASI has nothing to ask. */
static bool takes_all(int descriptor)
{
#ifdef __wasi__
    (void)descriptor;
    return true;
#else
    struct stat stat;
    return fstat(descriptor, &stat) == 0 && S_ISREG(stat.st_mode);
#endif
}

ptrdiff_t caw__standard_write(int descriptor, const void *data, size_t size)
{
    size_t sent = 0, most = takes_all(descriptor) ? size : PIPE_BUF;
    while (sent < size) {
        size_t  part = size - sent < most ? size - sent : most;
        ssize_t count = -1;
        errno = EAGAIN;
        if (most == size || may(descriptor, POLLOUT)) count = write(descriptor, (const char *)data + sent, part);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return sent ? (ptrdiff_t)sent : -errno;
        sent += (size_t)count;
    }
    return (ptrdiff_t)sent;
}
