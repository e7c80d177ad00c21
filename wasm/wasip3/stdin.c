/*
 * Owns: reading standard input as a stream of preview 3.
 * Must not know: lines (../lines.c).
 *
 * A read that was begun for somebody who has given up meanwhile goes on: what it brings is there for the next.
 */
#include "lines.h"
#include "instance.h"
#include <errno.h>

CAW__FROM("wasi:cli/stdin@0.3.0", "read-via-stream") void caw__wasi_stdin_open(uint32_t stream_and_future[2]);
CAW__FROM("wasi:cli/stdin@0.3.0", "[async-lower][stream-read-0]read-via-stream")
uint32_t caw__wasi_stdin_read(uint32_t stream, void *data, uint32_t size);
CAW__FROM("wasi:cli/stdin@0.3.0", "[stream-drop-readable-0]read-via-stream") void caw__wasi_stdin_drop(uint32_t stream);
CAW__FROM("wasi:cli/stdin@0.3.0", "[async-lower][future-read-1]read-via-stream")
uint32_t caw__wasi_stdin_end(uint32_t future, uint8_t result[2]);
CAW__FROM("wasi:cli/stdin@0.3.0", "[future-drop-readable-1]read-via-stream") void caw__wasi_stdin_end_drop(uint32_t future);

static caw__waitable waitable;
static uint32_t      stream, future;
static uint8_t       outcome[2]; /* of the whole: whether it failed, and how */
static bool          opened, reading;

/* The stream has ended, and why is told by the future. */
static void told_why(caw__waitable *it, uint32_t event, uint32_t code)
{
    (void)event;
    caw__forget(it);
    caw__wasi_stdin_end_drop(future);
    future = 0;
    reading = false;
    if ((code & 15) == CM_COMPLETED && outcome[0]) caw__stdin_broken(EIO);
    else caw__stdin_came(0, true);
}

/* So much has been read; whether the stream goes on. */
static bool arrived(uint32_t code)
{
    uint32_t count = code >> 4;
    if ((code & 15) != CM_DROPPED) {
        reading = false;
        caw__stdin_came(count, false);
        return true;
    }
    if (count) caw__stdin_came(count, false);
    caw__forget(&waitable);
    caw__wasi_stdin_drop(stream);
    stream = 0;
    uint32_t status = caw__wasi_stdin_end(future, outcome);
    caw__watch(&waitable, future, told_why);
    if (status != CM_BLOCKED) told_why(&waitable, CM_EVENT_FUTURE_READ, status);
    return false;
}

static void read_more(void);

static void happened(caw__waitable *it, uint32_t event, uint32_t code)
{
    (void)it, (void)event;
    if (arrived(code)) read_more();
}

static void read_more(void)
{
    while (!reading && caw__stdin_awaited()) {
        size_t size;
        char  *room = caw__stdin_room(&size);
        if (!room) return;
        if (!stream && opened) { /* it had ended, or was broken */
            caw__stdin_came(0, true);
            return;
        }
        reading = true;
        uint32_t code = caw__wasi_stdin_read(stream, room, (uint32_t)size);
        if (code == CM_BLOCKED || !arrived(code)) return;
    }
}

void caw__stdin_expected(void)
{
    if (!opened) {
        uint32_t ends[2];
        caw__wasi_stdin_open(ends);
        stream = ends[0];
        future = ends[1];
        caw__watch(&waitable, stream, happened);
        opened = true;
    }
    read_more();
}
