/*
 * Owns: servers of streams: a coroutine, as a task, for each connection, and what becomes of it when that ends (start_server).
 * Must not know: how connections are accepted.
 */
#include "net/server.h"
#include "task/report.h"

CAW__COLD

#define UNHANDLED "Unhandled exception in client_connected_cb"

/* A handler that runs. */
typedef struct visit {
    caw__node   node;
    caw_future *task;
    caw_stream  stream;
} visit;

static void visit_free(visit *v)
{
    caw_unref(v->stream.reader);
    caw_unref(v->stream.writer); /* closes it, unless somebody else has it */
    caw_unref(v->task);
    caw__free(v, sizeof *v);
}

static void visit_end(caw__node *node)
{
    visit      *v = CAW__CONTAINER(node, visit, node);
    caw_future *task = v->task; /* of no loop, when there was no memory for one */
    caw_loop   *loop = caw_transport_loop(caw_stream_transport(v->stream.writer));
    if (task->object.state != CAW__FINISHED && !loop->closed) {
        caw_error *error = caw__future_error((caw_any *)(void *)task);
        if (!caw_error_is(error, CAW_CANCELLED_ERROR)) caw__report_error(loop, UNHANDLED, error, (caw_any *)(void *)task);
        caw_unref(error);
        caw_stream_close(v->stream.writer);
    }
    visit_free(v);
}

static void visit_refused(caw_transport *t, visit *v)
{
    if (v) caw__free(v, sizeof *v);
    caw__report_error(caw_transport_loop(t), UNHANDLED, caw__error_no_memory(), NULL);
    caw_transport_abort(t);
}

static void streams_begin(clients *of, caw_transport *t) { (void)of, (void)t; }

static void streams_made(clients *of, caw_transport *t)
{
    caw_server *s = CAW__CONTAINER(of, caw_server, clients);
    visit      *v = caw__alloc(sizeof *v);
    if (!v || caw_stream_connect(caw_ref(t), s->limit, &v->stream.reader, &v->stream.writer)) {
        visit_refused(t, v);
        return;
    }
    v->node = (caw__node)CAW__NODE(visit_end);
    caw__outside outer = caw__transport_enter(t);
    v->task = caw__as_future(caw__spawn(caw_base(s->handler(s->data, v->stream)), 0, NULL));
    caw__transport_leave(t, outer);
    if (v->task->object.state == CAW__PENDING) caw__future_add(v->task, &v->node);
    else caw__ready_push(s->loop, &v->node);
}

caw_of(caw_server *)
    caw__start_server(caw_stream_handler *handler, void *data, const char *host, int port, const caw_server_options *options)
{
    const service it = {.begin = streams_begin, .made = streams_made, .handler = handler, .data = data};
    return caw__server_start(&it, host, port, options);
}

CAW__COLD_END
