/*
 * Owns: bytes as text, as the web reads it (WHATWG Encoding, "UTF-8 decode").
 * Must not know: whose bytes they are.
 */
#include "http/http.h"
#include <string.h>

CAW__COLD

/* Writes it, unless there is nowhere to; its length. */
static size_t decode(const uint8_t *at, size_t left, char *to)
{
    size_t length = 0, wrong;
    while (left) {
        size_t size = caw__utf8(at, left, &wrong), put = size ? size : 3, step = size ? size : wrong;
        if (to) memcpy(to + length, size ? (const char *)at : "\xef\xbf\xbd", put);
        length += put;
        at += step;
        left -= step;
    }
    return length;
}

caw_string *caw__http_utf8(caw_string *bytes)
{
    if (!bytes) return NULL;
    const uint8_t *at = (const uint8_t *)bytes->data;
    size_t         left = bytes->size, mark = left >= 3 && !memcmp(at, "\xef\xbb\xbf", 3) ? 3 : 0;
    if (!mark && caw__utf8_prefix(at, left) == left) return bytes;
    size_t      length = decode(at + mark, left - mark, NULL);
    caw_string *text = caw_string_new(NULL, length);
    if (text) decode(at + mark, left - mark, text->data);
    caw_unref(bytes);
    return text;
}

CAW__COLD_END
