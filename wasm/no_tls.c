/*
 * Owns: TLS where the host has none: that is said at once.
 * Must not know: which host.
 */
#include "host.h"
#include <errno.h>

int caw__host_socket_secure(caw__socket socket, const caw__tls *tls)
{
    (void)socket, (void)tls;
    return -ENOTSUP;
}

const char *caw__host_tls_failure(void) { return NULL; }
