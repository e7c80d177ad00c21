/*
 * Owns: the simulated host's memory while changes are tried: what was given back is filled, kept for a while, and must then be as it
 * was filled; what stands behind a block must stand there when it is given back; a new block is full of what nobody wrote. So a change
 * that writes to what is gone, or behind a block, or gives back less than before, is noticed, and one that reads it goes astray. A
 * sanitizer would see more and take three times as long.
 * Must not know: what the memory is for. Beside it: which blocks ran, for reach.mjs, in place of the count of steps_NAME.c.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memory_realloc(void *block, size_t size);
void  memory_free(void *block);
void  __sanitizer_cov_trace_pc(void);

enum { KEPT = 512, GONE = 0xDB, BEHIND = 16, GUARD = 0xBD, FRESH = 0xCB };

typedef struct head {
    size_t size;
    size_t unused; /* so that what follows is aligned to 16 */
} head;

static head  *kept[KEPT];
static size_t given_back; /* ever */
static bool   busy;       /* with these: the tests of threads share them */
static long   there;      /* blocks that were given out and not given back */

static void enter(void)
{
    while (__atomic_test_and_set(&busy, __ATOMIC_ACQUIRE)) continue;
}
static void leave(void) { __atomic_clear(&busy, __ATOMIC_RELEASE); }

static void let_go(head **place)
{
    head *h = *place;
    *place = NULL;
    if (!h) return;
    const uint8_t *bytes = (const uint8_t *)(h + 1);
    for (size_t i = 0; i < h->size; i++)
        if (bytes[i] != GONE) abort();
    free(h);
}

/* MUTATION_THERE is how many blocks are there at the end without any change. */
__attribute__((destructor)) static void look_at_all(void)
{
    const char *most = getenv("MUTATION_THERE");
    for (size_t i = 0; i < KEPT; i++) let_go(&kept[i]);
    if (most && *most && there > atol(most)) abort();
}

void memory_free(void *block)
{
    if (!block) return;
    head *h = (head *)block - 1;
    for (size_t i = 0; i < BEHIND; i++)
        if (((uint8_t *)block)[h->size + i] != GUARD) abort();
    memset(block, GONE, h->size);
    enter();
    head **place = &kept[given_back++ % KEPT];
    let_go(place);
    there--;
    *place = h;
    leave();
}

void *memory_realloc(void *block, size_t size)
{
    head *h = malloc(sizeof *h + size + BEHIND);
    if (!h) return NULL;
    enter();
    there++;
    leave();
    h->size = size;
    memset((uint8_t *)(h + 1) + size, GUARD, BEHIND);
    memset(h + 1, FRESH, size);
    if (block) {
        size_t old = ((head *)block - 1)->size;
        memcpy(h + 1, block, old < size ? old : size);
        memory_free(block);
    }
    return h + 1;
}

/* ---- To the file that MUTATION_REACH names: `there`, and which blocks ran, as offsets into this library --------------------------------------- */

enum { REACHED = 1 << 22 };

static uint8_t     reached[REACHED / 8];
static const char *base;

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("MUTATION_REACH");
    FILE       *file = path && base ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", there);
    for (size_t i = 0; i < REACHED; i++)
        if (reached[i / 8] & 1 << i % 8) fprintf(file, "0x%zx\n", i - 1); /* of the call, not of what is behind it */
    fclose(file);
}

__attribute__((weak)) void __sanitizer_cov_trace_pc(void)
{
    static int asked; /* 1: nobody wants to know, 2: somebody does */
    if (asked == 1) return;
    if (!asked) {
        Dl_info info;
        asked = getenv("MUTATION_REACH") && dladdr((void *)(uintptr_t)tell, &info) ? 2 : 1;
        if (asked == 2) base = info.dli_fbase;
        if (!base) return;
    }
    size_t offset = (size_t)((const char *)__builtin_return_address(0) - base);
    if (offset < REACHED) __atomic_fetch_or(&reached[offset / 8], (uint8_t)(1 << offset % 8), __ATOMIC_RELAXED);
}
