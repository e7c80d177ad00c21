/*
 * Owns: a queue of bytes: put in at the end, taken from the front, in one piece of memory.
 * Must not know: who puts and who takes.
 *
 * Taking moves a mark; what lies before it is won back only when at least as much was taken as is left, so that every byte is
 * moved at most once for one that was taken.
 */
#ifndef CAW_BUFFER_H
#define CAW_BUFFER_H

#include "base/base.h"

typedef struct caw__buffer {
    uint8_t *data;
    size_t   head, size, capacity;
} caw__buffer;

/* The first byte; there are `size`. */
static inline const uint8_t *caw__buffer_front(const caw__buffer *buffer) { return buffer->data + buffer->head; }
/* Room for `more` bytes behind the others; false without memory, and nothing has changed. */
bool caw__buffer_reserve(caw__buffer *buffer, size_t more);
/* Puts bytes in. There must be room. */
void caw__buffer_put(caw__buffer *buffer, const void *data, size_t size);
/* Takes `size` bytes away from the front. */
void caw__buffer_take(caw__buffer *buffer, size_t size);

#endif
