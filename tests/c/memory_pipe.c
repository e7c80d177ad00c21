/* Pipes in memory: what arrives when, back-pressure, the ends. Traces marked so are CPython's over a pair of sockets. */
#include "streams.h"

#define PIPE(r, w)                                                                                                             \
    caw_stream_reader *r;                                                                                                      \
    caw_stream_writer *w;                                                                                                      \
    CAW_CHECK(caw_memory_pipe(0, &r, &w));                                                                                     \
    CAW_DEFER(caw_unref, r);                                                                                                   \
    CAW_DEFER(caw_unref, w)

#define DUPLEX(a, b)                                                                                                           \
    caw_stream a, b;                                                                                                           \
    CAW_CHECK(caw_memory_duplex(0, &a, &b));                                                                                   \
    CAW_DEFER(caw_unref, a.reader);                                                                                            \
    CAW_DEFER(caw_unref, b.reader);                                                                                            \
    CAW_DEFER(caw_unref, a.writer);                                                                                            \
    CAW_DEFER(caw_unref, b.writer)

ASYNC_TEST(what_is_written_is_read) /* CPython's */
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        caw_auto reading = caw_spawn(traced("got", caw_stream_read(b.reader, 10)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(5));
        trace("write"), write_text(a.writer, "hello");
        CAW_AWAIT(traced_void("drained", caw_stream_drain(a.writer)));
        CAW_AWAIT(reading);
        CAW_AWAIT(ticks);
        CHECK_TRACE("write drained |0 |1 got=hello |2 |3 |4");
    } CAW_END;
}

ASYNC_TEST(closed_after_a_write) /* CPython's */
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        caw_auto got = caw_spawn(traced("got", caw_stream_read(b.reader, -1)));
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(a.writer)));
        caw_auto own = caw_spawn(traced("own", caw_stream_read(a.reader, -1)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(7));
        trace("write"), write_text(a.writer, "hello");
        caw_stream_close(a.writer);
        caw_auto drain = caw_spawn(traced_void("drain", caw_stream_drain(a.writer)));
        CAW_AWAIT(got);
        CAW_AWAIT(closed);
        CAW_AWAIT(own);
        CAW_AWAIT(ticks);
        CAW_AWAIT(drain);
        CHECK_TRACE("write |0 |1 own= closed drain:OSError(ECONNRESET) |2 got=hello |3 |4 |5 |6");
        CHECK(!caw_stream_is_closing(b.writer)); /* only its reading has ended */
    } CAW_END;
}

ASYNC_TEST(closed) /* CPython's */
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        caw_auto got = caw_spawn(traced("got", caw_stream_read(b.reader, -1)));
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(a.writer)));
        caw_auto own = caw_spawn(traced("own", caw_stream_read(a.reader, -1)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(5));
        caw_stream_close(a.writer);
        CAW_AWAIT(got);
        CAW_AWAIT(closed);
        CAW_AWAIT(own);
        CAW_AWAIT(ticks);
        CHECK_TRACE("|0 |1 own= closed |2 got= |3 |4");
    } CAW_END;
}

ASYNC_TEST(closed_with_unread_data)
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        write_text(b.writer, "200 OK\n\nmessage");
        CHECK_READ(caw_stream_readline(a.reader), "200 OK\n");
        caw_stream_close(a.writer);
        CAW_AWAIT(caw_stream_wait_closed(a.writer));
        CHECK_READ(caw_stream_read(a.reader, -1), "\nmessage");
    } CAW_END;
}

ASYNC_TEST(an_answer_to_the_end) /* CPython's */
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        caw_auto got = caw_spawn(traced("got", caw_stream_read(b.reader, -1)));
        caw_auto back = caw_spawn(traced("back", caw_stream_read(a.reader, -1)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(9));
        write_text(a.writer, "x");
        CHECK_INT(caw_stream_write_eof(a.writer), 0);
        CAW_AWAIT(got);
        write_text(b.writer, "answer");
        caw_stream_close(b.writer);
        CAW_AWAIT(back);
        CAW_AWAIT(ticks);
        CHECK_TRACE("|0 |1 |2 got=x |3 |4 |5 |6 back=answer |7 |8");
    } CAW_END;
}

ASYNC_TEST(written_to_a_closed_end) /* CPython's */
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        caw_stream_close(b.writer);
        CAW_AWAIT(caw_stream_wait_closed(b.writer));
        CAW_AWAIT(caw_sleep(0));
        CHECK_READ(caw_stream_read(a.reader, 1), "");
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(a.writer)));
        CAW_AWAIT(caw_sleep(0));
        caw_auto ticks = caw_spawn(ticker(5));
        write_text(a.writer, "x");
        CAW_AWAIT(traced_void("drain", caw_stream_drain(a.writer)));
        CAW_AWAIT(traced_void("drain", caw_stream_drain(a.writer)));
        CAW_AWAIT(traced("read", caw_stream_read(a.reader, 1)));
        CAW_AWAIT(closed);
        CAW_AWAIT(ticks);
        CHECK_TRACE("|0 drain:OSError(ECONNRESET) drain:OSError(EPIPE) read:OSError |1 closed:OSError(EPIPE) |2 |3 |4");
    } CAW_END;
}

/* A loop of writes and drains must learn that nobody reads. */
ASYNC_TEST(writing_on_and_on_to_a_closed_end)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(0, &r, &w));
        CAW_DEFER(caw_unref, w);
        caw_unref(r);
        int rounds = 0;
        CAW_TRY {
            for (;; rounds++) {
                write_text(w, "foo\n");
                CAW_AWAIT(caw_stream_drain(w));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK_INT(caw_error_errno(error), EPIPE);
        }
        CAW_END_TRY;
        CHECK_INT(rounds, 65536 / 4); /* the first drain that waits is told */
    } CAW_END;
}

ASYNC_TEST(aborted)
{
    CAW_BEGIN(void) {
        DUPLEX(a, b);
        write_text(a.writer, "seen");
        CHECK_READ(caw_stream_read(b.reader, 10), "seen");
        write_text(a.writer, "dropped");
        caw_transport_abort(caw_stream_transport(a.writer));
        caw_auto closed = caw_spawn(traced_void("closed", caw_stream_wait_closed(b.writer)));
        CHECK_RAISES(caw_stream_read(b.reader, 1), CAW_OS_ERROR, "the other end of the pipe was aborted");
        CHECK_INT(caw_error_errno(caw_stream_exception(b.reader)), ECONNRESET);
        CAW_AWAIT(closed);
        CHECK_TRACE("closed:OSError(ECONNRESET)");
        CAW_AWAIT(caw_stream_wait_closed(a.writer)); /* whose doing it was has no error */
        CHECK_READ(caw_stream_read(a.reader, 1), "");
    } CAW_END;
}

static CAW_ASYNC(void, produce, caw_stream_writer *w, size_t total, size_t part)
{
    CAW_BEGIN_OWNING(void, caw_unref(w)) {
        CAW_DEFER(caw_unref, w);
        char *text = calloc(1, part);
        CAW_DEFER(free, text);
        for (size_t sent = 0; sent < total; sent += part) {
            memset(text, 'a' + (int)(sent / part % 26), part);
            CAW_CHECK(caw_stream_write(w, text, part));
            CHECK(caw_transport_write_buffer_size(caw_stream_transport(w)) <= 65536 + part);
            CAW_AWAIT(caw_stream_drain(w));
        }
        trace("written");
    } CAW_END;
}

ASYNC_TEST(back_pressure)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(1000, &r, &w));
        CAW_DEFER(caw_unref, r);
        enum { PART = 3000, TOTAL = 300 * PART };
        caw_auto producing = caw_spawn(produce(w, TOTAL, PART)); /* gives up the writer when it ends */
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(producing)); /* nobody reads: it stands */
        size_t got = 0;
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(r, 700));
            size_t      size = caw_string_size(bytes);
            for (size_t i = 0; i < size; i++) {
                if (caw_string_data(bytes)[i] != 'a' + (char)((got + i) / PART % 26)) trace("wrong at %zu", got + i);
            }
            caw_unref(bytes);
            if (!size) break;
            got += size;
        }
        CHECK_INT(got, TOTAL);
        CHECK_TRACE("written");
        CAW_AWAIT(producing);
    } CAW_END;
}

/* What one writes at a stroke arrives in parts, none while reading is paused. */
ASYNC_TEST(much_at_once)
{
    CAW_BEGIN(void) {
        PIPE(r, w);
        size_t size = 400000;
        char  *text = calloc(1, size);
        CAW_DEFER(free, text);
        CHECK_INT(caw_stream_write(w, text, size), 0);
        for (int i = 0; i < 10; i++) CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_transport_write_buffer_size(caw_stream_transport(w)),
                  size - (size_t)3 * 65536); /* above twice the limit */
        caw_unref(CAW_AWAIT(caw_stream_readexactly(r, 2 * 65536)));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_transport_write_buffer_size(caw_stream_transport(w)), size - (size_t)4 * 65536);
        caw_stream_close(w);
        caw_string *rest = CAW_AWAIT(caw_stream_read(r, -1));
        CHECK_INT(caw_string_size(rest), size - (size_t)2 * 65536);
        caw_unref(rest);
        CAW_AWAIT(caw_stream_wait_closed(w));
    } CAW_END;
}

/* Twice a limit smaller than what comes (asyncio issue 168). */
ASYNC_TEST(all_of_a_pipe)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(1, &r, &w));
        CAW_DEFER(caw_unref, r);
        write_text(w, "data");
        caw_unref(w);
        CAW_AWAIT(caw_sleep(1));
        CHECK_READ(caw_stream_read(r, -1), "data");
    } CAW_END;
}

ASYNC_TEST(the_reader_is_given_up)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(1, &r, &w));
        CAW_DEFER(caw_unref, w);
        CHECK_INT(caw_transport_set_write_buffer_limits(caw_stream_transport(w), 2, 0), 0);
        write_text(w, "abcdef");
        CAW_AWAIT(caw_stream_drain(w));
        write_text(w, "ghijkl"); /* the reader is paused now */
        caw_auto drain = caw_spawn(traced_void("drain", caw_stream_drain(w)));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("");
        caw_unref(r);
        CAW_AWAIT(drain);
        CAW_AWAIT(traced_void("closed", caw_stream_wait_closed(w)));
        CHECK_TRACE("drain:OSError(EPIPE) closed:OSError(EPIPE)");
    } CAW_END;
}

/* Neither reads, both have something to send: closing both ends must come to an end, if not to a good one for both. */
ASYNC_TEST(both_close_at_once)
{
    CAW_BEGIN(void) {
        caw_stream a, b;
        CAW_CHECK(caw_memory_duplex(1, &a, &b));
        for (int i = 0; i < 3; i++) {
            write_text(a.writer, "abcdef");
            write_text(b.writer, "ghijkl");
            CAW_AWAIT(caw_sleep(0));
        }
        caw_auto one = caw_spawn(traced_void("one", caw_stream_wait_closed(a.writer))),
                 other = caw_spawn(traced_void("other", caw_stream_wait_closed(b.writer)));
        caw_unref(a.reader);
        caw_unref(b.reader);
        caw_stream_close(a.writer);
        caw_stream_close(b.writer);
        caw_unref(a.writer);
        caw_unref(b.writer);
        CAW_AWAIT(one);
        CAW_AWAIT(other);
        CHECK_TRACE("other one:OSError(EPIPE)");
    } CAW_END;
}

/* An end with a paused reader goes: the other learns that what it wrote will not arrive. */
ASYNC_TEST(an_end_is_given_up)
{
    CAW_BEGIN(void) {
        caw_stream a, b;
        CAW_CHECK(caw_memory_duplex(1, &a, &b));
        CAW_DEFER(caw_unref, a.reader);
        CAW_DEFER(caw_unref, a.writer);
        write_text(a.writer, "abcdef");
        CAW_AWAIT(caw_sleep(0));
        write_text(a.writer, "ghi");
        write_text(b.writer, "last words");
        caw_unref(b.reader);
        caw_unref(b.writer);
        CHECK_RAISES(caw_stream_wait_closed(a.writer), CAW_OS_ERROR, "the other end of the pipe is closed");
        CHECK_RAISES(caw_stream_read(a.reader, -1), CAW_OS_ERROR, "the other end of the pipe is closed");
    } CAW_END;
}

static CAW_ASYNC(void, talk, caw_stream it)
{
    CAW_BEGIN_OWNING(void, (caw_unref(it.reader), caw_unref(it.writer))) {
        CAW_DEFER(caw_unref, it.reader);
        CAW_DEFER(caw_unref, it.writer);
        for (;;) {
            CAW_CHECK(caw_stream_write(it.writer, "hello, there\n", 13));
            CAW_AWAIT(caw_stream_drain(it.writer));
            caw_unref(CAW_AWAIT(caw_stream_readline(it.reader)));
        }
    } CAW_END;
}

static CAW_ASYNC(void, start_talks, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 4; i++) {
            caw_stream a, b;
            CAW_CHECK(caw_memory_duplex(64, &a, &b));
            caw_unref(caw_spawn(talk(a)));
            caw_unref(caw_spawn(talk(b)));
            for (int k = 0; k < i; k++) CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

/* A loop closed in the middle of conversations: nothing is left behind. */
TEST(closing_the_loop)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, start_talks(), NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!"));
    test.log[0] = 0;
}

static caw_stream_reader *outlives;

static CAW_ASYNC(void, make_and_close, void)
{
    CAW_BEGIN(void) {
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(1, &outlives, &w));
        for (int i = 0; i < 3; i++) {
            write_text(w, "abcdef");
            CAW_AWAIT(caw_sleep(0));
        }
        caw_unref(w);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* The writer waits to send its last when the loop is closed; the reader is given up only then. */
TEST(closing_the_loop_before_the_pipe)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, make_and_close(), NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
    caw_unref(outlives);
}

TEST(on_another_loop)
{
    caw_loop          *a = caw_loop_new(), *b = caw_loop_new();
    caw_stream_writer *w = NULL;
    caw_transport     *t = caw_transport_new(&carrier_ops, sizeof(carrier), a);
    CHECK_INT(caw_transport_set_write_buffer_limits(t, 0, 0), 0);
    CHECK_INT(caw_stream_connect(t, 0, NULL, &w), 0);
    CHECK_INT(caw_stream_write(w, "x", 1), 0);
    CHECK_ERROR(caw_run_until_complete(b, caw_stream_drain(w), NULL), CAW_RUNTIME_ERROR,
                "the stream belongs to a different event loop");
    caw_transport_abort(t);
    caw_loop_turn(a, NULL);
    caw_unref(w);
    CHECK_TRACE("pause close(aborted)");
    CHECK_INT(caw_loop_close(a), 0);
    CHECK_INT(caw_loop_close(b), 0);
}
