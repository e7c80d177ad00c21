/*
 * Owns: caw_fetch and the reading of responses.
 * Must not know: HTTP; JavaScript's fetch does it. Its other half is js/web/fetch.ts.
 */
#include "fetch.h"
#include <string.h>

/* What JavaScript reads of a request: pointer and size of each; sizes of absent ones are 0; and what is filled with its body, 0: nothing. */
typedef struct request {
    const void        *url, *method, *redirect, *body;
    size_t             url_size, method_size, redirect_size, body_size;
    const char *const *headers;
    uint32_t           outlet;
} request;

CAW__IMPORT(fetch) uint32_t caw__js_fetch(caw__js_future *future, const request *request);
CAW__IMPORT(fetch_read) uint32_t caw__js_fetch_read(caw__js_future *future, uint32_t response, int how);

CAW__IMPORT(fetch_cancel) void caw__js_fetch_cancel(uint32_t response);

static size_t fetch_length(const char *text) { return text ? caw__length(text) : 0; }

static caw_any *out_of(const char *why)
{
    return caw__future_failed(caw__running ? caw__error_no_memory()
                                           : caw_error_new(CAW_RUNTIME_ERROR, "%s: no running event loop", why));
}

caw_of(caw_js *) caw__js_fetch_by(const char *url, uint32_t outlet, const caw_fetch_options *options)
{
    typedef caw_of(caw_js *) handle;
    caw__js_future *it = caw__js_future_new('j', CAW__SHAPE(caw_js *));
    if (!it) return (handle)out_of("caw_fetch");
    request all = {url,
                   options->method,
                   options->redirect,
                   options->body.data,
                   fetch_length(url),
                   fetch_length(options->method),
                   fetch_length(options->redirect),
                   options->body.size,
                   options->headers,
                   outlet};
    return (handle)caw__js_future_out(it, caw__js_fetch(it, &all));
}

caw_of(caw_js *) caw__fetch(const char *url, const caw_fetch_options *options) { return caw__js_fetch_by(url, 0, options); }

enum { TEXT, BYTES, CHUNK };

static caw_of(caw_string *) body(const caw_js *response, int how)
{
    typedef caw_of(caw_string *) handle;
    caw__js_future *it = caw__js_future_new('t', CAW__SHAPE(caw_string *));
    if (!it) return (handle)out_of("caw_response");
    return (handle)caw__js_future_out(it, caw__js_fetch_read(it, caw__js_id(response), how));
}

caw_of(caw_string *) caw_response_text(const caw_js *response) { return body(response, TEXT); }
caw_of(caw_string *) caw_response_bytes(const caw_js *response) { return body(response, BYTES); }
caw_of(caw_string *) caw_response_chunk(const caw_js *response) { return body(response, CHUNK); }

void caw_response_cancel(const caw_js *response) { caw__js_fetch_cancel(caw__js_id(response)); }

int caw_response_status(const caw_js *response)
{
    caw_js *status = caw_js_get(response, "status");
    int     number = 0;
    if (!status || caw_js_to_int(status, &number)) caw_unref(caw_js_take_error());
    caw_unref(status);
    return number;
}

bool caw_response_ok(const caw_js *response)
{
    int status = caw_response_status(response);
    return status >= 200 && status < 300;
}

caw_string *caw_response_url(const caw_js *response)
{
    caw_js     *url = caw_js_get(response, "url");
    caw_string *text = url ? caw_js_to_string(url) : NULL;
    caw_unref(url);
    return text;
}

caw_string *caw_response_trailer(const caw_js *response, const char *name)
{
    (void)response, (void)name;
    return NULL;
}

caw_string *caw_response_header(const caw_js *response, const char *name)
{
    caw_js     *headers = caw_js_get(response, "headers");
    caw_js     *value = headers ? caw_js_method(headers, "get", caw_text(caw_string_of(name))) : NULL;
    caw_string *text = value && caw_js_typeof(value) == CAW_JS_STRING ? caw_js_to_string(value) : NULL;
    caw_unref(headers);
    caw_unref(value);
    return text;
}
