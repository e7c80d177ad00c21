/*
 * Owns: reading standard input, be it a terminal, a pipe or a file.
 * Must not know: lines (../lines.c), or how the host waits (host.c).
 */
#include "stdin.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

void caw__stdin_expected(void) {} /* the host asks by itself before it waits */

/* It is asked each time: a program may put something else there. One that is closed is read, which says what is wrong. */
bool caw__stdin_waits(void)
{
    struct stat stat;
    return fstat(STDIN_FILENO, &stat) == 0 && !S_ISREG(stat.st_mode) && !S_ISDIR(stat.st_mode);
}

void caw__stdin_read(void)
{
    size_t size;
    char  *room = caw__stdin_room(&size);
    if (!room) return;
    ssize_t count = read(STDIN_FILENO, room, size);
    if (count >= 0) caw__stdin_came((size_t)count, count == 0);
    else if (errno != EAGAIN && errno != EINTR) caw__stdin_broken(errno);
}
