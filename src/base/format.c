/*
 * Owns: text for the library's own messages and reports, so that a program that formats none of its own links no printf.
 * Knows: %s %u %zu %m %%. All of printf is printf.c. Must not know: errors.
 */
#include "base/base.h"
#include <errno.h>
#include <string.h>

CAW__COLD

void caw__put(caw__text *out, const char *text, size_t length)
{
    size_t room = out->length + 1 < out->size ? out->size - out->length - 1 : 0;
    if (room) memcpy(out->buffer + out->length, text, length < room ? length : room);
    out->length += length;
}

void caw__fill(caw__text *out, char c, size_t times)
{
    for (; times && out->length + 1 < out->size; times--) caw__put(out, &c, 1);
    if (times < CAW__TEXT_MOST && out->length < CAW__TEXT_MOST) out->length += times;
    else out->length = CAW__TEXT_MOST; /* what no string can be as long as */
}

static void put_text(caw__text *out, const char *text)
{
    if (!text) text = "(null)";
    caw__put(out, text, caw__length(text));
}

static void put_number(caw__text *out, size_t n)
{
    char   digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    caw__put(out, digits + at, sizeof digits - at);
}

size_t caw__formatv(char *buffer, size_t size, const char *format, va_list args)
{
    caw__text out = {buffer, size, 0};
    for (; *format; format++) {
        if (*format != '%') {
            caw__put(&out, format, 1);
            continue;
        }
        bool wide = *++format == 'z';
        if (wide) format++;
        switch (*format) {
        case 's': put_text(&out, va_arg(args, const char *)); break;
        case 'u': put_number(&out, wide ? va_arg(args, size_t) : va_arg(args, unsigned)); break;
        case 'm': /* ours, not the C library's words: those are as much code again as all messages of this library */
            caw__put(&out, "errno ", 6);
            put_number(&out, (size_t)errno);
            break;
        default: /* of what is no directive nothing is lost */
            caw__put(&out, "%", 1);
            if (*format != '%') format--;
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
    size_t length = caw__formatv(room ? out->buffer + out->length : NULL, room ? out->size - out->length : 0, format, args);
    va_end(args);
    out->length += length;
}

CAW__COLD_END
