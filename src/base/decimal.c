/*
 * Owns: the arithmetic of decimal.h: IEEE's 64 bits, x87's 80, IEEE's 128; digits in groups of nine, multiplied by twos and fives.
 * Must not know: formats.
 */
#include "base/decimal.h"
#include "base/base.h"

CAW__COLD

#define GROUP 1000000000u

caw__real caw__real_of_double(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    int      exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    return (caw__real){
        .negative = bits >> 63,
        .special = exponent == 0x7ff,
        .nan = fraction != 0,
        .low = fraction | (uint64_t)(exponent > 0) << 52,
        .exponent = (exponent ? exponent : 1) - 1075,
        .width = 53,
    };
}

caw__real caw__real_of_long_double(long double d)
{
#if LDBL_MANT_DIG == 53
    return caw__real_of_double((double)d);
#else
    uint64_t low, high = 0;
    memcpy(&low, &d, 8);
#if LDBL_MANT_DIG == 64
    uint16_t top;
    memcpy(&top, (char *)&d + 8, sizeof top);
    int  exponent = top & 0x7fff;
    bool nan = low << 1;
#else
    _Static_assert(LDBL_MANT_DIG == 113, "another long double");
    memcpy(&high, (char *)&d + 8, 8);
    unsigned top = (unsigned)(high >> 48);
    int      exponent = (int)(top & 0x7fff);
    high &= ((uint64_t)1 << 48) - 1;
    bool nan = high | low;
    if (exponent) high |= (uint64_t)1 << 48;
#endif
    return (caw__real){
        .negative = top >> 15,
        .special = exponent == 0x7fff,
        .nan = nan,
        .high = high,
        .low = low,
        .exponent = (exponent ? exponent : 1) - 16382 - LDBL_MANT_DIG,
        .width = LDBL_MANT_DIG,
    };
#endif
}

static void decimal_multiply(caw__decimal *n, uint32_t factor, uint64_t carry)
{
    for (int i = 0; i < n->count; i++) {
        carry += (uint64_t)n->groups[i] * factor;
        n->groups[i] = (uint32_t)(carry % GROUP);
        carry /= GROUP;
    }
    for (; carry; carry /= GROUP) n->groups[n->count++] = (uint32_t)(carry % GROUP);
}

static void decimal_count(caw__decimal *n)
{
    n->digits = n->count * 9;
    if (!n->count) return;
    for (uint32_t top = n->groups[n->count - 1]; top < GROUP / 10; top *= 10) n->digits--;
}

unsigned caw__decimal_digit(const caw__decimal *n, int place)
{
    if (place < 0 || place >= n->digits) return 0;
    uint32_t group = n->groups[place / 9];
    for (place %= 9; place; place--) group /= 10;
    return group % 10;
}

caw__decimal caw__decimal_of(const caw__real *r, uint32_t *groups)
{
    caw__decimal n = {.groups = groups};
    uint64_t     high = r->high, low = r->low;
    int          exponent = r->exponent;
    for (; exponent < 0 && (high | low) && !(low & 1); exponent++) {
        low = low >> 1 | high << 63;
        high >>= 1;
    }
    decimal_multiply(&n, 1, high);
    for (int half = 0; half < 4; half++) decimal_multiply(&n, 1u << 16, low >> (48 - 16 * half) & 0xffff);
    if (exponent < 0 && n.count) n.point = -exponent;
    for (int step; exponent > 0; exponent -= step) {
        step = exponent < 16 ? exponent : 16;
        decimal_multiply(&n, 1u << step, 0);
    }
    for (; exponent < 0; exponent++) { /* m / 2^k is m * 5^k with the point k places on */
        uint32_t factor = 5;
        for (int i = 0; i < 12 && exponent < -1; i++, exponent++) factor *= 5;
        decimal_multiply(&n, factor, 0);
    }
    decimal_count(&n);
    return n;
}

void caw__decimal_round(caw__decimal *n, int cut)
{
    if (cut <= 0) return;
    unsigned first = caw__decimal_digit(n, cut - 1);
    bool     up = first > 5 || (first == 5 && caw__decimal_digit(n, cut) % 2);
    for (int i = cut - 2; !up && first == 5 && i >= 0; i--) up = caw__decimal_digit(n, i) != 0;
    uint32_t unit = 1, at = (uint32_t)cut / 9;
    for (int i = cut % 9; i; i--) unit *= 10;
    for (uint32_t i = 0; i < at && i < (uint32_t)n->count; i++) n->groups[i] = 0;
    if (at < (uint32_t)n->count) n->groups[at] -= n->groups[at] % unit;
    for (; up; at++) {
        while ((uint32_t)n->count <= at) n->groups[n->count++] = 0;
        n->groups[at] += unit;
        unit = 1;
        if ((up = n->groups[at] >= GROUP)) n->groups[at] -= GROUP;
    }
    while (n->count && !n->groups[n->count - 1]) n->count--;
    decimal_count(n);
}

CAW__COLD_END
