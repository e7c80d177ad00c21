/*
 * Owns: addresses of names: what needs no look-up, and one look-up by getaddrinfo.
 * Must not know: in which thread that is (names_threads.c, names_at_once.c).
 */
#define _GNU_SOURCE
#include "names.h"
#include "addresses.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#ifndef __wasi__
#include <net/if.h>
#endif

/* This machine: all of its interfaces, or the way from itself to itself. In the order of glibc's getaddrinfo. */
static ptrdiff_t own(uint16_t port, caw_family family, bool passive, caw_address *addresses, size_t room)
{
    caw_address four = {.family = CAW_IPV4, .port = port}, six = {.family = CAW_IPV6, .port = port};
    size_t      count = 0;
    if (!passive) {
        four.bytes[0] = 127;
        four.bytes[3] = six.bytes[15] = 1;
    }
    if (!passive && family != CAW_IPV4 && count < room) addresses[count++] = six;
    if (family != CAW_IPV6 && count < room) addresses[count++] = four;
    if (passive && family != CAW_IPV4 && count < room) addresses[count++] = six;
    return (ptrdiff_t)count;
}

static ptrdiff_t refused(int error)
{
    if (error == EAI_MEMORY) return -ENOMEM;
    if (error == EAI_SYSTEM && errno) return -errno;
    return -ENOENT;
}

void caw__name_look_up(caw__question *question)
{
    struct addrinfo *all, wanted = {
                              .ai_family = question->family == CAW_IPV4   ? AF_INET
                                           : question->family == CAW_IPV6 ? AF_INET6
                                                                          : AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM, /* each address once */
                              .ai_flags = question->passive ? AI_PASSIVE : 0,
                          };
    errno = 0;
    int error = getaddrinfo(question->host, NULL, &wanted, &all);
    if (error) {
        question->result = refused(error);
        return;
    }
    size_t count = 0;
    for (const struct addrinfo *one = all; one && count < question->room; one = one->ai_next) {
        if (!caw__address_read(&question->found[count], (const void *)one->ai_addr)) continue;
        question->found[count++].port = question->port;
    }
    freeaddrinfo(all);
    question->result = count ? (ptrdiff_t)count : -ENOENT;
}

ptrdiff_t caw__name_answer(caw__question *question)
{
    ptrdiff_t result = question->result;
    if (result > 0) memcpy(question->addresses, question->found, (size_t)result * sizeof *question->found);
    free(question);
    return result;
}

/* The number of an interface, or its name; 0: neither. */
static uint32_t zone_read(const char *text)
{
    char         *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*text && !*end && number <= UINT32_MAX) return (uint32_t)number;
#ifdef __wasi__
    return 0;
#else
    return if_nametoindex(text);
#endif
}

/* What is an address already; false: it is a name. */
static bool is_number(const char *host, uint16_t port, caw_address *address)
{
    char        text[INET6_ADDRSTRLEN];
    const char *zone = strchr(host, '%');
    size_t      length = zone ? (size_t)(zone - host) : strlen(host);
    if (length >= sizeof text) return false;
    memcpy(text, host, length);
    text[length] = 0;
    *address = (caw_address){.family = CAW_IPV4, .port = port};
    if (!zone && inet_pton(AF_INET, text, address->bytes) == 1) return true;
    address->family = CAW_IPV6;
    if (inet_pton(AF_INET6, text, address->bytes) != 1) return false;
    return !zone || (address->scope = zone_read(zone + 1));
}

ptrdiff_t caw__host_resolve(caw__op *op, const char *host, uint16_t port, caw_family family, bool passive,
                            caw_address *addresses, size_t room)
{
    caw_address number;
    op->words[0] = CAW__AT_REST;
    if (!host) return own(port, family, passive, addresses, room);
    if (is_number(host, port, &number)) {
        if (!room || (family && family != number.family)) return -ENOENT;
        *addresses = number;
        return 1;
    }
    size_t         length = strlen(host) + 1, found = room * sizeof(caw_address);
    caw__question *question = malloc(sizeof *question + found + length);
    if (!question) return -ENOMEM;
    *question = (caw__question){
        .op = op,
        .addresses = addresses,
        .room = room,
        .host = memcpy((char *)question->found + found, host, length),
        .port = port,
        .passive = passive,
        .family = family,
    };
    return caw__name_ask(question);
}
