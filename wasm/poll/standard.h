/*
 * Owns: what sockets.c needs of standard streams, which are no sockets as a rule. Private to wasm/poll.
 */
#ifndef CAW_POLL_STANDARD_H
#define CAW_POLL_STANDARD_H

#include "host.h"

/* As read and write, but at once: -EAGAIN. */
ptrdiff_t caw__standard_read(int descriptor, void *data, size_t size);
ptrdiff_t caw__standard_write(int descriptor, const void *data, size_t size);

#endif
