/*
 * Owns: standard input, line by line: what was read and not yet given out, and the one future that waits for more. For all WASI hosts.
 * Must not know: how the host reads and waits (its own stdin.c); it is told what has come.
 *
 * Bytes leave the buffer only as a line that was handed to a future, so a cancelled wait loses none.
 */
#include "lines.h"
#include <cawait/stdin.h>
#include <string.h>

#define CHUNK ((size_t)4096)

static CAW__TLS struct {
    char  *data;
    size_t start, end, capacity;
    size_t scanned; /* no newline before this */
} buffer;
static CAW__TLS      caw_of(caw_string *) waiter; /* a reference; NULL: nobody waits */
static CAW__TLS bool ended;

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
    if (waiter) caw__stdin_expected();
    return future;
}

/* ---- For the host ----------------------------------------------------------------------------------------------------------- */

bool caw__stdin_awaited(void) { return waiting(); }
bool caw__stdin_wanted(const caw_loop *loop) { return waiting() && caw_loop_of(waiter) == loop; }

char *caw__stdin_room(size_t *size)
{
    if (!buffer_reserve()) {
        stdin_fail(caw_error_new(CAW_MEMORY_ERROR, NULL));
        return NULL;
    }
    *size = buffer.capacity - buffer.end;
    return buffer.data + buffer.end;
}

void caw__stdin_came(size_t count, bool end)
{
    buffer.end += count;
    ended = end;
    if (waiting()) deliver();
    if (buffer.start == buffer.end) buffer_free();
}

void caw__stdin_broken(int cause)
{
    if (buffer.start == buffer.end) buffer_free();
    if (waiting()) stdin_fail(caw_error_os(cause, "stdin cannot be read: %s", strerror(cause)));
}

void caw__stdin_close(const caw_loop *loop)
{
    if (!waiter || caw_loop_of(waiter) != loop) return;
    caw_unref(waiter);
    waiter = NULL;
}
