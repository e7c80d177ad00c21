/*
 * Owns: names and addresses of the simulated network: what resolves to what, what becomes of who connects where, free ports.
 * Must not know: sockets, but to ask what they are bound to.
 */
#include "network.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PORT 49152

typedef struct entry {
    struct entry *next;
    caw_address   address; /* of a name */
    int           error;   /* of a fate */
    double        seconds;
    char          text[];
} entry;

static CAW__TLS entry   *names, *fates; /* in the order in which they were given */
static CAW__TLS uint16_t last_port;

static entry *entry_add(entry **list, const char *text)
{
    size_t length = strlen(text) + 1;
    entry *e = calloc(1, sizeof *e + length);
    if (!e) abort();
    memcpy(e->text, text, length);
    while (*list) list = &(*list)->next;
    return *list = e;
}

static void entries_remove(entry **list, const char *text)
{
    while (*list) {
        entry *e = *list;
        if (text && strcmp(e->text, text) != 0) {
            list = &e->next;
            continue;
        }
        *list = e->next;
        free(e);
    }
}

int caw_sim_net_name(const char *name, const char *address)
{
    caw_address parsed = {0};
    if (!address) entries_remove(&names, name);
    else if (caw_address_parse(address, 0, &parsed)) return -1;
    else entry_add(&names, name)->address = parsed;
    return 0;
}

void caw_sim_net_fate(const char *what, int error, double seconds)
{
    entries_remove(&fates, what);
    if (!error && !(seconds > 0)) return;
    entry *e = entry_add(&fates, what);
    e->error = error;
    e->seconds = seconds;
}

void caw__sim_net_forget(void);

void caw_sim_net_clear(void)
{
    entries_remove(&names, NULL);
    entries_remove(&fates, NULL);
    last_port = 0;
    caw__sim_net_forget();
}

bool net__fate(const char *what, const caw_address *address, int *error, double *seconds)
{
    char with[CAW_ADDRESS_TEXT] = "", without[CAW_ADDRESS_TEXT] = "";
    if (address) {
        caw_address bare = *address;
        bare.port = 0;
        caw_address_format(address, with, sizeof with);
        caw_address_format(&bare, without, sizeof without);
        what = with;
    }
    for (const entry *e = fates; e; e = e->next) {
        if (strcmp(e->text, what) != 0 && strcmp(e->text, without) != 0) continue;
        *error = e->error;
        *seconds = e->seconds;
        return true;
    }
    return false;
}

/* ---- Addresses -------------------------------------------------------------------------------------------------------------- */

uint16_t net__port(void)
{
    for (;;) {
        last_port = last_port < FIRST_PORT ? FIRST_PORT : (uint16_t)(last_port + 1);
        const net__socket *s = net__next(NULL);
        while (s && s->own.port != last_port) s = net__next(s);
        if (!s) return last_port;
    }
}

caw_address net__localhost(caw_family family)
{
    if (family == CAW_IPV4) return (caw_address){.family = CAW_IPV4, .bytes = {127, 0, 0, 1}};
    return (caw_address){.family = CAW_IPV6, .bytes = {[15] = 1}};
}

bool net__is_any(const caw_address *address)
{
    static const uint8_t zero[16];
    return !memcmp(address->bytes, zero, sizeof zero);
}

bool net__reaches(const net__socket *s, const caw_address *to)
{
    if (s->own.port != to->port) return false;
    if ((caw_family)to->family == s->family) return net__is_any(&s->own) || !memcmp(s->own.bytes, to->bytes, sizeof to->bytes);
    return s->family == CAW_IPV6 && net__is_any(&s->own) && !(s->options >> CAW__ONLY_IPV6 & 1);
}

/* ---- Resolving ---------------------------------------------------------------------------------------------------------------- */

typedef struct answer {
    caw_address *addresses;
    size_t       room, count;
    uint16_t     port;
    caw_family   family;
} answer;

static void answer_add(answer *a, caw_address address)
{
    if ((a->family && a->family != (caw_family)address.family) || a->count == a->room) return;
    address.port = a->port;
    a->addresses[a->count++] = address;
}

ptrdiff_t caw__host_resolve(caw__op *op, const char *host, uint16_t port, caw_family family, bool passive,
                            caw_address *addresses, size_t most)
{
    answer      a = {addresses, most, 0, port, family};
    caw_address parsed = {0};
    if (net__off()) return -ENOTSUP;
    if (!host && passive) {
        answer_add(&a, (caw_address){.family = CAW_IPV4});
        answer_add(&a, (caw_address){.family = CAW_IPV6});
        return (ptrdiff_t)a.count;
    }
    if (host && !caw_address_parse(host, port, &parsed)) {
        answer_add(&a, parsed);
        return a.count ? (ptrdiff_t)a.count : -ENOENT;
    }
    for (const entry *e = names; e && host; e = e->next)
        if (!strcmp(e->text, host)) answer_add(&a, e->address);
    if (!a.count && (!host || !strcmp(host, "localhost"))) {
        answer_add(&a, net__localhost(CAW_IPV6));
        answer_add(&a, net__localhost(CAW_IPV4));
    }
    int    error = a.count ? 0 : ENOENT;
    double seconds = 0;
    if (host) net__fate(host, NULL, &error, &seconds);
    net__wait(op, NULL, 0);
    ptrdiff_t result = error ? -error : (ptrdiff_t)a.count;
    if (net__schedule((net__event){.kind = NET__DONE, .op = op, .result = result}, seconds)) return CAW__UNDER_WAY;
    caw__host_cancel(op);
    return -ENOBUFS;
}
