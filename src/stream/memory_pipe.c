/*
 * Owns: transports in memory, two and two: what one is given to send, the other receives.
 * Must not know: streams, but to make them.
 *
 * There is no buffer here. What was written waits in the sender's transport until the other end's turn comes, and goes from there to
 * the other end's protocol.
 */
#include "task/task.h"
#include <cawait/stream.h>
#include <errno.h>

CAW__COLD

#define PART ((size_t)65536) /* how much arrives in one pass */

typedef struct end {
    caw_transport *transport; /* this */
    struct end    *other;     /* NULL: gone */
    caw__node      node;      /* its turn; holds the transport while queued */

    bool queued, paused;
    bool giving;    /* what its transport is asked to send now may go over */
    bool over;      /* its connection is lost */
    bool eof, told; /* no more comes from the other end; its protocol knows */
    bool was_reset; /* the other end was aborted */
} end;

static end *end_of(caw_transport *transport) { return caw_transport_state(transport); }

/* What an end receives while it sends its last is dropped, so that two that close at once do not wait for each other. */
static bool is_reading(const end *e)
{
    if (caw_transport_is_closing(e->transport)) return !e->over && caw_transport_write_buffer_size(e->transport);
    return !e->paused;
}

static bool can_receive(const end *e)
{
    return is_reading(e) && e->other && caw_transport_write_buffer_size(e->other->transport);
}
static bool must_hear_of_the_end(const end *e) { return is_reading(e) && e->eof && !e->told; }
/* It has something to send to nobody. */
static bool is_broken(const end *e)
{
    return !e->over && (!e->other || e->other->over) && caw_transport_write_buffer_size(e->transport);
}

static void queue(end *e)
{
    if (e->queued) return;
    caw_loop *loop = caw_transport_loop(e->transport);
    if (loop->closed) {
        caw_transport_abort(e->transport); /* its turn will not come */
        return;
    }
    e->queued = true;
    caw_ref(e->transport);
    caw__ready_push(loop, &e->node);
}

static void queue_if_due(end *e)
{
    if (can_receive(e) || must_hear_of_the_end(e) || is_broken(e) || (e->was_reset && !e->over)) queue(e);
}

static void turn(caw__node *node)
{
    end           *e = CAW__CONTAINER(node, end, node);
    caw_transport *transport = e->transport;
    e->queued = false;
    if (caw_transport_loop(transport)->closed) {
        caw_transport_abort(transport);
        caw_unref(transport);
        return;
    }
    if (e->was_reset) {
        caw_transport_fail(transport, caw_error_os(ECONNRESET, "the other end of the pipe was aborted"));
    } else if (can_receive(e)) {
        e->other->giving = true;
        caw_transport_writable(e->other->transport);
    } else if (must_hear_of_the_end(e)) {
        e->told = true;
        caw_transport_received_eof(transport);
    }
    if (is_broken(e)) caw_transport_fail(transport, caw_error_os(EPIPE, "the other end of the pipe is closed"));
    if (!e->was_reset) queue_if_due(e);
    caw_unref(transport);
}

/* ---- What the transport asks of it ------------------------------------------------------------------------------------------ */

/* Not "send" and "close": wasm-ld 19 takes a local function in an archive for the definition of libc's (a wrong call, no error). */
static ptrdiff_t pipe_send(caw_transport *transport, const void *data, size_t size, caw_error **error)
{
    end *e = end_of(transport), *other = e->other;
    if (!other || other->over) {
        *error = caw_error_os(EPIPE, "the other end of the pipe is closed");
        return -1;
    }
    if (!e->giving) {
        if (is_reading(other)) queue(other);
        return 0;
    }
    e->giving = false;
    if (size > PART) size = PART;
    caw_transport_received(other->transport, data, size);
    return (ptrdiff_t)size;
}

static void pipe_send_eof(caw_transport *transport)
{
    end *other = end_of(transport)->other;
    if (!other) return;
    other->eof = true;
    queue_if_due(other);
}

static void pause_reading(caw_transport *transport)
{
    end *e = end_of(transport);
    e->paused = true;
    queue_if_due(e);
}

static void resume_reading(caw_transport *transport)
{
    end *e = end_of(transport);
    e->paused = false;
    queue_if_due(e);
}

static void pipe_close(caw_transport *transport, bool aborted)
{
    end *e = end_of(transport), *other = e->other;
    e->over = true;
    if (!other) return;
    if (aborted) other->was_reset = true;
    else other->eof = true;
    queue_if_due(other);
}

static void pipe_release(caw_transport *transport)
{
    end *other = end_of(transport)->other;
    if (other) other->other = NULL;
}

static const caw_transport_ops ops = {.name = "memory pipe",
                                      .send = pipe_send,
                                      .send_eof = pipe_send_eof,
                                      .pause_reading = pause_reading,
                                      .resume_reading = resume_reading,
                                      .close = pipe_close,
                                      .release = pipe_release};

/* ---- Making --------------------------------------------------------------------------------------------------------------------- */

static caw_transport *end_new(void)
{
    caw_transport *transport = caw_transport_new(&ops, sizeof(end), NULL);
    if (!transport) return NULL;
    end *e = end_of(transport);
    e->transport = transport;
    e->node.run = turn;
    return transport;
}

/* Streams over a new pair: of each end, those that are asked for: this one's writer and the other's reader at least. */
static int pipe_make(size_t limit, caw_stream_reader **reader, caw_stream_writer **writer, caw_stream_reader **far_reader,
                     caw_stream_writer **far_writer)
{
    caw_transport *near = end_new(), *far = end_new();
    if (near && far) {
        end_of(near)->other = end_of(far);
        end_of(far)->other = end_of(near);
    }
    int status = caw_stream_connect(near, limit, reader, writer),
        far_status = caw_stream_connect(far, limit, far_reader, far_writer);
    if (!status && !far_status) return 0;
    if (reader) caw_unref(*reader);
    caw_unref(*writer);
    caw_unref(*far_reader);
    if (far_writer) caw_unref(*far_writer);
    return caw__running ? -CAW_MEMORY_ERROR : -CAW_RUNTIME_ERROR;
}

int caw_memory_pipe(size_t limit, caw_stream_reader **reader, caw_stream_writer **writer)
{
    int status = pipe_make(limit, NULL, writer, reader, NULL);
    if (!status) return 0;
    *reader = NULL;
    *writer = NULL;
    return status;
}

int caw_memory_duplex(size_t limit, caw_stream *one, caw_stream *other)
{
    int status = pipe_make(limit, &one->reader, &one->writer, &other->reader, &other->writer);
    if (status) *one = *other = (caw_stream){NULL, NULL};
    return status;
}

CAW__COLD_END
