/*
 * Owns: printf for messages that a program formats, all of the syntax that a compiler's check admits; linked only by those that do,
 * and without the C library's, whose output buffers, locale and stdio come with it.
 * Knows: flags - + space # 0 ', width, precision, *, positions (%2$s, to 32), lengths hh h l ll q L j z t, and d i u o x X b B c s p
 * a A e E f F g G C S m %. A position past 32 or a conversion that is none is refused: the text from there on stays as it is, no
 * further argument is taken. %n writes nothing. Wide characters come out as UTF-8. Must not know: errors.
 */
#include "base/printf.h"
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <wchar.h>

CAW__COLD

enum { POSITIONS = 32 };

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
    *at = CAW__NONE;
    if (**format != '*') return read_number(format);
    ++*format;
    *at = read_position(format);
    return 0;
}

/* What follows a %; *format is behind it then. False: that is no directive. */
static bool read_directive(const char **format, caw__directive *d)
{
    *d = (caw__directive){.width_at = CAW__NONE, .precision = CAW__NONE, .precision_at = CAW__NONE};
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

static kind kind_of(const caw__directive *d)
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

static value printf_take(source *from, int at, kind kind)
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
        caw__directive d;
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
static size_t pad_before(caw__text *out, const caw__directive *d, size_t length)
{
    size_t padding = (size_t)d->width > length ? (size_t)d->width - length : 0;
    if (d->left) return padding;
    caw__fill(out, ' ', padding);
    return 0;
}

size_t caw__printf_number(caw__text *out, const caw__directive *d, const char *sign, size_t length, bool zeros)
{
    size_t signs = strlen(sign), padding;
    zeros = zeros && d->zero && !d->left;
    padding = zeros ? 0 : pad_before(out, d, length + signs);
    caw__put(out, sign, signs);
    if (zeros && (size_t)d->width > length + signs) caw__fill(out, '0', (size_t)d->width - length - signs);
    return padding;
}

const char *caw__printf_sign(const caw__directive *d, bool negative)
{
    return negative ? "-" : d->plus ? "+" : d->space ? " " : "";
}

static uint64_t narrowed(const caw__directive *d, uint64_t n, bool is_signed)
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

static void write_integer(caw__text *out, const caw__directive *d, uint64_t n)
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
    if (is_signed) sign = caw__printf_sign(d, negative);
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
    size_t behind = caw__printf_number(out, d, sign, count + zeros, d->precision < 0);
    caw__fill(out, '0', zeros);
    caw__put(out, digits + at, count);
    caw__fill(out, ' ', behind);
}

static void write_text(caw__text *out, const caw__directive *d, const char *text, size_t length)
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

static void write_character(caw__text *out, const caw__directive *d, uint64_t c)
{
    char bytes[4] = {(char)c};
    write_text(out, d, bytes, d->length == 'l' ? encode(bytes, (uint32_t)c) : 1);
}

static void write_errno(caw__text *out, const caw__directive *d)
{
    char text[24];
    write_text(out, d, text, caw__format(text, sizeof text, "%m"));
}

static void write_real(caw__text *out, const caw__directive *d, const value *v)
{
    caw__real r = d->length == 'L' ? caw__real_of_long_double(v->long_real) : caw__real_of_double(v->real);
    caw__printf_real(out, d, &r);
}

static void write_wide(caw__text *out, const caw__directive *d, const wchar_t *text)
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

static void write_string(caw__text *out, const caw__directive *d, const void *pointer)
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

/* ---- All together ---------------------------------------------------------------------------------------------------------------- */

static void write_directive(caw__text *out, caw__directive *d, source *from)
{
    if (d->width_at >= 0) {
        int width = (int)printf_take(from, d->width_at, INT).n;
        d->left |= width < 0;
        d->width = width == INT_MIN ? INT_MAX : width < 0 ? -width : width;
    }
    if (d->precision_at >= 0) d->precision = (int)printf_take(from, d->precision_at, INT).n;
    value v = printf_take(from, d->at, kind_of(d));
    switch (d->conversion) {
    case '%': caw__put(out, "%", 1); break;
    case 'n': caw__put(out, "%n", 2); break; /* nobody writes through a message's arguments */
    case 'm': write_errno(out, d); break;
    case 'c': write_character(out, d, v.n); break;
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
        const char    *start = format;
        caw__directive d;
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
