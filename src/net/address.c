/*
 * Owns: the text of addresses, read and written.
 * Must not know: names, sockets, hosts.
 */
#include "base/base.h"
#include <cawait/address.h>

CAW__COLD

#define GROUPS 8 /* of 16 bits, in an IPv6 address */

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* A number in `base` at *text, of at most `most`; behind it in *text. False: there is none, or it is larger. */
static bool number_read(const char **text, unsigned base, uint32_t most, uint32_t *value)
{
    const char *at = *text;
    uint64_t    sum = 0;
    for (int d; (d = digit(*at)) >= 0 && (unsigned)d < base; at++) {
        sum = sum * base + (unsigned)d;
        if (sum > most) return false;
    }
    if (at == *text) return false;
    *text = at;
    *value = (uint32_t)sum;
    return true;
}

/* Four numbers, without leading zeros (which some take for octal). */
static bool ipv4_read(const char *text, uint8_t *bytes)
{
    for (int i = 0; i < 4; i++) {
        uint32_t    value;
        const char *start = text;
        if (i && *text++ != '.') return false;
        if (i) start = text;
        if (!number_read(&text, 10, 255, &value) || (*start == '0' && text - start > 1)) return false;
        bytes[i] = (uint8_t)value;
    }
    return !*text;
}

/* The groups up to a zone or the end; `::` stands for as many zeros as are missing, one at least. */
static bool ipv6_read(const char *text, uint8_t *bytes, uint32_t *scope)
{
    int count = 0, gap = -1;
    if (text[0] == ':' && text[1] != ':') return false;
    while (*text && *text != '%') {
        const char *start = text;
        uint32_t    group;
        if (text[0] == ':' && text[1] == ':') {
            if (gap >= 0) return false;
            gap = count;
            text += 2;
            continue;
        }
        if (count && gap != count && *text++ != ':') return false;
        start = text;
        if (count == GROUPS || !number_read(&text, 16, 0xffff, &group) || text - start > 4) return false;
        if (*text == '.') { /* the last two groups, as IPv4 writes them */
            if (count > GROUPS - 2 || !ipv4_read(start, bytes + 2 * count)) return false; /* which goes on to the end */
            count += 2;
            break;
        }
        bytes[2 * count] = (uint8_t)(group >> 8);
        bytes[2 * count + 1] = (uint8_t)group;
        count++;
    }
    if (*text == '%') {
        text++;
        if (!number_read(&text, 10, UINT32_MAX, scope) || *text) return false;
    }
    if (gap < 0) return count == GROUPS;
    if (count == GROUPS) return false;
    size_t behind = 2 * (size_t)(count - gap), before = 2 * (size_t)gap;
    memmove(bytes + 16 - behind, bytes + before, behind);
    memset(bytes + before, 0, 16 - behind - before);
    return true;
}

int caw_address_parse(const char *text, uint16_t port, caw_address *address)
{
    *address = (caw_address){.family = CAW_IPV4, .port = port};
    if (ipv4_read(text, address->bytes)) return 0;
    *address = (caw_address){.family = CAW_IPV6, .port = port};
    if (ipv6_read(text, address->bytes, &address->scope)) return 0;
    *address = (caw_address){.family = CAW_ANY_FAMILY};
    return -CAW_VALUE_ERROR;
}

static unsigned group_of(const uint8_t *bytes, int i) { return (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1]; }

static void hexadecimal_put(caw__text *out, unsigned value)
{
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned d = value >> shift & 15;
        if (!d && !begun && shift) continue;
        begun = true;
        caw__put(out, &"0123456789abcdef"[d], 1);
    }
}

static void ipv4_put(caw__text *out, const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++) caw__say(out, i ? ".%u" : "%u", (unsigned)bytes[i]);
}

/* RFC 5952: the first of the longest runs of two zeros and more is `::`; IPv4 in its own writing where it is mapped. */
static void ipv6_put(caw__text *out, const uint8_t *bytes)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    int                  from = GROUPS, longest = 1;
    for (int i = 0; i < GROUPS; i++) {
        int end = i;
        while (end < GROUPS && !group_of(bytes, end)) end++;
        if (end - i <= longest) continue;
        longest = end - i;
        from = i;
    }
    if (!memcmp(bytes, mapped, sizeof mapped)) {
        caw__put(out, "::ffff:", 7);
        ipv4_put(out, bytes + 12);
        return;
    }
    for (int i = 0; i < GROUPS; i++) {
        if (i == from) {
            caw__put(out, "::", 2);
            i += longest - 1;
            continue;
        }
        if (i && i != from + longest) caw__put(out, ":", 1);
        hexadecimal_put(out, group_of(bytes, i));
    }
}

size_t caw_address_format(const caw_address *address, char *text, size_t size)
{
    caw__text out = {text, size, 0};
    bool      brackets = address->family == CAW_IPV6 && address->port;
    if (brackets) caw__put(&out, "[", 1);
    if (address->family == CAW_IPV4) ipv4_put(&out, address->bytes);
    if (address->family == CAW_IPV6) ipv6_put(&out, address->bytes);
    if (address->family == CAW_IPV6 && address->scope) caw__say(&out, "%%%u", address->scope);
    if (brackets) caw__put(&out, "]", 1);
    if (address->family && address->port) caw__say(&out, ":%u", (unsigned)address->port);
    if (size) text[out.length < size ? out.length : size - 1] = 0;
    return out.length;
}

bool caw_address_equal(const caw_address *one, const caw_address *other)
{
    return one->family == other->family && one->port == other->port && one->scope == other->scope &&
           !memcmp(one->bytes, other->bytes, sizeof one->bytes);
}

CAW__COLD_END
