/*
 * Owns: names that become addresses; what is an address already asks nobody.
 * Must not know: how the host finds them.
 */
#include "net/net.h"
#include <errno.h>

CAW__COLD

#define MOST 64 /* addresses of one name */

static void addresses_release(void *object)
{
    caw_addresses *list = object;
    caw__free(list, caw__size_of(sizeof *list, list->room, sizeof *list->each));
}
static const caw__type addresses_type = {"addresses", addresses_release, NULL};

caw_addresses *caw__addresses_new(size_t room)
{
    caw_addresses *list = caw__object_new(&addresses_type, CAW__OBJECT, caw__size_of(sizeof *list, room, sizeof *list->each));
    if (list) list->room = room;
    return list;
}

void caw__addresses_add(caw_addresses *list, const caw_address *address)
{
    for (size_t i = 0; i < list->count; i++)
        if (caw_address_equal(&list->each[i], address)) return;
    CAW__ALWAYS(list->count < list->room);
    list->each[list->count++] = *address;
}

size_t             caw_addresses_count(const caw_addresses *list) { return list->count; }
const caw_address *caw_addresses_at(const caw_addresses *list, size_t i) { return i < list->count ? &list->each[i] : NULL; }

/* What the host has found, in a list that is no longer than it must be. */
static caw_addresses *addresses_of(const caw_address *found, size_t count)
{
    caw_addresses *list = caw__addresses_new(count);
    for (size_t i = 0; list && i < count; i++) caw__addresses_add(list, &found[i]);
    return list;
}

static bool may_be_name(const char *text)
{
    size_t size = strlen(text);
    return size && caw__utf8_prefix(text, size) == size;
}

static CAW_ASYNC(caw_addresses *, resolve, const char *host, int port, caw_family family, bool passive)
{
    CAW_BEGIN(caw_addresses *) {
        caw_address single;
        caw_error  *error = caw__net_port_error(port);
        /* Of what is no name hosts say different things, or nothing (Bun, of ""); to components what is no UTF-8 is the end. */
        if (!error && host && !may_be_name(host)) error = caw__net_error(-ENOENT, *host ? host : "an empty name", NULL);
        if (error) CAW_RAISE_ERROR(error);
        caw_addresses *list = NULL;
        if (host && !caw_address_parse(host, (uint16_t)port, &single) && (!family || family == (caw_family)single.family)) {
            list = addresses_of(&single, 1);
        } else {
            operation      it;
            caw_addresses *found = caw__addresses_new(MOST);
            if (!found) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
            error =
                OPERATION_WAIT(&it, caw__host_resolve(&it.op, host, (uint16_t)port, family, passive, found->each, found->room),
                               caw_unref(found));
            if (!error && it.op.result <= 0)
                error = caw__net_error(it.op.result ? it.op.result : -ENOENT, host ? host : "this machine", NULL);
            if (!error) list = addresses_of(found->each, (size_t)it.op.result);
            caw_unref(found);
            if (error) CAW_RAISE_ERROR(error);
        }
        if (!list) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(list);
    } CAW_END;
}

caw_of(caw_addresses *) caw__resolve(const char *host, int port, caw_family family, bool passive)
{
    return resolve(host, port, family, passive);
}

static CAW_ASYNC(caw_addresses *, getaddrinfo_of, caw_string *host, int port, caw_family family, bool passive)
{
    CAW_BEGIN_OWNING(caw_addresses *, caw_unref(host)) {
        CAW_DEFER(caw_unref, host);
        CAW_RETURN(CAW_AWAIT(resolve(host ? caw_string_data(host) : NULL, port, family, passive)));
    } CAW_END;
}

caw_of(caw_addresses *) caw__getaddrinfo(const char *host, int port, const caw_getaddrinfo_options *options)
{
    caw_string *copy = host ? caw_string_of(host) : NULL;
    if (host && !copy) return (caw_of(caw_addresses *))caw__future_failed(caw__error_no_memory());
    return getaddrinfo_of(copy, port, options->family, options->passive);
}

CAW__COLD_END
