/*
 * Owns: requests and responses where JavaScript has them: the handler as it calls it.
 * Must not know: what HTTP allows (src/http), or how bodies are read (fetch.c) and written (web_stream.c). Its other half is js/web/http.ts.
 */
#include "http/http.h"
#include "bridge.h"
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <cawait/web_stream.h>

CAW__COLD

CAW__CALLS_OUT
CAW__TAKES_TEXT

/* What JavaScript reads of a response. */
typedef struct reply {
    uint32_t           status;
    const char        *type; /* NULL: none */
    const char *const *headers;
    const void        *body;
    size_t             size;
    uint32_t           stream; /* a handle; 0: none */
} reply;

CAW__IMPORT(http_response) uint32_t caw__js_http_response(const reply *reply);
CAW__IMPORT(http_header) bool caw__js_http_header(uint32_t request, size_t index); /* in scratch: name, value */
CAW__IMPORT(http_body) uint32_t caw__js_http_body(uint32_t request);               /* a ReadableStream, whatever the host has */
CAW__IMPORT(http_given) uint32_t caw__js_http_given(uint32_t request, bool context);

const char caw__http_here = 0;

caw_error *caw_http_take_error(void)
{
    caw_error *error = caw__http_failure();
    return error ? error : caw_js_take_error();
}

/* ---- The call ---------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_js *, caw__http_request, caw_js *request)
{
    CAW_BEGIN(caw_js *) {
        caw_js *response = CAW_AWAIT(caw__http_handle(request));
        if (!response) {
            caw_error *error = caw_http_take_error();
            if (!error) CAW_RAISE(CAW_TYPE_ERROR, "the handler returned NULL, which is no response");
            CAW_RAISE_ERROR(error);
        }
        CAW_RETURN(response);
    } CAW_END;
}
CAW_EXPORT(caw_js *, caw__http_request, caw_js *, request);

/* ---- The request --------------------------------------------------------------------------------------------------------------- */

static caw_string *text_of(const caw_request *request, const char *key)
{
    caw_js     *value = caw_js_get(request, key);
    caw_string *text = value ? caw_js_to_string(value) : NULL;
    caw_unref(value);
    return text;
}

caw_string *caw_request_method(const caw_request *request) { return text_of(request, "method"); }
caw_string *caw_request_url(const caw_request *request) { return text_of(request, "url"); }
caw_string *caw_request_header(const caw_request *request, const char *name) { return caw_response_header(request, name); }

bool caw_request_header_at(const caw_request *request, size_t index, caw_string **name, caw_string **value)
{
    caw_value one, other;
    caw__js_in_order();
    caw__scratch[0].tag = caw__scratch[1].tag = CAW_NONE;
    bool found = caw__js_http_header(caw__js_id(request), index);
    (void)caw__wire_take(&caw__scratch[0], &one); /* a string, or nothing, and neither can fail */
    (void)caw__wire_take(&caw__scratch[1], &other);
    if (!found) caw__value_drop(one); /* there was no memory for the other */
    *name = found ? one.as_string : NULL;
    *value = found ? other.as_string : NULL;
    return found;
}

caw_string *caw_request_trailer(const caw_request *request, const char *name)
{
    (void)request, (void)name;
    return NULL;
}

caw_of(caw_string *) caw_request_text(const caw_request *request) { return caw_response_text(request); }
caw_of(caw_string *) caw_request_bytes(const caw_request *request) { return caw_response_bytes(request); }

caw_stream_reader *caw_request_body(const caw_request *request)
{
    caw__js_in_order();
    caw_js            *body = caw__js_adopt(caw__js_http_body(caw__js_id(request)));
    caw_stream_reader *reader = body ? caw_stream_from_readable(body, 0) : NULL;
    caw_unref(body);
    return reader;
}

caw_js *caw_request_env(const caw_request *request) { return caw__js_adopt(caw__js_http_given(caw__js_id(request), false)); }
caw_js *caw_request_context(const caw_request *request) { return caw__js_adopt(caw__js_http_given(caw__js_id(request), true)); }

/* ---- The response --------------------------------------------------------------------------------------------------------------- */

static caw_response *respond(const void *data, size_t size, const caw_js *stream, const char *type,
                             const caw_respond_options *options)
{
    reply it = {options->status ? (uint32_t)options->status : 200,
                options->type                                     ? options->type
                : caw__http_has(options->headers, "content-type") ? NULL
                                                                  : type,
                options->headers,
                data,
                size,
                caw__js_id(stream)};
    caw__js_in_order();
    return caw__js_adopt(caw__js_http_response(&it));
}

caw_response *caw__respond(const void *data, size_t size, const char *type, const caw_respond_options *options)
{
    return caw__http_can(options, (int64_t)size) ? respond(data, size, NULL, type, options) : NULL;
}

caw_response *caw__respond_stream(caw_stream_writer **writer, const caw_respond_options *options)
{
    *writer = NULL;
    if (!caw__http_can(options, -1)) return NULL;
    caw_js       *stream = caw_readable_stream(writer);
    caw_response *response = stream ? respond(NULL, 0, stream, NULL, options) : NULL;
    caw_unref(stream);
    if (response || !*writer) return response;
    caw_unref(*writer);
    *writer = NULL;
    return NULL;
}

int caw_response_set_trailers(caw_response *response, const char *const *trailers)
{
    (void)response, (void)trailers;
    return -CAW_RUNTIME_ERROR;
}

CAW__COLD_END
