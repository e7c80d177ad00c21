/*
 * Owns: TCP over wasi:sockets: streams of bytes, and the stream of those who connect.
 * Must not know: who waits (operation.h), UDP.
 */
#include "socket.h"
#include "base/base.h"
#include <errno.h>
#include <string.h>

#define TYPES "wasi:sockets/types@0.3.0"
CAW__FROM(TYPES, "[static]tcp-socket.create") void caw__wasi_tcp_create(uint32_t family, caw__wasi_result *result);
CAW__FROM(TYPES, "[resource-drop]tcp-socket") void caw__wasi_tcp_drop(uint32_t self);
CAW__FROM(TYPES, "[method]tcp-socket.bind")
void caw__wasi_tcp_bind(uint32_t self, uint32_t is_ipv6, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t,
                        uint32_t, uint32_t, uint32_t, uint32_t, caw__wasi_result *result);
CAW__FROM(TYPES, "[async-lower][method]tcp-socket.connect")
uint32_t caw__wasi_tcp_connect(const void *arguments, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]tcp-socket.listen") void caw__wasi_tcp_listen(uint32_t self, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]tcp-socket.set-listen-backlog-size")
void caw__wasi_tcp_set_backlog(uint32_t self, uint64_t size, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]tcp-socket.set-keep-alive-enabled")
void caw__wasi_tcp_set_keep_alive(uint32_t self, uint32_t value, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]tcp-socket.get-local-address")
void caw__wasi_tcp_local_address(uint32_t self, caw__wasi_result *result);
CAW__FROM(TYPES, "[method]tcp-socket.get-remote-address")
void caw__wasi_tcp_remote_address(uint32_t self, caw__wasi_result *result);

#define LISTEN "[method]tcp-socket.listen"
CAW__FROM(TYPES, "[async-lower][stream-read-0]" LISTEN)
uint32_t caw__wasi_peers_read(uint32_t stream, void *handles, uint32_t count);
CAW__FROM(TYPES, "[stream-cancel-read-0]" LISTEN) uint32_t caw__wasi_peers_cancel_read(uint32_t stream);
CAW__FROM(TYPES, "[stream-drop-readable-0]" LISTEN) void caw__wasi_peers_drop(uint32_t stream);

#define RECEIVE "[method]tcp-socket.receive"
CAW__FROM(TYPES, RECEIVE) void caw__wasi_tcp_receive(uint32_t self, uint32_t stream_and_outcome[2]);
CAW__FROM(TYPES, "[async-lower][stream-read-0]" RECEIVE) uint32_t caw__wasi_in_read(uint32_t stream, void *data, uint32_t size);
CAW__FROM(TYPES, "[stream-cancel-read-0]" RECEIVE) uint32_t caw__wasi_in_cancel_read(uint32_t stream);
CAW__FROM(TYPES, "[stream-drop-readable-0]" RECEIVE) void caw__wasi_in_drop(uint32_t stream);
CAW__FROM(TYPES, "[async-lower][future-read-1]" RECEIVE)
uint32_t caw__wasi_in_outcome(uint32_t future, caw__wasi_result *result);
CAW__FROM(TYPES, "[future-cancel-read-1]" RECEIVE) uint32_t caw__wasi_in_outcome_cancel(uint32_t future);
CAW__FROM(TYPES, "[future-drop-readable-1]" RECEIVE) void caw__wasi_in_outcome_drop(uint32_t future);

#define SEND "[method]tcp-socket.send"
CAW__FROM(TYPES, SEND) uint32_t caw__wasi_tcp_send(uint32_t self, uint32_t readable);
CAW__FROM(TYPES, "[stream-new-0]" SEND) uint64_t caw__wasi_out_new(void);
CAW__FROM(TYPES, "[async-lower][stream-write-0]" SEND)
uint32_t caw__wasi_out_write(uint32_t stream, const void *data, uint32_t size);
CAW__FROM(TYPES, "[stream-cancel-write-0]" SEND) uint32_t caw__wasi_out_cancel_write(uint32_t stream);
CAW__FROM(TYPES, "[stream-drop-writable-0]" SEND) void caw__wasi_out_drop(uint32_t stream);
CAW__FROM(TYPES, "[async-lower][future-read-1]" SEND) uint32_t caw__wasi_out_outcome(uint32_t future, caw__wasi_result *result);
CAW__FROM(TYPES, "[future-cancel-read-1]" SEND) uint32_t caw__wasi_out_outcome_cancel(uint32_t future);
CAW__FROM(TYPES, "[future-drop-readable-1]" SEND) void caw__wasi_out_outcome_drop(uint32_t future);

#define MOST ((size_t)1 << 27) /* bytes of a copy: the count has 28 bits */
#define EARLY 2048u            /* bytes that a read that waits is given room for */

static const caw__wasi_calls calls; /* below */

/* ---- Making one ---------------------------------------------------------------------------------------------------------------------- */

caw__socket caw__tcp_new(caw_family family)
{
    caw__wasi_result result;
    caw__wasi_tcp_create(family == CAW_IPV6, &result);
    int status = caw__allowed(&result);
    if (status) return status;
    caw__socket socket = caw__socket_of(result.of.handle, &calls, CAW__TCP, family);
    if (socket < 0) caw__wasi_tcp_drop(result.of.handle);
    return socket;
}

int caw__tcp_set(caw__wasi_socket *s, caw__socket_option option, int value)
{
    caw__wasi_result result;
    (void)option;
    caw__wasi_tcp_set_keep_alive(s->handle, value != 0, &result);
    return caw__status_of(&result);
}

int caw__tcp_address(caw__wasi_socket *s, bool peer, caw__wasi_result *result)
{
    if (peer) caw__wasi_tcp_remote_address(s->handle, result);
    else caw__wasi_tcp_local_address(s->handle, result);
    return caw__status_of(result);
}

ptrdiff_t caw__tcp_bind(caw__wasi_socket *s, const caw_address *address)
{
    const uint8_t   *b = address->bytes;
    caw__wasi_result result;
    if (address->family == CAW_IPV6) {
        uint32_t g[8];
        for (int i = 0; i < 8; i++) g[i] = (uint32_t)(b[2 * i] << 8 | b[2 * i + 1]);
        caw__wasi_tcp_bind(s->handle, 1, address->port, 0, g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], address->scope,
                           &result);
    } else {
        caw__wasi_tcp_bind(s->handle, 0, address->port, b[0], b[1], b[2], b[3], 0, 0, 0, 0, 0, 0, &result);
    }
    return caw__status_of(&result);
}

ptrdiff_t caw__tcp_listen(caw__wasi_socket *s, int backlog)
{
    caw__wasi_result result;
    caw__wasi_tcp_set_backlog(s->handle, backlog > 0 ? (uint64_t)backlog : 1, &result);
    (void)caw__status_of(&result); /* a wish */
    caw__wasi_tcp_listen(s->handle, &result);
    int status = caw__status_of(&result);
    if (status) return status;
    s->listens = true;
    s->in.stream = result.of.handle;
    return 0;
}

/* ---- Connecting ------------------------------------------------------------------------------------------------------------------------- */

typedef struct talk {
    caw__waitable     call;
    caw__wasi_socket *of;
    caw__op          *op;
    struct {
        uint32_t          self;
        caw__wasi_address address;
    } arguments;
    caw__wasi_result result;
} talk;

static ptrdiff_t connected(talk *t)
{
    int status = caw__status_of(&t->result);
    t->of->state = NULL;
    caw__free(t, sizeof *t);
    return status;
}

static void connect_done(caw__waitable *call, uint32_t event, uint32_t code)
{
    talk    *t = CAW__CONTAINER(call, talk, call);
    caw__op *op = t->op;
    (void)event, (void)code;
    caw__op_done(op, connected(t));
}

static void connect_undo(void *what)
{
    talk *t = what;
    if (!caw__give_up(&t->call)) t->result.failed = false; /* it says nothing */
    connected(t);
}

ptrdiff_t caw__tcp_connect(caw__op *op, caw__wasi_socket *s, const caw_address *address)
{
    talk *t = caw__alloc(sizeof *t);
    if (!t) return -ENOMEM;
    *t = (talk){.of = s, .op = op};
    t->arguments.self = s->handle;
    caw__address_to_wasi(address, &t->arguments.address);
    s->state = t;
    uint32_t call = caw__wasi_tcp_connect(&t->arguments, &t->result);
    if ((call & 15) == CM_RETURNED) return connected(t);
    caw__watch(&t->call, call >> 4, connect_done);
    return caw__op_waits(op, t, connect_undo);
}

/* ---- Waiting for one direction ------------------------------------------------------------------------------------------------------------ */

static void open_in(caw__wasi_socket *s)
{
    uint32_t ends[2];
    if (s->in.stream || s->in.ended) return;
    caw__wasi_tcp_receive(s->handle, ends);
    s->in.stream = ends[0];
    s->in.outcome = ends[1];
}

static void open_out(caw__wasi_socket *s)
{
    if (s->out.stream || s->out.ended) return;
    uint64_t ends = caw__wasi_out_new();
    s->out.stream = (uint32_t)(ends >> 32);
    s->out.outcome = caw__wasi_tcp_send(s->handle, (uint32_t)ends);
}

/* Of a copy that waited, or was given up: what it brought, and whether it was the last. */
static void way_came(caw__way *way, uint32_t code)
{
    way->ended |= (code & 15) == CM_DROPPED;
    if (way->early) way->came = code >> 4;
}

static void way_ready(caw__waitable *waitable, uint32_t event, uint32_t code)
{
    caw__way *way = CAW__CONTAINER(waitable, caw__way, waitable);
    caw__op  *op = way->op;
    (void)event;
    way_came(way, code);
    way->op = NULL;
    if (op) caw__op_done(op, 0);
}

/* It must not be in the set of what is waited for when a copy is given up. */
static void peers_undo(void *what)
{
    caw__way *way = what;
    way->op = NULL;
    way_came(way, caw__wasi_peers_cancel_read(caw__forget(&way->waitable)));
}

static void in_undo(void *what)
{
    caw__way *way = what;
    way->op = NULL;
    way_came(way, caw__wasi_in_cancel_read(caw__forget(&way->waitable)));
}

static void out_undo(void *what)
{
    caw__way *way = what;
    way->op = NULL;
    way_came(way, caw__wasi_out_cancel_write(caw__forget(&way->waitable)));
}

static ptrdiff_t way_wait(caw__op *op, caw__wasi_socket *s, int direction)
{
    caw__way     *way = direction == CAW__TO_READ ? &s->in : &s->out;
    caw__op_undo *undo = way == &s->out ? out_undo : s->listens ? peers_undo : in_undo;
    uint32_t      none = 0, code;
    if (way == &s->out) open_out(s);
    else if (!s->listens) open_in(s);
    if (way->ended || way->came) return 0;
    code = way == &s->out ? caw__wasi_out_write(way->stream, &none, 0)
           : s->listens   ? caw__wasi_peers_read(way->stream, &none, 0)
           : way->early   ? caw__wasi_in_read(way->stream, way->early, EARLY)
                          : caw__wasi_in_read(way->stream, &none, 0);
    if (code != CM_BLOCKED) {
        way_came(way, code);
        return 0;
    }
    way->op = op;
    if (!way->waitable.handle) caw__watch(&way->waitable, way->stream, way_ready);
    return caw__op_waits(op, way, undo);
}

/* ---- At once -------------------------------------------------------------------------------------------------------------------------------- */

caw__socket caw__tcp_accept(caw__wasi_socket *s)
{
    uint32_t handle = 0;
    if (!s->listens || s->in.ended) return -EINVAL;
    uint32_t code = caw__wasi_peers_read(s->in.stream, &handle, 1);
    if (code == CM_BLOCKED) {
        caw__forget(&s->in.waitable);
        code = caw__wasi_peers_cancel_read(s->in.stream);
    }
    s->in.ended = (code & 15) == CM_DROPPED;
    if (!(code >> 4)) return s->in.ended ? -ECONNABORTED : -EAGAIN;
    caw__socket accepted = caw__socket_of(handle, &calls, CAW__TCP, s->family);
    if (accepted < 0) caw__wasi_tcp_drop(handle);
    return accepted;
}

/* How a direction has ended: 0 or -errno. */
static int outcome_of(caw__way *way, uint32_t (*read)(uint32_t, caw__wasi_result *), uint32_t (*cancel)(uint32_t))
{
    static caw__wasi_result result;
    if (!way->outcome) return 0;
    uint32_t code = read(way->outcome, &result);
    if (code == CM_BLOCKED) code = cancel(way->outcome);
    return (code & 15) == CM_COMPLETED ? caw__status_of(&result) : 0;
}

/* What has come while it was waited for; how many bytes. */
static size_t take_early(caw__way *way, void *data, size_t size)
{
    size_t part = size < way->came ? size : way->came;
    if (!part) return 0;
    memcpy(data, way->early, part);
    way->came -= (uint32_t)part;
    memmove(way->early, way->early + part, way->came);
    return part;
}

static ptrdiff_t way_receive(caw__wasi_socket *s, void *data, size_t size, caw_address *from)
{
    (void)from;
    caw__way *way = &s->in;
    uint32_t  code = CM_DROPPED;
    open_in(s);
    size_t early = take_early(way, data, size), left = size - early;
    if (early && (early < EARLY || !left)) return (ptrdiff_t)early; /* else there is more, perhaps */
    if (!way->ended) code = caw__wasi_in_read(way->stream, (char *)data + early, (uint32_t)(left < MOST ? left : MOST));
    if (code == CM_BLOCKED) {
        caw__forget(&way->waitable);
        code = caw__wasi_in_cancel_read(way->stream);
    }
    way->ended |= (code & 15) == CM_DROPPED;
    if (!way->early && code >> 4) way->early = caw__alloc(EARLY); /* or it does without */
    if (early + (code >> 4)) return (ptrdiff_t)(early + (code >> 4));
    if (!way->ended) return -EAGAIN;
    int status = outcome_of(way, caw__wasi_in_outcome, caw__wasi_in_outcome_cancel);
    if (way->outcome) caw__wasi_in_outcome_drop(way->outcome); /* it tells once */
    way->outcome = 0;
    return status == -EPIPE ? -ECONNRESET : status;
}

static ptrdiff_t way_send(caw__wasi_socket *s, const void *data, size_t size, const caw_address *to)
{
    (void)to;
    caw__way *way = &s->out;
    uint32_t  code = CM_DROPPED;
    open_out(s);
    if (!way->ended) code = caw__wasi_out_write(way->stream, data, (uint32_t)(size < MOST ? size : MOST));
    if (code == CM_BLOCKED) {
        caw__forget(&way->waitable);
        code = caw__wasi_out_cancel_write(way->stream);
    }
    way->ended |= (code & 15) == CM_DROPPED;
    if (code >> 4) return (ptrdiff_t)(code >> 4);
    if (!way->ended) return size ? -EAGAIN : 0;
    int status = outcome_of(way, caw__wasi_out_outcome, caw__wasi_out_outcome_cancel);
    if (way->outcome) caw__wasi_out_outcome_drop(way->outcome);
    way->outcome = 0;
    return status ? status : -EPIPE;
}

/* ---- The end ---------------------------------------------------------------------------------------------------------------------------------- */

static void drop_out(caw__way *way)
{
    if (!way->stream) return;
    if (way->op) out_undo(way);
    else caw__forget(&way->waitable);
    caw__wasi_out_drop(way->stream);
    way->stream = 0;
}

int caw__tcp_shutdown(caw__wasi_socket *s)
{
    open_out(s);
    drop_out(&s->out);
    s->out.ended = true;
    return 0;
}

static void both_close(caw__wasi_socket *s)
{
    if (s->state) connect_undo(s->state);
    drop_out(&s->out);
    if (s->out.outcome) caw__wasi_out_outcome_drop(s->out.outcome);
    if (s->in.op) (s->listens ? peers_undo : in_undo)(&s->in);
    if (s->in.stream) {
        caw__forget(&s->in.waitable);
        if (s->listens) caw__wasi_peers_drop(s->in.stream);
        else caw__wasi_in_drop(s->in.stream);
    }
    if (s->in.early) caw__free(s->in.early, EARLY);
    if (s->in.outcome) caw__wasi_in_outcome_drop(s->in.outcome);
    caw__wasi_tcp_drop(s->handle);
    caw__socket_free(s);
}

static const caw__wasi_calls calls = {both_close, way_wait, way_receive, way_send};
