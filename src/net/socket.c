/*
 * Owns: sockets that a program uses by itself: each call is tried at once, and waits until the socket is ready where that is too early.
 * Must not know: transports.
 */
#include "net/net.h"
#include <errno.h>

CAW__COLD

/* Who waits for it, in the frame of the coroutine. */
typedef struct user {
    operation operation;
    bool      closed; /* meanwhile */
} user;

struct caw_socket {
    caw__object      object;
    caw__socket      socket; /* -1: closed */
    caw__socket_kind kind;
    bool             used[2];  /* somebody reads; writes */
    user            *users[2]; /* who waits */
};

enum { READS, WRITES };

static void end(caw_socket *s, bool reset)
{
    for (int i = 0; i < 2; i++) {
        user *u = s->users[i];
        if (!u) continue;
        s->users[i] = NULL;
        u->closed = true;
        caw__host_cancel(&u->operation.op);
        caw__operation_done(&u->operation.op);
    }
    if (s->socket >= 0) caw__host_socket_close(s->socket, reset);
    s->socket = -1;
}

static void socket_release(void *object)
{
    end(object, false);
    caw__free(object, sizeof(caw_socket));
}
static const caw__type socket_type = {"socket", socket_release, NULL};

static caw_socket *socket_of(caw__socket number, caw__socket_kind kind)
{
    caw_socket *s = caw__object_new(&socket_type, CAW__OBJECT, sizeof *s);
    if (s) {
        s->socket = number;
        s->kind = kind;
    } else {
        caw__host_socket_close(number, false);
    }
    return s;
}

caw_socket *caw_socket_new(caw_family family, bool datagrams)
{
    caw__socket_kind kind = datagrams ? CAW__UDP : CAW__TCP;
    caw__socket      number = caw__host_socket(family, kind);
    caw_socket      *s = number < 0 ? NULL : socket_of(number, kind);
    if (!s) errno = number < 0 ? (int)-number : ENOMEM;
    return s;
}

void caw_socket_close(caw_socket *s) { end(s, false); }
void caw_socket_reset(caw_socket *s) { end(s, true); }
int  caw_socket_shutdown(caw_socket *s) { return s->socket < 0 ? -EBADF : caw__host_socket_shutdown(s->socket); }

bool caw_socket_address(const caw_socket *s, bool peer, caw_address *address)
{
    return s->socket >= 0 && !caw__host_socket_address(s->socket, peer, address);
}

int caw_socket_set(caw_socket *s, caw_socket_option option, int value)
{
    _Static_assert((int)CAW_SO_BROADCAST == (int)CAW__BROADCAST && (int)CAW_IPV6_V6ONLY == (int)CAW__ONLY_IPV6,
                   "the same list");
    return s->socket < 0 ? -EBADF : caw__host_socket_set(s->socket, (caw__socket_option)option, value);
}

caw__socket caw__socket_take(caw_socket *s, caw__socket_kind kind)
{
    caw__socket number = s->socket;
    if (number < 0) return -EBADF;
    if (s->kind != kind) return -EPROTOTYPE;
    if (s->used[READS] || s->used[WRITES]) return -EBUSY;
    s->socket = -1;
    return number;
}

/* ---- Waiting ----------------------------------------------------------------------------------------------------------------- */

/* One at a time; NULL: it may, and has begun. */
static caw_error *enter(caw_socket *s, int which)
{
    if (s->socket < 0) return caw__net_error(-EBADF, NULL, NULL);
    if (s->used[which])
        return caw_error_new(CAW_RUNTIME_ERROR, "another coroutine %s this socket already",
                             which == READS ? "reads" : "writes");
    s->used[which] = true;
    return NULL;
}

static void leave(caw_socket *s, int which)
{
    s->used[which] = false;
    s->users[which] = NULL;
    caw_unref(s);
}

/* In an async function: as OPERATION_WAIT, for this socket; then it->operation.op.result says. */
#define SOCKET_WAIT(s, which, it, start)                                                                                       \
    CAW__QUIET({                                                                                                               \
        (it)->closed = false;                                                                                                  \
        (s)->users[which] = (it);                                                                                              \
        caw_error *caw__stop = OPERATION_WAIT(&(it)->operation, (start), leave((s), (which)));                                 \
        (s)->users[which] = NULL;                                                                                              \
        if ((it)->closed) (it)->operation.op.result = -EBADF;                                                                  \
        caw__stop;                                                                                                             \
    })                                                                                                                         \
    CAW__LOUD

static bool is_early(ptrdiff_t status) { return status == -EAGAIN || status == -EINTR; }

/* ---- Bind, listen, connect ----------------------------------------------------------------------------------------------------- */

enum { BINDING, LISTENING, CONNECTING };

static ptrdiff_t start(caw__op *op, const caw_socket *s, int what, const caw_address *address, int backlog)
{
    if (what == BINDING) return caw__host_bind(op, s->socket, address);
    return what == LISTENING ? caw__host_listen(op, s->socket, backlog) : caw__host_connect(op, s->socket, address);
}

static CAW_ASYNC(void, prepare_socket, caw_socket *s, int what, caw_address address, int backlog)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        static const char *const names[] = {"cannot bind to", "cannot listen", "Connect call failed"};
        user                     it;
        caw_error               *error = enter(s, WRITES);
        if (error) {
            caw_unref(s);
            CAW_RAISE_ERROR(error);
        }
        error = SOCKET_WAIT(s, WRITES, &it, start(&it.operation.op, s, what, &address, backlog));
        ptrdiff_t result = it.operation.op.result;
        leave(s, WRITES);
        if (!error && result < 0) error = caw__net_error(result, names[what], what == LISTENING ? NULL : &address);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw_sock_bind(caw_socket *s, const caw_address *address)
{
    return prepare_socket(caw_ref(s), BINDING, *address, 0);
}
caw_of(void) caw_sock_listen(caw_socket *s, int backlog)
{
    return prepare_socket(caw_ref(s), LISTENING, (caw_address){.family = CAW_ANY_FAMILY}, backlog);
}
caw_of(void) caw_sock_connect(caw_socket *s, const caw_address *address)
{
    return prepare_socket(caw_ref(s), CONNECTING, *address, 0);
}

/* ---- Accept, receive, send ------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_socket *, sock_accept, caw_socket *s, caw_address *peer)
{
    CAW_BEGIN_OWNING(caw_socket *, caw_unref(s)) {
        caw_error  *error = enter(s, READS);
        caw_address from;
        if (error) {
            caw_unref(s);
            CAW_RAISE_ERROR(error);
        }
        caw__socket number = caw__host_accept(s->socket, &from);
        while (!error && is_early(number)) {
            user it;
            error = SOCKET_WAIT(s, READS, &it, caw__host_ready(&it.operation.op, s->socket, CAW__TO_READ));
            if (!error) number = it.closed ? -EBADF : caw__host_accept(s->socket, &from);
        }
        leave(s, READS);
        if (!error && number < 0) error = caw__net_error(number, NULL, NULL);
        if (error) CAW_RAISE_ERROR(error);
        if (peer) *peer = from;
        caw_socket *accepted = socket_of(number, CAW__TCP);
        if (!accepted) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(accepted);
    } CAW_END;
}
caw_of(caw_socket *) caw_sock_accept(caw_socket *s, caw_address *peer) { return sock_accept(caw_ref(s), peer); }

static CAW_ASYNC(size_t, receive, caw_socket *s, void *data, size_t size, caw_address *from)
{
    CAW_BEGIN_OWNING(size_t, caw_unref(s)) {
        caw_error *error = enter(s, READS);
        if (error) {
            caw_unref(s);
            CAW_RAISE_ERROR(error);
        }
        ptrdiff_t got = caw__host_receive(s->socket, data, size, from);
        while (!error && is_early(got)) {
            user it;
            error = SOCKET_WAIT(s, READS, &it, caw__host_ready(&it.operation.op, s->socket, CAW__TO_READ));
            if (!error) got = it.closed ? -EBADF : caw__host_receive(s->socket, data, size, from);
        }
        leave(s, READS);
        if (!error && got < 0) error = caw__net_error(got, NULL, NULL);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN((size_t)got);
    } CAW_END;
}
caw_of(size_t) caw_sock_recv_into(caw_socket *s, void *data, size_t size) { return receive(caw_ref(s), data, size, NULL); }
caw_of(size_t) caw_sock_recvfrom_into(caw_socket *s, void *data, size_t size, caw_address *from)
{
    return receive(caw_ref(s), data, size, from);
}

typedef struct room {
    size_t size;
    char   data[];
} room;
static void room_free(void *pointer) { caw__free(pointer, sizeof(room) + ((room *)pointer)->size); }

static CAW_ASYNC(caw_string *, receive_string, caw_socket *s, size_t size, caw_address *from)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        room *r = caw__alloc(caw__size_of(sizeof *r, 1, size));
        if (!r) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        r->size = size;
        CAW_DEFER(room_free, r);
        size_t      got = CAW_AWAIT(receive(caw_ref(s), r->data, size, from));
        caw_string *bytes = caw_string_new(r->data, got);
        if (!bytes) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(bytes);
    } CAW_END;
}
caw_of(caw_string *) caw_sock_recv(caw_socket *s, size_t size) { return receive_string(caw_ref(s), size, NULL); }
caw_of(caw_string *) caw_sock_recvfrom(caw_socket *s, size_t size, caw_address *from)
{
    return receive_string(caw_ref(s), size, from);
}

/* `all`: until everything is sent. */
static CAW_ASYNC(size_t, send_bytes, caw_socket *s, const uint8_t *data, size_t size, caw_address to, bool all)
{
    CAW_BEGIN_OWNING(size_t, caw_unref(s)) {
        caw_error *error = enter(s, WRITES);
        if (error) {
            caw_unref(s);
            CAW_RAISE_ERROR(error);
        }
        size_t    sent = 0;
        ptrdiff_t n;
        for (;;) {
            n = s->socket < 0 ? -EBADF : caw__host_send(s->socket, data + sent, size - sent, to.family ? &to : NULL);
            if (n >= 0) sent += (size_t)n;
            if ((n < 0 && !is_early(n)) || (n >= 0 && (!all || sent == size))) break;
            user it;
            error = SOCKET_WAIT(s, WRITES, &it, caw__host_ready(&it.operation.op, s->socket, CAW__TO_WRITE));
            if (error) break;
        }
        leave(s, WRITES);
        if (!error && n < 0) error = caw__net_error(n, NULL, NULL);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(sent);
    } CAW_END;
}

static CAW_ASYNC(void, send_all, caw_socket *s, const void *data, size_t size)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        (void)CAW_AWAIT(send_bytes(caw_ref(s), data, size, (caw_address){.family = CAW_ANY_FAMILY}, true));
    } CAW_END;
}
caw_of(void) caw_sock_sendall(caw_socket *s, const void *data, size_t size) { return send_all(caw_ref(s), data, size); }
caw_of(size_t) caw_sock_sendto(caw_socket *s, const void *data, size_t size, const caw_address *to)
{
    return send_bytes(caw_ref(s), data, size, *to, false);
}

CAW__COLD_END
