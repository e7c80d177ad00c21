/*
 * Owns: what the host must ask of standard input to wait for it. Private to wasm/poll.
 */
#ifndef CAW_POLL_STDIN_H
#define CAW_POLL_STDIN_H

#include "lines.h"

/* Whether waiting for it makes sense: a file is always ready. */
bool caw__stdin_waits(void);
/* One read, of what is there. */
void caw__stdin_read(void);

#endif
