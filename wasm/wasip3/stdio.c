/*
 * Owns: standard output and error as WASI 0.3 has them, for a component that is given nothing of WASI 0.1: a service that prints needs no
 * more of its engine than one that does not. Lines for the developer there.
 * Must not know: files. A program that has some, or is a command, has the C library's own way to both (files.c).
 */
#include "files.h"
#include <errno.h>
#include <string.h>
#include <wasi/api.h>

#define OUT "wasi:cli/stdout@0.3.0"
#define ERR "wasi:cli/stderr@0.3.0"
CAW__FROM(OUT, "write-via-stream") uint32_t caw__wasi_stdout_open(uint32_t readable);
CAW__FROM(OUT, "[stream-new-0]write-via-stream") uint64_t caw__wasi_stdout_new(void);
CAW__FROM(OUT, "[async-lower][stream-write-0]write-via-stream")
uint32_t caw__wasi_stdout_write(uint32_t stream, const void *data, uint32_t size);
CAW__FROM(OUT, "[stream-cancel-write-0]write-via-stream") uint32_t caw__wasi_stdout_cancel(uint32_t stream);
CAW__FROM(ERR, "write-via-stream") uint32_t caw__wasi_stderr_open(uint32_t readable);

const caw__wasi_files *caw__files;

static uint32_t streams[2]; /* 0: not opened */

/* What the host does not take at once is lost: nobody can wait for it in here. */
static void put(bool error, const void *data, size_t size)
{
    uint32_t *stream = &streams[error];
    if (!*stream) {
        uint64_t ends = caw__wasi_stdout_new();
        *stream = (uint32_t)(ends >> 32);
        (void)(error ? caw__wasi_stderr_open : caw__wasi_stdout_open)((uint32_t)ends); /* a future, which nobody reads */
    }
    for (const char *text = data; size;) {
        uint32_t code = caw__wasi_stdout_write(*stream, text, (uint32_t)size);
        if (code == CM_BLOCKED) code = caw__wasi_stdout_cancel(*stream);
        if (!(code >> 4)) return;
        text += code >> 4;
        size -= code >> 4;
    }
}

/* ---- What the C library calls in place of its own imports ------------------------------------------------------------------------ */

int32_t write_to(int32_t fd, int32_t pieces, int32_t count,
                 int32_t written) __asm__("__imported_wasi_snapshot_preview1_fd_write");
int32_t write_to(int32_t fd, int32_t pieces, int32_t count, int32_t written)
{
    if (caw__files) return caw__files->write(fd, pieces, count, written);
    const __wasi_ciovec_t *piece = (const __wasi_ciovec_t *)pieces;
    size_t                 size = 0;
    if (fd != 1 && fd != 2) return __WASI_ERRNO_BADF;
    for (int32_t i = 0; i < count; i++) {
        put(fd == 2, piece[i].buf, piece[i].buf_len);
        size += piece[i].buf_len;
    }
    *(size_t *)written = size;
    return 0;
}

int32_t seek_in(int32_t fd, int64_t offset, int32_t whence, int32_t at) __asm__("__imported_wasi_snapshot_preview1_fd_seek");
int32_t seek_in(int32_t fd, int64_t offset, int32_t whence, int32_t at)
{
    return caw__files ? caw__files->seek(fd, offset, whence, at) : __WASI_ERRNO_BADF;
}

int32_t close_it(int32_t fd) __asm__("__imported_wasi_snapshot_preview1_fd_close");
int32_t close_it(int32_t fd) { return caw__files ? caw__files->close(fd) : __WASI_ERRNO_BADF; }

int32_t status_of(int32_t fd, int32_t status) __asm__("__imported_wasi_snapshot_preview1_fd_fdstat_get");
int32_t status_of(int32_t fd, int32_t status) { return caw__files ? caw__files->status(fd, status) : __WASI_ERRNO_BADF; }

/* ---- The seam ------------------------------------------------------------------------------------------------------------------------ */

/* The adapter takes a piece a call, and perhaps not all of that. */
static void log_all(const char *text, size_t size)
{
    for (size_t written; size; text += written, size -= written) {
        __wasi_ciovec_t piece = {(const uint8_t *)text, size};
        if (write_to(2, (int32_t)&piece, 1, (int32_t)&written) || !written) return;
    }
}

void caw__host_log(int level, const char *text, size_t length)
{
    (void)level;
    caw__flush();
    log_all(text, length);
    log_all("\n", 1);
}
