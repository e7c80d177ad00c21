/*
 * Owns: what the errors of the network say.
 * Must not know: who raises them.
 */
#include "net/net.h"
#include <errno.h>

CAW__COLD

/* In Linux's words: the numbers are other ones on each host, and strerror brings a kilobyte of them along. */
static const char *text_of(int number)
{
    static const struct {
        int         number;
        const char *text;
    } texts[] = {
        {EACCES, "permission denied"},
        {EADDRINUSE, "address already in use"},
        {EADDRNOTAVAIL, "cannot assign requested address"},
        {EAFNOSUPPORT, "address family not supported by protocol"},
        {EBADF, "bad file descriptor"},
        {ECONNABORTED, "software caused connection abort"},
        {ECONNREFUSED, "connection refused"},
        {ECONNRESET, "connection reset by peer"},
        {EDESTADDRREQ, "destination address required"},
        {EHOSTUNREACH, "no route to host"},
        {EINVAL, "invalid argument"},
        {EIO, "input/output error"},
        {EMFILE, "too many open files"},
        {EMSGSIZE, "message too long"},
        {ENETUNREACH, "network is unreachable"},
        {ENOENT, "the name does not resolve"},
        {ENOMEM, "out of memory"},
        {ENOPROTOOPT, "protocol not available"},
        {ENOTCONN, "transport endpoint is not connected"},
        {ENOTSUP, "operation not supported"},
        {EPIPE, "broken pipe"},
        {EPROTO, "protocol error"},
        {ETIMEDOUT, "connection timed out"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].number == number) return texts[i].text;
    return NULL;
}

caw_error *caw__net_error(ptrdiff_t status, const char *what, const caw_address *address)
{
    int         number = (int)-status;
    const char *missing = number == ENOTSUP ? caw__host_no_sockets() : NULL, *text = missing;
    if (!text && number == EPROTO) text = caw__host_tls_failure();
    if (!text) text = text_of(number);
    char own[32], where[CAW_ADDRESS_TEXT];
    if (!text) {
        caw__format(own, sizeof own, "errno %u", (unsigned)number);
        text = own;
    }
    if (missing || !what) return caw_error_os(number, "%s", text);
    if (!address) return caw_error_os(number, "%s: %s", what, text);
    caw_address_format(address, where, sizeof where);
    return caw_error_os(number, "%s %s: %s", what, where, text);
}

caw_error *caw__net_tls_error(ptrdiff_t status)
{
    if (status != -ENOTSUP) return caw__net_error(status, "TLS", NULL);
    return caw_error_os(ENOTSUP, "only Node, Deno and Bun have TLS: on other hosts let a proxy speak it (nginx, stunnel)");
}

caw_error *caw__net_port_error(int port)
{
    return port < 0 || port > 65535 ? caw_error_new(CAW_VALUE_ERROR, "the port must be 0 to 65535") : NULL;
}

CAW__COLD_END
