/*
 * Owns: the checked build's question whether what is used here is this thread's: objects never leave their thread.
 * Must not know: who asks.
 */
#include "task/task.h"

CAW__COLD

#ifdef CAW_CHECKED

/* A future is its loop's; one that has none, and what is static, are nobody's. */
static void check_object(const caw__object *object)
{
    if (object->refs == CAW__IMMORTAL) return;
    if (object->kind == CAW__OBJECT) {
        caw__check_thread_is(object->flags >> 4, object->type->name);
        return;
    }
    const caw_loop *loop = ((const caw_future *)(const void *)object)->loop;
    if (loop) caw__check_thread_is(loop->thread, object->type->name);
}

void caw__check_ours(const void *pointer)
{
    const caw_any *any = pointer;
    switch (any ? any->kind : CAW__GONE) {
    case CAW__FRESH:
    case CAW__STARTED:
    case CAW__EXHAUSTED: {
        const caw__co *co = pointer;
        if (co->state & CAW__GENERATOR) check_object(caw__co_generator(co));
        else if (co->kind == CAW__FRESH) caw__check_thread_is(co->depth | (unsigned)co->line << 8, "coroutine");
        return;
    }
    case CAW__FUTURE:
    case CAW__OBJECT: check_object(pointer);
    }
}

#else

/* A program that was compiled checked may link a library that was not: that knows of nothing whose it is. */
void caw__check_ours(const void *pointer) { (void)pointer; }

#endif

CAW__COLD_END
