/* Reading up to something: readline, readuntil, lines in a row; limits, ends, several separators. As test_streams.py, and more. */
#include "streams.h"

static caw_of(caw_string *) until(caw_stream_reader *r, const char *separator)
{
    return caw_stream_readuntil(r, separator, strlen(separator));
}

static caw_of(caw_string *) until_any(caw_stream_reader *r, const char *one, const char *other)
{
    return caw_stream_readuntil_any(
        r, (caw_bytes[]){{(const uint8_t *)one, strlen(one)}, {(const uint8_t *)other, strlen(other)}}, 2);
}

/* The error of a part that is too long, how much of it there is, and what is left. */
#define CHECK_OVERRUN(handle, where, consumed)                                                                                 \
    do {                                                                                                                       \
        CAW_TRY                                                                                                                \
        {                                                                                                                      \
            caw_unref(CAW_AWAIT(handle));                                                                                      \
            trace("not raised");                                                                                               \
        }                                                                                                                      \
        CAW_EXCEPT(CAW_LIMIT_OVERRUN_ERROR, overrun)                                                                           \
        {                                                                                                                      \
            CHECK_TEXT(caw_error_message(overrun), where);                                                                     \
            CHECK_INT(caw_error_consumed(overrun), consumed);                                                                  \
            CHECK_INT(caw_error_expected(overrun), -1);                                                                        \
            CHECK(!caw_error_partial(overrun));                                                                                \
        }                                                                                                                      \
        CAW_END_TRY;                                                                                                           \
    } while (0)
#define NOT_FOUND "the separator is not found within the limit of 3 bytes"
#define TOO_FAR "the separator is found, but past the limit of 3 bytes"

ASYNC_TEST(readline_waits_for_the_end_of_a_line)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "chunk1 ");
        caw_auto reading = caw_spawn(caw_stream_readline(r));
        FEED_SOON(r, "chunk2 ", "chunk3 ", "\n chunk4");
        CHECK_READ(reading, "chunk1 chunk2 chunk3 \n");
        CHECK_LEFT(r, " chunk4");
    } CAW_END;
}

ASYNC_TEST(readline_of_too_long_a_line_drops_it)
{
    CAW_BEGIN(void) {
        READER(r, 3);
        feed(r, "li");
        feed(r, "ne1\nline2\n");
        CHECK_RAISES(caw_stream_readline(r), CAW_VALUE_ERROR, TOO_FAR);
        CHECK_LEFT(r, "line2\n");
        feed(r, "li");
        feed(r, "ne1");
        feed(r, "li");
        CHECK_RAISES(caw_stream_readline(r), CAW_VALUE_ERROR, NOT_FOUND); /* no end yet: all of it goes */
        CHECK_LEFT(r, "");
    } CAW_END;
}

ASYNC_TEST(readline_of_a_line_that_grows_too_long)
{
    CAW_BEGIN(void) {
        READER(r, 7);
        FEED_SOON(r, "chunk1", "chunk2", "chunk3\n", NULL);
        CHECK_RAISES(caw_stream_readline(r), CAW_VALUE_ERROR, NULL);
        CHECK(caw_stream_at_eof(r));
        READER(other, 7);
        soon = (feeding){other, {"chunk1", "chunk2\n", "chunk3\n", NULL}, 4};
        caw_unref(caw_call_soon(NULL, feed_now, &soon));
        CHECK_RAISES(caw_stream_readline(other), CAW_VALUE_ERROR, NULL);
        CHECK_READ(caw_stream_read(other, -1), "chunk3\n");
    } CAW_END;
}

ASYNC_TEST(the_limit_is_without_the_separator)
{
    CAW_BEGIN(void) {
        READER(r, 7);
        feed(r, "1234567\n");
        CHECK_READ(caw_stream_readline(r), "1234567\n");
        feed(r, "12345678\n");
        CHECK_RAISES(caw_stream_readline(r), CAW_VALUE_ERROR, NULL);
        CHECK_LEFT(r, "");
        feed(r, "12345678");
        CHECK_RAISES(caw_stream_readline(r), CAW_VALUE_ERROR, NULL);
        CHECK_LEFT(r, "");
    } CAW_END;
}

ASYNC_TEST(as_much_as_the_limit_waits_for_its_separator)
{
    CAW_BEGIN(void) {
        READER(r, 3);
        caw_auto reading = caw_spawn(caw_stream_readline(r));
        feed(r, "abc");
        CAW_AWAIT(caw_sleep(0));
        feed(r, "\n");
        CHECK_READ(reading, "abc\n");
    } CAW_END;
}

ASYNC_TEST(readline_of_what_is_there)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "line1\n");
        feed(r, "line2\nline3\n");
        CHECK_READ(caw_stream_readline(r), "line1\n");
        CHECK_READ(caw_stream_read(r, 7), "line2\nl");
        CHECK_LEFT(r, "ine3\n");
    } CAW_END;
}

ASYNC_TEST(readline_at_the_end)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "some data");
        caw_stream_feed_eof(r);
        CHECK_READ(caw_stream_readline(r), "some data");
        CHECK_READ(caw_stream_readline(r), "");
    } CAW_END;
}

ASYNC_TEST(lines_in_a_row)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "one\n\ntwo");
        caw_stream_feed_eof(r);
        CAW_FOR_NEXT(caw_string * line, caw_stream_next_line(r))
        {
            trace("[%s]", caw_string_data(line));
            caw_unref(line);
        }
        CAW_END_FOR;
        CHECK_TRACE("[one\n] [\n] [two]");
        CHECK_RAISES(caw_stream_next_line(r), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

ASYNC_TEST(readuntil_needs_a_separator)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        CHECK_RAISES(until(r, ""), CAW_VALUE_ERROR, "readuntil: an empty separator");
        CHECK_RAISES(until_any(r, "abc", ""), CAW_VALUE_ERROR, "readuntil: an empty separator");
        CHECK_RAISES(caw_stream_readuntil_any(r, NULL, 0), CAW_VALUE_ERROR, "readuntil: no separator");
    } CAW_END;
}

ASYNC_TEST(readuntil_a_separator_of_several_bytes)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "lineAAA");
        CHECK_READ(until(r, "AAA"), "lineAAA");
        CHECK_LEFT(r, "");
        feed(r, "lineAAAxxx");
        CHECK_READ(until(r, "AAA"), "lineAAA");
        CHECK_LEFT(r, "xxx");
        feed(r, "some data\r\n");
        CHECK_READ(until(r, "\r\n"), "some data\r\n");
        CHECK_INT(caw_stream_feed_data(r, "a\0\r\0\0b", 6), 0);
        caw_string *zeros = CAW_AWAIT(caw_stream_readuntil(r, "\0\0", 2));
        CHECK_INT(caw_string_size(zeros), 5);
        caw_unref(zeros);
        CHECK_LEFT(r, "b");
    } CAW_END;
}

ASYNC_TEST(readuntil_a_separator_that_comes_in_pieces)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        static const char *const pieces[][4] = {
            {"QWEaa", "XYaa", "a"}, {"QWEaa", "XYa", "aa"}, {"aaa"}, {"Xaaa"}, {"XXX", "a", "a", "a"}};
        static const char *const whole[] = {"QWEaaXYaaa", "QWEaaXYaaa", "aaa", "Xaaa", "XXXaaa"};
        for (int waiting = 0; waiting < 2; waiting++) {
            for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
                caw_auto reading = caw_spawn(until(r, "aaa"));
                for (int k = 0; k < 4 && pieces[i][k]; k++) {
                    if (waiting) CAW_AWAIT(caw_sleep(0));
                    feed(r, pieces[i][k]);
                }
                CHECK_READ(reading, whole[i]);
                CHECK_LEFT(r, "");
            }
        }
    } CAW_END;
}

ASYNC_TEST(readuntil_at_the_end_keeps_what_there_was)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "some dataAA");
        caw_stream_feed_eof(r);
        CAW_TRY {
            caw_unref(CAW_AWAIT(until(r, "AAA")));
            trace("not raised");
        } CAW_EXCEPT(CAW_INCOMPLETE_READ_ERROR, error) {
            CHECK_TEXT(caw_string_data(caw_error_partial(error)), "some dataAA");
            CHECK_INT(caw_error_expected(error), -1);
            CHECK_TEXT(caw_error_message(error), "11 bytes read on a total of undefined expected bytes");
        }
        CAW_END_TRY;
        CHECK(caw_stream_at_eof(r));
    } CAW_END;
}

ASYNC_TEST(readuntil_past_the_limit_leaves_everything)
{
    CAW_BEGIN(void) {
        READER(r, 3);
        feed(r, "some dataAA");
        CHECK_OVERRUN(until(r, "AAA"), NOT_FOUND, 9); /* the last two may be the separator's */
        feed(r, "A");
        CHECK_OVERRUN(until(r, "AAA"), TOO_FAR, 9);
        CHECK_LEFT(r, "some dataAAA");
        feed(r, "abcAAA");
        CHECK_READ(until(r, "AAA"), "abcAAA");
    } CAW_END;
}

ASYNC_TEST(readuntil_one_of_several)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "line 1\nline 2\r");
        CHECK_READ(until_any(r, "\r", "\n"), "line 1\n");
        CHECK_READ(until_any(r, "\r", "\n"), "line 2\r");
        feed(r, "ABCDEFG");
        CHECK_READ(until_any(r, "DEF", "BCDE"), "ABCDE"); /* the first end counts, whichever began first */
        CHECK_LEFT(r, "FG");
        feed(r, "xbcd");
        CHECK_READ(until_any(r, "bcd", "cd"), "xbcd");
        feed(r, "only this one: 1;2,");
        CHECK_READ(until_any(r, ",", ";"), "only this one: 1;");
    } CAW_END;
}

ASYNC_TEST(of_separators_that_end_together_the_shortest_counts)
{
    CAW_BEGIN(void) {
        READER(r, 3);
        feed(r, "some dataA");
        CHECK_OVERRUN(until_any(r, "A", "ome dataA"), TOO_FAR, 9);
        CHECK_LEFT(r, "some dataA");
    } CAW_END;
}

ASYNC_TEST(the_longest_separator_is_longer_than_what_is_there)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        feed(r, "data");
        caw_auto reading = caw_spawn(until_any(r, "A", "long sep"));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "Z");
        CAW_AWAIT(caw_sleep(0));
        feed(r, "Aaaa");
        CHECK_READ(reading, "dataZA");
        CHECK_LEFT(r, "aaa");
    } CAW_END;
}

/* Many small parts of a large whole: bytes are not moved again and again (this takes minutes if they are). */
ASYNC_TEST(a_long_stream_in_lines)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        size_t size = (size_t)4 << 20;
        char  *text = malloc(size);
        CAW_DEFER(free, text);
        memset(text, 'x', size);
        for (size_t i = 15; i < size; i += 16) text[i] = '\n';
        for (int round = 0; round < 2; round++) {
            CHECK_INT(caw_stream_feed_data(r, text, size), 0);
            for (size_t i = 0; i < size / 16; i++) caw_unref(CAW_AWAIT(caw_stream_readline(r)));
        }
        CHECK_LEFT(r, "");
    } CAW_END;
}

ASYNC_TEST(memory_is_given_back)
{
    CAW_BEGIN(void) {
        READER(r, CAW_STREAM_LIMIT);
        size_t size = (size_t)1 << 20;
        char  *text = calloc(1, size);
        CAW_DEFER(free, text);
        CHECK_INT(caw_stream_feed_data(r, text, size), 0);
        size_t held = caw_get_stats().bytes;
        caw_unref(CAW_AWAIT(caw_stream_read(r, (ptrdiff_t)size)));
        CHECK(caw_get_stats().bytes + size / 2 < held);
        feed(r, DATA);
        size_t before = caw_get_stats().bytes;
        for (int i = 0; i < 1000; i++) { /* never empty, it does not grow with what goes through it */
            CHECK_INT(caw_stream_feed_data(r, text, 4096), 0);
            caw_unref(CAW_AWAIT(caw_stream_read(r, 4096)));
        }
        CHECK(caw_get_stats().bytes < before + size);
    } CAW_END;
}

ASYNC_TEST(separators_that_no_memory_holds)
{
    CAW_BEGIN(void) {
        READER(r, 100);
        CHECK_RAISES(caw_stream_readuntil(r, "x", SIZE_MAX / 2), CAW_MEMORY_ERROR, NULL);
        caw_bytes large[] = {{NULL, SIZE_MAX / 4}, {NULL, SIZE_MAX / 4}, {NULL, SIZE_MAX / 4}};
        CHECK_RAISES(caw_stream_readuntil_any(r, large, 3), CAW_MEMORY_ERROR, NULL);
        CHECK(caw_error_partial(NULL) == NULL);
    } CAW_END;
}

ASYNC_TEST(more_than_there_can_be)
{
    CAW_BEGIN(void) {
        READER(r, 100);
        feed(r, "some");
        CHECK_INT(caw_stream_feed_data(r, "x", SIZE_MAX / 4), -CAW_MEMORY_ERROR);
        CHECK_INT(caw_stream_feed_data(r, "x", SIZE_MAX), -CAW_MEMORY_ERROR);
        CHECK_INT(caw_stream_set_error(r, caw_error_new(CAW_GENERATOR_EXIT, NULL)), -CAW_TYPE_ERROR);
        CHECK_LEFT(r, "some");
    } CAW_END;
}

/* The reader was cancelled, and has not gone on yet: the error is the stream's, not the answer to that read. */
ASYNC_TEST(broken_behind_a_cancelled_reader)
{
    CAW_BEGIN(void) {
        READER(r, 100);
        caw_auto read = caw_spawn(traced("read", caw_stream_readline(r)));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(read, NULL));
        CHECK_INT(caw_stream_set_error(r, caw_error_new(CAW_OS_ERROR, "broken")), 0);
        CAW_AWAIT(read);
        CHECK_TRACE("read:CancelledError");
        CHECK_RAISES(caw_stream_readline(r), CAW_OS_ERROR, "broken");
    } CAW_END;
}
