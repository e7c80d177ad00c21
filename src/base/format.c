/*
 * Owns: printf-like formatting for messages, so that a program that prints nothing does not link the C library's printf (6 KB).
 * Knows: %s %.*s %.Ns %d %i %u %x %c %p %g %f %% with l, ll, z. Must not know: errors.
 */
#include "base/base.h"
#include <string.h>

CAW__COLD

typedef struct sink {
    char  *buffer;
    size_t size, length; /* length counts what did not fit, too */
} sink;

static void put(sink *out, const char *text, size_t length)
{
    for (; length--; out->length++, text++) {
        if (out->length + 1 < out->size) out->buffer[out->length] = *text;
    }
}

/* `decimals` of the digits stand behind a point. */
static void put_integer(sink *out, uint64_t n, unsigned base, bool negative, int decimals)
{
    char   digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[n % base];
        n /= base;
        if (--decimals == 0) digits[--at] = '.';
    } while (n || decimals >= 0);
    if (negative) digits[--at] = '-';
    put(out, digits + at, sizeof digits - at);
}

/* Six decimals at most, without trailing zeros; huge and tiny numbers with an exponent. Enough for messages. */
static void put_double(sink *out, double d)
{
    bool negative = d < 0;
    int  exponent = 0, decimals = 6;
    d = fabs(d);
    if (!(d < INFINITY)) {
        put(out, d == d ? negative ? "-inf" : "inf" : "nan", 3 + negative);
        return;
    }
    if (d >= 1e12 || (d > 0 && d < 1e-4)) {
        for (; d >= 10; exponent++) d /= 10;
        for (; d < 1; exponent--) d *= 10;
    }
    uint64_t millionths = (uint64_t)(d * 1e6 + 0.5);
    for (; decimals && millionths % 10 == 0; decimals--) millionths /= 10;
    put_integer(out, millionths, 10, negative, decimals);
    if (exponent) {
        put(out, "e", 1);
        put_integer(out, (uint64_t)(exponent < 0 ? -exponent : exponent), 10, exponent < 0, 0);
    }
}

size_t caw__formatv(char *buffer, size_t size, const char *format, va_list args)
{
    sink out = {buffer, size, 0};
    for (; *format; format++) {
        if (*format != '%') {
            put(&out, format, 1);
            continue;
        }
        size_t precision = SIZE_MAX;
        if (*++format == '.') {
            for (precision = 0; *++format >= '0' && *format <= '9';) precision = precision * 10 + (size_t)(*format - '0');
            if (*format == '*') {
                precision = (size_t)va_arg(args, int);
                format++;
            }
        }
        bool wide = *format == 'p' && sizeof(void *) > sizeof(int);
        for (; *format == 'l' || *format == 'z'; format++)
            wide |= *format == 'z' ? sizeof(size_t) > sizeof(int) : sizeof(long) > sizeof(int) || format[1] == 'l';
        switch (*format) {
        case 's': {
            const char *text = va_arg(args, const char *);
            if (!text) text = "(null)";
            for (; precision-- && *text; text++) put(&out, text, 1);
            break;
        }
        case 'd':
        case 'i': {
            int64_t n = wide ? va_arg(args, int64_t) : va_arg(args, int);
            put_integer(&out, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 10, n < 0, 0);
            break;
        }
        case 'p': put(&out, "0x", 2); /* fall through */
        case 'u':
        case 'x': {
            uint64_t n = wide ? va_arg(args, uint64_t) : va_arg(args, unsigned);
            put_integer(&out, n, *format == 'u' ? 10 : 16, false, 0);
            break;
        }
        case 'c': {
            char c = (char)va_arg(args, int);
            put(&out, &c, 1);
            break;
        }
        case 'g':
        case 'f': put_double(&out, va_arg(args, double)); break;
        case '%': put(&out, "%", 1); break;
        default: /* the compiler checks formats: only one that was made at run time comes here */
            put(&out, "%?", 2);
            if (!*format) format--;
        }
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

void caw__say(caw__text *out, const char *format, ...)
{
    bool    room = out->length < out->size;
    va_list args;
    va_start(args, format);
    out->length += caw__formatv(room ? out->buffer + out->length : NULL, room ? out->size - out->length : 0, format, args);
    va_end(args);
}

CAW__COLD_END
