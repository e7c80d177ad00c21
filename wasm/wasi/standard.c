/*
 * Owns: standard input, output and error for the seam, where they are files of preview 1, and with them the calls of the seam that they
 * have in common with sockets, of which there are none.
 * Must not know: how the host waits (host.c).
 */
#include "stdin.h"
#include "host.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static CAW__TLS caw__op *reading; /* until there is something to read; NULL: nobody waits */

caw__socket caw__host_standard(int number)
{
    if (number) fflush(number == 1 ? stdout : stderr); /* what was printed before comes first */
    return number;
}

bool caw__standard_wanted(const caw_loop *loop) { return reading && reading->loop == loop; }

void caw__standard_came(void)
{
    caw__op *op = reading;
    reading = NULL;
    op->result = 0;
    op->done(op);
}

ptrdiff_t caw__host_ready(caw__op *op, caw__socket socket, int direction)
{
    (void)socket;
    if (direction == CAW__TO_WRITE || !caw__stdin_waits()) return 0;
    reading = op;
    return CAW__UNDER_WAY;
}

bool caw__host_cancel(caw__op *op)
{
    if (op != reading) return false;
    reading = NULL;
    return true;
}

void caw__host_socket_close(caw__socket socket, bool reset) { (void)socket, (void)reset; } /* the program has it still */

ptrdiff_t caw__host_receive(caw__socket socket, void *data, size_t size, caw_address *from)
{
    (void)from;
    ssize_t count = read((int)socket, data, size);
    return count < 0 ? -errno : (ptrdiff_t)count;
}

ptrdiff_t caw__host_send(caw__socket socket, const void *data, size_t size, const caw_address *to)
{
    (void)to;
    ssize_t count = write((int)socket, data, size);
    return count < 0 ? -errno : (ptrdiff_t)count;
}
