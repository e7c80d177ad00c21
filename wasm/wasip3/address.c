/*
 * Owns: what becomes of an address or an error between wasi:sockets and C; memory for what comes from outside.
 * Must not know: who is told.
 */
#include "address.h"
#include "imports.h"
#include "host.h"
#include <errno.h>
#include <string.h>

void caw__address_to_wasi(const caw_address *address, caw__wasi_address *to)
{
    memset(to, 0, sizeof *to);
    to->at.is_ipv6 = address->family == CAW_IPV6;
    if (!to->at.is_ipv6) {
        to->at.of.v4.port = address->port;
        memcpy(to->at.of.v4.address, address->bytes, 4);
        return;
    }
    to->at.of.v6.port = address->port;
    to->at.of.v6.scope = address->scope;
    for (int i = 0; i < 8; i++) {
        to->at.of.v6.address[i] = (uint16_t)(address->bytes[2 * i] << 8 | address->bytes[2 * i + 1]);
    }
}

void caw__address_from_wasi(const caw__wasi_address *from, caw_address *address)
{
    *address = (caw_address){.family = CAW_IPV4, .port = from->at.of.v4.port};
    if (!from->at.is_ipv6) {
        memcpy(address->bytes, from->at.of.v4.address, 4);
        return;
    }
    *address = (caw_address){.family = CAW_IPV6, .port = from->at.of.v6.port, .scope = from->at.of.v6.scope};
    for (int i = 0; i < 8; i++) {
        address->bytes[2 * i] = (uint8_t)(from->at.of.v6.address[i] >> 8);
        address->bytes[2 * i + 1] = (uint8_t)from->at.of.v6.address[i];
    }
}

int caw__error_status(caw__wasi_error *error)
{
    static const uint8_t numbers[] = {EACCES,     ENOTSUP,      EINVAL,       ENOMEM, ETIMEDOUT,  EINVAL,       EADDRNOTAVAIL,
                                      EADDRINUSE, EHOSTUNREACH, ECONNREFUSED, EPIPE,  ECONNRESET, ECONNABORTED, EMSGSIZE};
    if (error->code < sizeof numbers) return -numbers[error->code];
    if (error->has_text & 255) caw__host_memory(error->text, error->length, 0);
    return -EIO;
}

int caw__status_of(caw__wasi_result *result) { return result->failed ? caw__error_status(&result->of.error) : 0; }

__attribute__((weak, export_name("cabi_realloc"))) void *cabi_realloc(void *block, size_t old_size, size_t align, size_t size)
{
    if (!size) return (void *)align;
    void *fresh = caw__host_memory(block, old_size, size);
    if (!fresh) __builtin_trap(); /* there is no other answer */
    return fresh;
}
