/*
 * Owns: transports over the web's streams: one that only reads a ReadableStream, two that only write, to a WritableStream or into a
 * ReadableStream of our own.
 * Must not know: who reads and writes them in C. Its other half is js/web/web_stream.ts.
 *
 * JavaScript has one object for each, of which the transport holds a handle, and that knows the transport until it is closed: so
 * nothing arrives at one that is gone. What arrives only makes things ready; the turn comes with the tick.
 */
#include "fetch.h"
#include <cawait/web_stream.h>
#include <errno.h>

CAW__COLD

CAW__CALLS_OUT

/* Gives an object's handle; 0: it threw. */
CAW__IMPORT(stream_open) uint32_t caw__js_stream_open(caw_transport *transport, uint32_t stream, int way);
CAW__IMPORT(stream_new) uint32_t caw__js_stream_new(uint32_t object); /* the ReadableStream that it fills */
CAW__IMPORT(stream_pull) void caw__js_stream_pull(uint32_t object);   /* caw_stream_chunk or _failed, once */
/* Takes the bytes. false: no more for now, and caw_stream_room follows. */
CAW__IMPORT(stream_push) bool caw__js_stream_push(uint32_t object, const void *data, size_t size);
CAW__IMPORT(stream_end) void caw__js_stream_end(uint32_t object, int how);

enum { READ, WRITE, FILL };         /* ways */
enum { ENDED, ABORTED, FORGOTTEN }; /* how one ends; FORGOTTEN: nothing is told any more */

#define PART ((size_t)65536) /* the largest chunk that is made */

typedef struct end {
    caw_js *object;
    bool    pulling, paused; /* READ: a chunk is asked for; none is to be */
    bool    full;            /* the others: wait for caw_stream_room */
    bool    ended;           /* JavaScript was told, or has said so */
    bool    finishing;       /* WRITE: waits for caw_stream_finished */
    bool    finished;        /* it has come */
} end;

static end *end_of(caw_transport *transport) { return caw_transport_state(transport); }

/* Counts what JavaScript owes to the loop. */
static void owed(bool *what, bool now)
{
    if (*what == now) return;
    *what = now;
    caw__js_pending += now ? 1u : UINT32_MAX;
}

static void end_tell(end *e, int how)
{
    if (e->ended || !e->object) return;
    e->ended = true;
    caw__js_stream_end(e->object->id, how);
}

/* ---- What transports ask -------------------------------------------------------------------------------------------------- */

static ptrdiff_t web_send(caw_transport *transport, const void *data, size_t size, caw_error **error)
{
    end   *e = end_of(transport);
    size_t sent = 0;
    if (e->ended) {
        *error = caw_error_os(EPIPE, "nobody reads the stream any more");
        return -1;
    }
    while (sent < size && !e->full && !e->ended) {
        size_t part = size - sent < PART ? size - sent : PART;
        bool   more = caw__js_stream_push(e->object->id, (const char *)data + sent, part);
        sent += part;
        if (!more) owed(&e->full, true);
    }
    return (ptrdiff_t)sent;
}

static void web_send_eof(caw_transport *transport) { end_tell(end_of(transport), ENDED); }

/* What is written has arrived when the sink has closed, and not before: that, too, may fail. */
static bool web_finish(caw_transport *transport)
{
    end *e = end_of(transport);
    if (e->finished) return false;
    end_tell(e, ENDED);
    owed(&e->finishing, true);
    return true;
}

static void web_pull(caw_transport *transport)
{
    end *e = end_of(transport);
    if (e->pulling || e->paused || e->ended || caw_transport_is_closing(transport)) return;
    owed(&e->pulling, true);
    caw__js_stream_pull(e->object->id);
}

static void web_pause(caw_transport *transport) { end_of(transport)->paused = true; }

static void web_resume(caw_transport *transport)
{
    end_of(transport)->paused = false;
    web_pull(transport);
}

static void web_close(caw_transport *transport, bool aborted)
{
    end *e = end_of(transport);
    owed(&e->pulling, false);
    owed(&e->full, false);
    owed(&e->finishing, false);
    if (!e->object) return;
    if (!caw__js_over()) {
        end_tell(e, aborted ? ABORTED : ENDED);
        caw__js_stream_end(e->object->id, FORGOTTEN);
    }
    caw_unref(e->object);
    e->object = NULL;
}

static const caw_transport_ops read_ops = {
    .name = "ReadableStream", .send = web_send, .pause_reading = web_pause, .resume_reading = web_resume, .close = web_close};
static const caw_transport_ops write_ops = {
    .name = "WritableStream", .send = web_send, .send_eof = web_send_eof, .finish = web_finish, .close = web_close};
static const caw_transport_ops fill_ops = {
    .name = "ReadableStream", .send = web_send, .send_eof = web_send_eof, .close = web_close};

/* ---- What JavaScript tells ------------------------------------------------------------------------------------------------- */

/* Each is a callback of the transport's loop, and may be its last. */
static caw_loop *web_enter(caw_transport *transport)
{
    caw_ref(transport);
    return caw__loop_enter(caw_transport_loop(transport));
}

static void web_leave(caw_transport *transport, caw_loop *previous)
{
    caw__loop_leave(caw_transport_loop(transport), previous);
    caw_unref(transport);
}

/* A chunk, in a block of caw_alloc's; NULL: the end. */
CAW__EXPORT(caw_stream_chunk) void caw__js_stream_chunk(caw_transport *transport, void *data, size_t size)
{
    caw_loop *previous = web_enter(transport);
    end      *e = end_of(transport);
    owed(&e->pulling, false);
    if (data) {
        caw_transport_received(transport, data, size);
        caw__js_free(data);
        web_pull(transport);
    } else {
        e->ended = true;
        caw_transport_received_eof(transport);
    }
    web_leave(transport, previous);
}

/* It broke, or was given up, why is in scratch. */
CAW__EXPORT(caw_stream_failed) void caw__js_stream_failed(caw_transport *transport)
{
    caw_loop *previous = web_enter(transport);
    end      *e = end_of(transport);
    e->ended = true;
    owed(&e->pulling, false);
    caw_transport_fail(transport, caw__js_failure());
    web_leave(transport, previous);
}

/* Nobody reads what C writes, or will. */
CAW__EXPORT(caw_stream_gone) void caw__js_stream_gone(caw_transport *transport)
{
    caw_loop *previous = web_enter(transport);
    end_of(transport)->ended = true;
    caw_transport_fail(transport, caw_error_os(EPIPE, "the stream was cancelled by its reader"));
    web_leave(transport, previous);
}

CAW__EXPORT(caw_stream_room) void caw__js_stream_room(caw_transport *transport)
{
    caw_loop *previous = web_enter(transport);
    owed(&end_of(transport)->full, false);
    caw_transport_writable(transport);
    web_leave(transport, previous);
}

/* The sink has closed. */
CAW__EXPORT(caw_stream_finished) void caw__js_stream_finished(caw_transport *transport)
{
    caw_loop *previous = web_enter(transport);
    end      *e = end_of(transport);
    e->finished = true;
    if (e->finishing) caw_transport_finished(transport);
    web_leave(transport, previous);
}

/* ---- Making ------------------------------------------------------------------------------------------------------------------ */

/* Its object is made; NULL: what went wrong is kept. */
static caw_transport *web_open(const caw_transport_ops *ops, const caw_js *stream, int way)
{
    caw__js_in_order();
    caw_transport *transport = caw_transport_new(ops, sizeof(end), caw__running ? caw__running : caw__js_loop());
    if (!transport) {
        caw__js_refuse();
        return NULL;
    }
    caw_js *object = caw__js_adopt(caw__js_stream_open(transport, caw__js_id(stream), way));
    if (!object) {
        caw_unref(transport);
        return NULL;
    }
    end_of(transport)->object = object;
    return transport;
}

caw_stream_reader *caw_stream_from_readable(const caw_js *readable, size_t limit)
{
    caw_stream_reader *reader = NULL;
    caw_transport     *transport = web_open(&read_ops, readable, READ);
    if (!transport) return NULL;
    if (caw_stream_connect(transport, limit, &reader, NULL)) {
        caw__js_refuse();
        return NULL;
    }
    web_pull(transport);
    return reader;
}

/* Without memory the transport, and all of it, goes. */
static caw_stream_writer *writer_of(caw_transport *transport)
{
    caw_stream_writer *writer = NULL;
    if (transport && caw_stream_connect(transport, 0, NULL, &writer)) caw__js_refuse();
    return writer;
}

caw_stream_writer *caw_stream_from_writable(const caw_js *writable) { return writer_of(web_open(&write_ops, writable, WRITE)); }

uint32_t caw__js_outlet(caw_stream_writer **writer)
{
    caw_transport *transport = web_open(&fill_ops, NULL, FILL);
    *writer = writer_of(transport);
    return *writer ? end_of(transport)->object->id : 0;
}

caw_js *caw_readable_stream(caw_stream_writer **writer)
{
    caw_transport *transport = web_open(&fill_ops, NULL, FILL);
    caw_js        *stream = transport ? caw__js_adopt(caw__js_stream_new(end_of(transport)->object->id)) : NULL;
    if (stream) {
        *writer = writer_of(transport);
    } else {
        *writer = NULL;
        caw_unref(transport);
    }
    if (*writer || !stream) return stream;
    caw_unref(stream);
    return NULL;
}

CAW__COLD_END
