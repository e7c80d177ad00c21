/*
 * Owns: the queue of bytes behind a stream's reader and a transport's writer.
 * Must not know: either of them.
 */
#include "base/buffer.h"

CAW__COLD

#define KEPT ((size_t)4096) /* an empty buffer keeps no more than this */
#define MOST (SIZE_MAX / 4)

bool caw__buffer_reserve(caw__buffer *b, size_t more)
{
    if (b->capacity - b->head - b->size >= more) return true;
    if (more > MOST - b->size) return false;
    if ((b->head >= b->size || b->capacity > MOST) && b->capacity - b->size >= more) {
        memmove(b->data, b->data + b->head, b->size);
        b->head = 0;
        return true;
    }
    size_t capacity = b->capacity ? b->capacity * 2 : 64;
    while (capacity < b->size + more) capacity *= 2;
    uint8_t *data = caw__alloc(capacity);
    if (!data) return false;
    if (b->size) memcpy(data, b->data + b->head, b->size);
    caw__free(b->data, b->capacity);
    *b = (caw__buffer){data, 0, b->size, capacity};
    return true;
}

void caw__buffer_put(caw__buffer *b, const void *data, size_t size)
{
    CAW__ALWAYS(size && size <= b->capacity - b->head - b->size);
    memcpy(b->data + b->head + b->size, data, size);
    b->size += size;
}

void caw__buffer_take(caw__buffer *b, size_t size)
{
    CAW__ALWAYS(size <= b->size);
    b->head += size;
    b->size -= size;
    if (b->size) return;
    b->head = 0;
    if (b->capacity <= KEPT) return;
    caw__free(b->data, b->capacity);
    *b = (caw__buffer){NULL, 0, 0, 0};
}

CAW__COLD_END
