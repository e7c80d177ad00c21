/*
 * Owns: a pipe in memory: what is read is what was written, in order, all of it when the end is orderly; drain waits with a reason.
 */
#include "stream_model.h"
#include "streams.h"

static caw_stream_reader *reader;
static caw_stream_writer *writer;
static model              m;      /* fed: what was written */
static bool               lost;   /* a line that was too long was dropped: nobody knows how much of it had come */
static bool               drains; /* worker 1 waits in a drain */
static bool               broken_off, closed, eof;

/* Bytes may be missing: it was broken off, by the program or for want of memory. */
static bool is_broken(void) { return broken_off || memory_failed(); }

static bool open_pipe(void)
{
    static const size_t limits[] = {1, 8, 64, 1024};
    m = (model){.limit = limits[below(4)]};
    lost = drains = broken_off = closed = eof = false;
    if (caw_memory_pipe(m.limit, &reader, &writer)) {
        REQUIRE(!reader && !writer);
        return false;
    }
    unsigned high = byte();
    if (high & 1) REQUIRE(caw_transport_set_write_buffer_limits(caw_stream_transport(writer), high, high / 4) == 0);
    return true;
}

/* What was got must be the next of what was written; an answer by all that was written is the only one once the end has come. */
static void got(request r, const caw_string *bytes)
{
    size_t         size = caw_string_size(bytes);
    const uint8_t *data = m.data + m.read;
    if (lost) return;
    REQUIRE(m.read + size <= m.fed);
    REQUIRE(!memcmp(caw_string_data(bytes), data, size));
    m.read += size;
    if (r.kind == SOME) REQUIRE((ptrdiff_t)size <= r.n && (size || !r.n || closed || eof || is_broken()));
    if (r.kind == EXACTLY) REQUIRE((ptrdiff_t)size == r.n);
    if (r.kind == ALL) REQUIRE(is_broken() || ((closed || eof) && m.read == m.fed));
    if (r.kind == LINE && size) {
        const uint8_t *end = memchr(data, '\n', size);
        REQUIRE(end ? end == data + size - 1 : ((closed || eof) && m.read == m.fed) || is_broken());
    }
}

static CAW_ASYNC(void, read_once, void)
{
    CAW_BEGIN(void) {
        request            r = request_new();
        caw_stream_reader *mine = caw_ref(reader);
        CAW_DEFER(caw_unref, mine);
        if (!mine) CAW_RETURN();
        CAW_TRY {
            caw_string *bytes = CAW_AWAIT(request_await(mine, r));
            SAY("read %d %d: %d", r.kind, (int)r.n, (int)caw_string_size(bytes));
            got(r, bytes);
            caw_unref(bytes);
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            SAY("read %d %d: %s", r.kind, (int)r.n, caw_error_name((int)caw_error_type_of(error)));
            if (caw_error_type_of(error) == CAW_VALUE_ERROR && (r.kind == LINE || r.kind == NEXT_LINE)) lost = true;
            if (caw_error_type_of(error) == CAW_INCOMPLETE_READ_ERROR) {
                got((request){ALL, 0}, caw_error_partial(error));
            }
            if (caw_error_type_of(error) == CAW_STOP_ASYNC_ITERATION) REQUIRE(lost || is_broken() || m.read == m.fed);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, drain, caw_stream_writer *mine)
{
    CAW_BEGIN(void) {
        drains = true;
        CAW_TRY {
            CAW_AWAIT(caw_stream_drain(mine));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            (void)error;
            REQUIRE(closed || eof || is_broken());
        } CAW_FINALLY {
            drains = false;
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, work, unsigned i)
{
    CAW_BEGIN(void) {
        while (more()) {
            caw_stream_writer *mine = i ? caw_ref(writer) : NULL;
            CAW_DEFER(caw_unref, mine);
            if (!i) CAW_AWAIT(read_once());
            else if (mine) CAW_AWAIT(drain(mine));
            CAW_AWAIT(caw_sleep(byte() & 1));
        }
    } CAW_END;
}

static void write_some(size_t count)
{
    size_t fed = m.fed;
    model_feed(&m, count);
    const uint8_t *data = m.data + fed;
    caw_bytes      parts[] = {{data, (m.fed - fed) / 2}, {data + (m.fed - fed) / 2, m.fed - fed - (m.fed - fed) / 2}};
    int            status = byte() & 1 ? caw_stream_write(writer, data, m.fed - fed) : caw_stream_writelines(writer, parts, 2);
    SAY("write %d: %d", (int)(m.fed - fed), status);
    REQUIRE(status == 0 || status == -CAW_MEMORY_ERROR || (eof && status == -CAW_RUNTIME_ERROR));
    if (status || closed || broken_off) m.fed = closed && !status ? m.fed : fed;
}

static void deed(void)
{
    unsigned which = byte(), count = byte();
    if (!writer) return;
    if (closed || broken_off) {
        if (which % 4 == 0) { /* given up, while others may hold it */
            caw_stream_writer *mine = writer;
            writer = NULL;
            caw_unref(mine);
        }
        return;
    }
    switch (which % 32) {
    case 31:
        closed = true;
        caw_stream_close(writer);
        return;
    case 30:
        if (caw_stream_write_eof(writer) == 0) eof = true;
        return;
    case 29:
        broken_off = true;
        caw_transport_abort(caw_stream_transport(writer));
        return;
    case 28:
        broken_off = true;
        caw_stream_reader *mine = reader;
        reader = NULL;
        caw_unref(mine);
        return;
    case 27:
        closed = true;
        caw_stream_writer *last = writer;
        writer = NULL;
        caw_unref(last);
        return;
    default: write_some(which & 64 ? count * 16 : count); return;
    }
}

/* Who waits for room while nothing is under way has a full buffer before it. */
static void idle(void)
{
    if (writer && drains && !closed && !eof && !is_broken())
        REQUIRE(caw_transport_write_buffer_size(caw_stream_transport(writer)) > 0);
}

static void close_pipe(void)
{
    caw_unref(reader);
    caw_unref(writer);
    reader = NULL;
    writer = NULL;
}

const kind_of_stream pipe_stream = {open_pipe, work, deed, idle, close_pipe, 2};
