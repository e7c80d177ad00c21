/*
 * asyncio's network over real sockets, on any host that has them: echo with many clients, half-close, a peer that goes away, refusal,
 * back-pressure, a server's end.
 */
#include <cawait.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CLIENTS 100
#define MUCH (32 << 20) /* more than all buffers between two sockets hold */

static bool all_good = true;

static void check(const char *name, bool good)
{
    printf("%s %s\n", good ? "ok" : "not ok", name);
    all_good &= good;
}

static CAW_ASYNC(caw_server *, server_of, caw_stream_handler *handler)
{
    CAW_BEGIN(caw_server *) {
        CAW_RETURN(CAW_AWAIT(caw_start_server(handler, NULL, "127.0.0.1", 0)));
    } CAW_END;
}

static CAW_ASYNC(caw_stream, client_of, caw_server *server)
{
    CAW_BEGIN(caw_stream) {
        caw_stream stream = CAW_AWAIT(caw_open_connection("127.0.0.1", caw_server_port(server)));
        caw_unref(stream.reader);
        CAW_RETURN(stream);
    } CAW_END;
}

/* What comes goes back, until the other side has ended. */
static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        for (;;) {
            caw_string *piece = CAW_AWAIT(caw_stream_read(stream.reader, 4096));
            size_t      size = caw_string_size(piece);
            int         status = size ? caw_stream_write(stream.writer, caw_string_data(piece), size) : 0;
            caw_unref(piece);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
    } CAW_END;
}

static CAW_ASYNC(bool, says, caw_server *server, int n)
{
    CAW_BEGIN(bool) {
        char       line[32];
        int        size = snprintf(line, sizeof line, "client %d\n", n);
        bool       same = true;
        caw_stream stream = CAW_AWAIT(client_of(server));
        CAW_DEFER(caw_unref, stream.writer);
        for (int i = 0; i < 5; i++) {
            CAW_CHECK(caw_stream_write(stream.writer, line, (size_t)size));
            caw_string *back = CAW_AWAIT(caw_stream_readexactly(stream.reader, size));
            same &= !strcmp(caw_string_data(back), line);
            caw_unref(back);
        }
        CAW_CHECK(caw_stream_write_eof(stream.writer));
        caw_string *rest = CAW_AWAIT(caw_stream_read(stream.reader, -1));
        same &= caw_string_size(rest) == 0;
        caw_unref(rest);
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
        CAW_RETURN(same);
    } CAW_END;
}

static CAW_ASYNC(void, many_clients, void)
{
    CAW_BEGIN(void) {
        caw_of(bool) clients[CLIENTS];
        int         right = 0;
        caw_server *server = CAW_AWAIT(server_of(echo));
        CAW_DEFER(caw_unref, server);
        for (int i = 0; i < CLIENTS; i++) clients[i] = caw_spawn(says(server, i));
        for (int i = 0; i < CLIENTS; i++) right += CAW_AWAIT(clients[i]);
        check("a hundred clients, each its own lines, until it has ended its half", right == CLIENTS);
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        check("a server that is closed has no connections", caw_server_client_count(server) == 0);
    } CAW_END;
}

/* Answers only when the other side has ended. */
static CAW_ASYNC(void, count_all, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        char answer[32];
        (void)data;
        caw_string *whole = CAW_AWAIT(caw_stream_read(stream.reader, -1));
        int         size = snprintf(answer, sizeof answer, "%zu", caw_string_size(whole));
        caw_unref(whole);
        CAW_CHECK(caw_stream_write(stream.writer, answer, (size_t)size));
    } CAW_END;
}

static CAW_ASYNC(void, half_closed, void)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(server_of(count_all));
        CAW_DEFER(caw_unref, server);
        caw_stream stream = CAW_AWAIT(client_of(server));
        CAW_DEFER(caw_unref, stream.writer);
        for (int i = 0; i < 1000; i++) CAW_CHECK(caw_stream_write(stream.writer, "0123456789", 10));
        CAW_CHECK(caw_stream_write_eof(stream.writer));
        caw_string *answer = CAW_AWAIT(caw_stream_read(stream.reader, -1));
        check("half of a connection is closed, the other goes on", !strcmp(caw_string_data(answer), "10000"));
        caw_unref(answer);
        caw_server_close(server);
    } CAW_END;
}

static CAW_ASYNC(void, goes_away, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_unref(CAW_AWAIT(caw_stream_readexactly(stream.reader, 1)));
        caw_transport_abort(caw_stream_transport(stream.writer));
    } CAW_END;
}

static CAW_ASYNC(void, gone, void)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(server_of(goes_away));
        CAW_DEFER(caw_unref, server);
        caw_stream stream = CAW_AWAIT(client_of(server));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_CHECK(caw_stream_write(stream.writer, "x", 1));
        bool ended = false;
        CAW_TRY {
            caw_string *rest = CAW_AWAIT(caw_stream_read(stream.reader, -1));
            ended = caw_string_size(rest) == 0;
            caw_unref(rest);
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            ended = caw_error_errno(error) == ECONNRESET;
        }
        CAW_END_TRY;
        check("a peer that aborts is heard of", ended);
        bool failed = false;
        CAW_TRY {
            for (int i = 0; i < 1000; i++) {
                CAW_CHECK(caw_stream_write(stream.writer, "into the void", 13));
                CAW_AWAIT(caw_stream_drain(stream.writer));
                CAW_AWAIT(caw_sleep(0.001));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            failed = caw_error_errno(error) == ECONNRESET || caw_error_errno(error) == EPIPE;
        }
        CAW_END_TRY;
        check("writing to it fails", failed);
        uint16_t port = caw_server_port(server);
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        bool refused = false;
        CAW_TRY {
            caw_stream none = CAW_AWAIT(caw_open_connection("127.0.0.1", port));
            caw_unref(none.reader);
            caw_unref(none.writer);
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            refused = caw_error_errno(error) == ECONNREFUSED;
        }
        CAW_END_TRY;
        check("a port where nobody listens refuses", refused);
    } CAW_END;
}

static CAW_ASYNC(void, write_much, caw_stream_writer *writer, size_t *written)
{
    CAW_BEGIN(void) {
        static char piece[1 << 16];
        for (size_t i = 0; i < sizeof piece; i++) piece[i] = (char)(i * 31 + i / 977);
        while (*written < MUCH) {
            CAW_CHECK(caw_stream_write(writer, piece, sizeof piece));
            *written += sizeof piece;
            CAW_AWAIT(caw_stream_drain(writer));
        }
        CAW_CHECK(caw_stream_write_eof(writer));
    } CAW_END;
}

static CAW_ASYNC(void, slow_reader, void)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(server_of(echo));
        CAW_DEFER(caw_unref, server);
        caw_stream stream = CAW_AWAIT(client_of(server));
        CAW_DEFER(caw_unref, stream.writer);
        size_t   written = 0, before = 1, read = 0;
        caw_auto writing = caw_spawn(write_much(stream.writer, &written));
        while (written != before) { /* until nothing goes on: nobody reads what comes back */
            before = written;
            CAW_AWAIT(caw_sleep(0.1));
        }
        check("a peer that does not read stops who writes", written < MUCH);
        bool same = true;
        for (;;) {
            caw_string *piece = CAW_AWAIT(caw_stream_read(stream.reader, 10000));
            size_t      size = caw_string_size(piece);
            const char *data = caw_string_data(piece);
            for (size_t i = 0; i < size; i++) {
                size_t at = (read + i) & 0xffff;
                same &= data[i] == (char)(at * 31 + at / 977);
            }
            read += size;
            caw_unref(piece);
            if (!size) break;
        }
        CAW_AWAIT(writing);
        check("once it reads all goes on, and no byte is lost", same && read == MUCH && written == MUCH);
        caw_server_close(server);
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(many_clients());
        CAW_AWAIT(half_closed());
        CAW_AWAIT(gone());
        CAW_AWAIT(slow_reader());
        CAW_RETURN(all_good ? 0 : 1);
    } CAW_END;
}
CAW_MAIN(main_)
