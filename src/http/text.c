/*
 * Owns: bytes as text, as the web reads it (WHATWG Encoding, "UTF-8 decode").
 * Must not know: whose bytes they are.
 */
#include "http/http.h"
#include <string.h>

CAW__COLD

/* How many bytes are one character; 0: none, and *wrong bytes of it are U+FFFD, the longest that might have begun one. */
static size_t character(const uint8_t *at, size_t left, size_t *wrong)
{
    uint8_t first = at[0], low = 0x80, high = 0xbf;
    size_t  more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (first == 0xe0) low = 0xa0; /* shorter forms are none */
    if (first == 0xf0) low = 0x90;
    if (first == 0xed) high = 0x9f; /* nor are surrogates */
    if (first == 0xf4) high = 0x8f;
    *wrong = 1;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4) return 0;
    for (size_t i = 1; i <= more; i++, low = 0x80, high = 0xbf) {
        *wrong = i;
        if (i == left || at[i] < low || at[i] > high) return 0;
    }
    return more + 1;
}

/* Writes it, unless there is nowhere to; its length. */
static size_t decode(const uint8_t *at, size_t left, char *to)
{
    size_t length = 0, wrong;
    while (left) {
        size_t size = character(at, left, &wrong), put = size ? size : 3, step = size ? size : wrong;
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
    size_t         left = bytes->size, mark = left >= 3 && !memcmp(at, "\xef\xbb\xbf", 3) ? 3 : 0, length, wrong, good = 0;
    for (size_t step = 1; good < left && step; good += step) step = character(at + good, left - good, &wrong);
    if (!mark && good == left) return bytes;
    length = decode(at + mark, left - mark, NULL);
    caw_string *text = caw_string_new(NULL, length);
    if (text) decode(at + mark, left - mark, text->data);
    caw_unref(bytes);
    return text;
}

CAW__COLD_END
