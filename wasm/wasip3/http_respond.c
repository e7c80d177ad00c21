/*
 * Owns: responses that C makes: until the host has them, and their bodies go.
 * Must not know: what HTTP allows (src/http), or who asked (http_handler.c).
 */
#include "http.h"

CAW__COLD

CAW__FROM(CAW__HTTP, "[static]response.new")
void caw__http_response_new(uint32_t fields, uint32_t has_body, uint32_t body, uint32_t trailers,
                            uint32_t response_and_sent[2]);
CAW__FROM(CAW__HTTP, "[method]response.set-status-code") uint32_t caw__http_set_status(uint32_t self, uint32_t status);
CAW__FROM(CAW__HTTP, "[future-drop-readable-2][static]response.new") void caw__http_sent_drop(uint32_t future);

/* One without a body so far; NULL: why is kept. */
static caw_response *respond(const char *type, int64_t size, const caw_respond_options *options)
{
    char            digits[24];
    caw__http_field own[2];
    size_t          count = 0;
    caw_error      *why = NULL;
    if (!caw__http_can(options, size)) return NULL;
    caw_response *it = caw__http_message(&caw__http_response, 0);
    if (options->type || caw__http_has(options->headers, "content-type")) type = options->type;
    if (type) own[count++] = caw__http_field_of("content-type", type);
    if (size > 0 && !caw__http_has(options->headers, "content-length")) {
        caw__format(digits, sizeof digits, "%zu", (size_t)size);
        own[count++] = caw__http_field_of("content-length", digits);
    }
    if (it) it->fields = caw__http_fields(options->headers, own, count, &why);
    if (it && it->fields) {
        it->status = (uint16_t)(options->status ? options->status : 200);
        return it;
    }
    caw__http_fail(why ? why : caw__error_no_memory());
    caw_unref(it);
    return NULL;
}

/* It has one now; NULL: there was no memory for it. */
static caw_response *with_body(caw_response *it, caw__out *body)
{
    if (!it) return NULL;
    it->out = body;
    if (body) return it;
    caw_unref(it);
    caw__http_fail(caw__error_no_memory());
    return NULL;
}

caw_response *caw__respond(const void *data, size_t size, const char *type, const caw_respond_options *options)
{
    caw_response *it = respond(type, (int64_t)size, options);
    return it && size ? with_body(it, caw__out_of(data, size)) : it;
}

caw_response *caw__respond_stream(caw_stream_writer **writer, const caw_respond_options *options)
{
    caw_response *it = respond(NULL, -1, options);
    *writer = NULL;
    return it ? with_body(it, caw__out_by(writer, caw__http_length(options->headers))) : NULL;
}

int caw_response_set_trailers(caw_response *response, const char *const *trailers)
{
    caw_error *why = NULL;
    uint32_t   fields = 0;
    if (!caw__http_can(&(caw_respond_options){.headers = trailers}, -1)) return -CAW_VALUE_ERROR;
    if (response->out) fields = caw__http_fields(trailers, NULL, 0, &why);
    caw_unref(why);
    if (response->out && !fields) return -CAW_VALUE_ERROR;
    return fields && caw__out_trailers(response->out, fields) ? 0 : -CAW_RUNTIME_ERROR;
}

/* ---- To the host ------------------------------------------------------------------------------------------------------------------- */

int caw__response_open(caw_response *it, uint32_t *handle)
{
    uint32_t     made[2];
    caw__letter *letter = NULL;
    uint64_t     ends = 0;
    *handle = it->handle;
    it->handle = 0;
    if (*handle) { /* one of another server's, as it came; how its transfer goes is for the host alone from here on */
        it->gone = NULL;
        return 0;
    }
    if (!it->fields || it->is_read) return -CAW_TYPE_ERROR;
    if (it->out) {
        ends = caw__out_open(it->out);
    } else {
        uint32_t unread = 0;
        letter = caw__letter_new(true, &unread);
        ends = (uint64_t)unread << 32;
    }
    if (!ends) return -CAW_MEMORY_ERROR;
    caw__http_response_new(it->fields, it->out != NULL, (uint32_t)ends, (uint32_t)(ends >> 32), made);
    it->fields = 0;
    caw__http_sent_drop(made[1]);
    if (it->status != 200) caw__http_set_status(made[0], it->status);
    if (letter) caw__letter_send(letter);
    *handle = made[0];
    return 0;
}

void caw__response_go(caw_response *it)
{
    if (it->out) caw__out_go(it->out);
}

CAW__COLD_END
