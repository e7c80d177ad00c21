/*
 * Owns: endpoints for datagrams, exact to asyncio's: what is buffered when it cannot be sent, which errors go where.
 * Must not know: how the endpoint's socket was bound (endpoint.c).
 */
#include "net/endpoint.h"
#include <errno.h>

CAW__COLD

#define LARGEST ((size_t)65536) /* bytes, of a datagram of any kind */
#define HEAD 8                  /* what each counts besides its bytes */

/* One that could not be sent yet. */
typedef struct parcel {
    struct parcel *next;
    size_t         size;
    bool           addressed;
    caw_address    to;
    uint8_t        data[];
} parcel;

/* What its node has to do. */
enum { MADE = 1, READ = 2, WRITE = 4, LOST = 8 };

struct caw_datagram_transport {
    caw__object                      object;
    caw_loop                        *loop;
    caw__socket                      socket;
    caw__op                          reading, writing;
    caw__node                        node; /* holds it while it is queued */
    caw__over                        open; /* the loop's; holds it until it is lost */
    const caw_datagram_protocol_ops *protocol;
    void                            *self;
    caw_context                     *context;
    caw_address                      own, peer; /* peer: the host's connected one */
    caw_address                      address;   /* the remote one; without a family: none */
    parcel                          *first, *last;
    size_t                           size, high, low;
    uint8_t                          due;
    bool                             queued, read_waits, write_waits, paused;
    bool                             closing, lost, over;
};

static CAW__TLS void  *shared; /* LARGEST bytes, for all of a thread; NULL: nobody has read yet */
static CAW__TLS size_t endpoints;

static void parcels_free(caw_datagram_transport *t)
{
    for (parcel *p; (p = t->first) != NULL;) {
        t->first = p->next;
        caw__free(p, sizeof *p + p->size);
    }
    t->size = 0;
}

/* As any callback is called. */
static caw__outside enter(caw_datagram_transport *t)
{
    caw__outside it = {caw__context, caw__rt.task};
    caw__context = t->context;
    t->context = NULL;
    caw__rt.task = NULL;
    return it;
}
static void leave(caw_datagram_transport *t, caw__outside it)
{
    caw_context *between = t->context;
    t->context = caw__context;
    caw__context = it.context;
    caw__rt.task = it.task;
    caw_unref(between);
}

static void tell_error(caw_datagram_transport *t, ptrdiff_t status)
{
    if (!t->protocol->error_received) return;
    caw_error   *error = caw__net_error(status, NULL, NULL);
    caw__outside outer = enter(t);
    t->protocol->error_received(t->self, error);
    leave(t, outer);
    caw_unref(error);
}

/* ---- The end ---------------------------------------------------------------------------------------------------------------- */

/* Lets go of everything; once. */
static void datagram_end(caw_datagram_transport *t)
{
    if (t->over) return;
    t->over = t->closing = t->lost = true;
    if (t->read_waits) caw__host_cancel(&t->reading);
    if (t->write_waits) caw__host_cancel(&t->writing);
    caw__over_remove(&t->open);
    caw__host_socket_close(t->socket, false);
    const caw_datagram_protocol_ops *protocol = t->protocol;
    if (protocol->release) protocol->release(t->self);
    caw_unref(t); /* the loop's */
}

static void datagram_lost(caw_datagram_transport *t)
{
    if (t->protocol->connection_lost) {
        caw__outside outer = enter(t);
        t->protocol->connection_lost(t->self, NULL);
        leave(t, outer);
    }
    datagram_end(t);
}

static void datagram_queue(caw_datagram_transport *t, unsigned due)
{
    t->due = (uint8_t)(t->due | due);
    if (t->queued) return;
    t->queued = true;
    caw_ref(t);
    caw__ready_push(t->loop, &t->node);
}

static void lose(caw_datagram_transport *t)
{
    t->lost = true;
    if (t->read_waits) caw__host_cancel(&t->reading);
    if (t->write_waits) caw__host_cancel(&t->writing);
    t->read_waits = t->write_waits = false;
    if (t->loop->closed) datagram_end(t);
    else datagram_queue(t, LOST);
}

void caw_datagram_close(caw_datagram_transport *t)
{
    CAW__OURS(t);
    if (t->closing) return;
    t->closing = true;
    if (t->read_waits) caw__host_cancel(&t->reading);
    t->read_waits = false;
    if (!t->first || t->loop->closed) lose(t);
}

void caw_datagram_abort(caw_datagram_transport *t)
{
    CAW__OURS(t);
    if (t->lost) return;
    t->closing = true;
    parcels_free(t);
    lose(t);
}

bool      caw_datagram_is_closing(const caw_datagram_transport *t) { return t->closing; }
caw_loop *caw_datagram_loop(const caw_datagram_transport *t) { return t->loop; }

bool caw_datagram_address(const caw_datagram_transport *t, bool peer, caw_address *address)
{
    *address = peer ? t->peer : t->own;
    return address->family != CAW_ANY_FAMILY;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------------- */

static void datagram_readable(caw__op *op)
{
    caw_datagram_transport *t = CAW__CONTAINER(op, caw_datagram_transport, reading);
    t->read_waits = false;
    datagram_queue(t, READ);
}

static void wait_to_read(caw_datagram_transport *t)
{
    if (t->closing) return;
    t->read_waits = caw__host_ready(&t->reading, t->socket, CAW__TO_READ) == CAW__UNDER_WAY;
    if (!t->read_waits) datagram_queue(t, READ);
}

static bool is_early(ptrdiff_t status) { return status == -EAGAIN || status == -EINTR; }

static void datagram_read(caw_datagram_transport *t)
{
    if (t->closing) return;
    if (!shared) shared = caw__alloc(LARGEST);
    if (!shared) { /* it is dropped, as any may be on its way */
        uint8_t   none;
        ptrdiff_t status = caw__host_receive(t->socket, &none, 0, NULL);
        if (!is_early(status)) tell_error(t, -ENOMEM);
        wait_to_read(t);
        return;
    }
    caw_address from = {.family = CAW_ANY_FAMILY};
    ptrdiff_t   size = caw__host_receive(t->socket, shared, LARGEST, &from);
    if (size >= 0 && t->protocol->datagram_received) {
        caw__outside outer = enter(t);
        t->protocol->datagram_received(t->self, shared, (size_t)size, &from);
        leave(t, outer);
    } else if (size < 0 && !is_early(size)) {
        tell_error(t, size);
    }
    wait_to_read(t);
}

/* ---- Writing ------------------------------------------------------------------------------------------------------------------- */

static void datagram_writable(caw__op *op)
{
    caw_datagram_transport *t = CAW__CONTAINER(op, caw_datagram_transport, writing);
    t->write_waits = false;
    datagram_queue(t, WRITE);
}

static void wait_to_write(caw_datagram_transport *t)
{
    if (t->write_waits || t->due & WRITE) return;
    t->write_waits = caw__host_ready(&t->writing, t->socket, CAW__TO_WRITE) == CAW__UNDER_WAY;
    if (!t->write_waits) datagram_queue(t, WRITE);
}

static void pause_or_not(caw_datagram_transport *t)
{
    if (t->size <= t->high || t->paused) return;
    t->paused = true;
    if (t->protocol->pause_writing) t->protocol->pause_writing(t->self);
}

int caw_datagram_set_write_buffer_limits(caw_datagram_transport *t, ptrdiff_t high, ptrdiff_t low)
{
    if (high < 0 && low > PTRDIFF_MAX / 4) return -CAW_VALUE_ERROR;
    if (high < 0) high = low < 0 ? 65536 : low * 4;
    if (low < 0) low = high / 4;
    if (high < low) return -CAW_VALUE_ERROR;
    t->high = (size_t)high;
    t->low = (size_t)low;
    pause_or_not(t);
    return 0;
}

size_t caw_datagram_write_buffer_size(const caw_datagram_transport *t) { return t->size; }

static ptrdiff_t datagram_send(const caw_datagram_transport *t, const void *data, size_t size, const caw_address *to)
{
    return caw__host_send(t->socket, size ? data : "", size, t->peer.family ? NULL : to); /* wasi-libc refuses NULL */
}

int caw_datagram_sendto(caw_datagram_transport *t, const void *data, size_t size, const caw_address *to)
{
    CAW__OURS(t);
    if (t->address.family) {
        if (to && !caw_address_equal(to, &t->address)) return -CAW_VALUE_ERROR;
        to = &t->address;
    }
    if (t->lost) return 0;
    if (!t->first) {
        ptrdiff_t status = datagram_send(t, data, size, to);
        if (!is_early(status)) {
            if (status < 0) tell_error(t, status);
            return 0;
        }
    }
    parcel *p = caw__alloc(caw__size_of(sizeof *p, 1, size));
    if (!p) return -CAW_MEMORY_ERROR;
    *p = (parcel){.size = size, .addressed = to != NULL};
    if (to) p->to = *to;
    if (size) memcpy(p->data, data, size);
    *(t->first ? &t->last->next : &t->first) = p;
    t->last = p;
    t->size += size + HEAD;
    wait_to_write(t);
    pause_or_not(t);
    return 0;
}

/* Sends what was buffered, as far as it can be now. */
static void datagram_flush(caw_datagram_transport *t)
{
    while (t->first) {
        parcel   *p = t->first;
        ptrdiff_t status = datagram_send(t, p->data, p->size, p->addressed ? &p->to : NULL);
        if (is_early(status)) break;
        t->first = p->next;
        t->size -= p->size + HEAD;
        caw__free(p, sizeof *p + p->size);
        if (status < 0) tell_error(t, status);
        if (t->lost) return;
    }
    if (t->paused && t->size <= t->low) {
        t->paused = false;
        if (t->protocol->resume_writing) {
            caw__outside outer = enter(t);
            t->protocol->resume_writing(t->self); /* may send, or abort */
            leave(t, outer);
        }
    }
    if (t->lost) return;
    if (t->first) wait_to_write(t);
    else if (t->closing) datagram_lost(t);
}

/* ---- Making -------------------------------------------------------------------------------------------------------------------- */

static void datagram_run(caw__node *node)
{
    caw_datagram_transport *t = CAW__CONTAINER(node, caw_datagram_transport, node);
    unsigned                due = t->due;
    t->queued = false;
    t->due = 0;
    if (!t->loop->closed) {
        if (due & MADE && t->protocol->connection_made) {
            caw__outside outer = enter(t);
            t->protocol->connection_made(t->self, t);
            leave(t, outer);
        }
        if (due & MADE) wait_to_read(t);
        if (due & READ) datagram_read(t);
        if (due & WRITE && !t->lost) datagram_flush(t);
        if (due & LOST && !t->over) datagram_lost(t);
    }
    caw_unref(t);
}

static void datagram_release(void *object)
{
    caw_datagram_transport *t = object;
    parcels_free(t);
    caw_unref(t->context);
    caw__loop_unref(t->loop);
    caw__free(t, sizeof *t);
    if (--endpoints || !shared) return;
    caw__free(shared, LARGEST);
    shared = NULL;
}
static const caw__type datagram_type = {"datagram transport", datagram_release, NULL};

static void datagram_let_go(caw__over *over) { datagram_end(CAW__CONTAINER(over, caw_datagram_transport, open)); }
static const caw__over_type open_type = {.detach = datagram_let_go};

caw_datagram_transport *caw__datagram_new(caw__socket socket, const caw_address *remote,
                                          const caw_datagram_protocol_ops *protocol, void *self)
{
    caw_datagram_transport *t = caw__object_new(&datagram_type, CAW__OBJECT, sizeof *t);
    if (!t) return NULL;
    if (caw__context_snapshot(caw__context, &t->context)) {
        caw__free(t, sizeof *t);
        return NULL;
    }
    endpoints++;
    t->loop = caw__loop_ref(caw__running);
    t->socket = socket;
    t->protocol = protocol;
    t->self = self;
    t->node.run = datagram_run;
    t->reading = (caw__op){.loop = t->loop, .done = datagram_readable};
    t->writing = (caw__op){.loop = t->loop, .done = datagram_writable};
    if (remote) t->address = *remote;
    if (caw__host_socket_address(socket, false, &t->own)) t->own.family = CAW_ANY_FAMILY;
    if (caw__host_socket_address(socket, true, &t->peer)) t->peer.family = CAW_ANY_FAMILY;
    (void)caw_datagram_set_write_buffer_limits(t, -1, -1);
    caw__over_open(t->loop, &t->open, &open_type);
    datagram_queue(t, MADE);
    return caw_ref(t);
}

CAW__COLD_END
