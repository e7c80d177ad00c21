/*
 * Owns: the checked build (CAW_CHECKED): which coroutines were made and never awaited, and a quarantine in which ended frames stay
 * for a while, so that awaiting one again is an error with its name instead of a write into somebody else's frame.
 * Must not know: anything of the frames but their head. Nothing here is linked unless a source was compiled with CAW_CHECKED.
 */
#include "loop/loop.h"

CAW__COLD

#define QUARANTINE 256

typedef struct ended {
    caw__co *co;
    void    *block;
    size_t   size;
} ended;

/* A coroutine that has not ended, and by which line of the program the library was last called before it was made. */
typedef struct birth {
    caw__co  *co;
    caw__spot at;
} birth;

static CAW__TLS birth *born; /* a set with open addressing; NULL: free, GONE: was taken */
static CAW__TLS size_t capacity, used;
static CAW__TLS ended  quarantine[QUARANTINE];
static CAW__TLS size_t quarantined; /* ever */
#define GONE ((caw__co *)1)

static size_t slot_of(const caw__co *co) { return ((uintptr_t)co >> 4) * 2654435761u & (capacity - 1); }

static void check_insert(birth it)
{
    CAW__ALWAYS(used < capacity);
    size_t i = slot_of(it.co);
    while (born[i].co && born[i].co != GONE) i = (i + 1) & (capacity - 1);
    used += !born[i].co;
    born[i] = it;
}

/* Without memory a coroutine goes unwatched: checking must not make a program fail. */
static bool check_grow(void)
{
    size_t old_capacity = capacity;
    birth *old = born, *bigger = caw__block_new((capacity ? capacity * 2 : 64) * sizeof *bigger);
    if (!bigger) return false;
    caw__set_aside += !born;
    capacity = capacity ? capacity * 2 : 64;
    memset(bigger, 0, capacity * sizeof *bigger);
    born = bigger;
    used = 0;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].co && old[i].co != GONE) check_insert(old[i]);
    }
    if (old) caw__block_free(old, old_capacity * sizeof *old);
    return true;
}

static void check_release(ended *e)
{
    if (!e->block) return;
    CAW__SHOW(e->block, e->size);
    caw__block_free(e->block, e->size);
    caw__set_aside--;
    e->block = NULL;
}

/* The quarantine, and the table unless there is something in it. */
static void flush(void)
{
    for (size_t i = 0; i < QUARANTINE; i++) check_release(&quarantine[i]);
    for (size_t i = 0; i < capacity; i++) {
        if (born[i].co && born[i].co != GONE) return;
    }
    if (!born) return;
    caw__block_free(born, capacity * sizeof *born);
    caw__set_aside--;
    born = NULL;
    capacity = used = 0;
}

/* At the close of a loop: what was made and never awaited, once each; then all that is kept is given back. */
static void report(caw_loop *loop)
{
    for (size_t i = 0; i < capacity; i++) {
        caw__co *co = born[i].co;
        if (!co || co == GONE) continue;
        if (co->kind != CAW__FRESH || co->state) continue; /* asyncio says nothing of a generator either */
        co->state = CAW__TOLD;
        char       message[160];
        caw__spot  at = born[i].at.file ? born[i].at : (caw__spot){co->desc->file, co->desc->line};
        caw_report r = {.message = message, .name = co->desc->name, .file = at.file, .line = at.line};
        caw__format(message, sizeof message, "coroutine '%s' was never awaited", co->desc->name);
        caw_call_exception_handler(loop, &r);
    }
    caw__check_flush();
}

void caw__check_born(caw__co *co)
{
    caw__check_close = report;
    caw__check_frames = flush;
    unsigned thread = caw__check_thread();
    co->depth = (uint8_t)thread;
    co->line = (uint8_t)(thread >> 8);
    if (used * 2 < capacity || check_grow()) check_insert((birth){co, caw__here});
}

void caw__check_spent(caw__co *co, void *block, size_t size)
{
    for (size_t i = capacity ? slot_of(co) : 0; capacity && born[i].co; i = (i + 1) & (capacity - 1)) {
        if (born[i].co != co) continue;
        born[i].co = GONE;
        break;
    }
    co->kind = CAW__STARTED; /* dropped before it ran: still not to be awaited */
    ended *e = &quarantine[quarantined++ % QUARANTINE];
    check_release(e);
    caw__set_aside++;
    *e = (ended){co, block, size};
    CAW__HIDE(block, size);
    CAW__SHOW(co, sizeof *co); /* its head stays readable: what is gone must be seen to be gone */
}

CAW__COLD_END
