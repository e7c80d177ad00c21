/*
 * Owns: addresses as the system's calls want them. Private to wasm/poll.
 */
#ifndef CAW_POLL_ADDRESSES_H
#define CAW_POLL_ADDRESSES_H

#include <cawait/address.h>
#include <sys/socket.h>

/* False: of another family; the address has none then. */
bool caw__address_read(caw_address *address, const struct sockaddr *from);
/* How long it is there; 0: it has no family. */
socklen_t caw__address_write(const caw_address *address, struct sockaddr_storage *to);

#endif
