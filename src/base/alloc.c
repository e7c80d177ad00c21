/*
 * Owns: memory: the user's allocator, pooled storage by size class, the counts of what lives. All of it is the thread's own: objects
 * never leave their thread, so nothing here is shared.
 * Must not know: what is stored.
 */
#include "base/base.h"
#include "host.h"
#include <string.h>

CAW__TLS caw__runtime caw__rt;

#define CHUNK_MIN ((size_t)8 * 1024)
#define CHUNK_MAX ((size_t)64 * 1024)
#define LARGEST ((size_t)CAW__POOL_CLASSES * CAW__POOL_STEP)

static void *from_host(void *data, void *block, size_t old_size, size_t size)
{
    (void)data;
    return caw__host_memory(block, old_size, size);
}

static CAW__TLS caw_allocator *allocator = from_host;
static CAW__TLS void          *allocator_data;
static CAW__TLS size_t         taken; /* bytes from the allocator */
static CAW__TLS uint32_t       made;  /* blocks made, less the large ones freed; the free lists tell how many of them live */
CAW__TLS uint32_t              caw__set_aside, caw__open_loops;
#if CAW__POOLED
/* Of a chunk. What follows is aligned to 16; on wasm, whose chunks are to 64, no block of 64 (a handle's) is in two of a cache's lines. */
typedef union head {
    struct {
        union head *next;
        size_t      size;
    };
    _Alignas(16) char line[64];
} head;

static CAW__TLS head  *chunks;
static CAW__TLS char  *chunk;
static CAW__TLS size_t rest; /* of the present chunk */
static CAW__TLS size_t chunk_size = CHUNK_MIN;
#endif

CAW__COLD

int caw_set_allocator(caw_allocator *function, void *data)
{
#ifdef CAW_CHECKED
    caw__check_flush();
#endif
    if (taken) return -CAW_RUNTIME_ERROR;
    allocator = function ? function : from_host;
    allocator_data = data;
    return 0;
}

static void *alloc_take(size_t size)
{
    if (size > PTRDIFF_MAX) return NULL; /* an allocator that adds to it is not to be asked */
    void *block = allocator(allocator_data, NULL, 0, size);
    if (block) taken += size;
    return block;
}

#if CAW__POOLED
static void *cut(size_t size)
{
    void *block = chunk;
    chunk += size;
    rest -= size;
    made++;
    return block;
}

/*
 * A piece of the present chunk, two where 16 does not divide the size: what is left is aligned to 16. What is left of a chunk that is
 * too short goes to the free lists, so nothing is lost.
 */
static void *carve(size_t size)
{
    while (rest < 2 * size) {
        if (rest) {
            size_t piece = rest < LARGEST ? rest : LARGEST;
            caw__block_free(cut(piece), piece);
            continue;
        }
        char *fresh = alloc_take(chunk_size);
        if (!fresh) {
            if (chunk_size == CHUNK_MIN) return NULL;
            chunk_size = CHUNK_MIN; /* a smaller one may still be had */
            continue;
        }
        head *first = (head *)(void *)fresh;
        first->next = chunks;
        first->size = chunk_size;
        chunks = first;
        chunk = fresh + sizeof *first;
        rest = chunk_size - sizeof *first;
        if (chunk_size < CHUNK_MAX) chunk_size *= 2;
    }
    if (size % 16) caw__block_free(cut(size), size);
    return cut(size);
}
#endif

void *caw__block_new(size_t size)
{
#if CAW__POOLED
    size_t class = (size - 1) / CAW__POOL_STEP;
    if (class < CAW__POOL_CLASSES) {
        void *block = caw__rt.pool[class];
        if (!block) return carve((class + 1) * CAW__POOL_STEP);
        caw__rt.pool[class] = *(void **)block;
        return block;
    }
#endif
    void *block = alloc_take(size);
    if (block) made++;
    return block;
}

CAW__COLD_END

void caw__block_free(void *block, size_t size)
{
#if CAW__POOLED
    size_t class = (size - 1) / CAW__POOL_STEP;
    if (class < CAW__POOL_CLASSES) {
        *(void **)block = caw__rt.pool[class];
        caw__rt.pool[class] = block;
        return;
    }
#endif
    CAW__ALWAYS(taken >= size);
    taken -= size;
    made--;
    allocator(allocator_data, block, size, 0);
}

CAW__COLD

void *caw__alloc(size_t size) { return caw__alloc_inline(size); }

void caw__free(void *block, size_t size)
{
    if (block) caw__free_inline(block, size);
}

/* Counted when asked for, so that allocating counts nothing: what was made, less what is in the free lists. */
static uint32_t living(void)
{
    uint32_t idle = 0;
#if CAW__POOLED
    for (size_t class = 0; class < CAW__POOL_CLASSES; class ++) {
        for (void *block = caw__rt.pool[class]; block; block = *(void **)block) idle++;
    }
#endif
    CAW__ALWAYS(made - idle <= made && caw__set_aside <= made - idle);
    return made - idle - caw__set_aside;
}

bool caw__pools_end(void)
{
    if (living()) return false;
#if CAW__POOLED
    for (head *next; chunks; chunks = next) {
        size_t size = chunks->size;
        next = chunks->next;
        taken -= size;
        allocator(allocator_data, chunks, size, 0);
    }
    memset(caw__rt.pool, 0, sizeof caw__rt.pool);
    chunk = NULL;
    rest = 0;
    chunk_size = CHUNK_MIN;
    made = 0;
#endif
    return true;
}

void caw__stats(caw_stats *stats)
{
    stats->frames = living() - caw__rt.blocks;
    stats->blocks = caw__rt.blocks;
    stats->loops = caw__open_loops;
    stats->bytes = taken;
}

caw_stats caw_get_stats(void)
{
    caw_stats stats;
    caw__stats(&stats);
    return stats;
}

CAW__COLD_END
