/*
 * Owns: the carrier of a transport over a socket: when it reads and writes, its one node, what becomes of it when the loop is closed.
 * Must not know: how the connection came about, nor what is made of its bytes.
 *
 * Nothing is allocated for a connection that is idle, not even a buffer: all of a thread read into one. A read takes what there is, up to
 * 256 KiB, then other connections have their turn.
 */
#include "net/net.h"
#include <errno.h>

CAW__COLD

#define PART ((size_t)262144) /* asyncio's max_size */

/* What its node has to do. */
enum { ATTACH = 1, MADE = 2, READ = 4, WRITE = 8 };

struct carrier {
    caw_transport *transport;
    caw__socket    socket;
    caw__op        reading, writing; /* until it is ready */
    caw__node      node;             /* holds the transport while it is queued */
    caw__over      open_with;        /* the loop's; holds it until it is lost */
    clients       *of;               /* NULL: none of a server's */
    void          *owner;            /* what they are part of, a reference */
    carrier       *next, *previous;
    caw_address    own, peer;
    uint8_t        due, standard; /* which of the standard streams it is, from 1; 0: a socket's */
    bool           queued, listed, open;
    bool           read_waits, write_waits, paused;
    bool           ended; /* the other side sends no more */
};

static CAW__TLS void  *shared;   /* PART bytes, as long as there are carriers; NULL: nobody has read yet */
static CAW__TLS size_t carriers; /* that live */
static CAW__TLS bool   taken[3]; /* the standard streams */

static carrier *carrier_of(caw_transport *transport) { return caw_transport_state(transport); }

static void carrier_queue(carrier *c, unsigned due)
{
    c->due = (uint8_t)(c->due | due);
    if (c->queued) return;
    c->queued = true;
    caw_ref(c->transport);
    caw__ready_push(caw_transport_loop(c->transport), &c->node);
}

static void carrier_readable(caw__op *op)
{
    carrier *c = CAW__CONTAINER(op, carrier, reading);
    c->read_waits = false;
    carrier_queue(c, READ);
}

static void carrier_writable(caw__op *op)
{
    carrier *c = CAW__CONTAINER(op, carrier, writing);
    c->write_waits = false;
    carrier_queue(c, WRITE);
}

/* What is ready at once is seen to in the next pass, as what the host says. So is an error: the next call says which. */
static void wait_to_read(carrier *c)
{
    if (!c->open || c->read_waits || c->paused || c->ended || c->due & READ) return;
    c->read_waits = caw__host_ready(&c->reading, c->socket, CAW__TO_READ) == CAW__UNDER_WAY;
    if (!c->read_waits) carrier_queue(c, READ);
}

static void wait_to_write(carrier *c)
{
    if (c->write_waits || c->due & WRITE) return;
    c->write_waits = caw__host_ready(&c->writing, c->socket, CAW__TO_WRITE) == CAW__UNDER_WAY;
    if (!c->write_waits) carrier_queue(c, WRITE);
}

static bool is_for_later(ptrdiff_t status) { return status == -EAGAIN || status == -EINTR; }

static void carrier_read(carrier *c)
{
    caw_transport *t = c->transport;
    if (!c->open || c->paused || c->ended || caw_transport_is_closing(t)) return;
    size_t room;
    void  *buffer = caw_transport_get_buffer(t, 0, &room);
    bool   theirs = buffer != NULL;
    if (!theirs) {
        if (caw_transport_is_closing(t)) return; /* they had to give one, and did not */
        if (!shared) shared = caw__alloc(PART);
        buffer = shared;
        room = PART;
    }
    if (!buffer) {
        caw_transport_fail(t, caw__error_no_memory());
        return;
    }
    ptrdiff_t size = caw__host_receive(c->socket, buffer, room, NULL);
    if (is_for_later(size)) {
        /* it was said in vain */
    } else if (size < 0) {
        caw_transport_fail(t, caw__net_error(size, NULL, NULL));
    } else if (!size) {
        c->ended = true;
        caw_transport_received_eof(t);
    } else if (theirs) {
        caw_transport_buffer_updated(t, (size_t)size);
    } else {
        caw_transport_received(t, buffer, (size_t)size);
    }
    wait_to_read(c);
}

/* ---- The node -------------------------------------------------------------------------------------------------------------- */

static void carrier_attach(carrier *c)
{
    if (c->of->closed) { /* meanwhile */
        caw_transport_abort(c->transport);
        return;
    }
    c->listed = true;
    c->previous = c->of->last;
    *(c->previous ? &c->previous->next : &c->of->first) = c;
    c->of->last = c;
    c->of->count++;
    c->of->begin(c->of, c->transport);
    carrier_queue(c, MADE);
}

static void carrier_run(caw__node *node)
{
    carrier       *c = CAW__CONTAINER(node, carrier, node);
    caw_transport *t = c->transport;
    unsigned       due = c->due;
    c->queued = false;
    c->due = 0;
    if (!caw_transport_loop(t)->closed) {
        if (due & ATTACH) carrier_attach(c);
        if (due & MADE) {
            if (c->of) c->of->made(c->of, t);
            else caw__transport_made(t);
            wait_to_read(c);
        }
        if (due & READ) carrier_read(c);
        if (due & WRITE && c->open) caw_transport_writable(t);
    }
    caw_unref(t);
}

/* ---- What the transport asks of it ------------------------------------------------------------------------------------------- */

static ptrdiff_t carrier_send(caw_transport *t, const void *data, size_t size, caw_error **error)
{
    carrier  *c = carrier_of(t);
    ptrdiff_t sent = caw__host_send(c->socket, data, size, NULL);
    if (is_for_later(sent)) sent = 0;
    if (sent < 0) {
        *error = caw__net_error(sent, NULL, NULL);
        return -1;
    }
    if ((size_t)sent < size) wait_to_write(c);
    return sent;
}

static void carrier_send_eof(caw_transport *t) { caw__host_socket_shutdown(carrier_of(t)->socket); }

static void carrier_pause(caw_transport *t)
{
    carrier *c = carrier_of(t);
    c->paused = true;
    if (c->read_waits) caw__host_cancel(&c->reading);
    c->read_waits = false;
}

static void carrier_resume(caw_transport *t)
{
    carrier *c = carrier_of(t);
    c->paused = false;
    wait_to_read(c);
}

/*
 * As asyncio's, an abort drops what is still in the transport and closes: what the host was given it sends. The close is no reset, which
 * could take from the other side what it has not read yet.
 */
static void carrier_close(caw_transport *t, bool aborted)
{
    (void)aborted;
    carrier *c = carrier_of(t);
    c->open = false;
    if (c->read_waits) caw__host_cancel(&c->reading);
    if (c->write_waits) caw__host_cancel(&c->writing);
    c->read_waits = c->write_waits = false;
    caw__over_remove(&c->open_with);
    caw__host_socket_close(c->socket, false);
    if (c->standard) taken[c->standard - 1] = false;
    clients *of = c->of;
    if (c->listed) {
        c->listed = false;
        *(c->previous ? &c->previous->next : &of->first) = c->next;
        *(c->next ? &c->next->previous : &of->last) = c->previous;
        of->count--;
        of->gone(of);
    }
    caw_unref(c->owner);
    caw_unref(t);
}

static caw_value carrier_info(caw_transport *t, const char *name)
{
    const carrier     *c = carrier_of(t);
    const caw_address *address = !strcmp(name, "peername") ? &c->peer : !strcmp(name, "sockname") ? &c->own : NULL;
    if (!address || !address->family) return caw_none();
    char        text[CAW_ADDRESS_TEXT];
    caw_string *string = caw_string_new(text, caw_address_format(address, text, sizeof text));
    return string ? caw_text(string) : caw_none();
}

static void carrier_release(caw_transport *t)
{
    (void)t;
    if (--carriers || !shared) return;
    caw__free(shared, PART);
    shared = NULL;
}

static const caw_transport_ops carrier_ops = {.name = "socket",
                                              .send = carrier_send,
                                              .send_eof = carrier_send_eof,
                                              .pause_reading = carrier_pause,
                                              .resume_reading = carrier_resume,
                                              .close = carrier_close,
                                              .extra_info = carrier_info,
                                              .release = carrier_release};

static const caw_transport_ops standard_ops = {.name = "standard stream",
                                               .send = carrier_send,
                                               .pause_reading = carrier_pause,
                                               .resume_reading = carrier_resume,
                                               .close = carrier_close,
                                               .release = carrier_release};

/* ---- Making -------------------------------------------------------------------------------------------------------------------- */

static void carrier_let_go(caw__over *over) { caw_transport_abort(CAW__CONTAINER(over, carrier, open_with)->transport); }
static const caw__over_type open_type = {.detach = carrier_let_go};

static caw_transport *carrier_new(const caw_transport_ops *as, caw__socket socket)
{
    caw_transport *t = caw_transport_new(as, sizeof(carrier), NULL);
    if (!t) {
        caw__host_socket_close(socket, false);
        return NULL;
    }
    carrier  *c = carrier_of(t);
    caw_loop *loop = caw_transport_loop(t);
    carriers++;
    c->transport = t;
    c->socket = socket;
    c->open = true;
    c->reading = (caw__op){.loop = loop, .done = carrier_readable};
    c->writing = (caw__op){.loop = loop, .done = carrier_writable};
    c->node.run = carrier_run;
    caw__over_open(loop, &c->open_with, &open_type);
    return caw_ref(t); /* the loop's is the first */
}

caw_transport *caw__carrier_new(caw__socket socket, const caw_address *peer)
{
    caw_transport *t = carrier_new(&carrier_ops, socket);
    if (!t) return NULL;
    carrier *c = carrier_of(t);
    if (caw__host_socket_address(socket, false, &c->own)) c->own.family = CAW_ANY_FAMILY;
    if (peer) c->peer = *peer;
    else if (caw__host_socket_address(socket, true, &c->peer)) c->peer.family = CAW_ANY_FAMILY;
    caw__host_socket_set(socket, CAW__NO_DELAY, 1);
    return t;
}

bool caw__carrier_has_standard(int number) { return taken[number]; }

caw_transport *caw__carrier_standard(int number, caw__socket socket)
{
    caw_transport *t = carrier_new(&standard_ops, socket);
    if (!t) return NULL;
    carrier *c = carrier_of(t);
    taken[number] = true;
    c->standard = (uint8_t)(number + 1);
    c->ended = number != 0; /* there is nothing to read */
    return t;
}

void caw__carrier_begin(caw_transport *t) { carrier_queue(carrier_of(t), MADE); }

void caw__carrier_accepted(caw_transport *t, clients *of, void *owner)
{
    carrier *c = carrier_of(t);
    c->of = of;
    c->owner = caw_ref(owner);
    carrier_queue(c, ATTACH);
}

/* None of them is lost before a later pass. */
void caw__clients_close(clients *of, bool abort)
{
    for (carrier *c = of->first; c; c = c->next) {
        if (abort) caw_transport_abort(c->transport);
        else caw_transport_close(c->transport);
    }
}

CAW__COLD_END
