/*
 * Four servers, each of a protocol of its own; server.py says the same in Python. Prints their ports, then how each conversation
 * has ended, until the end of standard input.
 */
#include <cawait.h>
#include <cawait/stdin.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LIMIT 1024

static const char *errno_name(int value)
{
    switch (value) {
    case ECONNRESET: return "ECONNRESET";
    case EPIPE: return "EPIPE";
    default: return strerror(value);
    }
}

static void told(const char *server, const caw_error *error)
{
    int code = caw_error_errno(error);
    if (code) printf("%s OSError %s\n", server, errno_name(code));
    else if (caw_error_is(error, CAW_INCOMPLETE_READ_ERROR)) printf("%s %s\n", server, caw_error_message(error));
    else printf("%s %s\n", server, caw_error_name((int)caw_error_type_of(error)));
    fflush(stdout);
}

static void ended(const char *server)
{
    printf("%s end\n", server);
    fflush(stdout);
}

/* Everything, as it comes. */
static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_TRY {
            for (;;) {
                caw_string *bytes = CAW_AWAIT(caw_stream_read(stream.reader, 5000));
                size_t      size = caw_string_size(bytes);
                int         status = size ? caw_stream_write(stream.writer, caw_string_data(bytes), size) : 0;
                caw_unref(bytes);
                CAW_CHECK(status);
                if (!size) break;
                CAW_AWAIT(caw_stream_drain(stream.writer));
            }
            ended("echo");
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            told("echo", error);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Of each line its length and its text. */
static CAW_ASYNC(void, line, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_TRY {
            for (;;) {
                char        length[16];
                caw_string *text = CAW_AWAIT(caw_stream_readline(stream.reader));
                size_t      size = caw_string_size(text);
                snprintf(length, sizeof length, "%zu ", size);
                int status = size ? caw_stream_write(stream.writer, length, strlen(length)) : 0;
                if (size && !status) status = caw_stream_write(stream.writer, caw_string_data(text), size);
                caw_unref(text);
                CAW_CHECK(status);
                if (!size) break;
                CAW_AWAIT(caw_stream_drain(stream.writer));
            }
            ended("line");
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            told("line", error);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Frames of two bytes that say how many follow; an empty one is an error that nobody catches. */
static CAW_ASYNC(void, frame, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        bool empty = false;
        CAW_TRY {
            while (!empty) {
                caw_string          *head = CAW_AWAIT(caw_stream_readexactly(stream.reader, 2));
                const unsigned char *bytes = (const unsigned char *)caw_string_data(head);
                int                  size = bytes[0] << 8 | bytes[1];
                caw_unref(head);
                empty = !size;
                if (empty) break;
                caw_string *body = CAW_AWAIT(caw_stream_readexactly(stream.reader, size));
                int         status = caw_stream_write(stream.writer, caw_string_data(body), (size_t)size);
                caw_unref(body);
                CAW_CHECK(status);
                CAW_AWAIT(caw_stream_drain(stream.writer));
            }
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            told("frame", error);
        }
        CAW_END_TRY;
        if (empty) CAW_RAISE(CAW_VALUE_ERROR, "an empty frame");
    } CAW_END;
}

/* Of each part its size, up to one that is too long; then all the rest, and then a farewell, though nothing more comes. */
static CAW_ASYNC(void, part, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        bool overrun = false;
        CAW_TRY {
            while (!overrun) {
                CAW_TRY {
                    char        size[16];
                    caw_string *text = CAW_AWAIT(caw_stream_readuntil(stream.reader, "\r\n\r\n", 4));
                    snprintf(size, sizeof size, "%zu;", caw_string_size(text));
                    caw_unref(text);
                    CAW_CHECK(caw_stream_write(stream.writer, size, strlen(size)));
                    CAW_AWAIT(caw_stream_drain(stream.writer));
                } CAW_EXCEPT(CAW_LIMIT_OVERRUN_ERROR, error) {
                    overrun = true;
                }
                CAW_END_TRY;
            }
            char        size[32];
            caw_string *rest = CAW_AWAIT(caw_stream_read(stream.reader, -1));
            snprintf(size, sizeof size, "rest %zu", caw_string_size(rest));
            caw_unref(rest);
            CAW_CHECK(caw_stream_write(stream.writer, size, strlen(size)));
            CAW_CHECK(caw_stream_write_eof(stream.writer));
            ended("part");
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            told("part", error);
        }
        CAW_END_TRY;
    } CAW_END;
}

static void unhandled(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    printf("%s: %s\n", report->message, caw_error_name((int)caw_error_type_of(report->error)));
    fflush(stdout);
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        static caw_stream_handler *const handlers[4] = {echo, line, frame, part};
        caw_server                      *servers[4];
        caw_set_exception_handler(caw_running_loop(), unhandled, NULL);
        printf("ports");
        for (int i = 0; i < 4; i++) {
            servers[i] = CAW_AWAIT(caw_start_server(handlers[i], NULL, "127.0.0.1", 0, .limit = i == 1 || i == 3 ? LIMIT : 0));
            printf(" %d", caw_server_port(servers[i]));
        }
        puts("");
        fflush(stdout);
        for (caw_string *text; (text = CAW_AWAIT(caw_stdin_line()));) caw_unref(text);
        for (int i = 0; i < 4; i++) {
            caw_server_close(servers[i]);
            CAW_AWAIT(caw_server_wait_closed(servers[i]));
            caw_unref(servers[i]);
        }
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
