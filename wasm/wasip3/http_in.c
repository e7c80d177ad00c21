/*
 * Owns: a body that comes: a transport that only reads, from a stream of the host's; how that ended, and what came behind it.
 * Must not know: whose body it is, or who reads it.
 *
 * The host copies into a buffer of ours in its own time; what has come is given to the transport's protocol in a pass of the loop.
 */
#include "http.h"

CAW__COLD

#define BODY "[static]response.consume-body"
CAW__FROM(CAW__HTTP, "[async-lower][stream-read-1]" BODY)
uint32_t caw__http_in_read(uint32_t stream, void *data, uint32_t size);
CAW__FROM(CAW__HTTP, "[stream-cancel-read-1]" BODY) uint32_t caw__http_in_cancel(uint32_t stream);
CAW__FROM(CAW__HTTP, "[stream-drop-readable-1]" BODY) void caw__http_in_drop(uint32_t stream);
CAW__FROM(CAW__HTTP, "[async-lower][future-read-2]" BODY) uint32_t caw__http_end_read(uint32_t future, void *result);
CAW__FROM(CAW__HTTP, "[future-cancel-read-2]" BODY) uint32_t caw__http_end_cancel(uint32_t future);
CAW__FROM(CAW__HTTP, "[future-drop-readable-2]" BODY) void caw__http_end_drop(uint32_t future);

#define PART 16384

struct caw__in {
    caw_transport   *transport;
    caw_js          *message;     /* whose trailers these will be; NULL: it is gone */
    caw__node        node;        /* holds the transport while it is queued */
    caw__waitable    waitable;    /* of the stream, then of its end */
    uint32_t         stream, end; /* 0: dropped */
    uint32_t         came;        /* bytes in the buffer, for the next pass */
    bool             waits, queued, paused;
    bool             over; /* the stream has ended; then the end has */
    caw__letter     *letter;
    uint8_t         *buffer;
    caw__http_result result;
};

static caw__in *in_of(caw_transport *transport) { return caw_transport_state(transport); }

static void queue(caw__in *it)
{
    if (it->queued) return;
    if (caw_transport_loop(it->transport)->closed) {
        caw_transport_abort(it->transport); /* its pass will not come */
        return;
    }
    it->queued = true;
    caw_ref(it->transport);
    caw__ready_push(caw_transport_loop(it->transport), &it->node);
}

static void arrived(caw__in *it, uint32_t code)
{
    if (it->stream) it->came = code >> 4;
    it->over = !it->stream || (code & 15) == CM_DROPPED;
    queue(it);
}

static void happened(caw__waitable *waitable, uint32_t event, uint32_t code)
{
    caw__in *it = CAW__CONTAINER(waitable, caw__in, waitable);
    (void)event;
    it->waits = false;
    caw__under_way--;
    arrived(it, code);
}

/* Nothing is given out in here. */
static void read_on(caw__in *it)
{
    uint32_t handle = it->stream ? it->stream : it->end, code;
    if (it->waits || it->queued || it->paused || !handle || caw_transport_is_closing(it->transport)) return;
    if (it->stream) code = caw__http_in_read(it->stream, it->buffer, PART);
    else code = caw__http_end_read(it->end, &it->result);
    if (code != CM_BLOCKED) {
        arrived(it, code);
        return;
    }
    it->waits = true;
    caw__under_way++;
    if (!it->waitable.handle) caw__watch(&it->waitable, handle, happened);
}

static void drop_stream(caw__in *it)
{
    caw__forget(&it->waitable);
    caw__http_in_drop(it->stream);
    it->stream = 0;
    it->over = false;
}

/* Texts and handles in it go; the error, if it is one. */
static caw_error *taken(caw__in *it)
{
    if (it->result.failed) return caw__http_error(&it->result.of.error);
    if (it->result.of.trailers.there && it->message) it->message->trailers = it->result.of.trailers.fields;
    else if (it->result.of.trailers.there) caw__http_drop_fields(it->result.of.trailers.fields);
    return NULL;
}

static void ended(caw__in *it)
{
    caw_error *error = taken(it);
    caw__forget(&it->waitable);
    caw__http_end_drop(it->end);
    it->end = 0;
    if (error) caw_transport_fail(it->transport, error);
    else caw_transport_received_eof(it->transport);
}

static void run(caw__node *node)
{
    caw__in       *it = CAW__CONTAINER(node, caw__in, node);
    caw_transport *transport = it->transport;
    it->queued = false;
    if (it->buffer && !caw_transport_loop(transport)->closed) {
        uint32_t came = it->came;
        it->came = 0;
        if (came) caw_transport_received(transport, it->buffer, came);
        if (it->over && it->stream) drop_stream(it);
        else if (it->over && it->end) ended(it);
        read_on(it);
    }
    caw_unref(transport);
}

/* ---- What the transport asks of it --------------------------------------------------------------------------------------------- */

static ptrdiff_t no_send(caw_transport *transport, const void *data, size_t size, caw_error **error)
{
    (void)transport, (void)data, (void)error;
    return (ptrdiff_t)size;
}

static void pause_reading(caw_transport *transport) { in_of(transport)->paused = true; }

static void resume_reading(caw_transport *transport)
{
    in_of(transport)->paused = false;
    read_on(in_of(transport));
}

/* What is not read is given up: the host ends the transfer. */
static void in_close(caw_transport *transport, bool aborted)
{
    caw__in *it = in_of(transport);
    (void)aborted;
    caw__forget(&it->waitable);
    if (it->waits) {
        it->waits = false;
        caw__under_way--;
        if (it->stream) caw__http_in_cancel(it->stream);
        else if ((caw__http_end_cancel(it->end) & 15) == CM_COMPLETED) caw_unref(taken(it));
    } else if (it->over && !it->stream && it->end) {
        caw_unref(taken(it)); /* it had ended, and nobody was told */
    }
    if (it->stream) caw__http_in_drop(it->stream);
    if (it->end) caw__http_end_drop(it->end);
    it->stream = it->end = 0;
    if (it->letter) caw__letter_send(it->letter);
    if (it->buffer) caw__free(it->buffer, PART);
    it->buffer = NULL;
    if (it->message) it->message->in = NULL;
    it->message = NULL;
}

void caw__in_forget(caw__in *it) { it->message = NULL; }
void caw__in_cancel(caw__in *it) { caw_transport_fail(it->transport, caw__error_cancelled()); }

static const caw_transport_ops ops = {
    .name = "HTTP body", .send = no_send, .pause_reading = pause_reading, .resume_reading = resume_reading, .close = in_close};

/* ---- Making -------------------------------------------------------------------------------------------------------------------- */

static caw_transport *in_new(caw_js *message)
{
    caw_transport *transport = caw_transport_new(&ops, sizeof(caw__in), NULL);
    caw__in       *it = transport ? in_of(transport) : NULL;
    uint32_t       told, ends[2];
    if (it) it->buffer = caw__alloc(PART);
    if (it && it->buffer) it->letter = caw__letter_new(false, &told);
    if (!it || !it->letter) {
        caw_unref(transport);
        return NULL;
    }
    message->kind->consume(message->handle, told, ends);
    message->handle = 0;
    message->in = it;
    it->transport = transport;
    it->message = message;
    it->node.run = run;
    it->stream = ends[0];
    it->end = ends[1];
    return transport;
}

caw_stream_reader *caw__http_read(caw_js *message, caw_error **why)
{
    caw_stream_reader *reader;
    if (message->is_read || !message->handle) {
        *why = caw_error_new(CAW_TYPE_ERROR, "the body was read already");
        return NULL;
    }
    caw__http_fields_of(message);
    bool           kept = !message->kind->keep || message->kind->keep(message);
    caw_transport *transport = kept ? in_new(message) : NULL;
    if (!transport || caw_stream_connect(transport, 0, &reader, NULL)) {
        *why = caw__error_no_memory();
        return NULL;
    }
    message->is_read = true;
    read_on(message->in);
    return reader;
}

CAW__COLD_END
