/*
 * Owns: which error is being handled where another is raised, and so what that one's context becomes (Python's exc_info).
 * Must not know: what a context is (error.c), or the macros that say what is handled (try.h).
 *
 * A frame knows the errors that it handles by the marks in its defers; an error that is raised in it finds the innermost of those, or
 * of the frame that awaits it, and so on to the task's first. One that is thrown into a frame finds only what that one handles. And
 * where a step throws an error into the frame that it wakes (what that waited for has failed, or the task was cancelled), it is thrown
 * from there into one after the other that it reaches, each time its context becomes what is handled there, and those it has not come
 * to are not looked at (`thrown` is the last that it has come to). All this is CPython's; 3,000 random programs were the same there.
 */
#include "task/task.h"

CAW__COLD

static caw_error *handled_by(const caw__co *co)
{
    const caw__defer *first = co->defers;
    return first && !first->function ? first->argument : NULL;
}

caw_error *caw__error_handled(const caw__co *co)
{
    while (co) {
        caw_error *handled = handled_by(co);
        if (handled) return handled;
        if (co == caw__rt.thrown) return NULL;
        co = caw__co_awaiter(co);
    }
    return NULL;
}

caw_error *caw__error_given(caw_error *error)
{
    return error ? error : caw_error_new(CAW_TYPE_ERROR, "the error to be raised is NULL");
}

caw_error *caw__raised(const caw__co *self, caw_error *error)
{
    return caw__error_within(caw__error_given(error), caw__error_handled(self));
}

caw_error *caw__error_chained(const caw__co *self, caw_error *error) { return caw__error_within(error, handled_by(self)); }

caw_error *caw__error_reraise(const caw__co *self)
{
    caw_error *handled = caw__error_handled(self);
    return handled ? caw_ref(handled) : caw_error_new(CAW_RUNTIME_ERROR, "no active exception to reraise");
}

caw_error *caw__error_leaves(const caw__co *self, caw_error *error, unsigned line)
{
    caw__error_trace(error, self->desc, line);
    uintptr_t waiter = self->slot->waiter;
    if (self != caw__rt.thrown || waiter & CAW__INLINE) return error;
    return caw__error_chained((const caw__co *)waiter, error);
}

void caw__thrown_goes_on(caw__co *co)
{
    if (co->state & CAW__DEEP) co->state &= (uint8_t)~CAW__DEEP;
    else caw__rt.thrown = co;
}

CAW__COLD_END
