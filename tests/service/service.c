/* A service that does all that a handler may do, and all that it should not: for any host's HTTP. */
#include <cawait.h>
#include <cawait/fetch.h>
#include <cawait/http.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cancelled, broken;

static bool is(const caw_string *path, const char *text) { return !strcmp(caw_string_data(path), text); }

static int number(const caw_request *request, const char *name)
{
    caw_string *text = caw_request_query(request, name);
    int         value = text ? atoi(caw_string_data(text)) : 0;
    caw_unref(text);
    return value;
}

/* So many pieces of so many bytes; what the client does not take, it is told of. */
static CAW_ASYNC(void, write_pieces, caw_stream_writer *writer, int pieces, int size)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, writer);
        char *piece = malloc((size_t)size + 1);
        if (!piece) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(free, piece);
        memset(piece, 'x', (size_t)size);
        CAW_TRY {
            for (int n = 0; n < pieces; n++) {
                CAW_CHECK(caw_stream_write(writer, piece, (size_t)size));
                CAW_AWAIT(caw_stream_drain(writer));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, gone) {
            broken++;
        }
        CAW_END_TRY;
    } CAW_END;
}

static caw_response *stream(const caw_request *request, const char *const *headers)
{
    caw_stream_writer *writer;
    caw_response      *response = caw_respond_stream(&writer, .type = "text/x", .headers = headers);
    if (response) caw_drop(caw_spawn(write_pieces(writer, number(request, "n"), number(request, "size"))));
    return response;
}

static CAW_ASYNC(void, abort_after, caw_stream_writer *writer)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, writer);
        CAW_CHECK(caw_stream_write(writer, "begun", 5));
        CAW_AWAIT(caw_sleep(0.01));
        caw_transport_abort(caw_stream_transport(writer));
    } CAW_END;
}

static CAW_ASYNC(void, write_late_trailers, caw_response *response, caw_stream_writer *writer)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, response);
        CAW_DEFER(caw_unref, writer);
        CAW_CHECK(caw_stream_write(writer, "body", 4));
        CAW_AWAIT(caw_stream_drain(writer));
        CAW_CHECK(caw_response_set_trailers(response, (const char *[]){"x-sum", "4", NULL}));
        caw_stream_close(writer);
        CAW_AWAIT(caw_stream_wait_closed(writer));
        CAW_AWAIT(caw_sleep(0.01));
        int late = caw_response_set_trailers(response, (const char *[]){"x-sum", "5", NULL});
        printf("late trailers: %d\n", late == -CAW_RUNTIME_ERROR);
    } CAW_END;
}

static CAW_ASYNC(caw_response *, upload, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        caw_stream_reader *body = caw_request_body(request);
        if (!body) CAW_RAISE_ERROR(caw_http_take_error());
        CAW_DEFER(caw_unref, body);
        size_t size = 0, pieces = 0;
        for (;;) {
            caw_string *part = CAW_AWAIT(caw_stream_read(body, 1 << 16));
            size_t      more = caw_string_size(part);
            caw_unref(part);
            if (!more) break;
            size += more;
            pieces++;
        }
        caw_string *trailer = caw_request_trailer(request, "X-Sum");
        CAW_DEFER(caw_unref, trailer);
        char text[128];
        snprintf(text, sizeof text, "%zu bytes in %s, x-sum: %s", size, pieces > 1 ? "pieces" : "one piece",
                 trailer ? caw_string_data(trailer) : "none");
        CAW_RETURN(caw_respond(text));
    } CAW_END;
}

static CAW_ASYNC(caw_response *, waits_for_ever, void)
{
    CAW_BEGIN(caw_response *) {
        CAW_TRY {
            CAW_AWAIT(caw_future(int));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            cancelled++;
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(NULL);
    } CAW_END;
}

static caw_response *headers_of(const caw_request *request)
{
    char        text[4096] = "";
    caw_string *name, *value;
    for (size_t i = 0; caw_request_header_at(request, i, &name, &value); i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s=%s;", caw_string_data(name), caw_string_data(value));
        caw_unref(name);
        caw_unref(value);
    }
    return caw_respond(text);
}

static caw_response *what_came(const caw_request *request)
{
    caw_string *method = caw_request_method(request), *url = caw_request_url(request), *path = caw_request_path(request);
    char        text[1024];
    snprintf(text, sizeof text, "%s %s %s", caw_string_data(method), caw_string_data(url), caw_string_data(path));
    caw_unref(method);
    caw_unref(url);
    caw_unref(path);
    return caw_respond(text);
}

/* How much is alive, but for this request. */
static caw_response *stats(void)
{
    caw_stats now = caw_get_stats();
    char      text[128];
    snprintf(text, sizeof text, "%zu bytes, %d cancelled, %d broken", now.bytes, cancelled, broken);
    return caw_respond(text);
}

static caw_response *given_before;

/* What HTTP or the host forbid. */
static caw_response *forbidden(const caw_string *path)
{
    if (is(path, "/line-end")) return caw_respond("", .headers = (const char *[]){"x", "1\r\nset-cookie: evil=1", NULL});
    if (is(path, "/bad-name")) return caw_respond("", .headers = (const char *[]){"x y", "1", NULL});
    if (is(path, "/no-value")) return caw_respond("", .headers = (const char *[]){"x", NULL, NULL});
    if (is(path, "/bad-type")) return caw_respond("", .type = "a\nb");
    if (is(path, "/bad-length")) return caw_respond("", .headers = (const char *[]){"content-length", "1x", NULL});
    if (is(path, "/other-length")) return caw_respond("four", .headers = (const char *[]){"Content-Length", "5", NULL});
    if (is(path, "/hop")) return caw_respond("", .headers = (const char *[]){"x", "y", "connection", "close", NULL});
    if (is(path, "/204-body")) return caw_respond("body", .status = 204);
    if (is(path, "/1000")) return caw_respond("", .status = 1000);
    if (is(path, "/204-stream")) {
        caw_stream_writer *writer;
        return caw_respond_stream(&writer, .status = 204);
    }
    return NULL;
}

CAW_ASYNC(caw_response *, handle, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        caw_string *path = caw_request_path(request);
        CAW_DEFER(caw_unref, path);
        if (is(path, "/hello")) {
            caw_string *name = caw_request_query(request, "name");
            CAW_DEFER(caw_unref, name);
            char text[128];
            snprintf(text, sizeof text, "hello %s", name ? caw_string_data(name) : "nobody");
            CAW_AWAIT(caw_sleep(0));
            CAW_RETURN(caw_respond(text));
        }
        if (is(path, "/plain")) CAW_RETURN(caw_respond("hello"));
        if (is(path, "/came") || is(path, "/*")) CAW_RETURN(what_came(request));
        if (is(path, "/echo")) {
            caw_string *body = CAW_AWAIT(caw_request_bytes(request)), *type = caw_request_header(request, "Content-Type");
            CAW_DEFER(caw_unref, body);
            CAW_DEFER(caw_unref, type);
            CAW_RETURN(caw_respond_bytes(caw_string_data(body), caw_string_size(body), .status = 201,
                                         .type = type ? caw_string_data(type) : NULL,
                                         .headers = (const char *[]){"set-cookie", "a=1", "Set-Cookie", "b=2", NULL}));
        }
        if (is(path, "/text")) {
            caw_string *body = CAW_AWAIT(caw_request_text(request));
            CAW_DEFER(caw_unref, body);
            CAW_RETURN(caw_respond(caw_string_data(body), .headers = (const char *[]){"CONTENT-type", "text/x", NULL}));
        }
        if (is(path, "/upload")) CAW_RETURN(CAW_AWAIT(upload(request)));
        if (is(path, "/headers")) CAW_RETURN(headers_of(request));
        if (is(path, "/stream")) CAW_RETURN(stream(request, NULL));
        if (is(path, "/of-ten")) CAW_RETURN(stream(request, (const char *[]){"content-length", "10", NULL}));
        if (is(path, "/slow")) CAW_RETURN(CAW_AWAIT(waits_for_ever()));
        if (is(path, "/stats")) CAW_RETURN(stats());
        if (is(path, "/204")) CAW_RETURN(caw_respond("", .status = 204));
        if (is(path, "/fail")) CAW_RAISE(CAW_VALUE_ERROR, "on purpose");
        if (is(path, "/cancels-itself")) CAW_RAISE(CAW_CANCELLED_ERROR, "by itself");
        if (is(path, "/trap")) __builtin_trap();
        if (is(path, "/wait")) {
            CAW_AWAIT(caw_sleep(0.001 * number(request, "ms")));
            CAW_RETURN(caw_respond("waited"));
        }
        if (is(path, "/twice")) {
            caw_string *body = CAW_AWAIT(caw_request_bytes(request));
            caw_unref(body);
            CAW_RETURN(CAW_AWAIT(upload(request)));
        }
        if (is(path, "/proxy")) {
            caw_string *url = caw_request_query(request, "url");
            CAW_DEFER(caw_unref, url);
            CAW_RETURN(CAW_AWAIT(caw_fetch(caw_string_data(url))));
        }
        if (is(path, "/again")) {
            caw_response *response = given_before ? given_before : caw_respond("once");
            given_before = given_before ? NULL : caw_ref(response);
            CAW_RETURN(response);
        }
        if (is(path, "/abort")) {
            caw_stream_writer *writer;
            caw_response      *response = caw_respond_stream(&writer, .type = "text/x");
            if (response) caw_drop(caw_spawn(abort_after(writer)));
            CAW_RETURN(response);
        }
        if (is(path, "/trailers")) {
            caw_stream_writer *writer;
            caw_response      *response = caw_respond_stream(&writer, .headers = (const char *[]){"trailer", "x-sum", NULL});
            if (response) caw_drop(caw_spawn(write_late_trailers(caw_ref(response), writer)));
            CAW_RETURN(response);
        }
        if (is(path, "/never-given")) {
            caw_stream_writer *writer;
            caw_response      *response = caw_respond_stream(&writer);
            CAW_CHECK(caw_stream_write(writer, "nobody", 6));
            caw_unref(response);
            caw_unref(caw_respond("nor this"));
            CAW_TRY {
                CAW_AWAIT(caw_stream_wait_closed(writer));
            } CAW_EXCEPT(CAW_OS_ERROR, gone) {
                broken++;
            }
            CAW_END_TRY;
            caw_unref(writer);
            CAW_RETURN(caw_respond("another"));
        }
        CAW_RETURN(forbidden(path));
    } CAW_END;
}
CAW_HTTP_HANDLER(handle);
