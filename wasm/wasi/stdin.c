/*
 * Owns: standard input, line by line: what was read and not yet given out, and the one future that waits for more.
 * Must not know: how the host waits (host.c); it says when there is something to read.
 *
 * Bytes leave the buffer only as a line that was handed to a future, so a cancelled wait loses none.
 */
#include "stdin.h"
#include <cawait/stdin.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

#define STDIN 0
#define CHUNK ((size_t)4096)

static CAW__TLS struct {
    char  *data;
    size_t start, end, capacity;
    size_t scanned; /* no newline before this */
} buffer;
static CAW__TLS      caw_of(caw_string *) waiter; /* a reference; NULL: nobody waits */
static CAW__TLS bool ended, unwaitable;

/* ---- The buffer ------------------------------------------------------------------------------------------------------- */

static void buffer_free(void)
{
    if (buffer.data) caw__block_free(buffer.data, buffer.capacity);
    memset(&buffer, 0, sizeof buffer);
}

/* Room for a read at the end; false without memory. */
static bool buffer_reserve(void)
{
    if (buffer.capacity - buffer.end >= CHUNK) return true;
    size_t used = buffer.end - buffer.start, capacity = buffer.capacity ? buffer.capacity : CHUNK;
    while (capacity - used < CHUNK) {
        if (capacity > SIZE_MAX / 2) return false;
        capacity *= 2;
    }
    char *data = capacity == buffer.capacity ? buffer.data : caw__block_new(capacity);
    if (!data) return false;
    if (used) memmove(data, buffer.data + buffer.start, used);
    if (data != buffer.data && buffer.data) caw__block_free(buffer.data, buffer.capacity);
    buffer.scanned -= buffer.start;
    buffer.data = data;
    buffer.start = 0;
    buffer.end = used;
    buffer.capacity = capacity;
    return true;
}

/*
 * Takes the first line out of the buffer. Returns 0 and writes the line, or NULL at the end of the input, to *line; 1: there is no
 * whole line yet; -CAW_MEMORY_ERROR.
 */
static int take_line(caw_string **line)
{
    *line = NULL;
    const char *newline = NULL;
    if (buffer.scanned < buffer.end) newline = memchr(buffer.data + buffer.scanned, '\n', buffer.end - buffer.scanned);
    buffer.scanned = buffer.end;
    if (!newline && !ended) return 1;
    if (!newline && buffer.start == buffer.end) return 0;
    size_t end = newline ? (size_t)(newline - buffer.data) : buffer.end, length = end - buffer.start;
    if (newline && length && newline[-1] == '\r') length--;
    *line = caw_string_new(buffer.data + buffer.start, length);
    if (!*line) {
        buffer.scanned = buffer.start; /* found again by the next call */
        return -CAW_MEMORY_ERROR;
    }
    buffer.start = buffer.scanned = newline ? end + 1 : end;
    if (buffer.start == buffer.end) buffer_free();
    return 0;
}

/* ---- The waiter --------------------------------------------------------------------------------------------------------- */

/* A future that is done was cancelled; one whose only reference is ours has been dropped by everybody else. */
static bool waiting(void)
{
    if (!waiter) return false;
    if (!caw_done(waiter) && ((const caw__object *)(const void *)caw_base(waiter))->refs > 1) return true;
    caw_unref(waiter);
    waiter = NULL;
    return false;
}

static caw_of(caw_string *) waiter_take(void)
{
    __auto_type future = waiter;
    waiter = NULL;
    return future;
}

static void stdin_fail(caw_error *error)
{
    __auto_type future = waiter_take();
    caw_set_error(future, error);
    caw_unref(future);
}

/* Gives the waiter its line, if there is a whole one. */
static void deliver(void)
{
    caw_string *line;
    int         status = take_line(&line);
    if (status > 0) return;
    if (status < 0) {
        stdin_fail(caw_error_from_code(status));
        return;
    }
    __auto_type future = waiter_take();
    caw_set_result(future, line);
    caw_unref(future);
}

caw_of(caw_string *) caw_stdin_line(void)
{
    __auto_type future = caw_future(caw_string *);
    if (caw_done(future)) return future; /* it says why */
    if (waiting()) {
        caw_set_error(future, caw_error_new(CAW_RUNTIME_ERROR, "a line of stdin is awaited already"));
        return future;
    }
    waiter = caw_ref(future);
    deliver();
    return future;
}

/* ---- For the host ----------------------------------------------------------------------------------------------------------- */

bool caw__stdin_wanted(const caw_loop *loop) { return waiting() && caw_loop_of(waiter) == loop; }

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
    if (!buffer_reserve()) {
        stdin_fail(caw_error_new(CAW_MEMORY_ERROR, NULL));
        return;
    }
    ssize_t count = read(STDIN, buffer.data + buffer.end, buffer.capacity - buffer.end);
    if (count < 0) {
        int cause = errno;
        if (cause == EAGAIN || cause == EINTR) return;
        if (buffer.start == buffer.end) buffer_free();
        stdin_fail(caw_error_os(cause, "stdin cannot be read: %s", strerror(cause)));
        return;
    }
    buffer.end += (size_t)count;
    ended = count == 0;
    deliver();
    if (ended && buffer.start == buffer.end) buffer_free();
}

void caw__stdin_close(const caw_loop *loop)
{
    if (!waiter || caw_loop_of(waiter) != loop) return;
    caw_unref(waiter);
    waiter = NULL;
}
