/*
 * Owns: how many owners a pointer with a destructor has beyond the first: what lets caw_value_copy make another.
 * Must not know: who they are.
 *
 * A value's words stay as the program wrote them, so the counts stand beside: a hash of (pointer, destructor), open, with as many
 * steps as the entries need that are in the way. Only what was copied is in it. With two values that each owned such a pointer from
 * the beginning (two references, say) a copy of one is a third owner, and the first of the three that goes takes the count away; which
 * one makes no difference. Linked only into programs that handle values (caw_value_drop is here); others have nothing of it.
 */
#include "base/base.h"

CAW__COLD

typedef struct entry {
    void *pointer;
    void (*destroy)(void *);
    size_t extra; /* owners beyond the first; 0: the entry is free */
} entry;

typedef struct table {
    size_t capacity, count; /* the capacity is a power of two */
    entry  entries[];
} table;

#define FIRST_CAPACITY 8

static CAW__TLS table *all; /* NULL: no pointer has several */

static size_t owners_size_of(size_t capacity) { return sizeof(table) + capacity * sizeof(entry); }

static size_t home(const table *owners, const entry *of)
{
    uint64_t key = ((uint64_t)(uintptr_t)of->pointer ^ (uint64_t)(uintptr_t)of->destroy << 20) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(key >> 32) & (owners->capacity - 1);
}

/* Where it is, or else the free entry where it would be. */
static entry *owners_find(table *owners, const entry *of)
{
    for (size_t i = home(owners, of);; i = (i + 1) & (owners->capacity - 1)) {
        entry *at = &owners->entries[i];
        if (!at->extra || (at->pointer == of->pointer && at->destroy == of->destroy)) return at;
    }
}

static bool reserve(void)
{
    table *old = all;
    size_t capacity = old ? old->capacity : 0;
    if (capacity && (old->count + 1) * 4 <= capacity * 3) return true;
    size_t larger = capacity ? capacity * 2 : FIRST_CAPACITY;
    table *made = larger > PTRDIFF_MAX / sizeof(entry) / 2 ? NULL : caw__alloc(owners_size_of(larger));
    if (!made) return old && old->count + 1 < capacity; /* slower, but there is room */
    memset(made, 0, owners_size_of(larger));
    made->capacity = larger;
    for (size_t i = 0; i < capacity; i++) {
        if (old->entries[i].extra) *owners_find(made, &old->entries[i]) = old->entries[i];
    }
    made->count = old ? old->count : 0;
    if (old) caw__free(old, owners_size_of(capacity));
    all = made;
    return true;
}

bool caw__value_share(const caw_value *value)
{
    switch ((caw_tag)value->tag) {
    case CAW_STRING:
    case CAW_BYTES:
    case CAW_JS: caw__ref(value->as_pointer); return true;
    case CAW_POINTER: break;
    default: return true;
    }
    if (!value->destroy) return true;
    const caw_any *any = value->as_pointer;
    if (value->destroy == caw_unref && (!any || any->kind >= CAW__FUTURE)) { /* an object counts its owners itself */
        caw__ref(any);
        return true;
    }
    entry  wanted = {value->as_pointer, value->destroy, 1};
    entry *at = all ? owners_find(all, &wanted) : NULL;
    if (at && at->extra) {
        at->extra++;
        return true;
    }
    if (!reserve()) return false;
    *owners_find(all, &wanted) = wanted;
    all->count++;
    CAW__ALWAYS(all->count < all->capacity); /* or find would not end */
    return true;
}

bool caw__value_unshare(const caw_value *value)
{
    table *owners = all;
    entry  wanted = {value->as_pointer, value->destroy, 0};
    entry *at = owners ? owners_find(owners, &wanted) : NULL;
    if (!at || !at->extra) return false;
    if (--at->extra) return true;
    if (--owners->count == 0) {
        all = NULL;
        caw__free(owners, owners_size_of(owners->capacity));
        return true;
    }
    /* those that had to go past it move up, as far as their home lets them */
    size_t mask = owners->capacity - 1, hole = (size_t)(at - owners->entries);
    for (size_t i = (hole + 1) & mask; owners->entries[i].extra; i = (i + 1) & mask) {
        if (((i - home(owners, &owners->entries[i])) & mask) < ((i - hole) & mask)) continue;
        owners->entries[hole] = owners->entries[i];
        hole = i;
    }
    owners->entries[hole].extra = 0;
    return true;
}

void caw_value_drop(caw_value value) { caw__value_drop(value); }

caw_value caw_value_copy(caw_value value) { return caw__value_share(&value) ? value : caw_none(); }

/* Who calls it links this file. */
void caw__value_shares(void) {}

CAW__COLD_END
