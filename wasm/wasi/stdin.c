/*
 * Owns: reading standard input where it is a file of preview 1.
 * Must not know: lines (../lines.c), or how the host waits (host.c).
 */
#include "stdin.h"
#include <errno.h>
#include <unistd.h>
#include <wasi/api.h>

#define STDIN 0

static CAW__TLS bool unwaitable;

void caw__stdin_expected(void) {} /* the host asks by itself before it waits */

bool caw__stdin_waits(void)
{
    static CAW__TLS bool asked;
    __wasi_fdstat_t      stat;
    if (!asked) {
        asked = true;
        /* A closed stdin is not waited for either: reading it says what is wrong. */
        if (__wasi_fd_fdstat_get(STDIN, &stat) || stat.fs_filetype == __WASI_FILETYPE_REGULAR_FILE ||
            stat.fs_filetype == __WASI_FILETYPE_DIRECTORY)
            unwaitable = true;
    }
    return !unwaitable;
}

void caw__stdin_never_waits(void) { unwaitable = true; }

void caw__stdin_read(void)
{
    size_t size;
    char  *room = caw__stdin_room(&size);
    if (!room) return;
    ssize_t count = read(STDIN, room, size);
    if (count >= 0) caw__stdin_came((size_t)count, count == 0);
    else if (errno != EAGAIN && errno != EINTR) caw__stdin_broken(errno);
}
