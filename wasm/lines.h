/*
 * Owns: what stands between the lines of standard input (lines.c) and a host that reads it. Private to wasm.
 */
#ifndef CAW_STDIN_LINES_H
#define CAW_STDIN_LINES_H

#include <cawait/loop.h>

/* Whether a task of `loop` waits for a line that is not there yet. */
bool caw__stdin_wanted(const caw_loop *loop);
/* The same, of whatever loop. */
bool caw__stdin_awaited(void);
/* Where what is read next goes, and how much of it; it stays there until caw__stdin_came. NULL: no memory, and who waits knows. */
char *caw__stdin_room(size_t *size);
/* So much was read, perhaps the last; completes the line that is awaited if that is now whole. */
void caw__stdin_came(size_t count, bool end);
/* It cannot be read: an errno. */
void caw__stdin_broken(int cause);
/* The loop is gone: nobody waits. */
void caw__stdin_close(const caw_loop *loop);

/* The host's part: somebody waits, outside of caw__host_wait. */
void caw__stdin_expected(void);

#endif
