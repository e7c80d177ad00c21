/*
 * Owns: that what a program prints is printed in the async context of its task: links context.c into programs that use the C library's
 * files, and into no others.
 * Must not know: what is printed (js/libc/libc.ts has that).
 *
 * A file of the C library's, and so stdout and stderr, refers to the function that seeks; nothing else does, but who seeks. Libraries are
 * searched in the order of the command line, this one before the C library, so its function is the one here, with what is linked along
 * with it. Weak: should a C library have them in a file with more, there are two, and no quarrel.
 */
#include "bridge.h"

#ifdef __EMSCRIPTEN__ /* seeks otherwise */

CAW__CALLS_OUT

#else

#include <errno.h>
#include <unistd.h>
#include <wasi/api.h>
#undef lseek

CAW__CALLS_OUT

CAW__COLD

/* The C library's own name for it, and the one for programs. */
__attribute__((weak)) off_t __lseek(int fd, off_t offset, int whence);
__attribute__((weak)) off_t __lseek(int fd, off_t offset, int whence)
{
    __wasi_filesize_t place;
    __wasi_errno_t    error = __wasi_fd_seek(fd, offset, (__wasi_whence_t)whence, &place);
    if (!error) return (off_t)place;
    errno = error == ENOTCAPABLE ? ESPIPE : error;
    return -1;
}

__attribute__((weak)) off_t lseek(int fd, off_t offset, int whence) { return __lseek(fd, offset, whence); }

CAW__COLD_END

#endif
