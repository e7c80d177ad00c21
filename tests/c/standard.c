/* Standard streams: read, write, held back, given up, one at a time, gone. */
#include "network.h"
#include <cawait/standard.h>

static void type_text(const char *text) { CHECK_INT(caw_sim_standard_write(text, strlen(text)), strlen(text)); }

/* What came of standard output, up to so many bytes. */
static size_t printed(char *to, size_t size)
{
    ptrdiff_t count = caw_sim_standard_read(1, to, size);
    return count > 0 ? (size_t)count : 0;
}

#define CHECK_OS_ERROR(handle, number, message)                                                                                \
    do {                                                                                                                       \
        const char *raised = NULL;                                                                                             \
        CAW_TRY { caw_unref(CAW_AWAIT(handle)); }                                                                              \
        CAW_EXCEPT(CAW_OS_ERROR, error)                                                                                        \
        {                                                                                                                      \
            CHECK_INT(caw_error_errno(error), (number));                                                                       \
            CHECK_TEXT(caw_error_message(error), (message));                                                                   \
            raised = "raised";                                                                                                 \
        }                                                                                                                      \
        CAW_END_TRY;                                                                                                           \
        CHECK(raised);                                                                                                         \
    } while (0)

ASYNC_TEST(a_host_without_any)
{
    CAW_BEGIN(void) {
        CHECK_OS_ERROR(caw_stdin(), ENOTSUP,
                       "this host has no standard input to await: run it natively, under WASI, or in Node, Deno or Bun");
        CHECK_OS_ERROR(caw_stderr(), ENOTSUP,
                       "this host has no standard error to await: run it natively, under WASI, or in Node, Deno or Bun");
    } CAW_END;
}

ASYNC_TEST(input)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_sim_standard_open(0), 0);
        caw_stream_reader *in = CAW_AWAIT(caw_stdin());
        type_text("one\ntw");
        CHECK_READ(caw_stream_readline(in), "one\n");
        CHECK_RAISES(caw_wait_for(caw_stream_readline(in), 1), CAW_TIMEOUT_ERROR, NULL); /* of which nothing is lost */
        CHECK_OS_ERROR(caw_stdin(), EBUSY, "standard input is a stream already");
        type_text("o\nrest");
        CHECK_READ(caw_stream_readline(in), "two\n");
        caw_sim_standard_close(0);
        CHECK_READ(caw_stream_read(in, -1), "rest");
        CHECK(caw_stream_at_eof(in));
        caw_unref(in);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_sim_net_open(), 0);
    } CAW_END;
}

ASYNC_TEST(closed_and_opened_again)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_sim_standard_open(1), 0);
        caw_stream_writer *out = CAW_AWAIT(caw_stdout());
        char               text[16];
        write_text(out, "hello");
        CHECK_INT(caw_stream_write_eof(out), -CAW_RUNTIME_ERROR);
        CHECK(!caw_stream_can_write_eof(out));
        CHECK_INFO(caw_stream_get_extra_info(out, "peername"), "none");
        CHECK_OS_ERROR(caw_stdout(), EBUSY, "standard output is a stream already");
        caw_stream_close(out);
        CAW_AWAIT(caw_stream_wait_closed(out));
        caw_unref(out);
        CHECK_INT(printed(text, sizeof text), 5);
        caw_sim_standard_close(1);
        CHECK_INT(caw_sim_standard_open(1), 0);
        caw_unref(CAW_AWAIT(caw_stdout()));
        CAW_AWAIT(caw_sleep(1));
        caw_sim_standard_close(1);
        CHECK_INT(caw_sim_net_open(), 0);
    } CAW_END;
}

ASYNC_TEST(drain_waits_for_who_reads)
{
    CAW_BEGIN(void) {
        static char bytes[300000], back[300000];
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7 + i / 300);
        CHECK_INT(caw_sim_standard_open(1), 0);
        caw_stream_writer *out = CAW_AWAIT(caw_stdout());
        CAW_DEFER(caw_unref, out);
        CHECK_INT(caw_stream_write(out, bytes, sizeof bytes), 0);
        CHECK_RAISES(caw_wait_for(caw_stream_drain(out), 1), CAW_TIMEOUT_ERROR, NULL);
        size_t count = 0;
        while (count < sizeof back) {
            count += printed(back + count, 50000);
            CAW_AWAIT(caw_sleep(0.1));
        }
        CAW_AWAIT(caw_stream_drain(out));
        CHECK(!memcmp(bytes, back, sizeof bytes));
        caw_sim_standard_close(1);
    } CAW_END;
}

ASYNC_TEST(a_broken_pipe)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_sim_standard_open(2), 0);
        caw_stream_writer *out = CAW_AWAIT(caw_stderr());
        CAW_DEFER(caw_unref, out);
        caw_sim_standard_close(2);
        write_text(out, "one"); /* into the void */
        CAW_AWAIT(caw_sleep(1));
        write_text(out, "two");
        CHECK_RAISES(caw_stream_wait_closed(out), CAW_OS_ERROR, NULL);
        CHECK_RAISES(caw_stream_drain(out), CAW_OS_ERROR, "the connection is lost");
    } CAW_END;
}

ASYNC_TEST(the_loop_closes_it)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_sim_standard_open(0), 0);
        caw_stream_reader *in = CAW_AWAIT(caw_stdin());
        caw_unref(in); /* it is closed in a later pass */
        CHECK_OS_ERROR(caw_stdin(), EBUSY, "standard input is a stream already");
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_sim_standard_close(0);
        CHECK_INT(caw_sim_net_open(), 0);
    } CAW_END;
}
