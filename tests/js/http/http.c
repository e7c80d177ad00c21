/* A handler with a page for each thing that a request may want. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <cawait/http.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cancelled, broken;

static bool is(const caw_string *text, const char *other) { return text && !strcmp(caw_string_data(text), other); }

/* Writes n pieces of `size` bytes; what breaks it is counted. */
static CAW_ASYNC(void, write_pieces, caw_stream_writer *writer, int n, size_t size)
{
    CAW_BEGIN(void) {
        static char piece[65536];
        CAW_DEFER(caw_unref, writer);
        memset(piece, 'x', sizeof piece);
        CAW_TRY {
            for (int i = 0; i < n; i++) {
                CAW_CHECK(caw_stream_write(writer, piece, size));
                CAW_AWAIT(caw_stream_drain(writer));
            }
            caw_stream_close(writer);
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            broken++;
        }
        CAW_END_TRY;
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
        char text[64];
        snprintf(text, sizeof text, "%zu bytes in %s", size, pieces > 1 ? "pieces" : "one piece");
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

CAW_ASYNC(caw_response *, handle, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        caw_string *path = caw_request_path(request);
        CAW_DEFER(caw_unref, path);
        if (is(path, "/hello")) {
            caw_string *name = caw_request_query(request, "name"), *method = caw_request_method(request);
            CAW_DEFER(caw_unref, name);
            CAW_DEFER(caw_unref, method);
            char text[128];
            snprintf(text, sizeof text, "%s: hello %s", caw_string_data(method), name ? caw_string_data(name) : "nobody");
            CAW_AWAIT(caw_sleep(0));
            CAW_RETURN(caw_respond(text));
        }
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
        if (is(path, "/stream")) {
            caw_string        *n = caw_request_query(request, "n");
            caw_stream_writer *writer;
            caw_response      *response = caw_respond_stream(&writer, .type = "text/x");
            int                pieces = n ? atoi(caw_string_data(n)) : 0;
            caw_unref(n);
            if (response) caw_drop(caw_spawn(write_pieces(writer, pieces, 65536)));
            CAW_RETURN(response);
        }
        if (is(path, "/slow")) CAW_RETURN(CAW_AWAIT(waits_for_ever()));
        if (is(path, "/env")) {
            caw_js *env = caw_request_env(request), *context = caw_request_context(request);
            CAW_DEFER(caw_unref, env);
            CAW_DEFER(caw_unref, context);
            if (caw_js_typeof(env) != CAW_JS_OBJECT) CAW_RETURN(caw_respond("no env"));
            caw_js *name = CAW_JS(caw_js_get(env, "name"));
            CAW_DEFER(caw_unref, name);
            caw_string *text = caw_js_to_string(name);
            CAW_DEFER(caw_unref, text);
            CAW_RETURN(caw_respond(caw_string_data(text)));
        }
        if (is(path, "/fail")) CAW_RAISE(CAW_VALUE_ERROR, "on purpose");
        if (is(path, "/line-end"))
            CAW_RETURN(caw_respond("", .headers = (const char *[]){"x", "1\r\nset-cookie: evil=1", NULL}));
        if (is(path, "/bad-name")) CAW_RETURN(caw_respond("", .headers = (const char *[]){"x y", "1", NULL}));
        if (is(path, "/no-value")) CAW_RETURN(caw_respond("", .headers = (const char *[]){"x", NULL, NULL}));
        if (is(path, "/bad-type")) CAW_RETURN(caw_respond("", .type = "a\nb"));
        if (is(path, "/204")) CAW_RETURN(caw_respond("", .status = 204));
        if (is(path, "/204-body")) CAW_RETURN(caw_respond("body", .status = 204));
        if (is(path, "/204-stream")) {
            caw_stream_writer *writer;
            CAW_RETURN(caw_respond_stream(&writer, .status = 204));
        }
        if (is(path, "/1000")) CAW_RETURN(caw_respond("", .status = 1000));
        if (is(path, "/twice")) {
            caw_string *body = CAW_AWAIT(caw_request_bytes(request));
            caw_unref(body);
            CAW_RETURN(CAW_AWAIT(upload(request)));
        }
        if (is(path, "/trap")) __builtin_trap();
        CAW_RETURN(NULL);
    } CAW_END;
}
CAW_HTTP_HANDLER(handle);

static CAW_ASYNC(int, counted, int which)
{
    CAW_BEGIN(int) {
        CAW_RETURN(which ? broken : cancelled);
    } CAW_END;
}
CAW_EXPORT(int, counted, int, which);
