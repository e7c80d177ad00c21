/*
 * Owns: addresses: a link's target made absolute, in one spelling; which origin it is of; a set of them.
 * Must not know: what is behind an address.
 */
#ifndef URLS_H
#define URLS_H

#include <cawait/value.h>

/*
 * The address that `target` means on the page `base` (NULL: it must be absolute): scheme and host in small letters, without "."
 * and "..", default port or fragment. 1 and *url, a new string; 0: nothing that can be fetched (mailto:, javascript:...);
 * -CAW_MEMORY_ERROR.
 */
int url_resolve(const char *base, const char *target, caw_string **url);

/* Whether both are on the same scheme, host and port. Of addresses that url_resolve made. */
bool url_same_origin(const char *a, const char *b);

/* Where the path begins. */
const char *url_path(const char *url);

/* All zero to begin with. */
typedef struct url_set {
    caw_string **slots;
    size_t       capacity, count;
} url_set;

/* 1: it is new, and now in the set; 0: it was there; -CAW_MEMORY_ERROR. Takes a reference of its own. */
int  url_set_add(url_set *set, caw_string *url);
void url_set_clear(url_set *set);

#endif
