/*
 * Owns: what is UTF-8 (Unicode, table 3-7): no shorter forms, no surrogates, nothing beyond U+10FFFF.
 * Must not know: whose bytes they are, nor what becomes of those that are none.
 */
#include "base/base.h"

CAW__COLD

size_t caw__utf8(const uint8_t *at, size_t left, size_t *wrong)
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

size_t caw__utf8_prefix(const void *bytes, size_t size)
{
    size_t good = 0, wrong;
    for (size_t step = 1; good < size && step; good += step)
        step = caw__utf8((const uint8_t *)bytes + good, size - good, &wrong);
    return good;
}

CAW__COLD_END
