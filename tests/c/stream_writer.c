/* Writers of streams and their transport: buffering, limits, drain, the two ends, pauses of the reader. The transport is driven by hand. */
#include "streams.h"

static caw_transport *by_hand(size_t room)
{
    caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
    ((carrier *)caw_transport_state(t))->room = room;
    return t;
}

static carrier *of(caw_stream_writer *w) { return caw_transport_state(caw_stream_transport(w)); }

/* In an async function: both streams of a transport that takes `room` bytes, and then no more before more(). */
#define STREAMS(r, w, room)                                                                                                    \
    caw_stream_reader *r;                                                                                                      \
    caw_stream_writer *w;                                                                                                      \
    CAW_CHECK(caw_stream_connect(by_hand(room), 0, &r, &w));                                                                   \
    CAW_DEFER(caw_unref, r);                                                                                                   \
    CAW_DEFER(caw_unref, w)

static void more(caw_stream_writer *w, size_t room)
{
    of(w)->room = room;
    caw_transport_writable(caw_stream_transport(w));
}

static size_t buffered(caw_stream_writer *w) { return caw_transport_write_buffer_size(caw_stream_transport(w)); }

ASYNC_TEST(what_cannot_be_sent_is_buffered)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 5);
        CHECK(caw_stream_reader_of(w) == r);
        write_text(w, "abc");
        CHECK_INT(buffered(w), 0);
        write_text(w, "defg");
        write_text(w, "");
        write_text(w, "hi");
        CHECK_TEXT(of(w)->sent, "abcde");
        CHECK_INT(buffered(w), 4);
        more(w, 3);
        CHECK_TEXT(of(w)->sent, "abcdefgh");
        of(w)->room = 10; /* not told yet: what is buffered goes first */
        write_text(w, "j");
        CHECK_INT(buffered(w), 2);
        more(w, 10);
        CHECK_TEXT(of(w)->sent, "abcdefghij");
        caw_bytes parts[] = {{(const uint8_t *)"1", 1}, {NULL, 0}, {(const uint8_t *)"23456789", 8}, {(const uint8_t *)"0", 1}};
        CHECK_INT(caw_stream_writelines(w, parts, 4), 0);
        CHECK_INT(caw_stream_writelines(w, NULL, 0), 0);
        CHECK_INT(buffered(w), 2);
        more(w, 2);
        CHECK_TEXT(of(w)->sent, "abcdefghij1234567890");
        caw_value name = caw_stream_get_extra_info(w, "peername"), none = caw_stream_get_extra_info(w, "sockname");
        CHECK_TEXT(caw_string_data(name.as_string), "nobody");
        CHECK_INT(none.tag, CAW_NONE);
        caw_value_drop(name);
        caw_stream_close(w);
        CAW_AWAIT(caw_stream_wait_closed(w));
        CHECK_TRACE("pause close");
    } CAW_END;
}

/* The trace is CPython's. */
ASYNC_TEST(drain_waits_while_writing_is_paused)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        CHECK_INT(caw_transport_set_write_buffer_limits(caw_stream_transport(w), 4, 1), 0);
        write_text(w, "1234");
        CAW_AWAIT(caw_stream_drain(w)); /* no more than the high limit: does not even suspend */
        write_text(w, "5");
        caw_auto a = caw_spawn(traced_void("a", caw_stream_drain(w))), b = caw_spawn(traced_void("b", caw_stream_drain(w))),
                 c = caw_spawn(traced_void("c", caw_stream_drain(w)));
        CAW_AWAIT(caw_sleep(0));
        more(w, 3);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE(""); /* two are left: more than the low limit */
        caw_cancel(b, NULL);
        caw_auto ticks = caw_spawn(ticker(3));
        more(w, 1);
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
        CAW_AWAIT(ticks);
        CHECK_TRACE("b:CancelledError |0 a c |1 |2");
        caw_transport_abort(caw_stream_transport(w));
        CAW_AWAIT(caw_stream_wait_closed(w));
        CHECK_TRACE("pause close(aborted)");
    } CAW_END;
}

ASYNC_TEST(limits)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        caw_transport *t = caw_stream_transport(w);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 1, 2), -CAW_VALUE_ERROR);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 3, 3), 0);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, -1, 2), 0); /* high 8 */
        write_text(w, "12345678");
        CAW_AWAIT(caw_stream_drain(w));
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 7, -1), 0); /* low 1: is paused at once */
        caw_auto drain = caw_spawn(traced_void("drained", caw_stream_drain(w)));
        CAW_AWAIT(caw_sleep(0));
        more(w, 6);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("");
        more(w, 1);
        CAW_AWAIT(drain);
        CHECK_TRACE("drained");
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 0, -1), 0); /* whatever is buffered is too much */
        more(w, 1);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, -1, -1), 0);
        size_t size = 65536;
        char  *text = calloc(1, size);
        CAW_DEFER(free, text);
        CHECK_INT(caw_stream_write(w, text, size), 0);
        CAW_AWAIT(caw_stream_drain(w));
        write_text(w, "1");
        CHECK_RAISES(caw_wait_for(caw_stream_drain(w), 1), CAW_TIMEOUT_ERROR, NULL);
        caw_transport_abort(t);
        CHECK_TRACE("pause");
        CAW_AWAIT(caw_stream_wait_closed(w));
        CHECK_TRACE("close(aborted)");
    } CAW_END;
}

ASYNC_TEST(drain_raises_what_the_reader_has)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 100);
        CAW_AWAIT(caw_stream_drain(w));
        caw_stream_set_error(r, caw_error_new(CAW_VALUE_ERROR, "bad"));
        CHECK_RAISES(caw_stream_drain(w), CAW_VALUE_ERROR, "bad");
        caw_stream_close(w);
        CHECK_RAISES(caw_stream_drain(w), CAW_VALUE_ERROR, "bad");
        CAW_AWAIT(caw_stream_wait_closed(w));
        CHECK_TRACE("pause close");
    } CAW_END;
}

ASYNC_TEST(close_sends_what_is_buffered)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        write_text(w, "hello");
        caw_auto own = caw_spawn(traced("own", caw_stream_read(r, -1)));
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(w)));
        CHECK(!caw_stream_is_closing(w));
        caw_stream_close(w);
        CHECK(caw_stream_is_closing(w));
        caw_stream_close(w);
        CHECK_INT(caw_stream_write_eof(w), 0);
        CAW_AWAIT(caw_stream_drain(w)); /* not paused, not lost yet */
        CHECK_TRACE("pause");
        caw_transport_received(caw_stream_transport(w), "late", 4); /* it reads no more */
        caw_transport_received_eof(caw_stream_transport(w));
        more(w, 3);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("");
        caw_auto ticks = caw_spawn(ticker(2));
        more(w, 3); /* all is sent: the connection is lost in the carrier's own callback */
        CHECK_TRACE("close");
        CAW_AWAIT(own);
        CAW_AWAIT(closed);
        CAW_AWAIT(ticks);
        CHECK_TRACE("|0 own= closed |1");
        CHECK_TEXT(of(w)->sent, "hello");
        write_text(w, "dropped");
        CHECK_RAISES(caw_stream_drain(w), CAW_OS_ERROR, "the connection is lost");
        CAW_AWAIT(caw_stream_wait_closed(w));
        CHECK_TEXT(of(w)->sent, "hello");
    } CAW_END;
}

/* The traces of this one and the next are CPython's over a pair of sockets. */
ASYNC_TEST(close_with_nothing_buffered)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 10);
        caw_auto own = caw_spawn(traced("own", caw_stream_read(r, -1)));
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(w)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(3));
        caw_stream_close(w);
        write_text(w, "dropped");
        caw_auto drain = caw_spawn(traced_void("drain", caw_stream_drain(w)));
        CAW_AWAIT(own);
        CAW_AWAIT(closed);
        CAW_AWAIT(drain);
        CAW_AWAIT(ticks);
        CHECK_TRACE("pause |0 close |1 own= closed drain:OSError(ECONNRESET) |2");
        CHECK_TEXT(of(w)->sent, "");
    } CAW_END;
}

ASYNC_TEST(a_broken_connection)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(w)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(3));
        of(w)->broken = true;
        write_text(w, "x");
        CHECK(caw_stream_is_closing(w));
        CAW_AWAIT(traced_void("drain", caw_stream_drain(w)));
        CAW_AWAIT(traced_void("drain", caw_stream_drain(w)));
        CAW_AWAIT(traced("read", caw_stream_read(r, 1)));
        CAW_AWAIT(closed);
        CAW_AWAIT(ticks);
        CHECK_TRACE(
            "pause |0 close(aborted) drain:OSError(ECONNRESET) drain:OSError(EPIPE) read:OSError |1 closed:OSError(EPIPE) |2");
        CHECK_RAISES(caw_stream_wait_closed(w), CAW_OS_ERROR, "broken");
    } CAW_END;
}

ASYNC_TEST(it_breaks_while_some_wait)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        CHECK_INT(caw_transport_set_write_buffer_limits(caw_stream_transport(w), 0, 0), 0);
        write_text(w, "x");
        caw_auto a = caw_spawn(traced_void("a", caw_stream_drain(w))), b = caw_spawn(traced_void("b", caw_stream_drain(w))),
                 closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(w)));
        CAW_AWAIT(caw_sleep(0));
        caw_transport_fail(caw_stream_transport(w), caw_error_os(EPIPE, "cut"));
        caw_transport_fail(caw_stream_transport(w), caw_error_os(EPIPE, "again"));
        CHECK_INT(buffered(w), 0);
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CAW_AWAIT(closed);
        CHECK_TRACE("pause close(aborted) closed:OSError(EPIPE) a:OSError(EPIPE) b:OSError(EPIPE)");
        CHECK_RAISES(caw_stream_drain(w), CAW_OS_ERROR, "cut"); /* the reader's */
    } CAW_END;
}

/* An abort is no error: whoever waits for room goes on, and is told by the next drain. */
ASYNC_TEST(aborted_while_some_wait)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        CHECK_INT(caw_transport_set_write_buffer_limits(caw_stream_transport(w), 0, 0), 0);
        write_text(w, "x");
        caw_auto a = caw_spawn(traced_void("a", caw_stream_drain(w)));
        CAW_AWAIT(caw_sleep(0));
        caw_transport_abort(caw_stream_transport(w));
        CAW_AWAIT(a);
        CHECK_TRACE("pause close(aborted) a");
        CHECK_RAISES(caw_stream_drain(w), CAW_OS_ERROR, "the connection is lost");
        CHECK_READ(caw_stream_read(r, -1), "");
    } CAW_END;
}

/* asyncio hands all who wait one future: cancelling one cancels all. */
ASYNC_TEST(a_cancelled_wait_closed_is_nobody_elses)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 10);
        caw_auto a = caw_spawn(traced_void("a", caw_stream_wait_closed(w))),
                 b = caw_spawn(traced_void("b", caw_stream_wait_closed(w)));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CAW_AWAIT(a);
        caw_stream_close(w);
        CAW_AWAIT(b);
        CHECK_TRACE("a:CancelledError pause close b");
    } CAW_END;
}

ASYNC_TEST(write_eof_after_all_was_sent)
{
    CAW_BEGIN(void) {
        STREAMS(r, w, 0);
        CHECK(caw_stream_can_write_eof(w));
        write_text(w, "hello");
        CHECK_INT(caw_stream_write_eof(w), 0);
        CHECK_TRACE("");
        CHECK_INT(caw_stream_write(w, "x", 1), -CAW_RUNTIME_ERROR);
        more(w, 5);
        CHECK_TRACE("send_eof");
        CHECK_INT(caw_stream_write_eof(w), 0);
        caw_transport_received(caw_stream_transport(w), "answer", 6);
        caw_transport_received_eof(caw_stream_transport(w));
        CHECK_READ(caw_stream_read(r, -1), "answer");
        CHECK(!caw_stream_is_closing(w));
        caw_stream_close(w);
        CAW_AWAIT(caw_stream_wait_closed(w));
        CHECK_TRACE("pause close");

        STREAMS(other_reader, other, 10);
        CHECK_INT(caw_stream_write_eof(other), 0); /* nothing to be sent before */
        CHECK_TRACE("send_eof");
        caw_stream_feed_eof(other_reader);
        caw_stream_close(other);
        CAW_AWAIT(caw_stream_wait_closed(other));
        CHECK_TRACE("pause close");
    } CAW_END;
}

ASYNC_TEST(the_last_reference_closes)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_stream_connect(by_hand(0), 0, &r, &w));
        write_text(w, "abc");
        caw_transport *t = caw_ref(caw_stream_transport(w));
        CAW_DEFER(caw_unref, t);
        caw_unref(r);
        CHECK_TRACE(""); /* the writer keeps it */
        caw_unref(w);
        CHECK_TRACE("pause");
        CHECK(caw_transport_is_closing(t));
        ((carrier *)caw_transport_state(t))->room = 3;
        caw_transport_writable(t);
        CHECK_TRACE("close");

        CAW_CHECK(caw_stream_connect(by_hand(0), 0, &r, NULL)); /* only read */
        caw_unref(r);
        CHECK_TRACE("pause");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("close");

        CAW_CHECK(caw_stream_connect(by_hand(0), 0, NULL, &w)); /* only written */
        CHECK(!caw_stream_reader_of(w));
        caw_transport_received(caw_stream_transport(w), "for nobody", 10);
        caw_transport_received_eof(caw_stream_transport(w)); /* nobody at the other end, and no reader here to tell */
        CHECK(caw_stream_is_closing(w));
        CAW_AWAIT(caw_stream_wait_closed(w));
        caw_unref(w);
        CHECK_TRACE("pause close");
    } CAW_END;
}
