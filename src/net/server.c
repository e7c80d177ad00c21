/*
 * Owns: servers, once they are bound: serving, accepting, closing, waiting for the end.
 * Must not know: how they were bound (server_start.c), what becomes of a connection (server_streams.c, server_protocols.c).
 */
#include "net/server.h"
#include "task/report.h"
#include <errno.h>

CAW__COLD

#define RETRY_DELAY 1.0 /* seconds until it is tried again to accept: asyncio's ACCEPT_RETRY_DELAY */

static void server_release(void *object)
{
    caw_server *s = object;
    for (size_t i = 0; i < s->count; i++)
        if (s->listeners[i].socket >= 0) caw__host_socket_close(s->listeners[i].socket, false);
    caw_unref(s->context);
    caw__loop_unref(s->loop);
    caw__free(s, caw__size_of(sizeof *s, s->room, sizeof *s->listeners));
}
static const caw__type server_type = {"Server", server_release, NULL};

/* ---- Making one ------------------------------------------------------------------------------------------------------------ */

static void over_or_not(caw_server *s)
{
    if (!s->clients.closed || s->clients.count) return;
    s->over = true;
    waiters_wake(&s->line, SIZE_MAX);
}

static void server_client_gone(clients *of) { over_or_not(CAW__CONTAINER(of, caw_server, clients)); }

caw_server *caw__server_new(size_t room)
{
    caw_server *s = caw__object_new(&server_type, CAW__OBJECT, caw__size_of(sizeof *s, room, sizeof *s->listeners));
    if (!s) return NULL;
    s->room = room;
    s->clients.gone = server_client_gone;
    s->loop = caw__loop_ref(caw__running);
    return s;
}

/* ---- Accepting ----------------------------------------------------------------------------------------------------------- */

static void listener_queue(listener *l)
{
    caw_ref(l->server);
    caw__ready_push(l->server->loop, &l->node);
}

static void listener_ready(caw__op *op)
{
    listener *l = CAW__CONTAINER(op, listener, op);
    l->waits = false;
    listener_queue(l);
}

static void wait_to_accept(listener *l)
{
    CAW__ALWAYS(!l->waits);
    if (l->socket < 0) return;
    l->waits = caw__host_ready(&l->op, l->socket, CAW__TO_READ) == CAW__UNDER_WAY;
    if (!l->waits) listener_queue(l);
}

static void retry(caw__node *node)
{
    listener   *l = CAW__CONTAINER(node, listener, retry.node);
    caw_server *s = l->server;
    if (!s->loop->closed) wait_to_accept(l);
    caw_unref(s);
}

/* There is nowhere to send the error. It is not asked for a while, as it would say the same at once. */
static void accept_failed(listener *l, caw__socket status)
{
    bool       full = status == -EMFILE || status == -ENFILE || status == -ENOBUFS || status == -ENOMEM;
    caw_error *error = caw__net_error(status, NULL, NULL);
    caw__report_error(l->server->loop, full ? "socket.accept() out of system resource" : "socket.accept() failed", error, NULL);
    caw_unref(error);
    CAW__ALWAYS(!caw__timer_runs(&l->retry));
    if (l->socket < 0) return; /* who was told has closed the server */
    caw_ref(l->server);
    caw__timer_start(l->server->loop, &l->retry, caw__loop_clock(l->server->loop) + RETRY_DELAY);
}

/* As many as may have waited, and one. False: an error; it waits for its time. */
static bool accept_some(listener *l)
{
    caw_server *s = l->server;
    for (int i = 0; i <= s->backlog && l->socket >= 0; i++) {
        caw_address peer;
        caw__socket socket = caw__host_accept(l->socket, &peer);
        if (socket == -EAGAIN || socket == -EINTR) break;
        if (socket == -ECONNABORTED) continue; /* gone before it was accepted */
        caw_transport *t = socket < 0 ? NULL : caw__carrier_new(socket, &peer);
        if (!t) {
            accept_failed(l, socket < 0 ? socket : -ENOMEM);
            return false;
        }
        caw__carrier_accepted(t, &s->clients, s);
        caw_unref(t);
    }
    return true;
}

static void listener_run(caw__node *node)
{
    listener   *l = CAW__CONTAINER(node, listener, node);
    caw_server *s = l->server;
    if (!s->loop->closed && l->socket >= 0) {
        caw_context *outer = caw__context;
        caw__context = caw_ref(s->context);
        caw__rt.task = NULL;
        if (accept_some(l)) wait_to_accept(l);
        caw__context_leave(outer);
    }
    caw_unref(s);
}

/* ---- Serving ----------------------------------------------------------------------------------------------------------------- */

static void                 server_let_go(caw__over *over) { caw_server_close(CAW__CONTAINER(over, caw_server, open)); }
static const caw__over_type open_type = {.detach = server_let_go};

static CAW_ASYNC(void, server_begin, caw_server *s)
{
    CAW_BEGIN(void) {
        if (s->serving) CAW_RETURN();
        if (s->clients.closed) CAW_RAISE(CAW_RUNTIME_ERROR, "the server is closed");
        if (caw__context_snapshot(caw__context, &s->context)) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        s->serving = true;
        caw__over_open(s->loop, &s->open, &open_type);
        caw_ref(s);
        for (size_t i = 0; i < s->count && s->serving; i++) {
            operation  it;
            listener  *l = &s->listeners[i];
            caw_error *error = OPERATION_WAIT(&it, caw__host_listen(&it.op, l->socket, s->backlog), (void)0);
            if (!error && it.op.result < 0) error = caw__net_error(it.op.result, "cannot listen on", &l->own);
            if (error) {
                caw_server_close(s);
                CAW_RAISE_ERROR(error);
            }
            l->op = (caw__op){.loop = s->loop, .done = listener_ready};
            l->node.run = listener_run;
            l->retry.node.run = retry;
            wait_to_accept(l);
        }
    } CAW_END;
}
caw_of(void) caw__server_begin(caw_server *s) { return server_begin(s); }

static CAW_ASYNC(void, start_serving, caw_server *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        CAW_AWAIT(server_begin(s));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
caw_of(void) caw_server_start_serving(caw_server *s) { return start_serving(caw_ref(s)); }

caw_loop *caw_server_loop(const caw_server *s) { return s->loop; }
bool      caw_server_is_serving(const caw_server *s) { return s->serving; }
size_t    caw_server_client_count(const caw_server *s) { return s->clients.count; }
uint16_t  caw_server_port(const caw_server *s) { return s->clients.closed ? 0 : s->listeners[0].own.port; }

size_t caw_server_addresses(const caw_server *s, caw_address *addresses, size_t count)
{
    if (s->clients.closed) return 0;
    for (size_t i = 0; i < s->count && i < count; i++) addresses[i] = s->listeners[i].own;
    return s->count;
}

/* ---- The end -------------------------------------------------------------------------------------------------------------------- */

static void listener_close(listener *l)
{
    if (l->waits) caw__host_cancel(&l->op);
    l->waits = false;
    caw__host_socket_close(l->socket, false);
    l->socket = -1;
    if (!caw__timer_runs(&l->retry)) return;
    caw__timer_stop(l->server->loop, &l->retry);
    caw_unref(l->server);
}

void caw_server_close(caw_server *s)
{
    CAW__OURS(s);
    if (s->clients.closed) return;
    bool served = s->serving;
    s->clients.closed = true;
    s->serving = false;
    for (size_t i = 0; i < s->count; i++) listener_close(&s->listeners[i]);
    for (waiter *w; (w = s->forever.first) != NULL;) {
        waiters_remove(&s->forever, w);
        caw__future_cancel(&w->future, NULL);
    }
    over_or_not(s);
    caw__over_remove(&s->open);
    if (served) caw_unref(s); /* its own */
}

void caw_server_close_clients(caw_server *s) { caw__clients_close(&s->clients, false); }
void caw_server_abort_clients(caw_server *s) { caw__clients_close(&s->clients, true); }

static caw_error *server_elsewhere(const caw_server *s)
{
    return s->loop == caw__running ? NULL : caw__waiters_elsewhere("the server");
}

static CAW_ASYNC(void, server_wait_closed, caw_server *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        caw_error *error = s->over ? NULL : server_elsewhere(s);
        if (!s->over && !error) {
            waiter w;
            error = WAITERS_WAIT(&s->line, &w, caw_unref(s));
        }
        caw_unref(s);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}
caw_of(void) caw_server_wait_closed(caw_server *s) { return server_wait_closed(caw_ref(s)); }

static CAW_ASYNC(void, serve_forever, caw_server *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        if (s->is_forever) CAW_RAISE(CAW_RUNTIME_ERROR, "the server is already being awaited on serve_forever()");
        if (s->clients.closed) CAW_RAISE(CAW_RUNTIME_ERROR, "the server is closed");
        caw_error *error = server_elsewhere(s);
        if (error) CAW_RAISE_ERROR(error);
        s->is_forever = true;
        error = CAW__AWAIT_ERROR(server_begin(s), s->is_forever = false);
        if (!error && s->clients.closed) error = caw__cancelled_error(NULL);
        if (!error) {
            waiter w;
            error = WAITERS_WAIT(&s->forever, &w, s->is_forever = false);
        }
        if (caw_error_is(error, CAW_CANCELLED_ERROR)) {
            caw_server_close(s);
            caw_error *second = CAW__AWAIT_ERROR(server_wait_closed(caw_ref(s)), (s->is_forever = false, caw_unref(error)));
            caw_unref(second);
        }
        s->is_forever = false;
        CAW_RAISE_ERROR(error);
    } CAW_END;
}
caw_of(void) caw_server_serve_forever(caw_server *s) { return serve_forever(caw_ref(s)); }

static CAW_ASYNC(bool, server_exit, caw_server *s)
{
    CAW_BEGIN_OWNING(bool, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        caw_server_close(s);
        CAW_AWAIT(server_wait_closed(caw_ref(s)));
        CAW_RETURN(false);
    } CAW_END;
}

static caw_of(bool) server_leave(void *self, caw_error *error)
{
    (void)error;
    return server_exit(caw_ref((caw_server *)self));
}

caw_with caw_server_with(caw_server *s)
{
    static const caw_with_type type = {.exit = server_leave};
    return (caw_with){s, &type};
}

CAW__COLD_END
