/*
 * Owns: the writer of a stream, and the protocol between a transport and the two ends that a program has (asyncio's StreamWriter,
 * StreamReaderProtocol, FlowControlMixin): who waits for room, who for the end, what they are told.
 * Must not know: what carries the bytes; how the reader hands them out.
 */
#include "stream/stream.h"
#include <errno.h>

/* The protocol. The transport holds it until the connection is lost, the writer as long as it likes. */
typedef struct connection {
    caw__object        object;
    caw_stream_reader *reader; /* borrowed: it says when it goes */
    caw_error         *error;
    waiters            drainers, closers;
    bool               duplex; /* there are a reader and a writer */
    bool               paused, lost;
} connection;

struct caw_stream_writer {
    caw__object        object;
    caw_transport     *transport;
    caw_stream_reader *reader; /* NULL: only written */
    connection        *connection;
};

/* ---- The protocol --------------------------------------------------------------------------------------------------------- */

static void connection_detach(connection *c)
{
    if (c->reader) c->reader->known = NULL;
    c->reader = NULL;
}

static void connection_release(void *object)
{
    connection *c = object; /* detached: its transport held it until then */
    caw_unref(c->error);
    caw__free(c, sizeof *c);
}

static const caw__type connection_type = {"connection", connection_release, NULL};

static int data_received(void *self, const void *data, size_t size)
{
    const connection *c = self;
    return c->reader ? caw_stream_feed_data(c->reader, data, size) : 0;
}

static bool eof_received(void *self)
{
    const connection *c = self;
    if (c->reader) caw_stream_feed_eof(c->reader);
    return c->duplex;
}

/* All of them go on, by an error if there is one; borrowed. */
static void writer_wake(waiters *list, caw_error *error)
{
    for (waiter *w; (w = list->first) != NULL;) {
        waiters_remove(list, w);
        if (error) waiter_fail(w, error);
        else waiter_wake(w);
    }
}

static void writer_connection_lost(void *self, caw_error *error)
{
    connection *c = self;
    if (c->reader && error) caw_stream_set_error(c->reader, caw_ref(error));
    else if (c->reader) caw_stream_feed_eof(c->reader);
    c->lost = true;
    c->error = caw_ref(error);
    writer_wake(&c->closers, error);
    writer_wake(&c->drainers, error);
}

static void pause_writing(void *self)
{
    connection *c = self;
    c->paused = true;
}

static void resume_writing(void *self)
{
    connection *c = self;
    c->paused = false;
    writer_wake(&c->drainers, NULL);
}

static void writer_let_go(void *self)
{
    connection *c = self;
    c->lost = true; /* the loop may have been closed before anybody could be told */
    connection_detach(c);
    caw_unref(c);
}

static const caw_protocol_ops protocol = {.data_received = data_received,
                                          .eof_received = eof_received,
                                          .connection_lost = writer_connection_lost,
                                          .pause_writing = pause_writing,
                                          .resume_writing = resume_writing,
                                          .release = writer_let_go};

/* ---- Making and freeing ------------------------------------------------------------------------------------------------------ */

static void writer_release(void *object)
{
    caw_stream_writer *w = object;
    if (w->transport) caw_transport_close(w->transport);
    caw_unref(w->transport);
    caw_unref(w->reader);
    caw_unref(w->connection);
    caw__free(w, sizeof *w);
}

static const caw__type writer_type = {"StreamWriter", writer_release, NULL};

int caw_stream_connect(caw_transport *transport, size_t limit, caw_stream_reader **reader, caw_stream_writer **writer)
{
    caw_stream_reader *r = transport && reader ? caw_stream_reader_new(limit ? limit : CAW_STREAM_LIMIT) : NULL;
    caw_stream_writer *w = transport && writer ? caw__object_new(&writer_type, CAW__OBJECT, sizeof *w) : NULL;
    connection        *c = transport ? caw__object_new(&connection_type, CAW__OBJECT, sizeof *c) : NULL;
    bool               made = c && (r || !reader) && (w || !writer);
    if (made) {
        c->duplex = r && w;
        c->reader = r;
        if (r) {
            r->known = &c->reader;
            r->transport = caw_ref(transport);
            r->alone = !w;
        }
        if (w) {
            w->transport = caw_ref(transport);
            w->reader = caw_ref(r);
            w->connection = caw_ref(c);
        }
        caw_transport_attach(transport, &protocol, c);
    } else {
        caw_unref(c);
        caw_unref(r);
        caw_unref(w);
        r = NULL;
        w = NULL;
    }
    if (reader) *reader = r;
    if (writer) *writer = w;
    caw_unref(transport);
    return made ? 0 : -CAW_MEMORY_ERROR;
}

/* ---- The writer ---------------------------------------------------------------------------------------------------------------- */

caw_transport     *caw_stream_transport(const caw_stream_writer *w) { return w->transport; }
caw_stream_reader *caw_stream_reader_of(const caw_stream_writer *w) { return w->reader; }

int caw_stream_write(caw_stream_writer *w, const void *data, size_t size)
{
    return caw_transport_write(w->transport, data, size);
}
int  caw_stream_write_eof(caw_stream_writer *w) { return caw_transport_write_eof(w->transport); }
bool caw_stream_can_write_eof(const caw_stream_writer *w) { return caw_transport_can_write_eof(w->transport); }
void caw_stream_close(caw_stream_writer *w) { caw_transport_close(w->transport); }
bool caw_stream_is_closing(const caw_stream_writer *w) { return caw_transport_is_closing(w->transport); }

int caw_stream_writelines(caw_stream_writer *w, const caw_bytes *parts, size_t count)
{
    return caw_transport_writelines(w->transport, parts, count);
}

caw_value caw_stream_get_extra_info(caw_stream_writer *w, const char *name)
{
    return caw_transport_get_extra_info(w->transport, name);
}

/* Only on the loop of the transport can anybody wait. */
static caw_error *writer_refuse(const caw_stream_writer *w)
{
    if (caw_transport_loop(w->transport) == caw__running) return NULL;
    return caw_error_new(CAW_RUNTIME_ERROR, "the stream belongs to a different event loop");
}

static CAW_ASYNC(void, drain, caw_stream_writer *w)
{
    CAW_BEGIN_OWNING(void, caw_unref(w)) {
        connection *c = w->connection;
        caw_error  *error = w->reader ? caw_ref(w->reader->error) : NULL;
        if (!error && caw_transport_is_closing(w->transport)) /* so that who writes on and on learns of the end */
            error = CAW__AWAIT_ERROR(caw_sleep(0), caw_unref(w));
        if (!error && c->lost) {
            error = caw_error_os(ECONNRESET, "the connection is lost");
        } else if (!error && c->paused) {
            waiter it;
            error = writer_refuse(w);
            if (!error) error = WAITERS_WAIT(&c->drainers, &it, caw_unref(w));
        }
        caw_unref(w);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

static CAW_ASYNC(void, wait_closed, caw_stream_writer *w)
{
    CAW_BEGIN_OWNING(void, caw_unref(w)) {
        connection *c = w->connection;
        caw_error  *error = c->lost ? caw_ref(c->error) : writer_refuse(w);
        if (!error && !c->lost) {
            waiter it;
            error = WAITERS_WAIT(&c->closers, &it, caw_unref(w));
        }
        caw_unref(w);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw_stream_drain(caw_stream_writer *w) { return drain(caw_ref(w)); }
caw_of(void) caw_stream_wait_closed(caw_stream_writer *w) { return wait_closed(caw_ref(w)); }
