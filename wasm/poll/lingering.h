/*
 * Owns: closing connections of WASI 0.2, whose close waits. Private to wasm/poll.
 */
#ifndef CAW_POLL_LINGERING_H
#define CAW_POLL_LINGERING_H

/* Closes it; or, when that would wait, ends it for the program and closes it later. */
void caw__linger(int descriptor);

/* Closes some of those that wait no more. To be called where connections come and go: nothing else may make room for new ones. */
void caw__lingering_close(void);

#endif
