/*
 * Owns: how an endpoint for datagrams is made of a socket.
 * Must not know: how the socket was bound.
 */
#ifndef CAW_ENDPOINT_H
#define CAW_ENDPOINT_H

#include "net/net.h"
#include <cawait/datagram.h>

/*
 * Takes over the socket and the protocol; connection_made is called in the next pass. `remote` NULL: it sends to anybody. A new reference.
 * NULL without memory: then it has taken nothing.
 */
caw_datagram_transport *caw__datagram_new(caw__socket socket, const caw_address *remote,
                                          const caw_datagram_protocol_ops *protocol, void *self);

#endif
