/*
 * Owns: the C library's ways to files and to standard output and error by WASI 0.1, which wit-component adapts: for commands, and for
 * programs that open files.
 * Must not know: what is in them.
 */
#include "files.h"

#define WASI "wasi_snapshot_preview1"
CAW__FROM(WASI, "fd_write") int32_t caw__wasi_fd_write(int32_t fd, int32_t pieces, int32_t count, int32_t written);
CAW__FROM(WASI, "fd_seek") int32_t caw__wasi_fd_seek(int32_t fd, int64_t offset, int32_t whence, int32_t at);
CAW__FROM(WASI, "fd_close") int32_t caw__wasi_fd_close(int32_t fd);
CAW__FROM(WASI, "fd_fdstat_get") int32_t caw__wasi_fd_status(int32_t fd, int32_t status);
CAW__FROM(WASI, "fd_prestat_get") int32_t caw__wasi_fd_prestat(int32_t fd, int32_t prestat);

const caw__wasi_files caw__files_here = {caw__wasi_fd_write, caw__wasi_fd_seek, caw__wasi_fd_close, caw__wasi_fd_status};

/*
 * What the C library calls to learn which folders there are, before it opens anything. Nothing else but a command's beginning knows the
 * functions above, so that a program which opens nothing does not import them.
 */
int32_t folder_of(int32_t fd, int32_t prestat) __asm__("__imported_wasi_snapshot_preview1_fd_prestat_get");
int32_t folder_of(int32_t fd, int32_t prestat)
{
    caw__files = &caw__files_here;
    return caw__wasi_fd_prestat(fd, prestat);
}
