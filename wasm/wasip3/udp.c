/*
 * Owns: UDP over wasi:sockets: a datagram a call.
 * Must not know: who waits (operation.h), TCP.
 *
 * A call that receives is left under way when nothing has come: what it brings is the next datagram. One that sends is answered when
 * it has begun, as the host has read the datagram by then; while it is under way there is no room for another.
 */
#include "socket.h"
#include "base/base.h"
#include <errno.h>
#include <string.h>

#define TYPES "wasi:sockets/types@0.3.0"
CAW__FROM(TYPES, "[static]udp-socket.create") void caw__wasi_udp_create(uint32_t family, caw__wasi_result *result);
CAW__FROM(TYPES, "[resource-drop]udp-socket") void caw__wasi_udp_drop(uint32_t self);
CAW__FROM(TYPES, "[method]udp-socket.bind")
void caw__wasi_udp_bind(uint32_t self, uint32_t is_ipv6, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                        uint32_t, uint32_t, uint32_t, uint32_t, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]udp-socket.connect")
void caw__wasi_udp_connect(uint32_t self, uint32_t is_ipv6, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                           uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, caw__wasi_result *result);
CAW__FROM(TYPES, "[async-lower][method]udp-socket.send")
uint32_t caw__wasi_udp_send(const void *arguments, caw__wasi_result *result);
CAW__FROM(TYPES, "[async-lower][method]udp-socket.receive") uint32_t caw__wasi_udp_receive(uint32_t self, void *result);
CAW__FROM(TYPES, "[method]udp-socket.get-local-address")
void caw__wasi_udp_local_address(uint32_t self, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]udp-socket.get-remote-address")
void caw__wasi_udp_remote_address(uint32_t self, caw__wasi_result *result);

typedef struct state {
    struct {
        uint8_t failed;
        union {
            caw__wasi_error error;
            struct {
                uint8_t          *data;
                uint32_t          size;
                caw__wasi_address from;
            } datagram;
        } of;
    } received;
    bool             is_received; /* and not asked for so far */
    caw__wasi_result sent;
    bool             is_sent;
    bool             has_address; /* or was given one */
} state;
_Static_assert(sizeof(((state *)0)->received) == 44, "as wasi:sockets/types has it");

static const caw__wasi_calls calls; /* below */

caw__socket caw__udp_new(caw_family family)
{
    caw__wasi_result result;
    caw__wasi_udp_create(family == CAW_IPV6, &result);
    int status = caw__allowed(&result);
    if (status) return status;
    state      *it = caw__alloc(sizeof *it);
    caw__socket socket = it ? caw__socket_of(result.of.handle, &calls, CAW__UDP, family) : -ENOMEM;
    if (socket < 0) {
        caw__wasi_udp_drop(result.of.handle);
        if (it) caw__free(it, sizeof *it);
        return socket;
    }
    memset(it, 0, sizeof *it);
    caw__socket_at(socket)->state = it;
    return socket;
}

int caw__udp_address(caw__wasi_socket *s, bool peer, caw__wasi_result *result)
{
    if (peer) caw__wasi_udp_remote_address(s->handle, result);
    else caw__wasi_udp_local_address(s->handle, result);
    return caw__status_of(result);
}

typedef void with_address(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                          uint32_t, uint32_t, uint32_t, caw__wasi_result *);

static ptrdiff_t call_with(with_address *function, caw__wasi_socket *s, const caw_address *address)
{
    const uint8_t   *b = address->bytes;
    caw__wasi_result result;
    if (address->family == CAW_IPV6) {
        uint32_t g[8];
        for (int i = 0; i < 8; i++) g[i] = (uint32_t)(b[2 * i] << 8 | b[2 * i + 1]);
        function(s->handle, 1, address->port, 0, g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], address->scope, &result);
    } else {
        function(s->handle, 0, address->port, b[0], b[1], b[2], b[3], 0, 0, 0, 0, 0, 0, &result);
    }
    return caw__status_of(&result);
}

ptrdiff_t caw__udp_bind(caw__wasi_socket *s, const caw_address *address) { return call_with(caw__wasi_udp_bind, s, address); }
ptrdiff_t caw__udp_connect(caw__wasi_socket *s, const caw_address *address)
{
    return call_with(caw__wasi_udp_connect, s, address);
}

/* ---- Calls under way --------------------------------------------------------------------------------------------------------------- */

static void tell(caw__way *way)
{
    caw__op *op = way->op;
    way->op = NULL;
    if (op) caw__op_done(op, 0);
}

static void receive_done(caw__waitable *call, uint32_t event, uint32_t code)
{
    caw__wasi_socket *s = CAW__CONTAINER(call, caw__wasi_socket, in.waitable);
    (void)event, (void)code;
    ((state *)s->state)->is_received = true;
    tell(&s->in);
}

static void send_done(caw__waitable *call, uint32_t event, uint32_t code)
{
    caw__wasi_socket *s = CAW__CONTAINER(call, caw__wasi_socket, out.waitable);
    (void)event, (void)code;
    ((state *)s->state)->is_sent = true;
    tell(&s->out);
}

/* Whether a datagram, or an error, is there now. */
static bool is_received(caw__wasi_socket *s)
{
    state *it = s->state;
    if (it->is_received || s->in.waitable.handle) return it->is_received;
    if (!it->has_address) { /* without one WASI does not wait for datagrams, but says at once, for ever, that there is none */
        it->has_address = true;
        caw__udp_bind(s, &(caw_address){.family = s->family}); /* refused if it has one */
    }
    uint32_t call = caw__wasi_udp_receive(s->handle, &it->received);
    it->is_received = (call & 15) == CM_RETURNED;
    if (!it->is_received) caw__watch(&s->in.waitable, call >> 4, receive_done);
    return it->is_received;
}

static void undo(void *what) { ((caw__way *)what)->op = NULL; }

static ptrdiff_t datagram_wait(caw__op *op, caw__wasi_socket *s, int direction)
{
    caw__way *way = direction == CAW__TO_READ ? &s->in : &s->out;
    if (way == &s->in ? is_received(s) : !s->out.waitable.handle) return 0;
    way->op = op;
    return caw__op_waits(op, way, undo);
}

/* ---- At once -------------------------------------------------------------------------------------------------------------------------- */

static ptrdiff_t datagram_receive(caw__wasi_socket *s, void *data, size_t size, caw_address *from)
{
    state *it = s->state;
    if (!is_received(s)) return -EAGAIN;
    it->is_received = false;
    if (it->received.failed) return caw__error_status(&it->received.of.error);
    size_t whole = it->received.of.datagram.size, count = whole < size ? whole : size;
    if (count) memcpy(data, it->received.of.datagram.data, count);
    if (whole) caw__host_memory(it->received.of.datagram.data, whole, 0);
    if (from) caw__address_from_wasi(&it->received.of.datagram.from, from);
    return (ptrdiff_t)count;
}

static ptrdiff_t datagram_send(caw__wasi_socket *s, const void *data, size_t size, const caw_address *to)
{
    state *it = s->state;
    struct {
        uint32_t          self;
        const void       *data;
        uint32_t          size;
        uint8_t           has_address;
        caw__wasi_address address;
    } arguments = {.self = s->handle, .data = data, .size = (uint32_t)size, .has_address = to != NULL};
    if (s->out.waitable.handle) return -EAGAIN;
    if (it->is_sent) { /* the one before */
        it->is_sent = false;
        int status = caw__status_of(&it->sent);
        if (status) return status;
    }
    if (size > UINT16_MAX) return -EMSGSIZE;
    if (to) caw__address_to_wasi(to, &arguments.address);
    uint32_t call = caw__wasi_udp_send(&arguments, &it->sent);
    if ((call & 15) == CM_RETURNED) {
        int status = caw__status_of(&it->sent);
        return status ? status : (ptrdiff_t)size;
    }
    caw__watch(&s->out.waitable, call >> 4, send_done);
    if ((call & 15) == CM_STARTED) return (ptrdiff_t)size;
    caw__give_up(&s->out.waitable); /* it would read the datagram later */
    return -EAGAIN;
}

static void datagram_close(caw__wasi_socket *s)
{
    state *it = s->state;
    if (s->in.waitable.handle) it->is_received = caw__give_up(&s->in.waitable);
    if (it->is_received) { /* which is lost */
        caw_address from;
        datagram_receive(s, NULL, 0, &from);
    }
    caw__give_up(&s->out.waitable);
    caw__wasi_udp_drop(s->handle);
    caw__free(it, sizeof *it);
    caw__socket_free(s);
}

static const caw__wasi_calls calls = {datagram_close, datagram_wait, datagram_receive, datagram_send};
