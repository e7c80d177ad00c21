/*
 * Owns: the rules of relative addresses (RFC 3986, section 5, as far as pages use them), and the set's hash table.
 * Must not know: HTML, or the crawl.
 */
#include "urls.h"
#include <cawait/error.h>
#include <stdlib.h>
#include <string.h>

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }

/* ---- Parts ----------------------------------------------------------------------------------------------------------- */

/* The length of "scheme:" at the start; 0: there is none. */
static size_t scheme_length(const char *text)
{
    size_t i = 0;
    while ((lower(text[i]) >= 'a' && lower(text[i]) <= 'z') ||
           (i && ((text[i] >= '0' && text[i] <= '9') || text[i] == '+' || text[i] == '-' || text[i] == '.')))
        i++;
    return i && text[i] == ':' ? i + 1 : 0;
}

/* The length of "scheme://host:port"; 0: it does not begin so. */
static size_t origin_length(const char *url)
{
    size_t scheme = scheme_length(url);
    if (!scheme || strncmp(url + scheme, "//", 2) != 0) return 0;
    return scheme + 2 + strcspn(url + scheme + 2, "/?#");
}

const char *url_path(const char *url) { return url + origin_length(url); }

bool url_same_origin(const char *a, const char *b)
{
    size_t length = origin_length(a);
    return length == origin_length(b) && !memcmp(a, b, length);
}

/* Writes the origin as everybody writes it; returns its length. */
static size_t write_origin(char *to, const char *url, size_t length)
{
    for (size_t i = 0; i < length; i++) to[i] = lower(url[i]);
    const char *port = !strncmp(to, "http://", 7) ? ":80" : !strncmp(to, "https://", 8) ? ":443" : NULL;
    size_t      port_length = port ? strlen(port) : 0;
    if (port && length > port_length && !memcmp(to + length - port_length, port, port_length)) length -= port_length;
    return length;
}

/* How many dots a segment consists of, %2e among them, if it is nothing else: 1 or 2; else 0. */
static int dots(const char *segment, size_t size)
{
    int    count = 0;
    size_t i = 0;
    while (i < size && count < 3) {
        bool coded = i + 2 < size && segment[i] == '%' && segment[i + 1] == '2' && lower(segment[i + 2]) == 'e';
        if (segment[i] != '.' && !coded) return 0;
        i += coded ? 3 : 1;
        count++;
    }
    return count < 3 ? count : 0;
}

/* Takes "." and ".." out of a path, in place; returns its length. What follows a "?" is no path. */
static size_t remove_dots(char *path, size_t length)
{
    size_t end = 0, query = 0;
    while (query < length && path[query] != '?') query++;
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

/* ---- Resolving --------------------------------------------------------------------------------------------------------- */

/* The target as browsers read it: no spaces around, no line ends within, no fragment. Returns its length. */
static size_t clean(char *to, const char *target)
{
    size_t length = 0;
    while (*target && (unsigned char)*target <= ' ') target++;
    for (; *target && *target != '#'; target++) {
        if (*target != '\n' && *target != '\r' && *target != '\t') to[length++] = *target;
    }
    while (length && (unsigned char)to[length - 1] <= ' ') length--;
    to[length] = 0;
    return length;
}

static bool can_be_fetched(const char *origin)
{
    return !strncmp(origin, "http://", 7) || !strncmp(origin, "https://", 8) || !strncmp(origin, "file://", 7);
}

/* As url_resolve; room for the target and the base's scheme, and for the result. Returns the result's length, or 0. */
static size_t resolve(const char *base, const char *target, char *room, char *out)
{
    size_t length = clean(room, target), end, kept = 0;
    if (base && !strncmp(room, "//", 2)) {
        size_t scheme = scheme_length(base);
        memmove(room + scheme, room, length + 1);
        memcpy(room, base, scheme);
    }
    const char *rest = room; /* of the target: what comes after the origin, or after what is kept of the base's path */
    if (scheme_length(room)) {
        size_t origin = origin_length(room);
        end = write_origin(out, room, origin);
        rest += origin;
    } else {
        if (!base) return 0;
        const char *path = url_path(base);
        end = (size_t)(path - base);
        memcpy(out, base, end);
        if (!*rest) kept = strlen(path);
        else if (*rest != '/') kept = strcspn(path, "?");
        if (*rest && *rest != '?') {
            while (kept && path[kept - 1] != '/') kept--;
        }
        memcpy(out + end, path, kept);
    }
    if (!end || !can_be_fetched(out)) return 0;
    if (!kept && *rest != '/') out[end + kept++] = '/';
    length = strlen(rest);
    memcpy(out + end + kept, rest, length);
    return end + remove_dots(out + end, kept + length);
}

int url_resolve(const char *base, const char *target, caw_string **url)
{
    size_t size = (base ? strlen(base) : 0) + strlen(target) + 2; /* either may need a "/" and the NUL more */
    char  *room = malloc(2 * size);
    *url = NULL;
    if (!room) return -CAW_MEMORY_ERROR;
    size_t length = resolve(base, target, room, room + size);
    if (length) *url = caw_string_new(room + size, length);
    free(room);
    return !length ? 0 : *url ? 1 : -CAW_MEMORY_ERROR;
}

/* ---- The set ------------------------------------------------------------------------------------------------------------- */

/* The slot that holds the address, or the free one where it would be. */
static caw_string **slot_of(const url_set *set, const caw_string *url)
{
    const char *text = caw_string_data(url);
    uint32_t    hash = 2166136261;
    for (const char *c = text; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619;
    size_t i = hash & (set->capacity - 1);
    while (set->slots[i] && strcmp(caw_string_data(set->slots[i]), text) != 0) i = (i + 1) & (set->capacity - 1);
    return &set->slots[i];
}

static bool grow(url_set *set)
{
    url_set bigger = {.capacity = set->capacity ? set->capacity * 2 : 64, .count = set->count};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots) return false;
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->slots[i]) *slot_of(&bigger, set->slots[i]) = set->slots[i];
    }
    free(set->slots);
    *set = bigger;
    return true;
}

int url_set_add(url_set *set, caw_string *url)
{
    if (set->count * 2 >= set->capacity && !grow(set)) return -CAW_MEMORY_ERROR;
    caw_string **slot = slot_of(set, url);
    if (*slot) return 0;
    *slot = caw_ref(url);
    set->count++;
    return 1;
}

void url_set_clear(url_set *set)
{
    for (size_t i = 0; i < set->capacity; i++) caw_unref(set->slots[i]);
    free(set->slots);
    memset(set, 0, sizeof *set);
}
