/*
 * Streams, servers and datagrams of a system: a reader that is slow, or leaves; refusals, cancels, a thousand clients at once, nothing left.
 */
#include <cawait.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MANY 1000
#define LARGE ((size_t)8 << 20)
#define PIECE ((size_t)30000)

static bool all_good = true;

static void check(const char *name, bool good)
{
    printf("%s %s\n", good ? "ok" : "not ok", name);
    all_good &= good;
}

/* Files that are open, where the system has a list of them; else 0. */
static int open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int  count = 0;
    if (!folder) return 0;
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}

static void end_server(void *server)
{
    caw_server_close(server);
    caw_server_abort_clients(server);
    caw_unref(server);
}

#define SERVE(name, handler, data)                                                                                             \
    caw_server *name = CAW_AWAIT(caw_start_server((handler), (data), "127.0.0.1", 0, .backlog = 200));                         \
    CAW_DEFER(end_server, name)
#define CONNECT(name, server)                                                                                                  \
    caw_stream name = CAW_AWAIT(caw_open_connection("127.0.0.1", caw_server_port(server)));                                    \
    caw_unref(name.reader);                                                                                                    \
    CAW_DEFER(caw_unref, name.writer)

/* The errno that an awaitable fails with; 0: it does not. */
#define ERRNO_OF(into, handle)                                                                                                 \
    do {                                                                                                                       \
        (into) = 0;                                                                                                            \
        CAW_TRY { (void)CAW_AWAIT(handle); }                                                                                   \
        CAW_EXCEPT(CAW_OS_ERROR, failed) { (into) = caw_error_errno(failed); }                                                 \
        CAW_END_TRY;                                                                                                           \
    } while (0)

static char byte_at(size_t at) { return (char)(at * 31 + at / 4099); }

/* ---- Back-pressure --------------------------------------------------------------------------------------------------------- */

typedef struct flood {
    size_t sent, most; /* bytes; the most that was buffered */
    int    error;      /* an errno, once it has ended */
    bool   over;
} flood;

/* Sends LARGE bytes, as fast as it may. */
static CAW_ASYNC(void, pour, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        static char piece[PIECE];
        flood      *f = data;
        CAW_TRY {
            while (f->sent < LARGE) {
                for (size_t i = 0; i < PIECE; i++) piece[i] = byte_at(f->sent + i);
                CAW_CHECK(caw_stream_write(stream.writer, piece, PIECE));
                f->sent += PIECE;
                size_t buffered = caw_transport_write_buffer_size(caw_stream_transport(stream.writer));
                if (buffered > f->most) f->most = buffered;
                CAW_AWAIT(caw_stream_drain(stream.writer));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            f->error = caw_error_errno(error);
        }
        CAW_END_TRY;
        f->over = true;
    } CAW_END;
}

/* Until it sends no more, as nobody reads. */
static CAW_ASYNC(void, stalled, flood *f)
{
    CAW_BEGIN(void) {
        size_t before;
        do {
            before = f->sent;
            for (int i = 0; i < 20; i++) CAW_AWAIT(caw_sleep(0.005));
        } while (f->sent != before || !f->sent);
    } CAW_END;
}

static CAW_ASYNC(void, a_slow_reader, void)
{
    CAW_BEGIN(void) {
        flood f = {0};
        SERVE(server, pour, &f);
        CONNECT(stream, server);
        CAW_AWAIT(stalled(&f));
        check("a reader that does not read stops the writer", !f.over && f.sent < LARGE);
        check("which buffers no more than its high water and one piece", f.most <= 65536 + PIECE);
        check("all of our memory together is below a megabyte", caw_get_stats().bytes < 1 << 20);
        size_t got = 0;
        bool   same = true;
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(stream.reader, 50000));
            size_t      size = caw_string_size(bytes);
            for (size_t i = 0; i < size; i++) same &= caw_string_data(bytes)[i] == byte_at(got + i);
            caw_unref(bytes);
            if (!size) break;
            got += size;
        }
        check("when it reads it gets every byte", got == f.sent && got >= LARGE && same);
    } CAW_END;
}

static CAW_ASYNC(void, a_reader_that_leaves, void)
{
    CAW_BEGIN(void) {
        flood f = {0};
        SERVE(server, pour, &f);
        CONNECT(stream, server);
        CAW_AWAIT(stalled(&f));
        caw_transport_abort(caw_stream_transport(stream.writer));
        while (!f.over) CAW_AWAIT(caw_sleep(0.001));
        check("one that goes away ends the writer with an error", f.error == ECONNRESET || f.error == EPIPE);
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        check("and nobody is left", !caw_server_client_count(server));
    } CAW_END;
}

/* ---- Refusals ----------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, sink, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
    } CAW_END;
}

static CAW_ASYNC(void, refusals, void)
{
    CAW_BEGIN(void) {
        int error;
        int port;
        SERVE(server, sink, NULL);
        port = caw_server_port(server);
        ERRNO_OF(error, caw_start_server(sink, NULL, "127.0.0.1", port));
        check("a port in use", error == EADDRINUSE);
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        ERRNO_OF(error, caw_open_connection("127.0.0.1", port));
        check("nobody is there", error == ECONNREFUSED);
        ERRNO_OF(error, caw_open_connection("nobody.invalid", 80));
        check("a name that nobody has", error == ENOENT);
        ERRNO_OF(error, caw_open_connection("localhost", port, .happy_eyeballs_delay = 0.01));
        check("nobody is there, by any address", error == ECONNREFUSED);
    } CAW_END;
}

static CAW_ASYNC(void, cancels, void)
{
    CAW_BEGIN(void) {
        SERVE(server, sink, NULL);
        int      cancelled = 0;
        caw_auto connecting = caw_spawn(caw_open_connection("127.0.0.1", caw_server_port(server)), .eager = true);
        caw_cancel(connecting, NULL);
        caw_auto serving = caw_spawn(caw_server_serve_forever(server));
        CAW_AWAIT(caw_sleep(0.01));
        caw_cancel(serving, NULL);
        CAW_TRY {
            (void)CAW_AWAIT(connecting);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            cancelled++;
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(serving);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            cancelled++;
        }
        CAW_END_TRY;
        check("connecting and serving are given up", cancelled == 2 && !caw_server_is_serving(server));
        CAW_AWAIT(caw_server_wait_closed(server));
        check("and the server is alone", !caw_server_client_count(server));
    } CAW_END;
}

/* ---- Many ---------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, echo, void *most, caw_stream stream)
{
    CAW_BEGIN(void) {
        static size_t now;
        size_t       *top = most;
        if (++now > *top) *top = now;
        for (;;) {
            caw_string *line = CAW_AWAIT(caw_stream_readline(stream.reader));
            size_t      size = caw_string_size(line);
            int         status = size ? caw_stream_write(stream.writer, caw_string_data(line), size) : 0;
            caw_unref(line);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
        now--;
    } CAW_END;
}

/* Says a line, and waits for the others before it says another and leaves. */
static CAW_ASYNC(bool, client, caw_server *server, int n, caw_barrier *all)
{
    CAW_BEGIN(bool) {
        char text[32];
        bool same = true;
        CONNECT(stream, server);
        for (int i = 0; i < 2; i++) {
            size_t size = (size_t)snprintf(text, sizeof text, "%d of %d\n", i, n);
            CAW_CHECK(caw_stream_write(stream.writer, text, size));
            caw_string *answer = CAW_AWAIT(caw_stream_readline(stream.reader));
            same &= !strcmp(caw_string_data(answer), text);
            caw_unref(answer);
            if (!i) CAW_AWAIT(caw_barrier_wait(all));
        }
        CAW_RETURN(same);
    } CAW_END;
}

static CAW_ASYNC(void, many, void)
{
    CAW_BEGIN(void) {
        static caw_of(bool) clients[MANY];
        size_t most = 0;
        int    right = 0;
        SERVE(server, echo, &most);
        caw_barrier *all = caw_barrier_new(MANY);
        CAW_DEFER(caw_unref, all);
        for (int i = 0; i < MANY; i++) clients[i] = caw_spawn(client(server, i, all));
        for (int i = 0; i < MANY; i++) right += CAW_AWAIT(clients[i]);
        check("a thousand clients of one server", right == MANY);
        check("all at the same time", most == MANY);
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        check("and all are gone", !caw_server_client_count(server));
    } CAW_END;
}

/* ---- Datagrams ------------------------------------------------------------------------------------------------------------------ */

typedef struct post {
    caw_datagram_transport *transport; /* borrowed */
    caw_event              *came;
    char                    text[32];
    bool                    answers;
    int                     errors;
} post;

static void post_made(void *self, caw_datagram_transport *transport) { ((post *)self)->transport = transport; }

static void post_came(void *self, const void *data, size_t size, const caw_address *from)
{
    post *p = self;
    snprintf(p->text, sizeof p->text, "%.*s", (int)size, (const char *)data);
    if (p->answers) (void)!caw_datagram_sendto(p->transport, data, size, from);
    caw_event_set(p->came);
}

static void post_failed(void *self, caw_error *error)
{
    (void)error;
    ((post *)self)->errors++;
}

static void close_datagrams(void *transport) { caw_datagram_close(transport); }

static CAW_ASYNC(void, datagrams, void)
{
    CAW_BEGIN(void) {
        static const caw_datagram_protocol_ops protocol = {
            .connection_made = post_made, .datagram_received = post_came, .error_received = post_failed};
        post one = {.came = caw_event_new()}, other = {.came = caw_event_new(), .answers = true};
        CAW_DEFER(caw_unref, one.came);
        CAW_DEFER(caw_unref, other.came);
        caw_datagram_transport *b =
            CAW_AWAIT(caw_create_datagram_endpoint(&protocol, &other, .local_host = "127.0.0.1", .local = true));
        CAW_DEFER(caw_unref, b);
        CAW_DEFER(close_datagrams, b);
        caw_address at;
        check("an endpoint has an address", caw_datagram_address(b, false, &at) && at.port);
        caw_datagram_transport *a =
            CAW_AWAIT(caw_create_datagram_endpoint(&protocol, &one, .remote_host = "127.0.0.1", .remote_port = at.port));
        CAW_DEFER(caw_unref, a);
        CAW_DEFER(close_datagrams, a);
        check("a datagram is sent", !caw_datagram_sendto(a, "ping", 4, NULL));
        CAW_AWAIT(caw_event_wait(other.came));
        CAW_AWAIT(caw_event_wait(one.came));
        check("and answered", !strcmp(one.text, "ping") && !strcmp(other.text, "ping"));
        caw_event_clear(one.came);
        check("one without anything in it", !caw_datagram_sendto(a, NULL, 0, NULL));
        CAW_AWAIT(caw_event_wait(one.came));
        check("comes, and its answer", !*one.text && !*other.text);

        post third = {.came = caw_event_new()};
        CAW_DEFER(caw_unref, third.came);
        caw_datagram_transport *c = CAW_AWAIT(caw_create_datagram_endpoint(&protocol, &third, .family = CAW_IPV4));
        CAW_DEFER(caw_unref, c);
        CAW_DEFER(close_datagrams, c);
        for (int i = 0; i < 20; i++) CAW_AWAIT(caw_sleep(0));
        check("one without an address waits", !third.errors);
        check("and sends", !caw_datagram_sendto(c, "from nowhere", 12, &at));
        CAW_AWAIT(caw_event_wait(third.came));
        check("and is answered", !strcmp(third.text, "from nowhere") && !third.errors && !one.errors && !other.errors);
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(a_slow_reader());
        CAW_AWAIT(a_reader_that_leaves());
        CAW_AWAIT(refusals());
        CAW_AWAIT(cancels());
        CAW_AWAIT(many());
        CAW_AWAIT(datagrams());
        CAW_RETURN(0);
    } CAW_END;
}

int main(void)
{
    int        code = 1, files = open_files();
    caw_error *error = caw_run(main_(), &code);
    check("the program ends well", !error);
    caw_unref(error);
    check("no file is left open", open_files() == files);
    check("nothing of ours is left", !caw_get_stats().blocks);
    return all_good ? code : 1;
}
