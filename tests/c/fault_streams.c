/* The Nth allocation fails: readers of streams, writers, pipes in memory. What was fed or written is taken whole, or not at all. */
#include "fault.h"
#include "streams.h"

static void feed_more(void *reader) /* whatever fits */
{
    int status = caw_stream_feed_data(reader, "and more\n", 9);
    CHECK(!status || status == -CAW_MEMORY_ERROR);
    if (status) caw_stream_set_error(reader, caw_error_from_code(status));
    else caw_stream_feed_eof(reader);
}

SCENARIO(reading)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r = NEED(caw_stream_reader_new(20));
        CAW_DEFER(caw_unref, r);
        for (int i = 0; i < 10; i++) CAW_CHECK(caw_stream_feed_data(r, "0123456789\r\n", 12));
        caw_unref(CAW_AWAIT(caw_stream_readline(r)));
        caw_unref(CAW_AWAIT(caw_stream_readuntil(r, "\r\n", 2)));
        caw_unref(CAW_AWAIT(caw_stream_readexactly(r, 24)));
        int stage = 0;
        CAW_TRY {
            caw_unref(
                CAW_AWAIT(caw_stream_readuntil_any(r, (caw_bytes[]){{(const uint8_t *)"x", 1}, {(const uint8_t *)"y", 1}}, 2)));
        } CAW_EXCEPT(CAW_LIMIT_OVERRUN_ERROR, error) {
            stage++;
        }
        CAW_END_TRY;
        caw_unref(NEED(caw_call_later(NULL, 1, feed_more, r)));
        caw_string *bytes = CAW_AWAIT(caw_stream_read(r, 1000));
        CHECK_INT(caw_string_size(bytes), 72); /* nothing was lost by then */
        caw_unref(bytes);
        bytes = CAW_AWAIT(caw_stream_read(r, 3));
        caw_unref(bytes);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_stream_readexactly(r, 1000)));
        } CAW_EXCEPT(CAW_INCOMPLETE_READ_ERROR, error) {
            CHECK_INT(caw_string_size(caw_error_partial(error)), 6);
            stage++;
        }
        CAW_END_TRY;
        CHECK_INT(stage, 2);
    } CAW_END;
}

/* A read that fails for want of memory can be made again. */
SCENARIO(a_failed_read_takes_nothing)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r = NEED(caw_stream_reader_new(4));
        CAW_DEFER(caw_unref, r);
        CAW_CHECK(caw_stream_feed_data(r, "0123456789", 10));
        caw_stream_feed_eof(r);
        bool failed = true;
        for (int how = 0; how < 5; how++) {
            failed = false;
            CAW_TRY {
                switch (how) {
                case 0: caw_unref(CAW_AWAIT(caw_stream_read(r, 2))); break;
                case 1: caw_unref(CAW_AWAIT(caw_stream_readuntil(r, "3", 1))); break;
                case 2: caw_unref(CAW_AWAIT(caw_stream_readuntil(r, "x", 1))); break;
                case 3: caw_unref(CAW_AWAIT(caw_stream_readline(r))); break;
                default: caw_unref(CAW_AWAIT(caw_stream_read(r, -1)));
                }
            } CAW_EXCEPT(CAW_MEMORY_ERROR, error) {
                failed = true;
            } CAW_EXCEPT(CAW_EXCEPTION, error) {
                CHECK(how == 2 || how == 3);
            }
            CAW_END_TRY;
            if (failed) break;
        }
        if (failed) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CHECK(caw_stream_at_eof(r));
    } CAW_END;
}

/* What was sent cannot be taken back: then the connection breaks. What was not is not taken. */
SCENARIO(writing)
{
    CAW_BEGIN(void) {
        caw_stream_writer *w;
        caw_transport     *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        CAW_CHECK(caw_stream_connect(t, 0, NULL, &w));
        CAW_DEFER(caw_unref, w);
        carrier *c = caw_transport_state(t);
        char     text[3000] = {0};
        int      status = caw_stream_write(w, text, sizeof text); /* no room: all is buffered, or nothing */
        CHECK_INT(caw_transport_write_buffer_size(t), status ? 0 : sizeof text);
        CHECK(!caw_stream_is_closing(w));
        c->room = sizeof text + 5;
        caw_transport_writable(t);
        if (status) c->room = 5;
        int again = caw_stream_write(w, text, sizeof text);
        CHECK_INT(caw_transport_write_buffer_size(t), again ? 0 : sizeof text - 5);
        CHECK_INT(caw_stream_is_closing(w), again != 0);
        if (!again) caw_transport_abort(t);
        CAW_AWAIT(caw_stream_wait_closed(w));
        test.trace[0] = 0;
        CAW_CHECK(status);
        CAW_CHECK(again);
    } CAW_END;
}

/* One side of a conversation: says something, reads the answer, says more, ends. */
static CAW_ASYNC(void, side, caw_stream it)
{
    CAW_BEGIN_OWNING(void, (caw_unref(it.reader), caw_unref(it.writer))) {
        CAW_TRY {
            for (int i = 0; i < 3; i++) {
                CAW_CHECK(caw_stream_write(it.writer, "hello, there\n", 13));
                CAW_AWAIT(caw_stream_drain(it.writer));
                caw_unref(CAW_AWAIT(caw_stream_readline(it.reader)));
            }
            caw_bytes parts[] = {{(const uint8_t *)"good", 4}, {(const uint8_t *)"bye", 3}};
            CAW_CHECK(caw_stream_writelines(it.writer, parts, 2));
            CAW_CHECK(caw_stream_write_eof(it.writer));
            caw_unref(CAW_AWAIT(caw_stream_readexactly(it.reader, 7)));
            caw_stream_close(it.writer);
            CAW_AWAIT(caw_stream_wait_closed(it.writer));
        } CAW_FINALLY {
            caw_unref(it.reader);
            caw_unref(it.writer);
        }
        CAW_END_TRY;
    } CAW_END;
}

static bool for_want_of_memory; /* somebody was told so */

/* What the other side of one that had no memory may see. */
static bool is_aftermath(const caw_error *error)
{
    for_want_of_memory |= caw_error_is(error, CAW_MEMORY_ERROR);
    return caw_error_is(error, CAW_MEMORY_ERROR) || caw_error_is(error, CAW_INCOMPLETE_READ_ERROR) ||
           caw_error_errno(error) == EPIPE || caw_error_errno(error) == ECONNRESET;
}

SCENARIO(conversations)
{
    CAW_BEGIN(void) {
        for_want_of_memory = false;
        caw_stream a, b;
        CAW_CHECK(caw_memory_duplex(8192, &a, &b));
        CHECK_INT(caw_transport_set_write_buffer_limits(caw_stream_transport(a.writer), 4, 2), 0);
        caw_results *r = CAW_AWAIT(caw_gather_settled(side(a), caw_wait_for(side(b), 10)));
        CAW_DEFER(caw_unref, r);
        bool failed = false;
        for (size_t i = 0; i < 2; i++) {
            caw_error *error = caw_error_at(r, i);
            if (!error) continue;
            failed = true;
            if (!is_aftermath(error)) CAW_RAISE_ERROR(caw_ref(error));
        }
        if (failed && !for_want_of_memory) CAW_RAISE(CAW_RUNTIME_ERROR, "nobody was told why");
        if (failed) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
    } CAW_END;
}

static CAW_ASYNC(void, pour, caw_stream_writer *w, size_t total)
{
    CAW_BEGIN_OWNING(void, caw_unref(w)) {
        CAW_DEFER(caw_unref, w);
        char text[1000] = {0};
        for (size_t sent = 0; sent < total; sent += sizeof text) {
            CAW_CHECK(caw_stream_write(w, text, sizeof text));
            CAW_AWAIT(caw_stream_drain(w));
        }
    } CAW_END;
}

SCENARIO(pipes)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(100, &r, &w));
        CHECK_INT(caw_transport_set_write_buffer_limits(caw_stream_transport(w), 2000, 500), 0);
        caw_auto pouring = caw_spawn(pour(w, 20000));
        CAW_TRY {
            caw_string *bytes = CAW_AWAIT(caw_wait_for(caw_stream_read(r, -1), 10));
            size_t      size = caw_string_size(bytes);
            caw_unref(bytes);
            CAW_AWAIT(caw_ref(pouring)); /* a writer that ended early has closed its end: then this says why */
            CHECK_INT(size, 20000);
        } CAW_FINALLY {
            caw_unref(r);
            caw_unref(pouring);
        }
        CAW_END_TRY;
    } CAW_END;
}
