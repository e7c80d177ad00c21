/*
 * Owns: how a name becomes addresses (loop.getaddrinfo).
 * Must not know: who connects to them, or the host's way to ask.
 *
 *     caw_addresses *found = CAW_AWAIT(caw_getaddrinfo("example.org", 80));
 *     for (size_t i = 0; i < caw_addresses_count(found); i++) show(caw_addresses_at(found, i));
 *     caw_unref(found);
 */
#ifndef CAWAIT_GETADDRINFO_H
#define CAWAIT_GETADDRINFO_H

#include <cawait/address.h>
#include <cawait/coro.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object: addresses, most wanted first, none of them twice. */
typedef struct caw_addresses caw_addresses;

size_t caw_addresses_count(const caw_addresses *list);
/* Borrowed: valid as long as the list. NULL past the last. */
const caw_address *caw_addresses_at(const caw_addresses *list, size_t index);

/*
 * The addresses of `host`, with `port` (0 to 65535) in each, 64 at most. Text that is an address is that address, and nobody is asked;
 * what else a name is the host decides, "localhost" for one. host NULL: this machine's. The text is copied.
 * Other tasks go on meanwhile, but on wasip2, whose C library looks names up in one go: there the loop stands still as long as that takes.
 *     caw_getaddrinfo(host, port)      caw_getaddrinfo(NULL, 80, .passive = true)
 * OSError: ENOENT when it does not resolve, as "" and what is no UTF-8 never do, ENOTSUP where there are no sockets, others as the
 * host has them; ValueError for a port that is none. Cancelled, it gives the question up. Source: loop.getaddrinfo; there the port may be the name of a service.
 */
typedef struct caw_getaddrinfo_options {
    char caw__none    CAW__UNSET; /* so that giving none is an initializer, too */
    caw_family family CAW__UNSET; /* only those */
    bool passive      CAW__UNSET; /* to listen on: host NULL means all interfaces (AI_PASSIVE) */
} caw_getaddrinfo_options;
#define caw_getaddrinfo(host, port, ...)                                                                                       \
    caw__getaddrinfo((host), (port), CAW__GIVEN(caw_getaddrinfo_options, .caw__none = 0, __VA_ARGS__))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(caw_addresses *) caw__getaddrinfo(const char *host, int port, const caw_getaddrinfo_options *options);

#ifdef __cplusplus
}
#endif
#endif
