/* Transports that can do little, or have no protocol: what a carrier may leave out, what is refused, what breaks on the way. */
#include "streams.h"

static void give_back(caw_transport *t)
{
    caw_transport_abort(t);
    caw_unref(t);
}

ASYNC_TEST(without_a_protocol)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        caw_transport_received(t, "nobody", 6);
        caw_transport_received_eof(t);
        CHECK(!caw_transport_is_closing(t));
        CHECK_INT(caw_transport_write(t, "0123456789", 10), 0);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 4, 2), 0); /* there is nobody to be told of the pause */
        carrier *c = caw_transport_state(t);
        c->room = 9;
        caw_transport_writable(t);
        CHECK_INT(caw_transport_write_buffer_size(t), 1);
        CHECK_TEXT(c->sent, "012345678");
        give_back(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause close(aborted)");
    } CAW_END;
}

ASYNC_TEST(one_that_can_only_send)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&plain_ops, sizeof(carrier), NULL);
        CHECK_INT(caw_transport_get_extra_info(t, "peername").tag, CAW_NONE);
        CHECK(!caw_transport_can_write_eof(t));
        CHECK_INT(caw_transport_write_eof(t), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_transport_write(t, "after", 5), 0); /* it was not ended by that */
        CHECK_INT(caw_transport_pause_reading(t), -CAW_RUNTIME_ERROR);
        CHECK(caw_transport_is_reading(t));
        caw_transport_resume_reading(t);
        give_back(t);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static const caw_transport_ops half_ops = {.name = "half", .send = carrier_send, .pause_reading = carrier_pause};

ASYNC_TEST(one_that_needs_not_be_told_to_go_on)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&half_ops, sizeof(carrier), NULL);
        CHECK_INT(caw_transport_pause_reading(t), 0);
        CHECK(!caw_transport_is_reading(t));
        caw_transport_resume_reading(t);
        CHECK(caw_transport_is_reading(t));
        CHECK_TRACE("pause");
        give_back(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause");
    } CAW_END;
}

ASYNC_TEST(what_is_refused)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, -1, PTRDIFF_MAX / 2), -CAW_VALUE_ERROR);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 1, 2), -CAW_VALUE_ERROR);
        caw_bytes parts[] = {{NULL, SIZE_MAX}, {NULL, 1}};
        CHECK_INT(caw_transport_writelines(t, parts, 2), -CAW_MEMORY_ERROR);
        CHECK_INT(caw_transport_write_buffer_size(t), 0);
        give_back(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause close(aborted)");
        caw_loop *closed = caw_loop_new();
        caw_auto  kept = caw_future_on(closed, void);
        CHECK_INT(caw_loop_close(closed), 0);
        CHECK(caw_transport_new(&carrier_ops, sizeof(carrier), closed) == NULL);
        caw_unref(kept);
    } CAW_END;
}

static int receive(void *self, const void *data, size_t size)
{
    (void)self;
    trace("%.*s", (int)size, (const char *)data);
    return 0;
}

static void lost(void *self, caw_error *error)
{
    (void)self;
    trace("lost:%s", error ? caw_error_name((int)caw_error_type_of(error)) : "none");
}

static const caw_protocol_ops protocol = {.data_received = receive, .connection_lost = lost};

ASYNC_TEST(nothing_is_not_received)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        caw_transport_attach(t, &protocol, NULL);
        caw_transport_received(t, "", 0);
        CHECK_TRACE("");
        caw_transport_received(t, "some", 4);
        CHECK_TRACE("some");
        give_back(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause lost:none close(aborted)");
    } CAW_END;
}

/* It breaks when it could go on: what was not sent is given up, and nothing more is asked of it. */
ASYNC_TEST(broken_when_it_is_writable)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        caw_transport_attach(t, &protocol, NULL);
        CHECK_INT(caw_transport_write(t, "0123456789", 10), 0);
        CHECK_INT(caw_transport_write_eof(t), 0);
        ((carrier *)caw_transport_state(t))->broken = true;
        caw_transport_writable(t);
        CHECK_INT(caw_transport_write_buffer_size(t), 0);
        caw_transport_writable(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause lost:OSError close(aborted)");
        caw_unref(t);
    } CAW_END;
}

static void ask_to_write(caw_transport *t, bool aborted)
{
    trace(aborted ? "close(aborted)" : "close");
    ((carrier *)caw_transport_state(t))->room = 100;
    caw_transport_writable(t);
    trace("[%s]", ((carrier *)caw_transport_state(t))->sent);
}

static const caw_transport_ops eager_ops = {.name = "eager", .send = carrier_send, .close = ask_to_write};

/* Nobody has it any more: what waits in it is not sent, whenever the carrier could. */
ASYNC_TEST(writable_at_its_end)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&eager_ops, sizeof(carrier), NULL);
        CHECK_INT(caw_transport_write(t, "waits", 5), 0);
        caw_unref(t);
        CHECK_TRACE("close(aborted) []");
    } CAW_END;
}

/* It says when what was sent has arrived: until then the connection is not lost, unless it breaks or is aborted. */
static bool says_when(caw_transport *t)
{
    trace("finish");
    return !((carrier *)caw_transport_state(t))->broken;
}

static const caw_transport_ops slow_ops = {
    .name = "slow", .send = carrier_send, .pause_reading = carrier_pause, .finish = says_when, .close = carrier_close};

ASYNC_TEST(one_that_says_when_all_has_arrived)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 5; how++) {
            caw_transport *t = caw_transport_new(&slow_ops, sizeof(carrier), NULL);
            caw_transport_attach(t, &protocol, NULL);
            carrier *c = caw_transport_state(t);
            c->room = how ? 100 : 0;
            CHECK_INT(caw_transport_write(t, "all", 3), 0);
            caw_transport_finished(t); /* it does not close: nothing */
            c->broken = how == 4;
            caw_transport_close(t);
            if (!how) {
                CHECK_TRACE("pause");
                c->room = 100;
                caw_transport_writable(t);
                CHECK_TRACE("finish");
            } else {
                CHECK_TRACE("pause finish");
            }
            CAW_AWAIT(caw_sleep(0));
            CHECK_TRACE(how == 4 ? "lost:none close" : "");
            if (how < 2) caw_transport_finished(t);
            if (how == 2) caw_transport_fail(t, caw_error_os(EPIPE, "too late"));
            if (how == 3) caw_transport_abort(t);
            CAW_AWAIT(caw_sleep(0));
            CHECK_TRACE(how < 2    ? "lost:none close"
                        : how == 2 ? "lost:OSError close(aborted)"
                        : how == 3 ? "lost:none close(aborted)"
                                   : "");
            caw_transport_finished(t); /* it is over: nothing */
            caw_unref(t);
        }
    } CAW_END;
}

/* The other end is gone, and this one, which can still be read, is told to end. */
ASYNC_TEST(one_end_without_the_other)
{
    CAW_BEGIN(void) {
        caw_stream one, other;
        CAW_CHECK(caw_memory_duplex(100, &one, &other));
        CHECK_INT(caw_stream_write(other.writer, "last words", 10), 0);
        caw_unref(other.reader);
        caw_unref(other.writer);
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        CHECK(!caw_stream_is_closing(one.writer));
        CHECK_INT(caw_stream_write_eof(one.writer), 0);
        CHECK_INT(caw_stream_write(one.writer, "x", 1), -CAW_RUNTIME_ERROR);
        CHECK_READ(caw_stream_read(one.reader, -1), "last words");
        caw_unref(one.reader);
        caw_unref(one.writer);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

ASYNC_TEST(one_that_is_closing_reads_no_more)
{
    CAW_BEGIN(void) {
        caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        CHECK_INT(caw_transport_pause_reading(t), 0);
        caw_transport_abort(t);
        CHECK_TRACE("pause pause");
        caw_transport_resume_reading(t);
        caw_unref(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("close(aborted)");
    } CAW_END;
}
