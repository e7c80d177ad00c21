/*
 * Owns: what C reads of responses that came.
 * Must not know: how they were asked for (fetch.c), how others are made (http_respond.c).
 */
#include "http.h"
#include <cawait/fetch.h>

CAW__COLD

CAW__FROM(CAW__HTTP, "[method]response.get-headers") uint32_t caw__response_get_headers(uint32_t self);
CAW__FROM(CAW__HTTP, "[static]response.consume-body")
void caw__response_consume(uint32_t self, uint32_t told, uint32_t stream_and_end[2]);
CAW__FROM(CAW__HTTP, "[resource-drop]response") void caw__response_drop(uint32_t self);

const caw__http_kind caw__http_response = {
    .headers = caw__response_get_headers, .consume = caw__response_consume, .drop = caw__response_drop};

int         caw_response_status(const caw_response *response) { return response->status; }
bool        caw_response_ok(const caw_response *response) { return response->status >= 200 && response->status < 300; }
caw_string *caw_response_url(const caw_response *response) { return caw_ref(response->url); }

caw_string *caw_response_header(const caw_response *response, const char *name)
{
    return caw__http_get(caw__http_fields_of(response), name);
}

caw_string *caw_response_trailer(const caw_response *response, const char *name)
{
    return caw__http_get(response->trailers, name);
}

caw_of(caw_string *) caw_response_text(const caw_response *response) { return caw__http_whole(response, true); }
caw_of(caw_string *) caw_response_bytes(const caw_response *response) { return caw__http_whole(response, false); }

/* ---- Part by part ------------------------------------------------------------------------------------------------------------------ */

void caw_response_cancel(const caw_response *response)
{
    caw_js *it = (caw_js *)(uintptr_t)response;
    if (it->in) caw__in_cancel(it->in);
    if (!it->handle) return;
    caw__http_fields_of(it);
    caw__response_drop(it->handle);
    it->handle = 0;
}

typedef struct reading {
    caw_js *response;
    bool    ended;
} reading;

static void reading_over(void *data)
{
    reading *it = data;
    if (!it->ended) caw_response_cancel(it->response);
    caw_unref(it->response);
}

static CAW_ASYNC(caw_string *, chunk, caw_js *response)
{
    CAW_BEGIN_OWNING(caw_string *, reading_over(&(reading){response, false})) {
        reading    it = {response, false};
        caw_error *why = NULL;
        CAW_DEFER(reading_over, &it);
        if (!response->chunks) response->chunks = caw__http_read(response, &why);
        if (!response->chunks) CAW_RAISE_ERROR(why);
        caw_string *part = CAW_AWAIT(caw_stream_read(response->chunks, 1 << 16));
        it.ended = true;
        CAW_RETURN(part);
    } CAW_END;
}

caw_of(caw_string *) caw_response_chunk(const caw_response *response) { return chunk(caw_ref((caw_js *)(uintptr_t)response)); }

CAW__COLD_END
