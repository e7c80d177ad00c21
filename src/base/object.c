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

static inline void release(caw__object *object)
{
#ifdef CAW_CHECKED
    void *outer = caw__dying;
    caw__dying = object;
    object->type->release(object);
    caw__dying = outer;
#else
    object->type->release(object);
#endif
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
    if (object->refs != CAW__IMMORTAL && --object->refs == 0) release(object);
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
