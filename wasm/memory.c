/*
 * Owns: the core's memory on wasm: blocks of a power of two, cut from pages of the module's own, kept by size when freed.
 * Must not know: what is in them. The C library's malloc is 12 KB of code that a program which does not call it itself need not
 * have; both take pages from the same memory and each keeps to its own.
 */
#include "host.h"
#include <string.h>

#ifdef __EMSCRIPTEN__
#include <stdlib.h>

/* Emscripten's own sbrk takes all memory behind its data for itself: what others add there, it would overwrite. */
void *caw__host_memory(void *block, size_t old_size, size_t size)
{
    (void)old_size;
    if (size) return realloc(block, size);
    free(block);
    return NULL;
}

#else

#define PAGE ((size_t)65536)
#define SMALLEST 10 /* 2^10: the core pools what is smaller */

static CAW__TLS void *idle[32]; /* free blocks by the exponent of their size */

static unsigned exponent(size_t size)
{
    return size <= (size_t)1 << SMALLEST ? SMALLEST : 32 - (unsigned)__builtin_clz((unsigned)(size - 1));
}

static void give(void *block, unsigned n)
{
    *(void **)block = idle[n];
    idle[n] = block;
}

/* A free block, or the half of a larger one, or fresh pages. */
static void *take(unsigned n)
{
    size_t size = (size_t)1 << n;
    char  *block = idle[n];
    if (block) {
        idle[n] = *(void **)(void *)block;
    } else if (size < PAGE) {
        if ((block = take(n + 1))) give(block + size, n);
    } else {
        size_t at = __builtin_wasm_memory_grow(0, size / PAGE);
        block = at == SIZE_MAX ? NULL : (char *)(at * PAGE);
    }
    return block;
}

void *caw__host_memory(void *block, size_t old_size, size_t size)
{
    void *fresh = NULL;
    if (size > (size_t)1 << 30) return NULL;
    if (size) {
        if (block && exponent(old_size) == exponent(size)) return block;
        if (!(fresh = take(exponent(size)))) return NULL;
        if (block) memcpy(fresh, block, old_size < size ? old_size : size);
    }
    if (block) give(block, exponent(old_size));
    return fresh;
}

#endif
