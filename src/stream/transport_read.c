/*
 * Owns: how what a transport has received comes to its protocol, in a buffer of the protocol's own or not; pausing that.
 * Must not know: what carries the bytes (caw_transport_ops); what is written, or how it ends (transport.c).
 */
#include "stream/stream.h"

CAW__COLD

bool caw_transport_is_reading(const caw_transport *t) { return !t->closing && !t->reading_paused; }

int caw_transport_pause_reading(caw_transport *t)
{
    CAW__OURS(t);
    if (!caw_transport_is_reading(t)) return 0;
    if (!t->ops->pause_reading) return -CAW_RUNTIME_ERROR;
    t->reading_paused = true;
    t->ops->pause_reading(t);
    return 0;
}

void caw_transport_resume_reading(caw_transport *t)
{
    CAW__OURS(t);
    if (t->closing || !t->reading_paused) return;
    t->reading_paused = false;
    if (t->ops->resume_reading) t->ops->resume_reading(t);
}

void *caw_transport_get_buffer(caw_transport *t, size_t hint, size_t *size)
{
    CAW__OURS(t);
    *size = 0;
    if (t->closing || !t->protocol || !t->protocol->get_buffer) return NULL;
    caw_ref(t);
    caw__outside outer = caw__transport_enter(t);
    void        *buffer = t->protocol->get_buffer(t->self, hint, size);
    caw__transport_leave(t, outer);
    if (!buffer || !*size) {
        caw_transport_fail(t, caw_error_new(CAW_RUNTIME_ERROR, "get_buffer() returned an empty buffer"));
        buffer = NULL;
    }
    if (t->closing) buffer = NULL;
    caw_unref(t);
    return buffer;
}

/* Data came, and the protocol has said what it makes of that. */
static void transport_answer(caw_transport *t, int status)
{
    if (status < 0) caw_transport_fail(t, caw_error_from_code(status));
    caw_unref(t);
}

void caw_transport_buffer_updated(caw_transport *t, size_t size)
{
    CAW__OURS(t);
    if (t->closing || !t->protocol) return;
    caw__outside outer = caw__transport_enter(caw_ref(t));
    int          status = t->protocol->buffer_updated(t->self, size);
    caw__transport_leave(t, outer);
    transport_answer(t, status);
}

static void transport_fill(caw_transport *t, const uint8_t *data, size_t size)
{
    caw_ref(t);
    for (size_t room; size; size -= room, data += room) {
        void *to = caw_transport_get_buffer(t, size, &room);
        if (!to) break;
        if (room > size) room = size;
        memcpy(to, data, room);
        caw_transport_buffer_updated(t, room);
    }
    caw_unref(t);
}

void caw_transport_received(caw_transport *t, const void *data, size_t size)
{
    CAW__OURS(t);
    if (t->closing || !t->protocol || !size) return;
    if (t->protocol->get_buffer) {
        transport_fill(t, data, size);
        return;
    }
    if (!t->protocol->data_received) return;
    caw__outside outer = caw__transport_enter(caw_ref(t));
    int          status = t->protocol->data_received(t->self, data, size);
    caw__transport_leave(t, outer);
    transport_answer(t, status);
}

void caw_transport_received_eof(caw_transport *t)
{
    CAW__OURS(t);
    if (t->closing || !t->protocol) return;
    caw_ref(t);
    caw__outside outer = caw__transport_enter(t);
    bool         keep = t->protocol->eof_received && t->protocol->eof_received(t->self);
    caw__transport_leave(t, outer);
    if (!keep) caw_transport_close(t);
    caw_unref(t);
}

CAW__COLD_END
