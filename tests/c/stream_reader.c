/* Readers of streams: read, readexactly, readline, the end, errors, one waiter, pausing. As test_streams.py has it, and more. */
#include "streams.h"

ASYNC_TEST(feeding_nothing)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "");
        CHECK_LEFT(r, "");
        feed(r, DATA);
        CHECK_LEFT(r, DATA);
    } CAW_END;
}

ASYNC_TEST(read_of_nothing)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, DATA);
        CHECK_READ(caw_stream_read(r, 0), "");
        CHECK_LEFT(r, DATA);
    } CAW_END;
}

ASYNC_TEST(read_waits_for_data)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_read(r, 30));
        FEED_SOON(r, DATA);
        CHECK_READ(reading, DATA);
        CHECK_LEFT(r, "");
    } CAW_END;
}

ASYNC_TEST(read_takes_no_more_than_was_asked_for)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "line1");
        feed(r, "line2");
        CHECK_READ(caw_stream_read(r, 5), "line1");
        CHECK_LEFT(r, "line2");
    } CAW_END;
}

ASYNC_TEST(read_at_the_end)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_read(r, 1024));
        FEED_SOON(r, NULL);
        CHECK_READ(reading, "");
        CHECK(caw_stream_at_eof(r));
        CHECK_READ(caw_stream_read(r, 1), "");
        CHECK_INT(caw_stream_feed_data(r, "late", 4), -CAW_RUNTIME_ERROR);
    } CAW_END;
}

ASYNC_TEST(read_up_to_the_end)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_read(r, -1));
        FEED_SOON(r, "chunk1\n", "chunk2", NULL);
        CHECK_READ(reading, "chunk1\nchunk2");
        CHECK(caw_stream_at_eof(r));
    } CAW_END;
}

/* asyncio's read(-1) takes the bytes in parts and loses them when it is cancelled. */
ASYNC_TEST(read_up_to_the_end_loses_nothing_when_it_is_cancelled)
{
    CAW_BEGIN(void) {
        READER(r, 4);
        caw_auto reading = caw_spawn(caw_stream_read(r, -1));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "0123456789");
        CAW_AWAIT(caw_sleep(0));
        feed(r, "abc");
        CHECK(!caw_stream_at_eof(r));
        caw_cancel(reading, NULL);
        CHECK_RAISES(reading, CAW_CANCELLED_ERROR, NULL);
        CHECK_LEFT(r, "0123456789abc");
    } CAW_END;
}

ASYNC_TEST(an_error_is_for_all_who_read_from_then_on)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "line\nsecond\n");
        CHECK_READ(caw_stream_read(r, 2), "li");
        CHECK_READ(caw_stream_readexactly(r, 2), "ne");
        CHECK_READ(caw_stream_readline(r), "\n");
        CHECK(!caw_stream_exception(r));
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, "bad");
        CHECK_INT(caw_stream_set_error(r, caw_ref(error)), 0);
        CHECK(caw_stream_exception(r) == error);
        caw_unref(error);
        CHECK_RAISES(caw_stream_read(r, 2), CAW_VALUE_ERROR, "bad");
        CHECK_RAISES(caw_stream_read(r, 0), CAW_VALUE_ERROR, "bad");
        CHECK_RAISES(caw_stream_read(r, -1), CAW_VALUE_ERROR, "bad");
        CHECK_RAISES(caw_stream_readexactly(r, 2), CAW_VALUE_ERROR, "bad");
        CHECK_RAISES(caw_stream_readline(r), CAW_VALUE_ERROR, "bad");
        CHECK_RAISES(caw_stream_readuntil(r, "x", 1), CAW_VALUE_ERROR, "bad");
        CHECK_INT(caw_stream_set_error(r, caw_error_new(CAW_STOP_ASYNC_ITERATION, NULL)), -CAW_TYPE_ERROR);
    } CAW_END;
}

TEST(a_limit_is_positive) { CHECK(!caw_stream_reader_new(0)); }

ASYNC_TEST(the_limit_does_not_count_for_read_and_readexactly)
{
    CAW_BEGIN(void) {
        READER(r, 3);
        feed(r, "chunk");
        CHECK_READ(caw_stream_read(r, 5), "chunk");
        feed(r, "chunk");
        CHECK_READ(caw_stream_readexactly(r, 5), "chunk");
        CHECK_LEFT(r, "");
    } CAW_END;
}

ASYNC_TEST(at_eof)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        CHECK(!caw_stream_at_eof(r));
        feed(r, "some data\n");
        CHECK(!caw_stream_at_eof(r));
        CHECK_READ(caw_stream_readline(r), "some data\n");
        CHECK(!caw_stream_at_eof(r));
        feed(r, "some data\n");
        caw_stream_feed_eof(r);
        CHECK(!caw_stream_at_eof(r));
        CHECK_READ(caw_stream_readline(r), "some data\n");
        CHECK(caw_stream_at_eof(r));
    } CAW_END;
}

ASYNC_TEST(readexactly_of_nothing_and_of_less)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, DATA);
        CHECK_READ(caw_stream_readexactly(r, 0), "");
        CHECK_RAISES(caw_stream_readexactly(r, -1), CAW_VALUE_ERROR, "readexactly: the size is less than zero");
        CHECK_LEFT(r, DATA);
    } CAW_END;
}

ASYNC_TEST(readexactly_waits_for_as_much)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_readexactly(r, 2 * (ptrdiff_t)strlen(DATA)));
        FEED_SOON(r, DATA, DATA, DATA);
        CHECK_READ(reading, DATA DATA);
        CHECK_LEFT(r, DATA);
    } CAW_END;
}

ASYNC_TEST(readexactly_at_the_end_keeps_what_there_was)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_readexactly(r, 36));
        FEED_SOON(r, DATA, NULL);
        CAW_TRY {
            caw_unref(CAW_AWAIT(reading));
            trace("not raised");
        } CAW_EXCEPT(CAW_INCOMPLETE_READ_ERROR, error) {
            CHECK(caw_error_is(error, CAW_EOF_ERROR));
            CHECK_TEXT(caw_string_data(caw_error_partial(error)), DATA);
            CHECK_INT(caw_error_expected(error), 36);
            CHECK_INT(caw_error_consumed(error), 0);
            CHECK_TEXT(caw_error_message(error), "18 bytes read on a total of 36 expected bytes");
        }
        CAW_END_TRY;
        CHECK_READ(caw_stream_read(r, -1), "");
    } CAW_END;
}

ASYNC_TEST(an_error_goes_to_whoever_waits)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_readline(r));
        CAW_AWAIT(caw_sleep(0));
        caw_stream_set_error(r, caw_error_new(CAW_VALUE_ERROR, "bad"));
        CHECK_RAISES(reading, CAW_VALUE_ERROR, "bad");
    } CAW_END;
}

/* Woken for data that is not enough: nobody would wake it again. Where it is enough it is given, as in asyncio. */
ASYNC_TEST(an_error_between_the_waking_and_the_reading)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        READER(s, CAW_STREAM_LIMIT);
        READER(t, CAW_STREAM_LIMIT);
        caw_auto all = caw_spawn(caw_stream_read(r, -1)), four = caw_spawn(caw_stream_readexactly(s, 4)),
                 line = caw_spawn(caw_stream_readline(t));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "abc");
        feed(s, "abc");
        feed(t, "abc\n");
        caw_stream_set_error(r, caw_error_new(CAW_VALUE_ERROR, "bad"));
        caw_stream_set_error(s, caw_error_new(CAW_VALUE_ERROR, "bad"));
        caw_stream_set_error(t, caw_error_new(CAW_VALUE_ERROR, "bad"));
        CHECK_RAISES(caw_wait_for(all, 1), CAW_VALUE_ERROR, "bad");
        CHECK_RAISES(caw_wait_for(four, 1), CAW_VALUE_ERROR, "bad");
        CHECK_READ(line, "abc\n");
    } CAW_END;
}

ASYNC_TEST(an_error_after_the_reader_was_cancelled)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_readline(r));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(reading, NULL);
        CAW_AWAIT(caw_sleep(0));
        caw_stream_set_error(r, caw_error_new(CAW_RUNTIME_ERROR, "message"));
        CHECK_RAISES(reading, CAW_CANCELLED_ERROR, NULL);
        CHECK_RAISES(caw_stream_readline(r), CAW_RUNTIME_ERROR, "message");
    } CAW_END;
}

/* Cancelled with an error on its way: that is the reader's, and not reported as lost. */
ASYNC_TEST(an_error_and_a_cancellation_at_once)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(caw_stream_readline(r));
        CAW_AWAIT(caw_sleep(0));
        caw_stream_set_error(r, caw_error_new(CAW_RUNTIME_ERROR, "message"));
        caw_cancel(reading, NULL);
        CHECK_RAISES(reading, CAW_CANCELLED_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(a_cancelled_read_takes_nothing)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        for (int fed_first = 0; fed_first < 2; fed_first++) {
            caw_auto reading = caw_spawn(caw_stream_read(r, 5));
            CAW_AWAIT(caw_sleep(0));
            if (fed_first) feed(r, "data");
            caw_cancel(reading, NULL);
            if (!fed_first) feed(r, "data");
            CHECK_RAISES(reading, CAW_CANCELLED_ERROR, NULL);
            CHECK_LEFT(r, "data");
        }
    } CAW_END;
}

/* The trace is CPython's: whoever waits runs in the pass after the one that fed it. */
ASYNC_TEST(the_passes_of_a_read)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto reading = caw_spawn(traced("line", caw_stream_readline(r))), ticks = caw_spawn(ticker(5));
        FEED_SOON(r, "ab");
        CAW_AWAIT(caw_sleep(0));
        feeding again = {r, {"c\nrest"}, 1};
        caw_unref(caw_call_soon(NULL, feed_now, &again));
        CAW_AWAIT(reading);
        CAW_AWAIT(ticks);
        CHECK_TRACE("|0 |1 |2 line=abc\n |3 |4");
    } CAW_END;
}

/* The trace is CPython's. */
ASYNC_TEST(only_one_may_wait)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto first = caw_spawn(traced("first", caw_stream_readline(r)));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "partial");
        CAW_AWAIT(traced("zero", caw_stream_read(r, 0)));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(traced("second", caw_stream_read(r, 3))); /* need not wait: takes what is there */
        CHECK_RAISES(caw_stream_readexactly(r, 30), CAW_RUNTIME_ERROR,
                     "readexactly: another coroutine waits for data of this stream already");
        CHECK_TRACE("zero= second=par");
        feed(r, "\n");
        CAW_AWAIT(first); /* finds the end of its line, although its beginning was taken from it */
        CHECK_TRACE("first=tial\n");
        caw_auto all = caw_spawn(traced("all", caw_stream_read(r, -1)));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "mine");
        CAW_AWAIT(caw_sleep(0));
        feed(r, "+");
        CHECK_RAISES(caw_stream_read(r, 1), CAW_RUNTIME_ERROR, "read: another coroutine waits for data of this stream already");
        caw_stream_feed_eof(r);
        CAW_AWAIT(all);
        CHECK_TRACE("all=mine+");
    } CAW_END;
}

ASYNC_TEST(claimed_between_the_waking_and_the_reading)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        caw_auto some = caw_spawn(caw_stream_read(r, 5));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "data");
        caw_auto all = caw_spawn(caw_stream_read(r, -1), .eager = true);
        CHECK_RAISES(some, CAW_RUNTIME_ERROR, "read: another coroutine waits for data of this stream already");
        caw_stream_feed_eof(r);
        CHECK_READ(all, "data");
    } CAW_END;
}

/* The loop is closed with an error on its way to whoever waits: it is the reader's, and not reported as lost. */
TEST(closing_the_loop)
{
    caw_loop          *loop = caw_loop_new();
    caw_stream_reader *r = caw_stream_reader_new(10);
    caw_unref(caw_spawn(caw_stream_read(r, 1), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_stream_set_error(r, caw_error_new(CAW_VALUE_ERROR, "bad"));
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(!strstr(test.log, "never retrieved"));
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK(caw_error_is(caw_stream_exception(r), CAW_VALUE_ERROR));
    caw_unref(r);
}

static CAW_ASYNC(void, stubborn, caw_stream_reader *r, int how)
{
    CAW_BEGIN_OWNING(void, caw_unref(r)) {
        for (;;) {
            CAW_TRY {
                caw_unref(CAW_AWAIT(how == 0   ? caw_stream_read(r, -1)
                                    : how == 1 ? caw_stream_readexactly(r, 9)
                                    : how == 2 ? caw_stream_readuntil(r, "x", 1)
                                               : caw_stream_read(r, 9)));
            } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

/* Who does not end when the loop is closed is cut off: the reader forgets it. */
TEST(cut_off)
{
    for (int how = 0; how < 4; how++) {
        caw_loop          *loop = caw_loop_new();
        caw_stream_reader *r = caw_stream_reader_new(100);
        caw_unref(caw_spawn(stubborn(r, how), .loop = loop));
        caw_loop_turn(loop, NULL);
        feed(r, "data");
        caw_loop_turn(loop, NULL);
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK_LOGGED("coroutine ignored GeneratorExit");
        feed(r, "more");
        caw_unref(r);
    }
}

TEST(bound_to_the_loop_where_it_first_waited)
{
    caw_loop          *a = caw_loop_new(), *b = caw_loop_new();
    caw_stream_reader *r = caw_stream_reader_new(10);
    caw_auto           waiting = caw_spawn(caw_stream_read(r, 1), .loop = b);
    caw_loop_turn(b, NULL);
    feed(r, "xy");
    caw_string *byte = NULL;
    CHECK_ERROR(caw_run_until_complete(b, waiting, &byte), CAW_OK, "");
    caw_unref(byte);
    CHECK_ERROR(caw_run_until_complete(a, caw_stream_readexactly(r, 2), NULL), CAW_RUNTIME_ERROR,
                "the stream is bound to a different event loop");
    caw_unref(r);
    CHECK_INT(caw_loop_close(a), 0);
    CHECK_INT(caw_loop_close(b), 0);
}
