/*
 * Standard streams beside a task that ticks, told on stderr. The first line of input says what. "wait": a few reads are given up, which
 * "now" says; then, as for "copy", the rest goes to standard output, until the end. "flood": bytes go there until nobody takes them any more.
 */
#include <cawait.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static CAW_ASYNC(void, tick, void)
{
    CAW_BEGIN(void) {
        for (int n = 1;; n++) {
            CAW_AWAIT(caw_sleep(0.02));
            fprintf(stderr, "tick %d\n", n);
        }
    } CAW_END;
}

static CAW_ASYNC(int, timeouts, caw_stream_reader *in)
{
    CAW_BEGIN(int) {
        int count = 0;
        for (int i = 0; i < 3; i++) {
            CAW_TRY {
                caw_unref(CAW_AWAIT(caw_wait_for(caw_stream_readexactly(in, 1 << 30), 0.02)));
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
                count++;
            }
            CAW_END_TRY;
        }
        CAW_RETURN(count);
    } CAW_END;
}

static CAW_ASYNC(void, copy, caw_stream_reader *in, caw_stream_writer *out)
{
    CAW_BEGIN(void) {
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(in, 65536));
            size_t      size = caw_string_size(bytes);
            int         status = caw_stream_write(out, caw_string_data(bytes), size);
            caw_unref(bytes);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(out));
        }
        caw_stream_close(out);
        CAW_AWAIT(caw_stream_wait_closed(out));
    } CAW_END;
}

static CAW_ASYNC(int, flood, caw_stream_writer *out)
{
    CAW_BEGIN(int) {
        static const char bytes[1 << 16];
        int               number = 0;
        CAW_TRY {
            while (!caw_stream_is_closing(out)) {
                CAW_CHECK(caw_stream_write(out, bytes, sizeof bytes));
                CAW_AWAIT(caw_stream_drain(out));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) { /* perhaps: only wait_closed says why */
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_stream_wait_closed(out));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            number = caw_error_errno(error);
        }
        CAW_END_TRY;
        CAW_RETURN(number);
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        caw_auto ticker = caw_spawn(tick());
        CAW_DEFER(caw_unref, ticker);
        caw_stream_reader *in = CAW_AWAIT(caw_stdin());
        CAW_DEFER(caw_unref, in);
        caw_stream_writer *out = CAW_AWAIT(caw_stdout());
        CAW_DEFER(caw_unref, out);
        bool busy = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_stdin()));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            busy = caw_error_errno(error) == EBUSY;
        }
        CAW_END_TRY;
        caw_string *word = CAW_AWAIT(caw_stream_readline(in));
        bool        floods = !strcmp(caw_string_data(word), "flood\n"), waits = !strcmp(caw_string_data(word), "wait\n");
        caw_unref(word);
        int number = 0, given_up = 0;
        if (floods) {
            number = CAW_AWAIT(flood(out));
        } else {
            if (waits) {
                given_up = CAW_AWAIT(timeouts(in));
                CAW_CHECK(caw_stream_write(out, "now\n", 4));
            }
            CAW_AWAIT(copy(in, out));
        }
        if (floods) /* it is a pair of sockets, perhaps */
            fprintf(stderr, "%s\n",
                    number == EPIPE || number == ECONNRESET ? "broken pipe"
                    : number == EIO                         ? "broken"
                                                            : "another error");
        else
            fprintf(stderr, "%s, %s\n", busy ? "one at a time" : "two at once",
                    given_up == 3 * waits ? "given up" : "not given up");
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
