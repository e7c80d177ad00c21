/*
 * Owns: real numbers in a text, rounded exactly: a A e E f F g G.
 * Must not know: where directives and arguments come from.
 */
#include "base/printf.h"
#include <limits.h>

CAW__COLD

/* The digits from one place down to another, both with them. */
static void put_digits(caw__text *out, const caw__decimal *n, int from, int to)
{
    for (; from >= to && from >= 0; from--) caw__fill(out, (char)('0' + caw__decimal_digit(n, from)), 1);
    if (from >= to) caw__fill(out, '0', (size_t)(from - to + 1));
}

/* "p+12"; the digits of an exponent are `least` at least. */
static size_t exponent_text(char text[8], char letter, int exponent, int least)
{
    size_t   at = 8;
    unsigned n = (unsigned)(exponent < 0 ? -exponent : exponent);
    char     turned[8];
    for (; n || least > 0; n /= 10, least--) turned[--at] = (char)('0' + n % 10);
    turned[--at] = exponent < 0 ? '-' : '+';
    turned[--at] = letter;
    memcpy(text, turned + at, 8 - at);
    return 8 - at;
}

static void write_decimal(caw__text *out, const caw__directive *d, const caw__real *r, uint32_t *groups)
{
    caw__decimal n = caw__decimal_of(r, groups);
    char         form = (char)(d->conversion | 32), exponent[8];
    const char  *sign = caw__printf_sign(d, r->negative);
    int          precision = d->precision < 0 ? 6 : d->precision, top = n.digits - 1;
    if (precision > INT_MAX / 2) precision = INT_MAX / 2;
    bool general = form == 'g';
    if (general && !precision) precision = 1;
    if (form == 'f') {
        caw__decimal_round(&n, n.point - precision);
    } else if (n.digits) {
        caw__decimal_round(&n, top - precision + general);
        top = n.digits - 1;
    } else {
        top = 0;
    }
    int power = top - n.point; /* of the first digit */
    if (general) {
        bool fixed = power >= -4 && power < precision;
        form = fixed ? 'f' : 'e';
        precision -= fixed ? 1 + power : 1;
        int last = (fixed ? n.point : top) - precision;
        for (; !d->hash && precision && !caw__decimal_digit(&n, last); last++) precision--;
    }
    size_t tail = form == 'e' ? exponent_text(exponent, d->conversion & 32 ? 'e' : 'E', power, 2) : 0;
    int    units = form == 'e' ? top : n.point; /* where the digit before the point stands */
    int    first = form == 'e' || n.digits - 1 < n.point ? units : n.digits - 1;
    bool   point = precision || d->hash;
    size_t length = (size_t)(first - units + 1) + point + (size_t)precision + tail;
    size_t behind = caw__printf_number(out, d, sign, length, true);
    put_digits(out, &n, first, units);
    caw__put(out, ".", point);
    put_digits(out, &n, units - 1, units - precision);
    caw__put(out, exponent, tail);
    caw__fill(out, ' ', behind);
}

/* The stack that it takes: all digits of the smallest double are 767, of the smallest long double may be 11,515. */
static void write_hexadecimal(caw__text *out, const caw__directive *d, const caw__real *r)
{
    bool        upper = !(d->conversion & 32);
    uint64_t    high = r->high, low = r->low;
    int         exponent = high | low ? r->exponent + r->width - 1 : 0, most = 31;
    const char *all = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char        digits[32], tail[8], sign[4] = {*caw__printf_sign(d, r->negative), '0', upper ? 'X' : 'x'};
    for (int i = r->width; i < 125; i++) { /* the first bit alone in the first digit */
        high = high << 1 | low >> 63;
        low <<= 1;
    }
    for (int i = 0; i < 32; i++) digits[i] = (char)((i < 16 ? high >> (60 - 4 * i) : low >> (124 - 4 * i)) & 15);
    if (d->precision >= 0 && d->precision < most) {
        int  cut = d->precision + 1;
        bool up = digits[cut] > 8 || (digits[cut] == 8 && digits[cut - 1] % 2);
        for (int i = cut + 1; !up && digits[cut] == 8 && i < 32; i++) up = digits[i] != 0;
        memset(digits + cut, 0, sizeof digits - (size_t)cut);
        for (int i = cut - 1; up; i--) { /* the first is 0 or 1 */
            if ((up = ++digits[i] == 16)) digits[i] = 0;
        }
        most = d->precision;
    }
    if (d->precision < 0) {
        while (most && !digits[most]) most--;
    }
    size_t zeros = d->precision > most ? (size_t)(d->precision - most) : 0;
    bool   point = most || d->hash;
    size_t end = exponent_text(tail, upper ? 'P' : 'p', exponent, 1);
    size_t length = 1 + point + (size_t)most + zeros + end;
    for (int i = 0; i <= most; i++) digits[i] = all[(int)digits[i]];
    size_t behind = caw__printf_number(out, d, sign + !*sign, length, true);
    caw__put(out, digits, 1);
    caw__put(out, ".", point);
    caw__put(out, digits + 1, (size_t)most);
    caw__fill(out, '0', zeros);
    caw__put(out, tail, end);
    caw__fill(out, ' ', behind);
}

/* The stack that it takes. */
static __attribute__((noinline)) void write_double(caw__text *out, const caw__directive *d, const caw__real *r)
{
    uint32_t groups[CAW__GROUPS_OF_DOUBLE];
    write_decimal(out, d, r, groups);
}

static __attribute__((noinline)) void write_long_double(caw__text *out, const caw__directive *d, const caw__real *r)
{
    uint32_t groups[CAW__GROUPS_OF_LONG_DOUBLE];
    write_decimal(out, d, r, groups);
}

void caw__printf_real(caw__text *out, const caw__directive *d, const caw__real *r)
{
    bool upper = !(d->conversion & 32);
    if (r->special) {
        size_t behind = caw__printf_number(out, d, caw__printf_sign(d, r->negative), 3, false);
        caw__put(out, r->nan ? upper ? "NAN" : "nan" : upper ? "INF" : "inf", 3);
        caw__fill(out, ' ', behind);
    } else if ((d->conversion | 32) == 'a') {
        write_hexadecimal(out, d, r);
    } else if (d->length == 'L') {
        write_long_double(out, d, r);
    } else {
        write_double(out, d, r);
    }
}

CAW__COLD_END
