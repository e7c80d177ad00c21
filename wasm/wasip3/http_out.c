/*
 * Owns: a body that goes: bytes that are there, or those of a transport that only writes; what comes behind it, and that it broke off.
 * Must not know: whose body it is.
 *
 * The host copies when it has somebody who takes them, so a piece of what was written is kept here until it has.
 */
#include "http.h"
#include "task/report.h"
#include <errno.h>

CAW__COLD

#define BODY "[static]response.new"
CAW__FROM(CAW__HTTP, "[stream-new-0]" BODY) uint64_t caw__http_out_new(void);
CAW__FROM(CAW__HTTP, "[async-lower][stream-write-0]" BODY)
uint32_t caw__http_out_write(uint32_t stream, const void *data, uint32_t size);
CAW__FROM(CAW__HTTP, "[stream-cancel-write-0]" BODY) uint32_t caw__http_out_cancel(uint32_t stream);
CAW__FROM(CAW__HTTP, "[stream-drop-writable-0]" BODY) void caw__http_out_drop(uint32_t stream);
CAW__FROM(CAW__HTTP, "[stream-drop-readable-0]" BODY) void caw__http_out_unread(uint32_t stream);
CAW__FROM(CAW__HTTP, "[future-drop-readable-1]" BODY) void caw__http_trailers_unread(uint32_t future);

#define PART ((size_t)65536)  /* bytes of the largest piece */
enum { INTERNAL_ERROR = 38 }; /* of wasi:http's codes */

struct caw__out {
    caw__waitable  waitable;         /* of the stream */
    uint32_t       stream;           /* its end that is written; 0: none so far, or all was */
    uint32_t       readable, unread; /* the host's ends of the stream and of the trailers' future, until it has them */
    uint32_t       trailers;         /* fields; 0: none */
    caw__letter   *letter;           /* what tells them; NULL: none so far, or it was sent */
    caw_transport *transport;        /* NULL: all bytes are there */
    uint8_t       *piece;
    size_t         size, at, room; /* of the piece: how much is in it, how much of that went, what was allocated for it */
    size_t         whole;          /* bytes of `own` */
    int64_t        left;           /* how many bytes there are still to be; negative: nobody knows */
    bool           held;           /* by its message */
    bool           waits;          /* for the host to take more */
    bool           complete;       /* no more bytes come */
    bool           broken;         /* and there should have been more */
    bool           lost;           /* nobody takes them any more */
    bool           over;
    uint8_t        own[];
};

/* What the transport keeps: the body may be over before its turn comes. */
typedef struct end {
    caw_transport *transport;
    caw__out      *out;  /* NULL: it is closed */
    caw__node      node; /* holds the transport while it is queued */
    bool           queued;
} end;

static end *end_of(caw_transport *transport) { return caw_transport_state(transport); }

static void free_piece(caw__out *it)
{
    if (it->room) caw__free(it->piece, it->room);
    it->room = it->size = it->at = 0;
}

/* All was written, or no more can be. */
static void finish(caw__out *it)
{
    caw__letter *letter = it->letter;
    free_piece(it);
    caw__forget(&it->waitable);
    if (it->stream) caw__http_out_drop(it->stream);
    it->stream = 0;
    it->letter = NULL;
    it->over = true;
    if (letter && it->broken) {
        letter->result.failed = 1;
        letter->result.of.error.code = INTERNAL_ERROR;
    } else if (letter && it->trailers) {
        letter->result.of.trailers.there = 1;
        letter->result.of.trailers.fields = it->trailers;
        it->trailers = 0;
    }
    if (letter) caw__letter_send(letter);
    if (it->held || it->transport) return;
    caw__http_drop_fields(it->trailers);
    caw__free(it, sizeof *it + it->whole);
}

static void end_run(caw__node *node)
{
    end           *e = CAW__CONTAINER(node, end, node);
    caw_transport *transport = e->transport;
    e->queued = false;
    if (e->out && e->out->lost) caw_transport_fail(transport, caw_error_os(EPIPE, "nobody takes the body any more"));
    else if (e->out && !e->out->waits) caw_transport_writable(transport);
    caw_unref(transport);
}

static void end_queue(caw_transport *transport)
{
    end *e = end_of(transport);
    if (e->queued) return;
    if (caw_transport_loop(transport)->closed) {
        caw_transport_abort(transport);
        return;
    }
    e->queued = true;
    caw_ref(transport);
    caw__ready_push(caw_transport_loop(transport), &e->node);
}

static void out_happened(caw__waitable *waitable, uint32_t event, uint32_t code);

/* Of the piece as much as the host takes; true: all of it, or nobody takes it. */
static bool out_push(caw__out *it)
{
    while (!it->waits && !it->lost && it->at < it->size) {
        uint32_t code = caw__http_out_write(it->stream, it->piece + it->at, (uint32_t)(it->size - it->at));
        if (code == CM_BLOCKED) {
            it->waits = true;
            caw__under_way++;
            if (!it->waitable.handle) caw__watch(&it->waitable, it->stream, out_happened);
        } else {
            it->at += code >> 4;
            it->lost = (code & 15) == CM_DROPPED;
        }
    }
    if (it->waits) return false;
    free_piece(it);
    return true;
}

/* Nothing of it waits, unless the host does not take it all at once. */
static void out_go_on(caw__out *it)
{
    if (!out_push(it)) return;
    caw_transport *transport = it->transport;
    bool           tell = transport && (it->lost || caw_transport_write_buffer_size(transport));
    if (it->complete || it->lost) finish(it);
    if (tell) end_queue(transport);
}

static void out_happened(caw__waitable *waitable, uint32_t event, uint32_t code)
{
    caw__out *it = CAW__CONTAINER(waitable, caw__out, waitable);
    (void)event;
    it->waits = false;
    caw__under_way--;
    it->at += code >> 4;
    it->lost = (code & 15) == CM_DROPPED;
    out_go_on(it);
}

/* ---- What the transport asks of it ------------------------------------------------------------------------------------------------- */

/* Who wrote it may have gone already. Gives the error. */
static caw_error *told(caw_transport *transport, caw_error *error)
{
    caw__report_error(caw_transport_loop(transport), "an HTTP body is broken", error, NULL);
    return error;
}

static ptrdiff_t body_send(caw_transport *transport, const void *data, size_t size, caw_error **error)
{
    caw__out *it = end_of(transport)->out;
    size_t    sent = 0;
    if (it->left >= 0 && size > (uint64_t)it->left) {
        *error = told(transport, caw_error_new(CAW_VALUE_ERROR, "the body is longer than its content-length"));
        return -1;
    }
    while (sent < size && !it->waits && !it->lost) {
        size_t part = size - sent < PART ? size - sent : PART;
        it->piece = caw__alloc(part);
        if (!it->piece) {
            *error = caw__error_no_memory();
            return -1;
        }
        memcpy(it->piece, (const char *)data + sent, part);
        it->room = it->size = part;
        it->at = 0;
        sent += part;
        out_push(it);
    }
    if (it->lost) end_queue(transport);
    if (it->left >= 0) it->left -= (int64_t)sent;
    return (ptrdiff_t)sent;
}

static void body_send_eof(caw_transport *transport)
{
    caw__out *it = end_of(transport)->out;
    it->complete = true;
    it->broken = it->left > 0;
    if (!it->waits) finish(it);
}

static void body_close(caw_transport *transport, bool aborted)
{
    end      *e = end_of(transport);
    caw__out *it = e->out;
    if (!it) return;
    e->out = NULL;
    it->transport = NULL;
    if (!aborted && it->left > 0)
        caw_unref(told(transport, caw_error_new(CAW_VALUE_ERROR, "the body is %zu bytes shorter than its content-length",
                                                (size_t)it->left)));
    it->broken = aborted ? it->waits || !it->complete : it->left > 0;
    it->complete = true;
    if (aborted && it->waits) {
        it->waits = false;
        caw__under_way--;
        caw__forget(&it->waitable);
        caw__http_out_cancel(it->stream);
        it->at = it->size;
    }
    if (!it->waits) finish(it);
}

static const caw_transport_ops ops = {.name = "HTTP body", .send = body_send, .send_eof = body_send_eof, .close = body_close};

/* ---- Making ------------------------------------------------------------------------------------------------------------------------ */

static caw__out *out_make(const void *data, size_t size)
{
    caw__out *it = caw__alloc(caw__size_of(sizeof *it, size, 1));
    if (!it) return NULL;
    memset(it, 0, sizeof *it);
    it->held = true;
    it->left = -1;
    it->whole = size;
    if (size) memcpy(it->own, data, size);
    return it;
}

caw__out *caw__out_of(const void *data, size_t size)
{
    caw__out *it = out_make(data, size);
    if (!it) return NULL;
    it->complete = true;
    it->piece = it->own;
    it->size = size;
    return it;
}

/* Its stream and its future. False: no memory. */
static bool out_begin(caw__out *it)
{
    it->letter = caw__letter_new(true, &it->unread);
    if (!it->letter) return false;
    uint64_t ends = caw__http_out_new();
    it->readable = (uint32_t)ends;
    it->stream = (uint32_t)(ends >> 32);
    return true;
}

caw__out *caw__out_by(caw_stream_writer **writer, int64_t length)
{
    caw__out      *it = out_make(NULL, 0);
    caw_transport *transport = it ? caw_transport_new(&ops, sizeof(end), NULL) : NULL;
    *writer = NULL;
    if (!transport || !out_begin(it)) {
        caw_unref(transport);
        if (it) caw__free(it, sizeof *it);
        return NULL;
    }
    *end_of(transport) = (end){.transport = transport, .out = it, .node = CAW__NODE(end_run)};
    it->transport = transport;
    it->left = length;
    if (!caw_stream_connect(transport, 0, NULL, writer)) return it;
    caw__out_release(it); /* the transport is gone */
    return NULL;
}

uint64_t caw__out_open(caw__out *it)
{
    if (!it->unread && !out_begin(it)) return 0;
    return (uint64_t)it->unread << 32 | it->readable;
}

void caw__out_go(caw__out *it)
{
    it->readable = it->unread = 0;
    out_go_on(it);
}

bool caw__out_trailers(caw__out *it, uint32_t fields)
{
    caw__http_drop_fields(it->over ? fields : it->trailers);
    if (!it->over) it->trailers = fields;
    return !it->over;
}

void caw__out_release(caw__out *it)
{
    caw_transport *transport = it->transport;
    it->held = false;
    if (it->unread) { /* which the host never had */
        caw__http_out_unread(it->readable);
        caw__http_trailers_unread(it->unread);
        it->unread = 0;
        it->lost = true;
    }
    if (it->waits || (transport && !it->lost)) return;
    if (transport) end_queue(transport);
    finish(it);
}

CAW__COLD_END
