/*
 * Owns: addresses and errors of wasi:sockets as they lie in memory, and as C has them.
 * Must not know: sockets.
 */
#ifndef CAW_WASIP3_ADDRESS_H
#define CAW_WASIP3_ADDRESS_H

#include <cawait/address.h>

/* ip-socket-address: a variant's number, then a record of either family. */
typedef union caw__wasi_address {
    struct {
        uint8_t is_ipv6;
        union {
            struct {
                uint16_t port;
                uint8_t  address[4];
            } v4;
            struct {
                uint16_t port;
                uint32_t flow;
                uint16_t address[8];
                uint32_t scope;
            } v6;
        } of;
    } at;
    uint32_t words[8];
} caw__wasi_address;
_Static_assert(sizeof(caw__wasi_address) == 32, "as wasi:sockets/types has it");

/* error-code: a variant, the last case of which has a text. */
typedef struct caw__wasi_error {
    uint8_t  code;
    uint32_t has_text; /* its first byte */
    char    *text;
    uint32_t length;
} caw__wasi_error;

/* result<_, error-code>, result<ip-socket-address, error-code>, result<handle, error-code> */
typedef struct caw__wasi_result {
    uint8_t failed;
    union {
        caw__wasi_error   error;
        caw__wasi_address address;
        uint32_t          handle;
    } of;
} caw__wasi_result;

void caw__address_to_wasi(const caw_address *address, caw__wasi_address *to);
void caw__address_from_wasi(const caw__wasi_address *from, caw_address *address);

/* 0, or -errno; lets go of the error's text. */
int caw__status_of(caw__wasi_result *result);
int caw__error_status(caw__wasi_error *error);

/* What a component gets from others it is given by this; it is freed with caw__host_memory. */
void *cabi_realloc(void *block, size_t old_size, size_t align, size_t size);

#endif
