/*
 * Owns: caw_string and caw_value.
 * Must not know: what a JS handle is beyond a counted object.
 */
#include "base/base.h"
#include <string.h>

CAW__COLD

struct caw_string {
    caw__object object;
    size_t      size;
    char        data[];
};

static void string_release(void *object)
{
    caw_string *string = object;
    caw__free(string, sizeof *string + string->size + 1);
}

static const caw__type string_type = {"string", string_release, NULL};

caw_string *caw_string_new(const void *bytes, size_t length)
{
    if (length > CAW__SIZE - sizeof(caw_string) - 1) return NULL;
    caw_string *string = caw__alloc(sizeof *string + length + 1);
    if (!string) return NULL;
    string->object = (caw__object){.kind = CAW__OBJECT, .refs = 1, .type = &string_type};
    string->size = length;
    if (length) {
        if (bytes) memcpy(string->data, bytes, length);
        else memset(string->data, 0, length);
    }
    string->data[length] = 0;
    return string;
}

caw_string *caw_string_of(const char *text) { return caw_string_new(text, strlen(text)); }

const char *caw_string_data(const caw_string *string) { return string ? string->data : ""; }

size_t caw_string_size(const caw_string *string) { return string ? string->size : 0; }

void caw_value_drop(caw_value value)
{
    switch ((caw_tag)value.tag) {
    case CAW_STRING:
    case CAW_BYTES:
    case CAW_JS: caw_unref(value.as_pointer); break;
    case CAW_POINTER:
        if (value.destroy) value.destroy(value.as_pointer);
        break;
    default: break;
    }
}

caw_value caw_value_copy(caw_value value)
{
    if (value.tag == CAW_STRING || value.tag == CAW_BYTES || value.tag == CAW_JS) caw__ref(value.as_pointer);
    if (value.tag == CAW_POINTER) value.destroy = NULL;
    return value;
}

CAW__COLD_END
