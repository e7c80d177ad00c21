/*
 * Owns: futures that the host reads: what they are told stays in place until it has.
 * Must not know: what they say.
 */
#include "http.h"

/* All futures of one type are written by the same functions, whichever function of the interface they are for. */
#define TRAILERS "[static]response.new"
CAW__FROM(CAW__HTTP, "[future-new-1]" TRAILERS) uint64_t caw__http_trailers_new(void);
CAW__FROM(CAW__HTTP, "[async-lower][future-write-1]" TRAILERS)
uint32_t caw__http_trailers_write(uint32_t future, const void *result);
CAW__FROM(CAW__HTTP, "[future-drop-writable-1]" TRAILERS) void caw__http_trailers_drop(uint32_t future);
#define READING "[static]response.consume-body"
CAW__FROM(CAW__HTTP, "[future-new-0]" READING) uint64_t caw__http_reading_new(void);
CAW__FROM(CAW__HTTP, "[async-lower][future-write-0]" READING)
uint32_t caw__http_reading_write(uint32_t future, const void *result);
CAW__FROM(CAW__HTTP, "[future-drop-writable-0]" READING) void caw__http_reading_drop(uint32_t future);

caw__letter *caw__letter_new(bool of_trailers, uint32_t *readable)
{
    caw__letter *it = caw__alloc(sizeof *it);
    if (!it) return NULL;
    uint64_t ends = of_trailers ? caw__http_trailers_new() : caw__http_reading_new();
    memset(it, 0, sizeof *it);
    it->future = (uint32_t)(ends >> 32);
    it->of_trailers = of_trailers;
    *readable = (uint32_t)ends;
    return it;
}

static void letter_end(caw__letter *it, uint32_t code)
{
    bool read = (code & 15) == CM_COMPLETED;
    if (!read && it->of_trailers && !it->result.failed) caw__http_drop_fields(it->result.of.trailers.fields);
    if (it->of_trailers) caw__http_trailers_drop(it->future);
    else caw__http_reading_drop(it->future);
    caw__free(it, sizeof *it);
}

static void letter_read(caw__waitable *waitable, uint32_t event, uint32_t code)
{
    (void)event;
    caw__forget(waitable);
    caw__under_way--;
    letter_end(CAW__CONTAINER(waitable, caw__letter, waitable), code);
}

void caw__letter_send(caw__letter *it)
{
    uint32_t code =
        it->of_trailers ? caw__http_trailers_write(it->future, &it->result) : caw__http_reading_write(it->future, &it->result);
    if (code != CM_BLOCKED) {
        letter_end(it, code);
        return;
    }
    caw__under_way++;
    caw__watch(&it->waitable, it->future, letter_read);
}
