/*
 * Owns: what the host must ask of standard input to wait for it. Private to wasm/wasi.
 */
#ifndef CAW_WASI_STDIN_H
#define CAW_WASI_STDIN_H

#include <cawait/loop.h>

/* Whether a task of `loop` waits for a line that is not there yet. */
bool caw__stdin_wanted(const caw_loop *loop);
/* Whether waiting for it makes sense: a file is always ready, and some hosts refuse to be asked. */
bool caw__stdin_waits(void);
/* The host cannot wait for it: from here on caw__stdin_waits is false. */
void caw__stdin_never_waits(void);
/* One read, of what is there; completes the line that is awaited if that is now whole. */
void caw__stdin_read(void);
/* The loop is gone: nobody waits. */
void caw__stdin_close(const caw_loop *loop);

#endif
