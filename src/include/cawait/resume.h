/*
 * Owns: what is quick about a frame, for C's coroutines and C++'s alike: how it is had, awaited and ended. Included by coro.h.
 * Must not know: how an async function is written.
 */
#ifndef CAWAIT_RESUME_H
#define CAWAIT_RESUME_H

#include <cawait/frame.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A frame from the pool. The size is a constant once the coroutine is split, so the size class costs nothing. */
static inline __attribute__((always_inline)) void *caw__frame_new(size_t size)
{
#if CAW__POOLED
    caw__runtime *rt = &caw__rt;
    size_t        which = (size - 1) / CAW__POOL_STEP;
    void         *block;
    if (CAW__LIKELY(which < CAW__POOL_CLASSES) && CAW__LIKELY((block = rt->pool[which]) != NULL)) {
        rt->pool[which] = *(void **)block;
        return block;
    }
#endif
    return caw__block_new(size);
}

static inline __attribute__((always_inline)) void caw__frame_free(void *block, size_t size)
{
#if CAW__POOLED
    caw__runtime *rt = &caw__rt;
    size_t        which = (size - 1) / CAW__POOL_STEP;
    if (CAW__LIKELY(which < CAW__POOL_CLASSES)) {
        *(void **)block = rt->pool[which];
        rt->pool[which] = block;
        return;
    }
#endif
    caw__block_free(block, size);
}

/* Starts awaiting; true when the awaiter must suspend. A coroutine that has not run is run here, on this stack. */
static inline __attribute__((always_inline)) int caw__await(caw__co *self, caw_any *any, caw__slot *slot, void *out)
{
    if (CAW__UNLIKELY(!any)) any = (caw_any *)(uintptr_t)&caw__null;
    CAW__OURS(any);
    if (CAW__LIKELY(any->kind == CAW__FRESH) && CAW__LIKELY(self->depth < CAW__DEPTH)) {
        caw__co *child = (caw__co *)any;
        child->kind = CAW__STARTED;
        child->slot = slot;
        child->out = out;
        child->depth = (uint8_t)(self->depth + 1);
        __builtin_coro_resume(__builtin_coro_promise(child, _Alignof(caw__co), 1));
        if (CAW__LIKELY(slot->waiter & CAW__DONE)) return 0;
        slot->waiter = (uintptr_t)self;
        return 1;
    }
    if (any->kind == CAW__YIELD) return caw__await_yield(self, slot);
    return caw__await_slow(self, any, slot, out);
}

/* Ends a coroutine: its awaiter is told, and resumed next by the step unless it is on the stack below. */
static inline __attribute__((always_inline)) void caw__finish(caw__slot *slot)
{
    uintptr_t waiter = slot->waiter;
    slot->waiter = waiter + 1; /* INLINE alone becomes DONE alone; of one that is resumed below nobody asks */
    if (!(waiter & CAW__INLINE)) caw__rt.next = (caw__co *)waiter;
}

#ifdef __cplusplus
}
#endif
#endif
