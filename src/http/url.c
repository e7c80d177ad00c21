/*
 * Owns: addresses that can be fetched: a target made whole, in the web's spelling (RFC 3986, section 5, as the WHATWG's URL has it).
 * Must not know: what is fetched. Hosts that have a URL of their own (js) do not link it.
 */
#include "http/http.h"
#include <string.h>

CAW__COLD

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }
static bool is_slash(char c) { return c == '/' || c == '\\'; }

/* The length of "scheme:" at the start; 0: there is none. */
static size_t scheme_of(const char *text)
{
    size_t i = 0;
    while ((small(text[i]) >= 'a' && small(text[i]) <= 'z') ||
           (i && ((text[i] >= '0' && text[i] <= '9') || text[i] == '+' || text[i] == '-' || text[i] == '.')))
        i++;
    return i && text[i] == ':' ? i + 1 : 0;
}

/* No spaces around, no line ends within, no fragment. */
static void clean(char *to, const char *target)
{
    size_t length = 0;
    while (*target && (unsigned char)*target <= ' ') target++;
    for (; *target && *target != '#'; target++)
        if (*target != '\n' && *target != '\r' && *target != '\t') to[length++] = *target;
    while (length && (unsigned char)to[length - 1] <= ' ') length--;
    to[length] = 0;
}

/* A name, or an address; only one of IPv6 has colons in it. */
static bool is_host(const char *at, size_t size)
{
    if (!size || *at != '[') return size && !memchr(at, ':', size);
    return memchr(at, ']', size) == at + size - 1;
}

/* The host, and the port unless it is the scheme's own, as everybody writes them; their length, 0: it is none. */
static size_t put_place(char *to, const char *place, size_t size, bool secure)
{
    size_t length = 0, host, port = 0;
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)place[i] <= ' ' || (unsigned char)place[i] >= 127 || strchr("\"%<>@\\^`{|}", place[i])) return 0;
        to[length++] = small(place[i]);
    }
    for (host = length; host && to[host - 1] >= '0' && to[host - 1] <= '9'; host--) continue;
    if (!host || to[host - 1] != ':') return is_host(to, length) ? length : 0;
    for (size_t i = host; i < length; i++) port = port > 65535 ? port : port * 10 + (size_t)(to[i] - '0');
    if (!is_host(to, host - 1) || port > 65535) return 0;
    return host == length || port == (secure ? 443u : 80u) ? host - 1 : length;
}

/* How many dots a segment consists of, %2e among them, if it is nothing else: 1 or 2; else 0. */
static int dots(const char *segment, size_t size)
{
    int    count = 0;
    size_t i = 0;
    while (i < size && count < 3) {
        bool coded = i + 2 < size && segment[i] == '%' && segment[i + 1] == '2' && small(segment[i + 2]) == 'e';
        if (segment[i] != '.' && !coded) return 0;
        i += coded ? 3 : 1;
        count++;
    }
    return count < 3 ? count : 0;
}

/* Takes "." and ".." out of a path, in place; its length. What follows a "?" is no path. */
static size_t remove_dots(char *path)
{
    size_t length = strlen(path), end = 0, query = strcspn(path, "?");
    for (size_t i = 0; i < query; i++)
        if (path[i] == '\\') path[i] = '/';
    for (size_t i = 0; i < query;) { /* path[i] is the "/" before a segment */
        size_t next = i + 1;
        while (next < query && path[next] != '/') next++;
        int dotted = dots(path + i + 1, next - i - 1);
        if (dotted == 2)
            while (end && path[--end] != '/') continue;
        if (!dotted) {
            memmove(path + end, path + i, next - i);
            end += next - i;
        } else if (next == query) {
            path[end++] = '/';
        }
        i = next;
    }
    memmove(path + end, path + query, length - query);
    return end + length - query;
}

/* Writes it with what no address has in it as %XX, unless there is nowhere to; its length. */
static size_t encode(char *to, const char *path, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t            length = 0;
    bool              query = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)path[i];
        query |= c == '?';
        bool bad = c <= ' ' || c >= 127 || strchr(query ? "\"'<>" : "\"<>^`{}", c);
        if (to && bad) {
            to[length] = '%';
            to[length + 1] = digits[c >> 4];
            to[length + 2] = digits[c & 15];
        } else if (to) {
            to[length] = (char)c;
        }
        length += bad ? 3 : 1;
    }
    return length;
}

/* Its place into `place`, the rest, with room for the base's, into `path`; the place's length, or 0. */
static size_t resolve(const char *base, char *target, char *place, char *path)
{
    size_t      scheme = scheme_of(target), length, kept = 0;
    bool        whole = scheme || (is_slash(target[0]) && is_slash(target[1]));
    const char *rest = target + scheme, *kind = scheme ? target : base;
    if (!kind) return 0;
    bool secure = small(kind[0]) == 'h' && scheme_of(kind) == 6;
    for (size_t i = 0; i < (secure ? 6u : 5u); i++)
        if (small(kind[i]) != "https:"[secure || i < 4 ? i : 5]) return 0;
    memcpy(place, secure ? "https://" : "http://", 8);
    if (whole) {
        while (is_slash(*rest)) rest++;
        size_t size = strcspn(rest, "/\\?");
        length = put_place(place + 7 + secure, rest, size, secure);
        if (!length) return 0;
        length += 7 + secure;
        rest += size;
    } else {
        const char *of_base = base + 7 + secure;
        of_base += strcspn(of_base, "/?");
        length = (size_t)(of_base - base);
        memcpy(place, base, length);
        if (!*rest) kept = strlen(of_base);
        else if (!is_slash(*rest)) kept = strcspn(of_base, "?");
        if (*rest && *rest != '?')
            while (kept && of_base[kept - 1] != '/') kept--;
        memcpy(path, of_base, kept);
    }
    if (!kept && !is_slash(*rest)) path[kept++] = '/';
    memcpy(path + kept, rest, strlen(rest) + 1);
    return length;
}

bool caw__http_resolve(const char *base, const char *target, caw_string **url)
{
    size_t size = (base ? strlen(base) : 0) + strlen(target) + 16; /* a scheme, slashes, a NUL */
    char  *room = caw__alloc(3 * size), *place = room + size, *path = place + size;
    *url = NULL;
    if (!room) return true;
    clean(room, target);
    size_t length = resolve(base, room, place, path), rest = length ? remove_dots(path) : 0;
    if (length) *url = caw_string_new(NULL, length + encode(NULL, path, rest));
    if (*url) {
        memcpy((*url)->data, place, length);
        encode((*url)->data + length, path, rest);
    }
    caw__free(room, 3 * size);
    return length != 0;
}

CAW__COLD_END
