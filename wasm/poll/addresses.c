/*
 * Owns: addresses as the system's calls want them.
 */
#include "addresses.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

bool caw__address_read(caw_address *address, const struct sockaddr *from)
{
    *address = (caw_address){.family = CAW_ANY_FAMILY};
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)from;
        *address = (caw_address){.family = CAW_IPV4, .port = ntohs(four->sin_port)};
        memcpy(address->bytes, &four->sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)from;
        *address = (caw_address){.family = CAW_IPV6, .port = ntohs(six->sin6_port), .scope = six->sin6_scope_id};
        memcpy(address->bytes, &six->sin6_addr, 16);
    }
    return address->family != CAW_ANY_FAMILY;
}

socklen_t caw__address_write(const caw_address *address, struct sockaddr_storage *to)
{
    memset(to, 0, sizeof *to);
    if (address->family == CAW_IPV4) {
        struct sockaddr_in *four = (void *)to;
        four->sin_family = AF_INET;
        four->sin_port = htons(address->port);
        memcpy(&four->sin_addr, address->bytes, 4);
        return sizeof *four;
    }
    if (address->family == CAW_IPV6) {
        struct sockaddr_in6 *six = (void *)to;
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(address->port);
        six->sin6_scope_id = address->scope;
        memcpy(&six->sin6_addr, address->bytes, 16);
        return sizeof *six;
    }
    return 0;
}
