/*
 * Owns: what all transports have in common: the buffer of what could not be sent yet, its limits, the flushing close, the abort,
 * connection_lost once and in a pass of its own.
 * Must not know: what carries the bytes (caw_transport_ops), nor who reads them (transport_read.c, caw_protocol_ops).
 */
#include "stream/stream.h"

CAW__COLD

/* Where the carrier's state is. */
#define HEAD ((sizeof(caw_transport) + 15) & ~(size_t)15)

/* The protocol is called as any callback is: outside of tasks, in the context of the transport. */
caw__outside caw__transport_enter(caw_transport *t)
{
    caw__outside it = {caw__context, caw__rt.task};
    caw__context = t->context;
    t->context = NULL;
    caw__rt.task = NULL;
    return it;
}

void caw__transport_leave(caw_transport *t, caw__outside it)
{
    caw_context *between = t->context; /* of a call inside the call */
    t->context = caw__context;
    caw__context = it.context;
    caw__rt.task = it.task;
    caw_unref(between);
}

static void transport_detach(caw_transport *t)
{
    const caw_protocol_ops *protocol = t->protocol;
    t->protocol = NULL;
    if (protocol && protocol->release) protocol->release(t->self);
}

static void transport_end(caw_transport *t)
{
    if (t->over) return;
    t->over = true;
    if (t->ops->close) t->ops->close(t, t->aborted);
}

static void transport_release(void *object)
{
    caw_transport *t = object;
    t->object.refs = 1; /* what is called here may take references; none of them keeps it */
    if (!t->lost) t->aborted = true;
    t->closing = t->lost = true;
    transport_detach(t);
    transport_end(t);
    if (t->ops->release) t->ops->release(t);
    caw__free(t->buffer.data, t->buffer.capacity);
    caw_unref(t->error);
    caw_unref(t->context);
    caw__loop_unref(t->loop);
    caw__free(t, HEAD + t->state_size);
}

static const caw__type transport_type = {"transport", transport_release, NULL};

caw_transport *caw_transport_new(const caw_transport_ops *ops, size_t state_size, caw_loop *loop)
{
    if (!loop) loop = caw__running;
    if (!loop || loop->closed) return NULL;
    caw_transport *t = caw__object_new(&transport_type, CAW__OBJECT, caw__size_of(HEAD, 1, state_size));
    if (!t) return NULL;
    if (caw__context_snapshot(caw__context, &t->context)) {
        caw__free(t, HEAD + state_size);
        return NULL;
    }
    t->ops = ops;
    t->loop = caw__loop_ref(loop);
    t->state_size = state_size;
    (void)caw_transport_set_write_buffer_limits(t, -1, -1);
    return t;
}

void     *caw_transport_state(caw_transport *t) { return (char *)t + HEAD; }
caw_loop *caw_transport_loop(const caw_transport *t) { return t->loop; }

caw_value caw_transport_get_extra_info(caw_transport *t, const char *name)
{
    return t->ops->extra_info ? t->ops->extra_info(t, name) : caw_none();
}

void caw__transport_give(caw_transport *t, const caw_protocol_ops *protocol, void *self)
{
    t->protocol = protocol;
    t->self = self;
}

void caw__transport_made(caw_transport *t)
{
    if (!t->protocol || !t->protocol->connection_made) return;
    caw__outside outer = caw__transport_enter(t);
    t->protocol->connection_made(t->self, t);
    caw__transport_leave(t, outer);
}

void caw_transport_attach(caw_transport *t, const caw_protocol_ops *protocol, void *self)
{
    CAW__OURS(t);
    caw__transport_give(t, protocol, self);
    caw__transport_made(t);
}

/* ---- The end ---------------------------------------------------------------------------------------------------------- */

static void transport_connection_lost(caw_transport *t)
{
    if (t->protocol && t->protocol->connection_lost && !t->loop->closed) {
        caw__outside outer = caw__transport_enter(t);
        t->protocol->connection_lost(t->self, t->error);
        caw__transport_leave(t, outer);
    }
    transport_detach(t);
    transport_end(t);
    caw_unref(t); /* its own, since it began to close */
}

static void node_run(caw__node *node) { transport_connection_lost(CAW__CONTAINER(node, caw_transport, node)); }

static void lose(caw_transport *t)
{
    CAW__ALWAYS(!t->lost && t->closing);
    t->lost = true;
    t->node.run = node_run;
    if (t->loop->closed) transport_connection_lost(t);
    else caw__ready_push(t->loop, &t->node);
}

static void begin_to_close(caw_transport *t)
{
    if (t->closing) return;
    t->closing = true;
    caw_ref(t);
    if (t->ops->pause_reading) t->ops->pause_reading(t);
}

/* All is sent: whether the carrier says when that has arrived. */
static bool waits_for_end(caw_transport *t) { return t->ops->finish && !t->loop->closed && t->ops->finish(t); }

void caw_transport_finished(caw_transport *t)
{
    CAW__OURS(t);
    if (t->lost || !t->closing) return;
    t->lost = true;
    transport_connection_lost(t);
}

void caw_transport_close(caw_transport *t)
{
    CAW__OURS(t);
    if (t->closing) return;
    begin_to_close(t);
    if (t->lost) return; /* the carrier broke */
    if (!t->buffer.size) {
        if (!waits_for_end(t)) lose(t);
    } else if (t->loop->closed) {
        caw_transport_abort(t); /* nobody will send it */
    }
}

void caw_transport_fail(caw_transport *t, caw_error *error)
{
    CAW__OURS(t);
    if (!t->lost) begin_to_close(t);
    if (t->lost) {
        caw_unref(error);
        return;
    }
    caw__buffer_take(&t->buffer, t->buffer.size);
    t->error = error;
    t->aborted = true;
    lose(t);
}

void caw_transport_abort(caw_transport *t) { caw_transport_fail(t, NULL); }
bool caw_transport_is_closing(const caw_transport *t) { return t->closing; }

/* ---- Writing ---------------------------------------------------------------------------------------------------------- */

static void pause_or_not(caw_transport *t)
{
    if (t->buffer.size <= t->high || t->writing_paused) return;
    t->writing_paused = true;
    if (t->protocol && t->protocol->pause_writing) t->protocol->pause_writing(t->self);
}

int caw_transport_set_write_buffer_limits(caw_transport *t, ptrdiff_t high, ptrdiff_t low)
{
    CAW__OURS(t);
    if (high < 0 && low > PTRDIFF_MAX / 4) return -CAW_VALUE_ERROR;
    if (high < 0) high = low < 0 ? 65536 : low * 4;
    if (low < 0) low = high / 4;
    if (high < low) return -CAW_VALUE_ERROR;
    t->high = (size_t)high;
    t->low = (size_t)low;
    pause_or_not(t);
    return 0;
}

size_t caw_transport_write_buffer_size(const caw_transport *t) { return t->buffer.size; }

/* What the carrier takes at once; none when it broke, and then it is lost. */
static size_t transport_push(caw_transport *t, const void *data, size_t size)
{
    caw_error *error = NULL;
    ptrdiff_t  sent = t->ops->send(t, data, size, &error);
    if (sent >= 0) return (size_t)sent;
    caw_transport_fail(t, error);
    return 0;
}

int caw_transport_write(caw_transport *t, const void *data, size_t size)
{
    return caw_transport_writelines(t, &(caw_bytes){data, size}, 1);
}

int caw_transport_writelines(caw_transport *t, const caw_bytes *parts, size_t count)
{
    CAW__OURS(t);
    if (t->eof) return -CAW_RUNTIME_ERROR;
    size_t size = 0, left, i;
    for (i = 0; i < count; i++) {
        if (parts[i].size > SIZE_MAX - size) return -CAW_MEMORY_ERROR;
        size += parts[i].size;
    }
    if (t->lost || t->loop->closed) return 0;
    left = size;
    bool buffering = t->buffer.size != 0, reserved = false;
    for (i = 0; i < count; i++) {
        const uint8_t *data = parts[i].data;
        size_t         rest = parts[i].size;
        if (!rest) continue;
        if (!buffering) {
            size_t sent = transport_push(t, data, rest);
            if (t->lost) return 0;
            left -= sent;
            rest -= sent;
            if (!rest) continue;
            data += sent;
            buffering = true;
        }
        if (!reserved && !caw__buffer_reserve(&t->buffer, left)) {
            if (left < size) caw_transport_fail(t, caw__error_no_memory()); /* what is gone cannot be taken back */
            return -CAW_MEMORY_ERROR;
        }
        reserved = true;
        caw__buffer_put(&t->buffer, data, rest);
    }
    pause_or_not(t);
    return 0;
}

/* Once: whoever is told that it may go on writes the end itself, perhaps. */
static void transport_send_eof(caw_transport *t)
{
    if (t->eof_sent) return;
    t->eof_sent = true;
    t->ops->send_eof(t);
}

bool caw_transport_can_write_eof(const caw_transport *t) { return t->ops->send_eof != NULL; }

int caw_transport_write_eof(caw_transport *t)
{
    CAW__OURS(t);
    if (t->closing || t->eof) return 0;
    if (!t->ops->send_eof) return -CAW_RUNTIME_ERROR;
    t->eof = true;
    if (!t->buffer.size) transport_send_eof(t);
    return 0;
}

void caw_transport_writable(caw_transport *t)
{
    CAW__OURS(t);
    if (t->lost || !t->buffer.size) return;
    caw_ref(t);
    size_t sent = transport_push(t, caw__buffer_front(&t->buffer), t->buffer.size);
    if (!t->lost) {
        caw__buffer_take(&t->buffer, sent);
        if (t->writing_paused && t->buffer.size <= t->low) {
            t->writing_paused = false;
            if (t->protocol && t->protocol->resume_writing) { /* may write, or abort */
                caw__outside outer = caw__transport_enter(t);
                t->protocol->resume_writing(t->self);
                caw__transport_leave(t, outer);
            }
        }
    }
    if (!t->lost && !t->buffer.size) {
        if (t->closing) {
            if (!waits_for_end(t)) caw_transport_finished(t);
        } else if (t->eof) {
            transport_send_eof(t);
        }
    }
    caw_unref(t);
}

CAW__COLD_END
