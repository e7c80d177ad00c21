/*
 * Owns: names that become addresses, by wasi:sockets/ip-name-lookup.
 * Must not know: sockets.
 */
#include "socket.h"
#include "base/base.h"
#include <errno.h>
#include <string.h>

CAW__FROM("wasi:sockets/ip-name-lookup@0.3.0", "[async-lower]resolve-addresses")
uint32_t caw__wasi_resolve_addresses(const char *name, uint32_t length, void *result);

typedef struct found {
    uint8_t is_ipv6, unused;
    union {
        uint8_t  v4[4];
        uint16_t v6[8];
    } of;
} found;
_Static_assert(sizeof(found) == 18, "as wasi:sockets/types has ip-address");

typedef struct lookup {
    caw__waitable call;
    caw__op      *op;
    caw_address  *addresses;
    size_t        room;
    caw_family    family;
    uint16_t      port;
    size_t        size; /* of all this */
    struct {
        uint8_t failed;
        union {
            caw__wasi_error error;
            struct {
                found   *items;
                uint32_t count;
            } list;
        } of;
    } result;
    char name[];
} lookup;

enum { ACCESS_DENIED, INVALID_ARGUMENT, NAME_UNRESOLVABLE, TEMPORARY, PERMANENT, OTHER };

static ptrdiff_t refused(caw__wasi_error *error)
{
    switch (error->code) {
    case ACCESS_DENIED:
    case PERMANENT: /* what wasmtime says */ caw__name_lookup_refused(); return -ENOTSUP;
    case TEMPORARY: return -EAGAIN;
    case OTHER: error->code = UINT8_MAX; return caw__error_status(error);
    default: return -ENOENT;
    }
}

/* Lets go of it; gives the addresses. */
static ptrdiff_t ended(lookup *it)
{
    size_t count = 0, n = it->result.of.list.count;
    if (it->result.failed) {
        ptrdiff_t status = refused(&it->result.of.error);
        caw__free(it, it->size);
        return status;
    }
    found *items = it->result.of.list.items;
    for (size_t i = 0; i < n && count < it->room; i++) {
        caw__wasi_address address = {.at = {.is_ipv6 = items[i].is_ipv6}};
        if (it->family && (it->family == CAW_IPV6) != items[i].is_ipv6) continue;
        if (items[i].is_ipv6) memcpy(address.at.of.v6.address, items[i].of.v6, 16);
        else memcpy(address.at.of.v4.address, items[i].of.v4, 4);
        caw__address_from_wasi(&address, &it->addresses[count]);
        it->addresses[count++].port = it->port;
    }
    if (n) caw__host_memory(items, n * sizeof *items, 0);
    caw__free(it, it->size);
    return count ? (ptrdiff_t)count : -ENOENT;
}

static void lookup_done(caw__waitable *call, uint32_t event, uint32_t code)
{
    lookup  *it = CAW__CONTAINER(call, lookup, call);
    caw__op *op = it->op;
    (void)event, (void)code;
    caw__op_done(op, ended(it));
}

static void lookup_undo(void *what)
{
    lookup *it = what;
    it->room = 0;
    if (caw__give_up(&it->call)) ended(it);
    else caw__free(it, it->size);
}

/* All interfaces, or this machine itself. */
static ptrdiff_t of_this_machine(uint16_t port, caw_family family, bool passive, caw_address *addresses, size_t room)
{
    caw_address v6 = {.family = CAW_IPV6, .port = port}, v4 = {.family = CAW_IPV4, .port = port};
    size_t      count = 0;
    if (!passive) {
        v6.bytes[15] = 1;
        v4.bytes[0] = 127;
        v4.bytes[3] = 1;
    }
    if (family != CAW_IPV6 && count < room) addresses[count++] = v4;
    if (family != CAW_IPV4 && count < room) addresses[count++] = v6;
    return (ptrdiff_t)count;
}

ptrdiff_t caw__host_resolve(caw__op *op, const char *host, uint16_t port, caw_family family, bool passive,
                            caw_address *addresses, size_t room)
{
    op->words[0] = 0;
    if (!host) return of_this_machine(port, family, passive, addresses, room);
    if (!room) return -ENOENT;
    if (!caw_address_parse(host, port, addresses)) return family && family != addresses->family ? -ENOENT : 1;
    size_t  length = caw__length(host), size = sizeof(lookup) + length + 1;
    lookup *it = caw__alloc(size);
    if (!it) return -ENOMEM;
    *it = (lookup){.op = op, .addresses = addresses, .room = room, .family = family, .port = port, .size = size};
    memcpy(it->name, host, length + 1);
    uint32_t call = caw__wasi_resolve_addresses(it->name, (uint32_t)length, &it->result);
    if ((call & 15) == CM_RETURNED) return ended(it);
    caw__watch(&it->call, call >> 4, lookup_done);
    return caw__op_waits(op, it, lookup_undo);
}
