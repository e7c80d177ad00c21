/*
 * Owns: caw_string, and giving up a caw_value.
 * Must not know: what a JS handle is beyond a counted object.
 */
#include "base/base.h"
#include <string.h>

CAW__COLD

/* Half of what 32 bits address: the sum of any two lengths is still a size. */
#define LONGEST (INT32_MAX - sizeof(struct caw_string) - 1)

static void string_release(void *object)
{
    caw_string *string = object;
    caw__free(string, sizeof *string + string->size + 1);
}

static const caw__type string_type = {"string", string_release, NULL};

caw_string *caw_string_new(const void *bytes, size_t length)
{
    if (length > LONGEST) return NULL;
    caw_string *string = caw__alloc(sizeof *string + length + 1);
    if (!string) return NULL;
    string->object = (caw__object){CAW__BY_THREAD.kind = CAW__OBJECT, .refs = 1, .type = &string_type};
    string->size = length;
    if (length) {
        if (bytes) memcpy(string->data, bytes, length);
        else memset(string->data, 0, length);
    }
    string->data[length] = 0;
    return string;
}

/* As strlen, whose 200 bytes the smallest programs would have for this alone. */
__attribute__((no_builtin("strlen"))) size_t caw__length(const char *text)
{
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

caw_string *caw_string_of(const char *text) { return caw_string_new(text, caw__length(text)); }

const char *caw_string_data(const caw_string *string) { return string ? string->data : ""; }

size_t caw_string_size(const caw_string *string) { return string ? string->size : 0; }

void caw__value_drop(caw_value value)
{
    switch ((caw_tag)value.tag) {
    case CAW_STRING:
    case CAW_BYTES:
    case CAW_JS: caw_unref(value.as_pointer); break;
    case CAW_POINTER:
        if (value.destroy && !(caw__value_unshare && caw__value_unshare(&value))) value.destroy(value.as_pointer);
        break;
    default: break;
    }
}

CAW__COLD_END
