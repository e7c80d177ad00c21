/* A web service in C: one handler, for a page, a service worker, Node, Deno, Bun and workerd. */
#include <cawait.h>
#include <cawait/http.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GET hello?name=C */
static CAW_ASYNC(caw_response *, hello, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        caw_string *name = caw_request_query(request, "name");
        CAW_DEFER(caw_unref, name);
        char text[80];
        snprintf(text, sizeof text, "Hello, %.60s!\n", caw_string_size(name) ? caw_string_data(name) : "world");
        CAW_AWAIT(caw_sleep(0.2)); /* others are answered meanwhile */
        CAW_RETURN(caw_respond(text, .headers = (const char *[]){"x-answered-by", "C", NULL}));
    } CAW_END;
}

static bool is_prime(int n)
{
    for (int d = 2; d * d <= n; d++)
        if (n % d == 0) return false;
    return true;
}

/* A line for each prime number, until there are enough, or nobody reads them any more. */
static CAW_ASYNC(void, send_primes, caw_stream_writer *out, int count)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, out);
        CAW_TRY {
            for (int n = 2; count > 0; n++) {
                if (!is_prime(n)) continue;
                char line[16];
                int  size = snprintf(line, sizeof line, "%d\n", n);
                CAW_CHECK(caw_stream_write(out, line, (size_t)size));
                CAW_AWAIT(caw_stream_drain(out));
                CAW_AWAIT(caw_sleep(0.1));
                count--;
            }
        } CAW_EXCEPT(CAW_OS_ERROR, gone) {
            (void)gone; /* the client */
        }
        CAW_END_TRY;
    } CAW_END;
}

/* GET primes?count=20 */
static caw_response *primes(const caw_request *request)
{
    caw_string        *count = caw_request_query(request, "count");
    caw_stream_writer *out;
    caw_response      *response = caw_respond_stream(&out, .type = "text/plain");
    if (response) caw_drop(caw_spawn(send_primes(out, count ? atoi(caw_string_data(count)) : 20)));
    caw_unref(count);
    return response;
}

/* What comes goes out again, louder, piece by piece, as fast as it is taken. */
static CAW_ASYNC(void, shout_on, caw_stream_reader *in, caw_stream_writer *out)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, in);
        CAW_DEFER(caw_unref, out);
        CAW_TRY {
            while (!caw_stream_at_eof(in)) {
                caw_string *part = CAW_AWAIT(caw_stream_read(in, 1000));
                char        loud[1000];
                size_t      size = caw_string_size(part);
                for (size_t i = 0; i < size; i++) loud[i] = (char)toupper((unsigned char)caw_string_data(part)[i]);
                caw_unref(part);
                CAW_CHECK(caw_stream_write(out, loud, size));
                CAW_AWAIT(caw_stream_drain(out));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, gone) {
            (void)gone;
        }
        CAW_END_TRY;
    } CAW_END;
}

/* POST shout */
static caw_response *shout(const caw_request *request)
{
    caw_stream_reader *in = caw_request_body(request);
    caw_stream_writer *out;
    caw_response      *response = in ? caw_respond_stream(&out, .type = "text/plain;charset=UTF-8") : NULL;
    if (response) caw_drop(caw_spawn(shout_on(in, out)));
    else caw_unref(in);
    return response;
}

static bool ends_with(const caw_string *path, const char *end)
{
    size_t size = caw_string_size(path), length = strlen(end);
    return size >= length && !strcmp(caw_string_data(path) + size - length, end);
}

CAW_ASYNC(caw_response *, handle, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        caw_string *path = caw_request_path(request);
        CAW_DEFER(caw_unref, path);
        if (ends_with(path, "/hello")) CAW_RETURN(CAW_AWAIT(hello(request)));
        if (ends_with(path, "/primes")) CAW_RETURN(primes(request));
        if (ends_with(path, "/shout")) CAW_RETURN(shout(request));
        CAW_RETURN(caw_respond("There is hello, primes and shout.\n", .status = 404));
    } CAW_END;
}
CAW_HTTP_HANDLER(handle);
