/*
 * Owns: what a response may say, and the error of one that may not be.
 * Must not know: how it is made (the host's http.c).
 */
#include "http/http.h"
#include <string.h>

CAW__COLD

static CAW__TLS caw_error *kept;

void caw__http_fail(caw_error *error)
{
    caw_error *before = kept;
    kept = error;
    caw_unref(before);
}

caw_error *caw__http_failure(void)
{
    caw_error *error = kept;
    kept = NULL;
    return error;
}

bool caw__http_is_token(const char *text)
{
    if (!*text) return false;
    for (; *text; text++) {
        char c = *text;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !strchr("!#$%&'*+-.^_`|~", c)) return false;
    }
    return true;
}

/* RFC 9110, 5.5: a line end would begin another header, or the body. */
static bool is_value(const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < ' ' && c != '\t') || c == 127) return false;
    }
    return true;
}

static bool is_same(const char *one, const char *other)
{
    for (; *one || *other; one++, other++) {
        char a = *one >= 'A' && *one <= 'Z' ? (char)(*one + 32) : *one;
        char b = *other >= 'A' && *other <= 'Z' ? (char)(*other + 32) : *other;
        if (a != b) return false;
    }
    return true;
}

static const char *value_of(const char *const *headers, const char *name)
{
    for (; headers && *headers; headers += 2)
        if (is_same(*headers, name)) return headers[1];
    return NULL;
}

bool caw__http_has(const char *const *headers, const char *name) { return value_of(headers, name) != NULL; }

/* A content-length; -1: it is none. */
static int64_t length_of(const char *digits)
{
    int64_t length = 0;
    if (!*digits) return -1;
    for (; *digits; digits++) {
        if (*digits < '0' || *digits > '9' || length > INT64_MAX / 10 - 1) return -1;
        length = length * 10 + (*digits - '0');
    }
    return length;
}

int64_t caw__http_length(const char *const *headers)
{
    const char *digits = value_of(headers, "content-length");
    return digits ? length_of(digits) : -1;
}

static caw_error *fault_of(const caw_respond_options *options, int64_t size)
{
    int         status = options->status;
    unsigned    lengths = 0;
    bool        empty = !size;
    const char *length = value_of(options->headers, "content-length");
    if (status && (status < 200 || status > 599))
        return caw_error_new(CAW_VALUE_ERROR, "a response has a status from 200 to 599");
    if (!empty && (status == 204 || status == 205 || status == 304))
        return caw_error_new(CAW_VALUE_ERROR, "a response of status %u has no body", (unsigned)status);
    if (options->type && !is_value(options->type))
        return caw_error_new(CAW_VALUE_ERROR, "a content-type has no line ends or control characters");
    for (const char *const *header = options->headers; header && *header; header += 2) {
        if (!caw__http_is_token(header[0])) return caw_error_new(CAW_VALUE_ERROR, "'%s' is no name of a header", header[0]);
        if (!header[1]) return caw_error_new(CAW_VALUE_ERROR, "the header '%s' has no value", header[0]);
        if (!is_value(header[1]))
            return caw_error_new(CAW_VALUE_ERROR, "the header '%s' has line ends or control characters in it", header[0]);
        lengths += is_same(header[0], "content-length");
    }
    if (lengths > 1) return caw_error_new(CAW_VALUE_ERROR, "there is one content-length, not %u", lengths);
    if (length && length_of(length) < 0) return caw_error_new(CAW_VALUE_ERROR, "'%s' is no content-length", length);
    if (length && size > 0 && length_of(length) != size) /* that of an answer to HEAD is of the body that is not sent */
        return caw_error_new(CAW_VALUE_ERROR, "the body has %zu bytes, its content-length says %s", (size_t)size, length);
    return NULL;
}

bool caw__http_can(const caw_respond_options *options, int64_t size)
{
    caw_error *error = fault_of(options, size);
    if (error) caw__http_fail(error);
    return !error;
}

caw_response *caw__respond_text(const char *text, const caw_respond_options *options)
{
    return caw__respond(text, caw__length(text), "text/plain;charset=UTF-8", options);
}

CAW__COLD_END
