/*
 * Owns: caw_fetch over wasi:http/client: a request, from its address to the head of its response; redirects.
 * Must not know: what is read of a response (http_response.c), how addresses are read (src/http/url.c).
 */
#include "http.h"
#include <cawait/fetch.h>
#include <errno.h>
#include <string.h>

CAW__COLD

CAW__FROM(CAW__HTTP, "[method]fields.clone") uint32_t caw__http_fields_clone(uint32_t self);
CAW__FROM(CAW__HTTP, "[method]fields.delete")
void caw__http_fields_delete(uint32_t self, const char *name, uint32_t size, void *result);
CAW__FROM(CAW__HTTP, "[static]request.new")
void caw__http_request_new(uint32_t fields, uint32_t has_body, uint32_t body, uint32_t trailers, uint32_t has_options,
                           uint32_t options, uint32_t request_and_sent[2]);
CAW__FROM(CAW__HTTP, "[method]request.set-method")
uint32_t caw__http_set_method(uint32_t self, uint32_t which, const char *other, uint32_t size);
CAW__FROM(CAW__HTTP, "[method]request.set-scheme")
uint32_t caw__http_set_scheme(uint32_t self, uint32_t there, uint32_t which, const char *other, uint32_t size);
CAW__FROM(CAW__HTTP, "[method]request.set-authority")
uint32_t caw__http_set_authority(uint32_t self, uint32_t there, const char *authority, uint32_t size);
CAW__FROM(CAW__HTTP, "[method]request.set-path-with-query")
uint32_t caw__http_set_path(uint32_t self, uint32_t there, const char *path, uint32_t size);
CAW__FROM(CAW__HTTP, "[future-drop-readable-2][static]request.new") void caw__http_request_sent_drop(uint32_t future);
CAW__FROM(CAW__HTTP, "[resource-drop]request") void caw__http_request_unsent(uint32_t self);
CAW__FROM(CAW__HTTP, "[method]response.get-status-code") uint32_t caw__http_get_status(uint32_t self);
CAW__FROM("wasi:http/client@0.3.0", "[async-lower]send") uint32_t caw__http_send(uint32_t request, caw__http_result *result);

#define MOST_REDIRECTS 20 /* the web's */

static const char METHODS[][8] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
enum { GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, OTHER = 9 };
enum { FOLLOW, REFUSE, LEAVE }; /* redirects */

/* What is asked for; all its own. */
typedef struct order {
    caw_string *url, *method, *body; /* body NULL: none, or it is written while it goes */
    caw__out   *out;                 /* that one, until it goes; NULL: there is none */
    bool        is_written;
    uint32_t    fields;
    uint8_t     which; /* of METHODS */
    uint8_t     redirects;
    caw_error  *why; /* it cannot be asked for */
} order;

static void order_free(void *data)
{
    order *it = data;
    caw_unref(it->url);
    caw_unref(it->method);
    caw_unref(it->body);
    caw_unref(it->why);
    if (it->out) caw__out_release(it->out);
    caw__http_drop_fields(it->fields);
    caw__free(it, sizeof *it);
}

/* ---- What is asked for ------------------------------------------------------------------------------------------------------------- */

static caw_error *type_error(const char *what, const char *of)
{
    return caw_error_new(CAW_TYPE_ERROR, "caw_fetch: %s: %s", what, of);
}

/* As the web writes it: the first of them, but PATCH, in capitals. */
static uint8_t which_of(const char *method)
{
    for (uint8_t which = 0; which < OTHER; which++) {
        const char *name = METHODS[which];
        size_t      i = 0;
        while (name[i] && (method[i] == name[i] || (which < OTHER - 1 && method[i] == (name[i] | 32)))) i++;
        if (!name[i] && !method[i]) return which;
    }
    return OTHER;
}

static caw_error *set_redirects(order *it, const char *text)
{
    static const char names[][8] = {"follow", "error", "manual"};
    for (uint8_t n = 0; text && n < 3; n++) {
        it->redirects = n;
        if (!strcmp(text, names[n])) return NULL;
    }
    return text ? type_error("no way to treat redirects", text) : NULL;
}

static caw_error *set_fields(order *it, const caw_fetch_options *options)
{
    caw__http_field own[3];
    char            digits[24];
    size_t          count = 0;
    caw_error      *why = NULL;
    if (!caw__http_can(&(caw_respond_options){.headers = options->headers}, it->body ? (int64_t)it->body->size : -1)) {
        why = caw__http_failure();
        caw_error *error = type_error("a header is wrong", caw_error_message(why));
        caw_unref(why);
        return error;
    }
    if (!caw__http_has(options->headers, "accept")) own[count++] = caw__http_field_of("accept", "*/*");
    if (!caw__http_has(options->headers, "user-agent")) own[count++] = caw__http_field_of("user-agent", "cawait");
    bool sized = it->body || (!it->is_written && (it->which == POST || it->which == PUT));
    if (sized && !caw__http_has(options->headers, "content-length")) {
        caw__format(digits, sizeof digits, "%zu", it->body ? it->body->size : (size_t)0);
        own[count++] = caw__http_field_of("content-length", digits);
    }
    it->fields = caw__http_fields(options->headers, own, count, &why);
    return why;
}

static caw_error *set_all(order *it, const char *url, const caw_fetch_options *options)
{
    const char *method = options->method ? options->method : "GET";
    caw_error  *why = set_redirects(it, options->redirect);
    if (why) return why;
    it->which = which_of(method);
    if (!caw__http_is_token(method)) return type_error("no method", method); /* what is no UTF-8 would end the program */
    if (it->which == CONNECT || it->which == TRACE) return type_error("a method that is not allowed", method);
    if ((options->body.data || it->is_written) && it->which <= HEAD) return type_error("no body is sent with", method);
    if (options->body.data) it->body = caw_string_new(options->body.data, options->body.size);
    it->method = caw_string_of(method);
    if (!caw__http_resolve(NULL, url ? url : "", &it->url)) return type_error("no address of http or https", url ? url : "");
    if (!it->method || !it->url || (options->body.data && !it->body)) return caw__error_no_memory();
    return set_fields(it, options);
}

/* ---- One request ------------------------------------------------------------------------------------------------------------------- */

/* The call, its result, and whose that is. */
typedef struct exchange {
    caw__http_result result;
    uint32_t         begun;
    uint32_t         sent; /* a future; 0: it is the response's */
} exchange;
enum { GOOD, BAD, NOTHING }; /* result.failed */

/* The address, in parts, and the method. Whether the host takes all. */
static bool address(const order *it, uint32_t request)
{
    const char *url = caw_string_data(it->url);
    bool        secure = url[4] == 's';
    const char *place = url + 7 + secure, *path = place + strcspn(place, "/");
    uint32_t    length = it->which == OTHER ? (uint32_t)it->method->size : 0;
    return !caw__http_set_method(request, it->which, it->method->data, length) &&
           !caw__http_set_scheme(request, 1, secure, NULL, 0) &&
           !caw__http_set_authority(request, 1, place, (uint32_t)(path - place)) &&
           !caw__http_set_path(request, 1, path, (uint32_t)strlen(path));
}

/* False: no memory; or the host refuses it. */
static caw_error *begin(order *it, exchange *e)
{
    uint32_t     made[2], unread = 0;
    caw__out    *out = it->body ? caw__out_of(it->body->data, it->body->size) : it->out;
    caw__letter *letter = it->body || out ? NULL : caw__letter_new(true, &unread);
    uint64_t     ends = out ? caw__out_open(out) : (uint64_t)unread << 32;
    e->result.failed = NOTHING;
    e->sent = 0;
    it->out = NULL;
    if (!ends) {
        if (out) caw__out_release(out);
        return caw__error_no_memory();
    }
    caw__http_request_new(caw__http_fields_clone(it->fields), out != NULL, (uint32_t)ends, (uint32_t)(ends >> 32), 0, 0, made);
    e->sent = made[1];
    bool good = address(it, made[0]);
    if (good) e->begun = caw__http_send(made[0], &e->result);
    else caw__http_request_unsent(made[0]);
    if (letter) caw__letter_send(letter);
    if (out) {
        caw__out_go(out);
        caw__out_release(out);
    }
    return good ? NULL : type_error("the host does not take this request", caw_string_data(it->url));
}

/* The response is. */
static void gone(caw_js *response) { caw__http_request_sent_drop(response->sent); }

static void exchange_over(void *data)
{
    exchange *e = data;
    if (e->sent) caw__http_request_sent_drop(e->sent);
    if (e->result.failed == GOOD) caw__http_response.drop(e->result.of.response);
    else if (e->result.failed == BAD) caw_unref(caw__http_error(&e->result.of.error));
    e->result.failed = NOTHING;
}

/* What has come, once. */
static caw_js *response_of(const order *it, exchange *e, caw_error **why)
{
    bool good = e->result.failed == GOOD;
    e->result.failed = NOTHING;
    if (!good) {
        *why = caw__http_error(&e->result.of.error);
        return NULL;
    }
    caw_js *response = caw__http_message(&caw__http_response, e->result.of.response);
    if (!response) {
        *why = caw__error_no_memory();
        return NULL;
    }
    response->status = (uint16_t)caw__http_get_status(response->handle);
    response->url = caw_ref(it->url);
    response->sent = e->sent;
    response->gone = gone;
    e->sent = 0;
    return response;
}

static CAW_ASYNC(caw_js *, send_once, order *it)
{
    CAW_BEGIN(caw_js *) {
        exchange   e;
        caw_error *why = begin(it, &e);
        CAW_DEFER(exchange_over, &e);
        if (why) CAW_RAISE_ERROR(why);
        CAW_AWAIT(caw_component_call(e.begun));
        caw_js *response = response_of(it, &e, &why);
        if (why) CAW_RAISE_ERROR(why);
        CAW_RETURN(response);
    } CAW_END;
}

/* ---- Redirects --------------------------------------------------------------------------------------------------------------------- */

static void without(order *it, const char *name)
{
    uint32_t result[5];
    caw__http_fields_delete(it->fields, name, (uint32_t)caw__length(name), result);
    if ((result[0] & 255) && (result[1] & 255) == 4 && (result[2] & 255))
        caw_component_free((char *)(uintptr_t)result[3], result[4]);
}

static bool is_same_place(const char *one, const char *other)
{
    size_t length = strcspn(one + 8, "/") + 8;
    return !strncmp(one, other, length + 1);
}

/* The next one to ask for; false: the response is the last, or *why there can be none. Fetch, HTTP-redirect fetch. */
static bool redirect(order *it, const caw_js *response, int count, caw_error **why)
{
    int status = response->status;
    if (it->redirects == LEAVE || status < 301 || status > 308 || (status > 303 && status < 307)) return false;
    caw_string *to = caw_response_header(response, "location"), *next = NULL;
    if (!to) return false;
    const char *from = caw_string_data(it->url), *there = caw_string_data(to);
    if (it->redirects == REFUSE) *why = caw_error_os(EPROTO, "HTTP: %s is redirected", from);
    else if (it->is_written && status != 303)
        *why =
            caw_error_os(EPROTO, "HTTP: %s is redirected, and a body that was written on its way cannot be sent again", from);
    else if (count == MOST_REDIRECTS) *why = caw_error_os(ELOOP, "HTTP: %s is redirected again and again", from);
    else if (!caw__http_resolve(from, there, &next)) *why = caw_error_os(EPROTO, "HTTP: %s is redirected to '%s'", from, there);
    else if (!next) *why = caw__error_no_memory();
    caw_unref(to);
    if (*why) return false;
    if ((status == 303 && it->which > HEAD) || (status < 303 && it->which == POST)) {
        static const char names[][17] = {"content-length", "content-type", "content-encoding", "content-language",
                                         "content-location"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) without(it, names[i]);
        caw_unref(it->body);
        it->body = NULL;
        it->is_written = false;
        it->which = GET;
    }
    if (!is_same_place(caw_string_data(it->url), caw_string_data(next))) without(it, "authorization");
    caw_unref(it->url);
    it->url = next;
    return true;
}

static CAW_ASYNC(caw_js *, fetch_it, order *it)
{
    CAW_BEGIN_OWNING(caw_js *, order_free(it)) {
        CAW_DEFER(order_free, it);
        caw_error *why = it->why;
        it->why = NULL;
        if (why) CAW_RAISE_ERROR(why);
        caw_js *response = CAW_AWAIT(send_once(it));
        for (int count = 0; redirect(it, response, count, &why); count++) {
            caw_unref(response);
            response = CAW_AWAIT(send_once(it));
        }
        if (why) {
            caw_unref(response);
            CAW_RAISE_ERROR(why);
        }
        CAW_RETURN(response);
    } CAW_END;
}

/* NULL: no memory. */
static order *order_new(bool is_written)
{
    order *it = caw__alloc(sizeof *it);
    if (!it) return NULL;
    memset(it, 0, sizeof *it);
    it->is_written = is_written;
    return it;
}

static caw_of(caw_response *) no_memory(void) { return (caw_of(caw_response *))caw__future_failed(caw__error_no_memory()); }

caw_of(caw_response *) caw__fetch(const char *url, const caw_fetch_options *options)
{
    order *it = order_new(false);
    if (!it) return no_memory();
    it->why = set_all(it, url, options);
    return fetch_it(it);
}

caw_of(caw_response *) caw__fetch_stream(const char *url, caw_stream_writer **writer, const caw_fetch_options *options)
{
    caw_fetch_options all = *options;
    order            *it = order_new(true);
    *writer = NULL;
    if (!it) return no_memory();
    if (!all.method) all.method = "POST";
    if (all.body.data) it->why = type_error("the body is what is written, and .body is not to be set", all.method);
    else if (!(it->why = set_all(it, url, &all)) && !(it->out = caw__out_by(writer, caw__http_length(all.headers))))
        it->why = caw__error_no_memory();
    return fetch_it(it);
}

CAW__COLD_END
