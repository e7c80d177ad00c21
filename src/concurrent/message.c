/*
 * Owns: messages: arguments, results, context variables, flat in a block.
 * Must not know: what they are for. Errors are error_message.c's.
 */
#include "concurrent/concurrent.h"
#include <string.h>

CAW__COLD

#define NONE UINT32_MAX /* the length of what is NULL */
#define LARGE 16384     /* bytes: copied once less */

/* ---- Bytes -------------------------------------------------------------------------------------------------------------------- */

/* Of a large one not twice as much as it needs. */
static bool parcel_grow(caw__parcel *parcel, size_t size)
{
    size_t room = CAW__ALIGN8(size > LARGE ? size + size / 16 : 2 * size + 112);
    if (size > (size_t)INT32_MAX) return false;
    void *data = caw__host_memory(parcel->data, parcel->room, room);
    if (!data) return false;
    parcel->data = data;
    parcel->room = room;
    return true;
}

bool caw__parcel_fill(caw__parcel *parcel, caw__lent *lent)
{
    size_t size = CAW__ALIGN8(lent->size);
    if (!lent->data) return true;
    if (parcel->size + size > parcel->room && !parcel_grow(parcel, parcel->size + size)) return false;
    uint8_t *at = (uint8_t *)parcel->data + lent->at;
    memmove(at + size, at, parcel->size - lent->at);
    memcpy(at, lent->data, lent->size);
    memset(at + lent->size, 0, size - lent->size);
    parcel->size += size;
    *lent = (caw__lent){0};
    return true;
}

void caw__message_put(caw__message *m, const void *bytes, size_t size)
{
    size_t end = size > (size_t)INT32_MAX ? SIZE_MAX : CAW__ALIGN8(m->parcel.size + size);
    if (m->broken || (end > m->parcel.room && !parcel_grow(&m->parcel, end))) {
        m->broken = true;
        return;
    }
    uint8_t *at = (uint8_t *)m->parcel.data + m->parcel.size;
    if (size) memcpy(at, bytes, size);
    m->parcel.size = end;
    memset(at + size, 0, (size_t)((uint8_t *)m->parcel.data + end - at) - size);
}

const void *caw__message_get(caw__message *m, size_t size)
{
    if (m->broken || !m->parcel.data || size > m->parcel.size - m->at) {
        m->broken = true;
        return NULL;
    }
    const void *item = (const uint8_t *)m->parcel.data + m->at;
    m->at += CAW__ALIGN8(size);
    return item;
}

void caw__message_clear(caw__message *m)
{
    if (m->parcel.data) caw__host_memory(m->parcel.data, m->parcel.room, 0);
    caw_unref(m->refused);
    *m = (caw__message){.addresses = m->addresses};
}

bool caw__message_whole(const caw__message *m) { return !m->broken; }

/* ---- Runs of bytes, or NULL ----------------------------------------------------------------------------------------------------- */

static void run_put(caw__message *m, const void *bytes, size_t size)
{
    uint32_t length = bytes ? (uint32_t)size : NONE;
    if (bytes && size > (size_t)INT32_MAX) m->broken = true;
    caw__message_put(m, &length, sizeof length);
    if (m->lends && !m->lent.data && bytes && size > LARGE && size <= (size_t)INT32_MAX - m->parcel.size)
        m->lent = (caw__lent){bytes, size, m->parcel.size};
    else if (bytes) caw__message_put(m, bytes, size);
}

/* NULL: it was NULL, or the message is broken. */
static const void *run_get(caw__message *m, size_t *size)
{
    const uint32_t *length = caw__message_get(m, sizeof *length);
    *size = length && *length != NONE ? *length : 0;
    return length && *length != NONE ? caw__message_get(m, *size) : NULL;
}

static void string_put(caw__message *m, const caw_string *string)
{
    run_put(m, string ? caw_string_data(string) : NULL, caw_string_size(string));
}

static caw_string *string_get(caw__message *m)
{
    size_t      size;
    const void *bytes = run_get(m, &size);
    caw_string *string = bytes ? caw_string_new(bytes, size) : NULL;
    if (bytes && !string) m->broken = true;
    return string;
}

/* ---- Values --------------------------------------------------------------------------------------------------------------------- */

static caw_error *pointer_refused(void)
{
    return caw_error_new(CAW_TYPE_ERROR, "a pointer means nothing to another instance: give what it points to");
}

/* What says why it cannot go; NULL: it can. */
static caw_error *value_refused(const caw__message *m, const caw_value *value)
{
    switch ((caw_tag)value->tag) {
    case CAW_POINTER:
        if (value->destroy)
            return caw_error_new(CAW_TYPE_ERROR, "a pointer with a destructor has one owner, and stays with it");
        return m->addresses ? NULL : pointer_refused();
    case CAW_JS: return caw_error_new(CAW_TYPE_ERROR, "a JavaScript value stays in its instance: give its text or bytes");
    default: return NULL;
    }
}

void caw__message_put_value(caw__message *m, const caw_value *value)
{
    caw_error *refused = value_refused(m, value);
    if (refused) {
        caw_unref(m->refused);
        m->refused = refused;
        return;
    }
    caw__message_put(m, &value->tag, sizeof value->tag);
    if (value->tag == CAW_STRING || value->tag == CAW_BYTES) string_put(m, value->as_string);
    else caw__message_put(m, &value->as_int64, sizeof value->as_int64);
}

bool caw__message_get_value(caw__message *m, caw_value *value)
{
    *value = caw_none();
    const uint32_t *tag = caw__message_get(m, sizeof *tag);
    if (!tag) return false;
    if (*tag == CAW_STRING || *tag == CAW_BYTES) {
        value->as_string = string_get(m);
    } else {
        const int64_t *bits = caw__message_get(m, sizeof *bits);
        if (bits) value->as_int64 = *bits;
    }
    if (!m->broken) value->tag = *tag;
    return !m->broken;
}

void caw__message_give(caw__message *m, char code, const void *value, size_t size)
{
    if (m->refused) return;
    if (code == 'a') {
        caw__message_put_value(m, value);
    } else if (code == 's') {
        string_put(m, *(caw_string *const *)value);
    } else if (code == 'y') {
        const caw_bytes *bytes = value;
        run_put(m, bytes->data, bytes->size);
    } else if (code == 't') {
        const char *text = *(const char *const *)value;
        run_put(m, text, text ? caw__length(text) + 1 : 0);
    } else if (code == 'p' && !m->addresses && *(void *const *)value) {
        m->refused = pointer_refused();
    } else {
        caw__message_put(m, value, size);
    }
}

void caw__message_take(caw__message *m, char code, void *value, size_t size)
{
    memset(value, 0, size);
    if (code == 'a') {
        caw__message_get_value(m, value);
    } else if (code == 's') {
        *(caw_string **)value = string_get(m);
    } else if (code == 'y') {
        caw_bytes *bytes = value;
        bytes->data = run_get(m, &bytes->size);
    } else if (code == 't') {
        *(const char **)value = run_get(m, &size);
    } else {
        const void *item = caw__message_get(m, size);
        if (item) memcpy(value, item, size);
    }
}

void caw__message_leave(char code, void *value)
{
    if (code == 's') caw_unref(*(caw_string **)value);
    if (code == 'a') caw_value_drop(*(caw_value *)value);
}

/* ---- Context variables ------------------------------------------------------------------------------------------------------------ */

static void binding_put(void *message, const caw_context_var *var, const caw_value *value)
{
    caw__message *m = message;
    caw_error    *refused = value_refused(m, value);
    caw_unref(refused);
    if (refused) return;
    caw__message_put(m, &var, sizeof var);
    caw__message_put_value(m, value);
}

void caw__message_put_context(caw__message *m)
{
    const void *end = NULL;
    if (caw__context) caw__context_each(caw__context, binding_put, m);
    caw__message_put(m, &end, sizeof end);
}

void caw__message_get_context(caw__message *m)
{
    for (const caw_context_var *const *var; (var = caw__message_get(m, sizeof *var)) && *var;) {
        caw_value value;
        if (caw__message_get_value(m, &value) && caw_context_set(*var, value)) m->broken = true;
    }
}

CAW__COLD_END
