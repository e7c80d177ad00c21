/*
 * Owns: printf for messages that a program formats, all of the syntax that a compiler's check admits; linked only by those that do,
 * and without the C library's, whose output buffers, locale and stdio come with it.
 * Knows: flags - + space # 0 ', width, precision, *, positions (%2$s, to 32), lengths hh h l ll q L j z t, and d i u o x X b B c s p
 * a A e E f F g G C S m %. A position past 32 or a conversion that is none is refused: the text from there on stays as it is, no
 * further argument is taken. %n writes nothing. Wide characters come out as UTF-8. Must not know: errors.
 */
#include "base/base.h"
#include <float.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <wchar.h>

CAW__COLD

enum { POSITIONS = 32, NONE = -1 };

typedef enum kind { ABSENT, INT, LONG, LONG_LONG, POINTER, DOUBLE, LONG_DOUBLE } kind;

typedef union value {
    uint64_t    n;
    const void *pointer;
    double      real;
    long double long_real;
} value;

/* Where arguments come from: one after another, or all taken beforehand, by position. */
typedef struct source {
    va_list list;
    bool    positional;
    value   values[POSITIONS];
} source;

typedef struct directive {
    bool left, plus, space, hash, zero;
    int  width, precision;           /* NONE: not given */
    int  width_at, precision_at, at; /* positions; 0: the next argument, NONE: no argument */
    char length;                     /* h; H: hh; l; L: ll, q, L; j; z; t; 0 */
    char conversion;
} directive;

/* ---- Reading a format ----------------------------------------------------------------------------------------------------- */

static bool one_of(char c, const char *these)
{
    while (*these && *these != c) these++;
    return *these;
}

static int read_number(const char **format)
{
    int n = 0;
    for (; **format >= '0' && **format <= '9'; ++*format) {
        int digit = **format - '0';
        n = n > (INT_MAX - digit) / 10 ? INT_MAX : n * 10 + digit;
    }
    return n;
}

/* "3$" behind a % or a *; else 0, and nothing is read. */
static int read_position(const char **format)
{
    const char *at = *format;
    int         n = read_number(&at);
    if (!n || *at != '$') return 0;
    *format = at + 1;
    return n;
}

/* A width or a precision: a number, or where it stands among the arguments. */
static int read_size(const char **format, int *at)
{
    *at = NONE;
    if (**format != '*') return read_number(format);
    ++*format;
    *at = read_position(format);
    return 0;
}

/* What follows a %; *format is behind it then. False: that is no directive. */
static bool read_directive(const char **format, directive *d)
{
    *d = (directive){.width_at = NONE, .precision = NONE, .precision_at = NONE};
    d->at = read_position(format);
    for (;; ++*format) {
        if (**format == '-') d->left = true;
        else if (**format == '+') d->plus = true;
        else if (**format == ' ') d->space = true;
        else if (**format == '#') d->hash = true;
        else if (**format == '0') d->zero = true;
        else if (**format != '\'') break; /* thousands: this locale has no mark for them */
    }
    d->width = read_size(format, &d->width_at);
    if (**format == '.') {
        ++*format;
        d->precision = read_size(format, &d->precision_at);
    }
    char length = **format;
    if (one_of(length, "hlqLjzt")) {
        bool twice = (length == 'h' || length == 'l') && (*format)[1] == length;
        *format += 1 + twice;
        d->length = length == 'q' || (twice && length == 'l') ? 'L' : twice ? 'H' : length;
    }
    d->conversion = **format;
    if (!one_of(d->conversion, "diuoxXbBcspaAeEfFgGCSmn%")) return false;
    ++*format;
    if (d->conversion == 'C' || d->conversion == 'S') {
        d->conversion = d->conversion == 'C' ? 'c' : 's';
        d->length = 'l';
    }
    return d->at <= POSITIONS && d->width_at <= POSITIONS && d->precision_at <= POSITIONS;
}

/* ---- Arguments ---------------------------------------------------------------------------------------------------------------- */

static kind kind_of(const directive *d)
{
    size_t size = 0;
    switch (d->conversion) {
    case 'm':
    case '%': return ABSENT;
    case 's':
    case 'p':
    case 'n': return POINTER;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': return d->length == 'L' ? LONG_DOUBLE : DOUBLE;
    case 'c': size = d->length == 'l' ? sizeof(wint_t) : sizeof(int); break;
    default:
        switch (d->length) {
        case 'l': return LONG;
        case 'L':
        case 'j': return LONG_LONG;
        case 'z': size = sizeof(size_t); break;
        case 't': size = sizeof(ptrdiff_t); break;
        default: size = sizeof(int);
        }
    }
    return size == sizeof(int) ? INT : size == sizeof(long) ? LONG : LONG_LONG;
}

static value take_next(source *from, kind kind)
{
    value v = {0};
    switch (kind) {
    case INT: v.n = (uint64_t)va_arg(from->list, int); break;
    case LONG: v.n = (uint64_t)va_arg(from->list, long); break;
    case LONG_LONG: v.n = (uint64_t)va_arg(from->list, long long); break;
    case POINTER: v.pointer = va_arg(from->list, const void *); break;
    case DOUBLE: v.real = va_arg(from->list, double); break;
    case LONG_DOUBLE: v.long_real = va_arg(from->list, long double); break;
    case ABSENT: break;
    }
    return v;
}

static value take(source *from, int at, kind kind)
{
    return from->positional && at > 0 ? from->values[at - 1] : take_next(from, kind);
}

/* Takes all arguments of a format that speaks of positions; one of which nothing is said counts as an int. */
static void take_positions(source *from, const char *format)
{
    kind kinds[POSITIONS];
    int  count = 0;
    for (int i = 0; i < POSITIONS; i++) kinds[i] = INT;
    while (*format) {
        directive d;
        if (*format++ != '%') continue;
        if (!read_directive(&format, &d)) break;
        if (d.at > 0 && kind_of(&d) != ABSENT) kinds[d.at - 1] = kind_of(&d);
        int last = d.width_at > d.precision_at ? d.width_at : d.precision_at;
        if (d.at > last) last = d.at;
        if (last > count) count = last;
    }
    from->positional = count > 0;
    for (int i = 0; i < count; i++) from->values[i] = take_next(from, kinds[i]);
}

/* ---- Writing ---------------------------------------------------------------------------------------------------------------------- */

/* Pads for `length` bytes that are to follow; what goes behind them is returned. */
static size_t pad_before(caw__text *out, const directive *d, size_t length)
{
    size_t padding = (size_t)d->width > length ? (size_t)d->width - length : 0;
    if (d->left) return padding;
    caw__fill(out, ' ', padding);
    return 0;
}

/* A number of `length` bytes follows `sign`: with spaces or zeros before it. */
static size_t begin_number(caw__text *out, const directive *d, const char *sign, size_t length, bool zeros)
{
    size_t signs = strlen(sign), padding;
    zeros = zeros && d->zero && !d->left;
    padding = zeros ? 0 : pad_before(out, d, length + signs);
    caw__put(out, sign, signs);
    if (zeros && (size_t)d->width > length + signs) caw__fill(out, '0', (size_t)d->width - length - signs);
    return padding;
}

static const char *sign_of(const directive *d, bool negative) { return negative ? "-" : d->plus ? "+" : d->space ? " " : ""; }

static uint64_t narrowed(const directive *d, uint64_t n, bool is_signed)
{
    size_t size;
    switch (d->length) {
    case 'H': size = sizeof(char); break;
    case 'h': size = sizeof(short); break;
    case 'l': size = sizeof(long); break;
    case 'L':
    case 'j': size = sizeof(long long); break;
    case 'z': size = sizeof(size_t); break;
    case 't': size = sizeof(ptrdiff_t); break;
    default: size = sizeof(int);
    }
    unsigned unused = 64 - 8 * (unsigned)size;
    return is_signed ? (uint64_t)((int64_t)(n << unused) >> unused) : n << unused >> unused;
}

static void write_integer(caw__text *out, const directive *d, uint64_t n)
{
    bool        is_signed = d->conversion == 'd' || d->conversion == 'i', negative;
    unsigned    base = 10;
    const char *sign = "", *all = "0123456789abcdef";
    switch (d->conversion) {
    case 'o': base = 8; break;
    case 'b':
    case 'B': base = 2; break;
    case 'X': all = "0123456789ABCDEF"; /* fall through */
    case 'p':
    case 'x': base = 16; break;
    default:;
    }
    if (d->conversion != 'p') n = narrowed(d, n, is_signed);
    negative = is_signed && (int64_t)n < 0;
    if (negative) n = 0 - n;
    if (is_signed) sign = sign_of(d, negative);
    else if (d->conversion == 'p') sign = "0x";
    else if (d->hash && n && (base == 16 || base == 2))
        sign = d->conversion == 'x' ? "0x" : d->conversion == 'X' ? "0X" : d->conversion == 'b' ? "0b" : "0B";
    char   digits[64];
    size_t at = sizeof digits;
    for (bool octal = d->hash && base == 8; n; n /= base) {
        digits[--at] = all[n % base];
        if (octal && n < base) digits[--at] = '0'; /* 64 bits are 22 of them */
    }
    size_t count = sizeof digits - at;
    size_t least = d->precision >= 0 ? (size_t)d->precision : 1, zeros = least > count ? least - count : 0;
    if (d->hash && base == 8 && !count && !zeros) zeros = 1;
    size_t behind = begin_number(out, d, sign, count + zeros, d->precision < 0);
    caw__fill(out, '0', zeros);
    caw__put(out, digits + at, count);
    caw__fill(out, ' ', behind);
}

static void write_text(caw__text *out, const directive *d, const char *text, size_t length)
{
    size_t behind = pad_before(out, d, length);
    caw__put(out, text, length);
    caw__fill(out, ' ', behind);
}

/* Of what is no character: that of replacement. */
static size_t encode(char bytes[4], uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (size == 1) {
        bytes[0] = (char)c;
        return 1;
    }
    for (size_t i = size; --i; c >>= 6) bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)((0xf00u >> size & 0xf0) | c);
    return size;
}

static void write_wide(caw__text *out, const directive *d, const wchar_t *text)
{
    char   bytes[4];
    size_t most = d->precision >= 0 ? (size_t)d->precision : SIZE_MAX, length = 0, count = 0, size;
    /* the next one is not looked at when there is no room even for a byte of it */
    for (; length < most && text[count] && length + (size = encode(bytes, (uint32_t)text[count])) <= most; count++)
        length += size;
    size_t behind = pad_before(out, d, length);
    for (; count--; text++) caw__put(out, bytes, encode(bytes, (uint32_t)*text));
    caw__fill(out, ' ', behind);
}

static void write_string(caw__text *out, const directive *d, const void *pointer)
{
    const char *text = pointer ? pointer : "(null)";
    size_t      length = 0;
    if (pointer && d->length == 'l') {
        write_wide(out, d, pointer);
        return;
    }
    while ((d->precision < 0 || length < (size_t)d->precision) && text[length]) length++;
    write_text(out, d, text, length);
}

/* ---- Real numbers, exactly ------------------------------------------------------------------------------------------------------ */

/* high:low * 2^exponent; `width` bits are kept of it before the point of a hexadecimal form, which is behind the first. */
typedef struct real {
    bool     negative, special, nan;
    uint64_t high, low;
    int      exponent, width;
} real;

static real real_of_double(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    int      exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    return (real){
        .negative = bits >> 63,
        .special = exponent == 0x7ff,
        .nan = fraction != 0,
        .low = fraction | (uint64_t)(exponent > 0) << 52,
        .exponent = (exponent ? exponent : 1) - 1075,
        .width = 53,
    };
}

static real real_of_long_double(long double d)
{
#if LDBL_MANT_DIG == 53
    return real_of_double((double)d);
#else
    uint64_t low, high = 0;
    memcpy(&low, &d, 8);
    memcpy(&high, (char *)&d + 8, LDBL_MANT_DIG == 64 ? 2 : 8);
    unsigned top = (unsigned)(high >> (LDBL_MANT_DIG == 64 ? 0 : 48));
    int      exponent = (int)(top & 0x7fff);
    _Static_assert(LDBL_MANT_DIG == 64 || LDBL_MANT_DIG == 113, "another long double");
    if (LDBL_MANT_DIG == 64) high = 0;
    else high = (high & (((uint64_t)1 << 48) - 1));
    bool nan = LDBL_MANT_DIG == 64 ? low << 1 : high | low;
    if (LDBL_MANT_DIG == 113 && exponent) high |= (uint64_t)1 << 48;
    return (real){
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

/* All digits of a number: in groups of nine, the lowest first. `point` of them are behind the point. */
#define GROUP 1000000000u
typedef struct decimal {
    uint32_t *groups;
    int       count;  /* of groups; the highest is not 0 */
    int       digits; /* all of them, without zeros before the first */
    int       point;
} decimal;

static void multiply(decimal *n, uint32_t factor, uint64_t carry)
{
    for (int i = 0; i < n->count; i++) {
        carry += (uint64_t)n->groups[i] * factor;
        n->groups[i] = (uint32_t)(carry % GROUP);
        carry /= GROUP;
    }
    for (; carry; carry /= GROUP) n->groups[n->count++] = (uint32_t)(carry % GROUP);
}

static void count_digits(decimal *n)
{
    n->digits = n->count * 9;
    if (!n->count) return;
    for (uint32_t top = n->groups[n->count - 1]; top < GROUP / 10; top *= 10) n->digits--;
}

/* The digit that `place` others are below of; those there are not are 0. */
static unsigned digit(const decimal *n, int place)
{
    if (place < 0 || place >= n->digits) return 0;
    uint32_t group = n->groups[place / 9];
    for (place %= 9; place; place--) group /= 10;
    return group % 10;
}

static decimal decimal_of(const real *r, uint32_t *groups)
{
    decimal  n = {.groups = groups};
    uint64_t high = r->high, low = r->low;
    int      exponent = r->exponent;
    for (; exponent < 0 && (high | low) && !(low & 1); exponent++) {
        low = low >> 1 | high << 63;
        high >>= 1;
    }
    multiply(&n, 1, high);
    for (int half = 0; half < 4; half++) multiply(&n, 1u << 16, low >> (48 - 16 * half) & 0xffff);
    if (exponent < 0 && n.count) n.point = -exponent;
    for (int step; exponent > 0; exponent -= step) {
        step = exponent < 16 ? exponent : 16;
        multiply(&n, 1u << step, 0);
    }
    for (; exponent < 0; exponent++) { /* m / 2^k is m * 5^k with the point k places on */
        uint32_t factor = 5;
        for (int i = 0; i < 12 && exponent < -1; i++, exponent++) factor *= 5;
        multiply(&n, factor, 0);
    }
    count_digits(&n);
    return n;
}

/* Makes the `cut` lowest digits zero, to the nearest, of two as near to the even one. */
static void round_off(decimal *n, int cut)
{
    if (cut <= 0) return;
    unsigned first = digit(n, cut - 1);
    bool     up = first > 5 || (first == 5 && digit(n, cut) % 2);
    for (int i = cut - 2; !up && first == 5 && i >= 0; i--) up = digit(n, i) != 0;
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
    count_digits(n);
}

/* The digits from one place down to another, both with them. */
static void put_digits(caw__text *out, const decimal *n, int from, int to)
{
    for (; from >= to && from >= 0; from--) caw__fill(out, (char)('0' + digit(n, from)), 1);
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

static void write_decimal(caw__text *out, const directive *d, const real *r, uint32_t *groups)
{
    decimal     n = decimal_of(r, groups);
    char        form = (char)(d->conversion | 32), exponent[8];
    const char *sign = sign_of(d, r->negative);
    int         precision = d->precision < 0 ? 6 : d->precision, top = n.digits - 1;
    if (precision > INT_MAX / 2) precision = INT_MAX / 2;
    bool general = form == 'g';
    if (general && !precision) precision = 1;
    if (form == 'f') {
        round_off(&n, n.point - precision);
    } else if (n.digits) {
        round_off(&n, top - precision + general);
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
        for (; !d->hash && precision && !digit(&n, last); last++) precision--;
    }
    size_t tail = form == 'e' ? exponent_text(exponent, d->conversion & 32 ? 'e' : 'E', power, 2) : 0;
    int    units = form == 'e' ? top : n.point; /* where the digit before the point stands */
    int    first = form == 'e' || n.digits - 1 < n.point ? units : n.digits - 1;
    bool   point = precision || d->hash;
    size_t length = (size_t)(first - units + 1) + point + (size_t)precision + tail;
    size_t behind = begin_number(out, d, sign, length, true);
    put_digits(out, &n, first, units);
    caw__put(out, ".", point);
    put_digits(out, &n, units - 1, units - precision);
    caw__put(out, exponent, tail);
    caw__fill(out, ' ', behind);
}

/* The stack that it takes: all digits of the smallest double are 767, of the smallest long double may be 11,515. */
static __attribute__((noinline)) void write_double(caw__text *out, const directive *d, const real *r)
{
    uint32_t groups[90];
    write_decimal(out, d, r, groups);
}

static __attribute__((noinline)) void write_long_double(caw__text *out, const directive *d, const real *r)
{
    uint32_t groups[LDBL_MANT_DIG == 53 ? 90 : 1300];
    write_decimal(out, d, r, groups);
}

static void write_hexadecimal(caw__text *out, const directive *d, const real *r)
{
    bool        upper = !(d->conversion & 32);
    uint64_t    high = r->high, low = r->low;
    int         exponent = high | low ? r->exponent + r->width - 1 : 0, most = 31;
    const char *all = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char        digits[32], tail[8], sign[4] = {*sign_of(d, r->negative), '0', upper ? 'X' : 'x'};
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
    bool   point = most || zeros || d->hash;
    size_t end = exponent_text(tail, upper ? 'P' : 'p', exponent, 1);
    size_t length = 1 + point + (size_t)most + zeros + end;
    for (int i = 0; i <= most; i++) digits[i] = all[(int)digits[i]];
    size_t behind = begin_number(out, d, sign + !*sign, length, true);
    caw__put(out, digits, 1);
    caw__put(out, ".", point);
    caw__put(out, digits + 1, (size_t)most);
    caw__fill(out, '0', zeros);
    caw__put(out, tail, end);
    caw__fill(out, ' ', behind);
}

static void write_real(caw__text *out, const directive *d, const value *v)
{
    bool wide = d->length == 'L', upper = !(d->conversion & 32);
    real r = wide ? real_of_long_double(v->long_real) : real_of_double(v->real);
    if (r.special) {
        size_t behind = begin_number(out, d, sign_of(d, r.negative), 3, false);
        caw__put(out, r.nan ? upper ? "NAN" : "nan" : upper ? "INF" : "inf", 3);
        caw__fill(out, ' ', behind);
    } else if ((d->conversion | 32) == 'a') {
        write_hexadecimal(out, d, &r);
    } else if (wide) {
        write_long_double(out, d, &r);
    } else {
        write_double(out, d, &r);
    }
}

/* ---- All together ---------------------------------------------------------------------------------------------------------------- */

static void write_directive(caw__text *out, directive *d, source *from)
{
    if (d->width_at >= 0) {
        int width = (int)take(from, d->width_at, INT).n;
        d->left |= width < 0;
        d->width = width == INT_MIN ? INT_MAX : width < 0 ? -width : width;
    }
    if (d->precision_at >= 0) d->precision = (int)take(from, d->precision_at, INT).n;
    if (d->precision < 0) d->precision = NONE;
    value v = take(from, d->at, kind_of(d));
    switch (d->conversion) {
    case '%': caw__put(out, "%", 1); break;
    case 'n': caw__put(out, "%n", 2); break; /* nobody writes through a message's arguments */
    case 'm': {
        char text[24];
        write_text(out, d, text, caw__format(text, sizeof text, "%m"));
        break;
    }
    case 'c': {
        char bytes[4] = {(char)v.n};
        write_text(out, d, bytes, d->length == 'l' ? encode(bytes, (uint32_t)v.n) : 1);
        break;
    }
    case 's': write_string(out, d, v.pointer); break;
    case 'p': write_integer(out, d, (uintptr_t)v.pointer); break;
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'b':
    case 'B': write_integer(out, d, v.n); break;
    default: write_real(out, d, &v);
    }
}

size_t caw__printfv(char *buffer, size_t size, const char *format, va_list args)
{
    caw__text out = {buffer, size, 0};
    source    from = {.positional = false};
    va_copy(from.list, args);
    take_positions(&from, format);
    while (*format) {
        const char *start = format;
        directive   d;
        while (*format && *format != '%') format++;
        caw__put(&out, start, (size_t)(format - start));
        if (!*format) break;
        start = format++;
        if (!read_directive(&format, &d)) {
            caw__put(&out, start, strlen(start));
            break;
        }
        write_directive(&out, &d, &from);
    }
    va_end(from.list);
    if (size) buffer[out.length < size ? out.length : size - 1] = 0;
    return out.length;
}

CAW__COLD_END
