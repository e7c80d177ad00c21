/*
 * Owns: reference counting over every kind of object, results of any shape.
 * Must not know: what any one kind holds; its caw__type does. How a coroutine is given up is coro.c's.
 */
#include "base/base.h"
#include <string.h>

bool caw__as_asyncio;

void *caw__object_new(const caw__type *type, uint8_t kind, size_t size)
{
    char        *block = caw__alloc(size);
    caw__object *object = (caw__object *)(void *)block;
    if (!object) return NULL;
    memset(block, 0, size);
    object->kind = kind;
    object->refs = 1;
    object->type = type;
#ifdef CAW_CHECKED
    if (kind == CAW__OBJECT) object->flags = (uint16_t)(caw__check_thread() << 4);
#endif
    return object;
}

/* What is gone has no kind at all, or one that there is not. */
static inline bool counted(const caw__object *object)
{
    return (uint8_t)(object->kind - CAW__FUTURE) <= CAW__OBJECT - CAW__FUTURE;
}

const void *caw__ref(const void *pointer)
{
    caw__object *object = (caw__object *)(uintptr_t)pointer;
    if (!object) return NULL;
    CAW__CHECK_GONE(object);
    CAW__OURS(object);
    CAW__ALWAYS(!counted(object) || object->refs > 0);
    if (counted(object) && object->refs != CAW__IMMORTAL) object->refs++;
    return pointer;
}

/* ---- The last reference is gone ------------------------------------------------------------------------------------ */

/*
 * What a release gives back may be the last reference to something that holds something, and so on, as deep as memory allows. Beyond a
 * depth it waits, by a reference of its own, for the outermost release to be over; what was given up first goes first. Only without
 * memory to note it goes on at once, on the stack.
 */
#define DEEP 32

typedef struct waiting {
    struct waiting *next;
    caw_any        *any;
} waiting;

static CAW__TLS waiting *first_waiting, *last_waiting; /* the first NULL: none */
static CAW__TLS uint32_t depth;                        /* of releases, one inside of another */

CAW__COLD

static __attribute__((noinline)) bool put_off(caw_any *any)
{
    waiting *w = caw__alloc(sizeof *w);
    if (!w) return false;
    *w = (waiting){NULL, any};
    if (first_waiting) last_waiting->next = w;
    else first_waiting = w;
    last_waiting = w;
    if (any->kind >= CAW__FUTURE) ((caw__object *)(void *)any)->refs = 1;
    return true;
}

static __attribute__((noinline)) void release_waiting(void)
{
    depth = 1;
    for (waiting *w; (w = first_waiting);) {
        caw_any *any = w->any;
        first_waiting = w->next;
        caw__free(w, sizeof *w);
        caw_unref(any);
    }
    depth = 0;
}

CAW__COLD_END

void caw__release_by(caw_any *any, void (*release)(void *))
{
    if (CAW__UNLIKELY(depth >= DEEP) && put_off(any)) return;
    depth++;
#ifdef CAW_CHECKED
    void *outer = caw__dying;
    caw__dying = any;
    release(any);
    caw__dying = outer;
#else
    release(any);
#endif
    if (!--depth && CAW__UNLIKELY(first_waiting != NULL)) release_waiting();
}

void caw_unref(void *pointer)
{
    caw__object *object = pointer;
    if (!object) return;
    if (CAW__UNLIKELY(!counted(object))) {
        CAW__CHECK_GONE(object);
        caw__drop((caw_any *)(void *)object); /* a coroutine has one owner: giving it back is dropping it */
        return;
    }
    CAW__OURS(object);
    CAW__ALWAYS(object->refs > 0);
    if (object->refs != CAW__IMMORTAL && --object->refs == 0) caw__release_by(pointer, object->type->release);
}

CAW__COLD

/* ---- Results of any shape ---------------------------------------------------------------------------------------- */

/* A counted one may be two references (caw_stream). */
static bool is_pair(uint32_t shape) { return (shape & CAW__SIZE) > sizeof(void *); }

bool caw__result_share(uint32_t shape, const void *value)
{
    const void *const *references = value;
    if (CAW__OWNER(shape) == CAW__VALUE) return caw__value_share && caw__value_share(value);
    caw__ref(references[0]);
    if (is_pair(shape)) caw__ref(references[1]);
    return true;
}

void caw__result_drop(uint32_t shape, void *value)
{
    void **references = value;
    if (CAW__OWNER(shape) == CAW__COUNTED) {
        caw_unref(references[0]);
        if (is_pair(shape)) caw_unref(references[1]);
    } else if (CAW__OWNED(shape)) {
        caw__value_drop(*(caw_value *)value);
    }
}

void caw__result_lose(uint32_t shape, uint64_t first, uint64_t second, uint64_t third)
{
    uint64_t words[] = {first, second, third};
    _Static_assert(sizeof words >= sizeof(caw_value), "the largest owned result");
    caw__result_drop(shape, words);
}

CAW__COLD_END
