/*
 * Owns: printf-like formatting for messages, so that a program that prints nothing does not link the C library's printf (6 KB).
 * Knows: %s %.*s %.Ns %d %i %u %x %c %p %g %f %% with l, ll, z. Must not know: errors.
 */
#include "internal.h"
#include <string.h>

CAW__COLD_FILE

typedef struct sink {
    char  *buffer;
    size_t size, length; /* length counts what did not fit, too */
} sink;

static void put(sink *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++, out->length++) {
        if (out->length + 1 < out->size) out->buffer[out->length] = text[i];
    }
}

static void put_unsigned(sink *out, uint64_t n, unsigned base)
{
    char   digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n);
    put(out, digits + at, sizeof digits - at);
}

static void put_signed(sink *out, int64_t n)
{
    if (n < 0) put(out, "-", 1);
    put_unsigned(out, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 10);
}

/* Six decimals at most, without trailing zeros; huge and tiny numbers with an exponent. Enough for messages. */
static void put_double(sink *out, double d)
{
    int exponent = 0;
    if (isnan(d)) {
        put(out, "nan", 3);
        return;
    }
    if (d < 0) {
        put(out, "-", 1);
        d = -d;
    }
    if (isinf(d)) {
        put(out, "inf", 3);
        return;
    }
    if (d >= 1e15 || (d > 0 && d < 1e-4)) {
        for (; d >= 10; exponent++) d /= 10;
        for (; d < 1; exponent--) d *= 10;
    }
    uint64_t whole = (uint64_t)d, part = (uint64_t)((d - (double)whole) * 1e6 + 0.5);
    if (part >= 1000000) whole++, part -= 1000000;
    put_unsigned(out, whole, 10);
    if (part) {
        char   digits[8] = ".000000";
        size_t length = 7;
        for (size_t i = 6; i; i--, part /= 10) digits[i] = (char)('0' + part % 10);
        while (digits[length - 1] == '0') length--;
        put(out, digits, length);
    }
    if (exponent) {
        put(out, "e", 1);
        put_signed(out, exponent);
    }
}

size_t caw__formatv(char *buffer, size_t size, const char *format, va_list args)
{
    sink out = {buffer, size, 0};
    while (*format) {
        const char *percent = format;
        while (*percent && *percent != '%') percent++;
        put(&out, format, (size_t)(percent - format));
        if (!*percent) break;
        format = percent + 1;
        size_t precision = SIZE_MAX;
        if (*format == '.') {
            format++;
            if (*format == '*') {
                precision = (size_t)va_arg(args, int);
                format++;
            } else {
                for (precision = 0; *format >= '0' && *format <= '9'; format++)
                    precision = precision * 10 + (size_t)(*format - '0');
            }
        }
        int wide = 0;
        for (; *format == 'l' || *format == 'z'; format++) wide += *format == 'z' ? 3 : 1;
        switch (*format) {
        case 's': {
            const char *text = va_arg(args, const char *);
            if (!text) text = "(null)";
            size_t length = 0;
            while (length < precision && text[length]) length++;
            put(&out, text, length);
            break;
        }
        case 'd':
        case 'i':
            put_signed(&out, wide >= 3   ? (int64_t)va_arg(args, ptrdiff_t)
                             : wide == 2 ? (int64_t)va_arg(args, long long)
                             : wide      ? (int64_t)va_arg(args, long)
                                         : va_arg(args, int));
            break;
        case 'u':
        case 'x':
            put_unsigned(&out,
                         wide >= 3   ? (uint64_t)va_arg(args, size_t)
                         : wide == 2 ? (uint64_t)va_arg(args, unsigned long long)
                         : wide      ? (uint64_t)va_arg(args, unsigned long)
                                     : va_arg(args, unsigned),
                         *format == 'x' ? 16 : 10);
            break;
        case 'p':
            put(&out, "0x", 2);
            put_unsigned(&out, (uintptr_t)va_arg(args, void *), 16);
            break;
        case 'c': {
            char c = (char)va_arg(args, int);
            put(&out, &c, 1);
            break;
        }
        case 'g':
        case 'f': put_double(&out, va_arg(args, double)); break;
        case '%': put(&out, "%", 1); break;
        default: put(&out, "%?", 2); break;
        }
        if (*format) format++;
    }
    if (size) buffer[out.length < size ? out.length : size - 1] = 0;
    return out.length;
}

size_t caw__format(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = caw__formatv(buffer, size, format, args);
    va_end(args);
    return length;
}

CAW__COLD_FILE_END
