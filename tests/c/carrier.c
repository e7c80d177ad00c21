/* How a connection's bytes come to a protocol that pauses in the middle, or gives no room for them. */
#include "network.h"

static caw_transport *mine;

static void paused_made(void *self, caw_transport *t)
{
    (void)self;
    mine = caw_ref(t);
}

static int paused_data(void *self, const void *data, size_t size)
{
    trace("%s:%.*s", (const char *)self, (int)size, (const char *)data);
    return caw_transport_pause_reading(mine);
}

static const caw_protocol_ops pausing = {.connection_made = paused_made, .data_received = paused_data};

static const caw_protocol_ops *pausing_factory(void *data, void **self)
{
    *self = data;
    return &pausing;
}

static CAW_ASYNC(void, ends_writing, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_CHECK(caw_stream_write_eof(stream.writer));
        caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
    } CAW_END;
}

/* Paused by what has come; it goes on before more does, and after. */
ASYNC_TEST(paused_by_what_it_has_received)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(pausing_factory, "p", "127.0.0.1", 7));
        CAW_DEFER(end_server, server);
        CONNECT(stream, "127.0.0.1", 7);
        write_text(stream.writer, "one");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("p:one");
        caw_transport_resume_reading(mine);
        caw_transport_resume_reading(mine);
        CAW_AWAIT(caw_sleep(1));
        write_text(stream.writer, "two");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("p:two");
        write_text(stream.writer, "three");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("");
        caw_transport_resume_reading(mine);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("p:three");
        caw_unref(mine);
    } CAW_END;
}

static void *no_room(void *self, size_t hint, size_t *size)
{
    (void)self, (void)hint;
    *size = 8;
    return NULL;
}
static const caw_protocol_ops roomless = {.connection_lost = told_lost, .data_received = told_data, .get_buffer = no_room};

static const caw_protocol_ops *roomless_factory(void *data, void **self)
{
    *self = data;
    return &roomless;
}

ASYNC_TEST(a_buffer_of_nobody)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        size_t         size = 1;
        CHECK(!caw_transport_get_buffer(t, 0, &size));
        CHECK_INT(size, 0);
        caw_unref(t);
        test.trace[0] = 0;
    } CAW_END;
}

ASYNC_TEST(a_buffer_that_is_none)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(roomless_factory, "r", "127.0.0.1", 7));
        CAW_DEFER(end_server, server);
        CONNECT(stream, "127.0.0.1", 7);
        write_text(stream.writer, "one");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("r.lost:get_buffer() returned an empty buffer");
    } CAW_END;
}

/* Four times the low mark, which may be 0. */
ASYNC_TEST(the_high_mark_follows_the_low_one)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(pausing_factory, "p", "127.0.0.1", 7));
        CAW_DEFER(end_server, server);
        caw_sim_net_set_buffer(4);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CHECK_INT(caw_transport_set_write_buffer_limits(t, -1, 0), 0);
        CHECK_INT(caw_transport_write(t, "12345", 5), 0);
        CHECK_TRACE("c.made c.pause");
        caw_transport_abort(t);
        caw_unref(t);
        CAW_AWAIT(caw_sleep(1));
        test.trace[0] = 0;
        caw_unref(mine);
    } CAW_END;
}

/* Who goes on reading after the end is not told of it again. */
ASYNC_TEST(an_end_comes_once)
{
    CAW_BEGIN(void) {
        SERVE(server, ends_writing, NULL, "127.0.0.1", 7);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, t);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c.made c.eof");
        (void)caw_transport_pause_reading(t);
        caw_transport_resume_reading(t);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("");
        caw_transport_abort(t);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("c.lost c.release");
    } CAW_END;
}
