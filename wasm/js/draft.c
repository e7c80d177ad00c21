/*
 * Owns: strings that JavaScript writes: bytes of any size go straight to where C reads them; a large one may grow, for who does not know
 * how much will come. A large one is a run of whole pages: the last run in memory grows and shrinks in place, and what is given back is
 * taken again, in parts, and joined with what is beside it.
 * Must not know: what is written. Linked only into programs that take text from JavaScript. Its other half is js/bridge/draft.ts.
 */
#include "bridge.h"
#include <string.h>

CAW__COLD

const char caw__js_draft_here = 0;

#ifndef __EMSCRIPTEN__ /* its malloc takes all memory behind its data for itself */

#define PAGE ((size_t)65536)

/* A run's first bytes. */
typedef struct run {
    _Alignas(16) struct run *next; /* of a free one: the next by address */
    size_t pages;
    void  *counted; /* of one in use: a block of the core's, so that a leak of it is seen */
} run;

static CAW__TLS run *idle; /* free runs by address, no two side by side */

static size_t pages_for(size_t length) { return (sizeof(run) + sizeof(caw_string) + length + PAGE) / PAGE; }
static char  *end_of(run *r) { return (char *)r + r->pages * PAGE; }

/* Where the first one behind `r` is linked. */
static run **behind(const run *r)
{
    run **place = &idle;
    while (*place && *place < r) place = &(*place)->next;
    return place;
}

static void run_give(run *r)
{
    run **place = behind(r);
    r->next = *place;
    *place = r;
    if (r->next && end_of(r) == (char *)r->next) {
        r->pages += r->next->pages;
        r->next = r->next->next;
    }
    run *before = place == &idle ? NULL : CAW__CONTAINER(place, run, next);
    if (before && end_of(before) == (char *)r) {
        before->pages += r->pages;
        before->next = r->next;
    }
}

/* Cuts off, and gives back, what `r` has too much. */
static void run_trim(run *r, size_t pages)
{
    if (r->pages <= pages) return;
    run *rest = (run *)(void *)((char *)r + pages * PAGE);
    rest->pages = r->pages - pages;
    r->pages = pages;
    run_give(rest);
}

/* Makes `r` longer where it is, if what is behind it is free, or the end of memory. */
static bool run_extend(run *r, size_t pages)
{
    run  **place = behind(r), *next = *place;
    size_t free = next && end_of(r) == (char *)next ? next->pages : 0, more = pages - r->pages;
    if (free < more) {
        size_t at = __builtin_wasm_memory_size(0);
        if ((uintptr_t)(end_of(r) + free * PAGE) != at * PAGE) return false; /* 4 GiB, as a size, are 0, and so is that end */
        if (__builtin_wasm_memory_grow(0, more - free) == SIZE_MAX) return false;
    }
    if (free) *place = next->next;
    r->pages += more > free ? more : free;
    run_trim(r, pages);
    return true;
}

static run *run_take(size_t pages)
{
    run **place = &idle;
    while (*place && (*place)->pages < pages) {
        if (!(*place)->next && run_extend(*place, pages)) break; /* the last one, at the end of memory */
        place = &(*place)->next;
    }
    run *r = *place;
    if (r) {
        *place = r->next;
    } else {
        size_t at = __builtin_wasm_memory_grow(0, pages);
        if (at == SIZE_MAX) return NULL;
        r = (run *)(void *)(char *)(at * PAGE);
        r->pages = pages;
    }
    run_trim(r, pages);
    return r;
}

static run *run_of(void *string) { return (run *)string - 1; }

static void draft_release(void *string)
{
    run *r = run_of(string);
    caw__free(r->counted, sizeof(run));
    run_give(r);
}

static const caw__type draft_type = {"string", draft_release, NULL};

static caw_string *draft_new(size_t length)
{
    void *counted = caw__alloc(sizeof(run));
    run  *r = counted ? run_take(pages_for(length)) : NULL;
    if (!r) {
        if (counted) caw__free(counted, sizeof(run));
        return NULL;
    }
    r->counted = counted;
    caw_string *string = (caw_string *)(void *)(r + 1);
    string->object = (caw__object){CAW__BY_THREAD.kind = CAW__OBJECT, .refs = 1, .type = &draft_type};
    return string;
}

static bool is_draft(const caw_string *string) { return string->object.type == &draft_type; }

/* Makes room for `length`, in place. */
static bool draft_fit(caw_string *string, size_t length)
{
    run   *r = run_of(string);
    size_t pages = pages_for(length);
    if (pages > r->pages) return run_extend(r, pages);
    run_trim(r, pages);
    return true;
}

#else

#define PAGE SIZE_MAX
static caw_string *draft_new(size_t length) { return caw_string_new(NULL, length); }
static bool        is_draft(const caw_string *string) { return !string; }
static bool        draft_fit(caw_string *string, size_t length) { return !string && !length; }

#endif

static char *finished(caw_string *string, size_t length)
{
    if (!string) return NULL;
    string->size = length;
    string->data[length] = 0;
    return string->data;
}

/* Where to write `length` bytes; NULL without memory. */
CAW__EXPORT(caw_draft) char *caw__js_draft(size_t length)
{
    if (length > INT32_MAX - PAGE && PAGE < SIZE_MAX) return NULL;
    return finished(length < PAGE ? caw_string_new(NULL, length) : draft_new(length), length);
}

/* The same with what was written, for another length; NULL without memory: it stays as it is. */
CAW__EXPORT(caw_draft_resize) char *caw__js_draft_resize(char *data, size_t length)
{
    caw_string *old = CAW__STRING_AT(data);
    if (length <= INT32_MAX - PAGE && is_draft(old) && draft_fit(old, length)) return finished(old, length);
    char *fresh = caw__js_draft(length);
    if (!fresh) return NULL;
    memcpy(fresh, data, length < old->size ? length : old->size);
    caw_unref(old);
    return fresh;
}

CAW__EXPORT(caw_draft_drop) void caw__js_draft_drop(char *data) { caw_unref(CAW__STRING_AT(data)); }

CAW__COLD_END
