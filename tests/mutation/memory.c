/*
 * Owns: the simulated host's memory while changes are tried: what was given back is filled, kept for a while, and must then be as it
 * was filled; so a change that writes to what is gone is noticed, and one that reads it goes astray. A sanitizer would see more and
 * take three times as long.
 * Must not know: what the memory is for. Beside it: the count that steps_NAME.c replace.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *memory_realloc(void *block, size_t size);
void  memory_free(void *block);
void  __sanitizer_cov_trace_pc(void);

enum { KEPT = 512, GONE = 0xDB };

typedef struct head {
    size_t size;
    size_t unused; /* so that what follows is aligned to 16 */
} head;

static head  *kept[KEPT];
static size_t given_back; /* ever */

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

__attribute__((destructor)) static void look_at_all(void)
{
    for (size_t i = 0; i < KEPT; i++) let_go(&kept[i]);
}

void memory_free(void *block)
{
    if (!block) return;
    head  *h = (head *)block - 1;
    head **place = &kept[given_back++ % KEPT];
    let_go(place);
    memset(block, GONE, h->size);
    *place = h;
}

void *memory_realloc(void *block, size_t size)
{
    head *h = malloc(sizeof *h + size);
    if (!h) return NULL;
    h->size = size;
    if (block) {
        size_t old = ((head *)block - 1)->size;
        memcpy(h + 1, block, old < size ? old : size);
        memory_free(block);
    }
    return h + 1;
}

__attribute__((weak)) void __sanitizer_cov_trace_pc(void) {}
