/* TLS of the host: an echo server and its clients, lines to another's server, what is refused. */
#include <cawait.h>
#include <cawait/export.h>
#include <string.h>

static caw_server *server;

static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        for (;;) {
            caw_string *part = CAW_AWAIT(caw_stream_read(stream.reader, 65536));
            size_t      size = caw_string_size(part);
            int         status = caw_stream_write(stream.writer, caw_string_data(part), size);
            caw_unref(part);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
    } CAW_END;
}

static const char *given(const char *text) { return *text ? text : NULL; }

static CAW_ASYNC(int, serve, const char *cert, const char *key)
{
    CAW_BEGIN(int) {
        server = CAW_AWAIT(caw_start_server(echo, NULL, "127.0.0.1", 0, .tls = true, .cert = given(cert), .key = given(key)));
        CAW_RETURN(caw_server_port(server));
    } CAW_END;
}
CAW_EXPORT(int, serve, const char *, cert, const char *, key);

static CAW_ASYNC(void, stop, void)
{
    CAW_BEGIN(void) {
        caw_server *it = server;
        server = NULL;
        CAW_DEFER(caw_unref, it);
        caw_server_close(it);
        caw_server_close_clients(it);
        CAW_AWAIT(caw_server_wait_closed(it));
    } CAW_END;
}
CAW_EXPORT(void, stop);

/* Says a line, and gives the one that comes back. Texts of no length are not given. */
static CAW_ASYNC(caw_string *, ask, const char *host, int port, const char *line, const char *ca, const char *name)
{
    CAW_BEGIN(caw_string *) {
        caw_stream stream =
            CAW_AWAIT(caw_open_connection(host, port, .tls = true, .ca = given(ca), .server_hostname = given(name)));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_DEFER(caw_unref, stream.reader);
        CAW_CHECK(caw_stream_write(stream.writer, line, strlen(line)));
        caw_string *back = CAW_AWAIT(caw_stream_readline(stream.reader));
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
        CAW_RETURN(back);
    } CAW_END;
}
CAW_EXPORT(caw_string *, ask, const char *, host, int, port, const char *, line, const char *, ca, const char *, name);

/* A megabyte there and back, then the end; how many bytes came. */
static CAW_ASYNC(int, much, int port, const char *ca)
{
    CAW_BEGIN(int) {
        static char bytes[1 << 20];
        int         came = 0;
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7 + i / 300);
        caw_stream stream = CAW_AWAIT(caw_open_connection("127.0.0.1", port, .tls = true, .ca = ca));
        CAW_DEFER(caw_unref, stream.writer);
        CAW_DEFER(caw_unref, stream.reader);
        CAW_CHECK(caw_stream_write(stream.writer, bytes, sizeof bytes));
        while (came < (int)sizeof bytes) {
            caw_string *part = CAW_AWAIT(caw_stream_read(stream.reader, 1 << 16));
            int         size = (int)caw_string_size(part);
            bool        same = !memcmp(caw_string_data(part), bytes + came, (size_t)size);
            caw_unref(part);
            if (!size || !same) break;
            came += size;
        }
        CAW_RETURN(came);
    } CAW_END;
}
CAW_EXPORT(int, much, int, port, const char *, ca);

static CAW_ASYNC(void, without, void)
{
    CAW_BEGIN(void) {
        caw_stream stream = CAW_AWAIT(caw_open_connection("127.0.0.1", 1, .server_hostname = "name"));
        caw_unref(stream.reader);
        caw_unref(stream.writer);
    } CAW_END;
}
CAW_EXPORT(void, without);
