/*
 * Owns: what the host must ask of standard input to wait for it. Private to wasm/wasi.
 */
#ifndef CAW_WASI_STDIN_H
#define CAW_WASI_STDIN_H

#include "lines.h"

/* Whether waiting for it makes sense: a file is always ready, and some hosts refuse to be asked. */
bool caw__stdin_waits(void);
/* The host cannot wait for it: from here on caw__stdin_waits is false. */
void caw__stdin_never_waits(void);
/* One read, of what is there. */
void caw__stdin_read(void);

/* The same of a stream over standard input (standard.c): whether it waits for more to come, and that it has. */
bool caw__standard_wanted(const caw_loop *loop);
void caw__standard_came(void);

#endif
