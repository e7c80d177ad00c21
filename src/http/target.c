/*
 * Owns: the parts of a request's address: the path, the parameters of the query (WHATWG URL, application/x-www-form-urlencoded).
 * Must not know: where the address comes from (the host's http.c).
 */
#include "http/http.h"
#include <string.h>

CAW__COLD

/* Where the path begins, behind "https://host:port". */
static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return host + strcspn(host, "/?#");
}

caw_string *caw_request_path(const caw_request *request)
{
    caw_string *url = caw_request_url(request);
    const char *path = path_of(caw_string_data(url));
    size_t      length = strcspn(path, "?#");
    caw_string *text = !url ? NULL : length ? caw_string_new(path, length) : caw_string_of("/");
    caw_unref(url);
    return text;
}

static int hexadecimal(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The next character of encoded text, and what is behind it in *at. */
static char decoded(const char **at)
{
    const char *text = *at;
    int         high, low;
    *at = text + 1;
    if (*text == '+') return ' ';
    if (*text != '%' || (high = hexadecimal(text[1])) < 0 || (low = hexadecimal(text[2])) < 0) return *text;
    *at = text + 3;
    return (char)(high * 16 + low);
}

static bool is_named(const char *at, const char *end, const char *name)
{
    while (at < end && *name)
        if (decoded(&at) != *name++) return false;
    return at >= end && !*name;
}

caw_string *caw_request_query(const caw_request *request, const char *name)
{
    caw_string *url = caw_request_url(request), *found = NULL;
    const char *at = path_of(caw_string_data(url));
    at += strcspn(at, "?#");
    while (*at && *at != '#' && !found) {
        const char *part = ++at, *end = at + strcspn(at, "&#"), *value = at + strcspn(at, "=&#");
        at = end;
        if (!is_named(part, value, name)) continue;
        if (value < end) value++;
        caw_string *text = found = caw_string_new(value, (size_t)(end - value)); /* as long as it can be */
        if (!text) break;
        size_t size = 0;
        while (value < end) text->data[size++] = decoded(&value);
        found = size < text->size ? caw_string_new(text->data, size) : caw_ref(text);
        caw_unref(text);
        if (!found) break;
    }
    caw_unref(url);
    return found;
}

CAW__COLD_END
