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

/* RFC 9110, 5.6.2. */
static bool is_token(const char *text)
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

bool caw__http_has(const char *const *headers, const char *name)
{
    for (; headers && *headers; headers += 2)
        if (is_same(*headers, name)) return true;
    return false;
}

static caw_error *fault_of(const caw_respond_options *options, bool empty)
{
    int status = options->status;
    if (status && (status < 200 || status > 599))
        return caw_error_new(CAW_VALUE_ERROR, "a response has a status from 200 to 599");
    if (!empty && (status == 204 || status == 205 || status == 304))
        return caw_error_new(CAW_VALUE_ERROR, "a response of status %u has no body", (unsigned)status);
    if (options->type && !is_value(options->type))
        return caw_error_new(CAW_VALUE_ERROR, "a content-type has no line ends or control characters");
    for (const char *const *header = options->headers; header && *header; header += 2) {
        if (!is_token(header[0])) return caw_error_new(CAW_VALUE_ERROR, "'%s' is no name of a header", header[0]);
        if (!header[1]) return caw_error_new(CAW_VALUE_ERROR, "the header '%s' has no value", header[0]);
        if (!is_value(header[1]))
            return caw_error_new(CAW_VALUE_ERROR, "the header '%s' has line ends or control characters in it", header[0]);
    }
    return NULL;
}

bool caw__http_can(const caw_respond_options *options, bool empty)
{
    caw_error *error = fault_of(options, empty);
    if (error) caw__http_fail(error);
    return !error;
}

caw_response *caw__respond_text(const char *text, const caw_respond_options *options)
{
    return caw__respond(text, caw__length(text), "text/plain;charset=UTF-8", options);
}

CAW__COLD_END
