/*
 * Owns: wasi:http's error codes as OSErrors.
 * Must not know: who raises them.
 */
#include "http.h"
#include <errno.h>

CAW__COLD

enum { NO_TEXT = 255 };

/* In the order of wasi:http/types: the name, the errno, and where in the payload an option<string> is. */
static const struct {
    char    name[26];
    uint8_t number, text;
} codes[] = {{"DNS timeout", ETIMEDOUT, NO_TEXT},
             {"DNS error", ENOENT, 0},
             {"destination not found", ENOENT, NO_TEXT},
             {"destination unavailable", EHOSTUNREACH, NO_TEXT},
             {"address not allowed", EACCES, NO_TEXT},
             {"address cannot be routed", ENETUNREACH, NO_TEXT},
             {"connection refused", ECONNREFUSED, NO_TEXT},
             {"connection terminated", ECONNRESET, NO_TEXT},
             {"connection timed out", ETIMEDOUT, NO_TEXT},
             {"reading timed out", ETIMEDOUT, NO_TEXT},
             {"writing timed out", ETIMEDOUT, NO_TEXT},
             {"too many connections", EAGAIN, NO_TEXT},
             {"TLS protocol error", EPROTO, NO_TEXT},
             {"TLS certificate error", EPROTO, NO_TEXT},
             {"TLS alert", EPROTO, 4},
             {"request denied", EACCES, NO_TEXT},
             {"request needs a length", EPROTO, NO_TEXT},
             {"body not of its length", EMSGSIZE, NO_TEXT},
             {"method invalid", EINVAL, NO_TEXT},
             {"address invalid", EINVAL, NO_TEXT},
             {"address too long", EMSGSIZE, NO_TEXT},
             {"headers too large", EMSGSIZE, NO_TEXT},
             {"header too large", EMSGSIZE, 4},
             {"trailers too large", EMSGSIZE, NO_TEXT},
             {"trailer too large", EMSGSIZE, 0},
             {"response incomplete", ECONNRESET, NO_TEXT},
             {"headers too large", EMSGSIZE, NO_TEXT},
             {"header too large", EMSGSIZE, 0},
             {"body not of its length", EMSGSIZE, NO_TEXT},
             {"trailers too large", EMSGSIZE, NO_TEXT},
             {"trailer too large", EMSGSIZE, 0},
             {"transfer coding unknown", EPROTO, 0},
             {"content coding unknown", EPROTO, 0},
             {"response timed out", ETIMEDOUT, NO_TEXT},
             {"upgrade failed", EPROTO, NO_TEXT},
             {"HTTP protocol error", EPROTO, NO_TEXT},
             {"loop detected", ELOOP, NO_TEXT},
             {"configuration error", EINVAL, NO_TEXT},
             {"internal error", EIO, 0}};

typedef struct text_option {
    uint8_t        there;
    caw__http_text text;
} text_option;

caw_error *caw__http_error(caw__http_code *code)
{
    if (code->code >= sizeof codes / sizeof *codes) return caw_error_os(EIO, "HTTP: error %u", (unsigned)code->code);
    const char *name = codes[code->code].name;
    int         number = codes[code->code].number;
    uint8_t     at = codes[code->code].text;
    bool        there = at != NO_TEXT && (at == 0 || code->code == 14 || *(uint8_t *)code->payload);
    text_option option = {0};
    if (there) memcpy(&option, (char *)code->payload + at, sizeof option);
    if (!option.there) return caw_error_os(number, "HTTP: %s", name);
    caw_string *text = caw_string_new(option.text.data, option.text.size);
    caw_component_free(option.text.data, option.text.size);
    caw_error *error = caw_error_os(number, "HTTP: %s: %s", name, caw_string_data(text));
    caw_unref(text);
    return error;
}

CAW__COLD_END
