/*
 * Owns: addresses of the internet: what they are made of, their text.
 * Must not know: how a name becomes one (getaddrinfo.h), or who uses them.
 */
#ifndef CAWAIT_ADDRESS_H
#define CAWAIT_ADDRESS_H

#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum caw_family {
    CAW_ANY_FAMILY, /* of a question: either; of an address: there is none */
    CAW_IPV4,
    CAW_IPV6
} caw_family;

/* 24 bytes, compared member by member. */
typedef struct caw_address {
    uint8_t  family;    /* caw_family */
    uint16_t port;      /* as a number, not in the network's order */
    uint32_t scope;     /* the zone of a link-local IPv6 address, as the host numbers its interfaces; 0: none */
    uint8_t  bytes[16]; /* in the network's order; of IPv4 the first four, the rest 0 */
} caw_address;

/* As much text as caw_address_format writes, with the NUL. */
#define CAW_ADDRESS_TEXT 64

/*
 * Reads "127.0.0.1", "::1", "fe80::1%2", "::ffff:10.0.0.1" (RFC 4291; all four numbers of IPv4, decimal, without leading zeros); no
 * port, no brackets. 0; -CAW_VALUE_ERROR when the text is no address, and *address has no family then. Source: ipaddress.ip_address.
 */
int caw_address_parse(const char *text, uint16_t port, caw_address *address);

/*
 * Writes "127.0.0.1:80" or "[fe80::1%2]:80" (RFC 5952), without the port where it is 0: "127.0.0.1", "fe80::1%2"; "" for none.
 * Returns the length that the whole text has; NUL terminated, cut to size.
 */
size_t caw_address_format(const caw_address *address, char *text, size_t size);

bool caw_address_equal(const caw_address *one, const caw_address *other);

#ifdef __cplusplus
}
#endif
#endif
