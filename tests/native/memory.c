/*
 * The Nth allocation fails, and those from the Nth on, over real sockets: a server, its clients by name, a name that is looked up, streams of
 * standard output. What goes wrong is a MemoryError or what an other side sees of it; nothing is left, no descriptor either.
 */
#include <cawait.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 10000 /* allocations that nobody makes here */

static long countdown; /* 0: nothing fails */
static bool for_good, failed;

static void *allocate(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (!size) {
        free(block);
        return NULL;
    }
    if (countdown && --countdown == 0) {
        failed = true;
        if (for_good) countdown = 1;
        return NULL;
    }
    return realloc(block, size);
}

static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(stream.reader, 1000));
            size_t      size = caw_string_size(bytes);
            int         status = caw_stream_write(stream.writer, caw_string_data(bytes), size);
            caw_unref(bytes);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
    } CAW_END;
}

static CAW_ASYNC(void, talk, const char *host, int port)
{
    CAW_BEGIN(void) {
        caw_stream stream = CAW_AWAIT(caw_open_connection(host, port, .happy_eyeballs_delay = 5));
        caw_unref(stream.reader);
        CAW_DEFER(caw_unref, stream.writer);
        CAW_CHECK(caw_stream_write(stream.writer, "hello\n", 6));
        caw_unref(CAW_AWAIT(caw_stream_readline(stream.reader)));
        CAW_CHECK(caw_stream_write_eof(stream.writer));
        caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
    } CAW_END;
}

static CAW_ASYNC(void, print, void)
{
    CAW_BEGIN(void) {
        caw_stream_writer *out = CAW_AWAIT(caw_stderr());
        CAW_DEFER(caw_unref, out);
        caw_stream_close(out);
        CAW_AWAIT(caw_stream_wait_closed(out));
    } CAW_END;
}

static void end(void *server)
{
    caw_server_close(server);
    caw_unref(server);
}

static CAW_ASYNC(void, everything, void)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_start_server(echo, NULL, "127.0.0.1", 0));
        CAW_DEFER(end, server);
        /* A server without memory for a connection closes it, or tries again in a second. */
        CAW_AWAIT(caw_wait_for(talk("127.0.0.1", caw_server_port(server)), 5));
        CAW_AWAIT(caw_wait_for(talk("localhost", caw_server_port(server)), 5));
        CAW_AWAIT(print());
    } CAW_END;
}

static int descriptors(void)
{
    int  count = 0;
    DIR *all = opendir("/dev/fd");
    if (!all) return 0;
    while (readdir(all)) count++;
    closedir(all);
    return count;
}

static bool is_expected(const caw_error *error)
{
    int number = caw_error_errno(error);
    return caw_error_is(error, CAW_MEMORY_ERROR) || caw_error_is(error, CAW_TIMEOUT_ERROR) || number == ENOMEM ||
           number == ECONNRESET || number == EPIPE;
}

/* False: the allocation that was to fail is not made any more. */
static bool round_of(long n)
{
    char text[200] = "";
    int  before = descriptors();
    failed = false;
    countdown = n;
    caw_error *error = caw_run(everything(), NULL);
    countdown = 0;
    bool good = error ? failed && is_expected(error) : true;
    if (!good) snprintf(text, sizeof text, "%s: %s", caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
    caw_unref(error);
    caw_stats left = caw_get_stats();
    if (good && left.frames == 0 && left.blocks == 0 && left.loops == 0 && descriptors() == before) return failed;
    printf("not ok allocation %ld%s: %s; %u frames, %u blocks, %d descriptors more\n", n, for_good ? " and on" : "", text,
           (unsigned)left.frames, (unsigned)left.blocks, descriptors() - before);
    exit(1);
}

int main(void)
{
    if (!freopen("/dev/null", "w", stderr)) return 1; /* what is reported meanwhile */
    if (caw_set_allocator(allocate, NULL)) return 1;
    for (int on = 0; on < 2; on++) {
        long n = 1;
        for_good = on;
        while (n < MOST && round_of(n)) n++;
        printf("%s %s of %ld allocations %s\n", n < MOST ? "ok" : "not ok", on ? "from each" : "each", n - 1,
               on ? "on, all fail" : "fails");
    }
    return 0;
}
