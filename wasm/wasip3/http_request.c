/*
 * Owns: requests that came: what C sees of them.
 * Must not know: who handles them; headers (http_fields.c), bodies (http_in.c).
 */
#include "http.h"

CAW__COLD

typedef struct text_option {
    uint8_t        there;
    caw__http_text text;
} text_option;

CAW__FROM(CAW__HTTP, "[method]request.get-method") void caw__request_get_method(uint32_t self, void *method);
CAW__FROM(CAW__HTTP, "[method]request.get-scheme") void caw__request_get_scheme(uint32_t self, void *scheme);
CAW__FROM(CAW__HTTP, "[method]request.get-authority") void caw__request_get_authority(uint32_t self, text_option *authority);
CAW__FROM(CAW__HTTP, "[method]request.get-path-with-query") void caw__request_get_path(uint32_t self, text_option *path);
CAW__FROM(CAW__HTTP, "[method]request.get-headers") uint32_t caw__request_get_headers(uint32_t self);
CAW__FROM(CAW__HTTP, "[static]request.consume-body")
void caw__request_consume(uint32_t self, uint32_t told, uint32_t stream_and_end[2]);
CAW__FROM(CAW__HTTP, "[resource-drop]request") void caw__request_drop(uint32_t self);

/* What came is a string now. */
static caw_string *string_of(caw__http_text text)
{
    caw_string *string = caw_string_new(text.data, text.size);
    caw_component_free(text.data, text.size);
    return string;
}

/* ---- What its handle tells ------------------------------------------------------------------------------------------------------ */

static caw_string *method_of(uint32_t handle)
{
    static const char names[][8] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    struct {
        uint8_t        which;
        caw__http_text other;
    } method;
    caw__request_get_method(handle, &method);
    return method.which < sizeof names / sizeof *names ? caw_string_of(names[method.which]) : string_of(method.other);
}

static caw_string *url_of(uint32_t handle)
{
    struct {
        uint8_t there;
        struct {
            uint32_t       which;
            caw__http_text other;
        } scheme;
    } scheme;
    text_option authority, path;
    caw__request_get_scheme(handle, &scheme);
    caw__request_get_authority(handle, &authority);
    caw__request_get_path(handle, &path);
    const char *begin = "http://";
    uint8_t     which = scheme.there ? (uint8_t)scheme.scheme.which : 0;
    if (which == 1) begin = "https://";
    if (which > 1) caw_component_free(scheme.scheme.other.data, scheme.scheme.other.size);
    if (!authority.there) authority.text.size = 0;
    if (!path.there) path.text.size = 0;
    bool        known = authority.text.size;
    const char *place = known ? authority.text.data : "localhost";
    size_t      first = caw__length(begin), second = known ? authority.text.size : 9, third = path.text.size;
    bool        slash = !third || path.text.data[0] != '/'; /* OPTIONS *, and as the web writes it where there is no path */
    caw_string *url = caw_string_new(NULL, first + second + slash + third);
    if (url) {
        memcpy(url->data, begin, first);
        memcpy(url->data + first, place, second);
        url->data[first + second] = '/';
        if (third) memcpy(url->data + first + second + slash, path.text.data, third);
    }
    if (known) caw_component_free(authority.text.data, second);
    if (third) caw_component_free(path.text.data, third);
    return url;
}

static bool keep(caw_js *request)
{
    if (!request->method) request->method = method_of(request->handle);
    if (!request->url) request->url = url_of(request->handle);
    return request->method && request->url;
}

const caw__http_kind caw__http_request = {
    .headers = caw__request_get_headers, .consume = caw__request_consume, .drop = caw__request_drop, .keep = keep};

/* ---- http.h ------------------------------------------------------------------------------------------------------------------------ */

caw_string *caw_request_method(const caw_request *request)
{
    caw_js *it = (caw_js *)(uintptr_t)request;
    if (!it->method && it->handle) it->method = method_of(it->handle);
    return caw_ref(it->method);
}

caw_string *caw_request_url(const caw_request *request)
{
    caw_js *it = (caw_js *)(uintptr_t)request;
    if (!it->url && it->handle) it->url = url_of(it->handle);
    return caw_ref(it->url);
}

caw_string *caw_request_header(const caw_request *request, const char *name)
{
    return caw__http_get(caw__http_fields_of(request), name);
}

caw_string *caw_request_trailer(const caw_request *request, const char *name) { return caw__http_get(request->trailers, name); }

caw_of(caw_string *) caw_request_text(const caw_request *request) { return caw__http_whole(request, true); }
caw_of(caw_string *) caw_request_bytes(const caw_request *request) { return caw__http_whole(request, false); }

caw_stream_reader *caw_request_body(const caw_request *request)
{
    caw_error         *why = NULL;
    caw_stream_reader *reader = caw__http_read((caw_js *)(uintptr_t)request, &why);
    if (!reader) caw__http_fail(why);
    return reader;
}

struct caw_js *caw_request_env(const caw_request *request)
{
    (void)request;
    return NULL;
}

struct caw_js *caw_request_context(const caw_request *request) { return caw_request_env(request); }

CAW__COLD_END
