/*
 * Owns: two kinds of await for the library's own coroutines: one whose result goes straight on to who awaits the coroutine, one that
 * gives the error instead of raising it.
 * Must not know: what is awaited.
 */
#ifndef CAW_FORWARD_H
#define CAW_FORWARD_H

#include "task/task.h"

/*
 * As CAW_ASYNC, but the result is whatever CAW__AWAIT_INTO awaited last, written straight to where this coroutine's own result
 * goes. The caller gives it its target's shape by caw__forward.
 */
#define CAW__ASYNC_FORWARD(name, ...) static CAW_ASYNC(void, name, __VA_ARGS__)
#define CAW__BEGIN_FORWARD(give_up)                                                                                            \
    typedef caw__nothing caw__result_type __attribute__((unused));                                                             \
    enum { caw__shape = 0, caw__void = 1 };                                                                                    \
    CAW__ENTER(void, CAW__FORWARD, give_up)                                                                                    \
    caw__result_type caw__result = {0};                                                                                        \
    _Bool            caw__returned = 0;                                                                                        \
    (void)caw__result, (void)caw__returned;
#define CAW__END_FORWARD CAW__END
#define CAW__AWAIT_INTO(any_) CAW__AWAIT_TO(any_, caw__inside_CAW_BEGIN.out)
/* The result goes to `out`; NULL, which only the library's own dare: it is dropped (async generators). */
#define CAW__AWAIT_TO(any_, out_)                                                                                              \
    CAW__QUIET({                                                                                                               \
        caw_any  *caw__h = (any_);                                                                                             \
        caw__slot caw__s;                                                                                                      \
        caw__s.waiter = (uintptr_t)&caw__inside_CAW_BEGIN | CAW__INLINE;                                                       \
        caw__s.error = NULL;                                                                                                   \
        if (caw__await(&caw__inside_CAW_BEGIN, caw__h, &caw__s, (out_))) CAW__SUSPEND();                                       \
        if (CAW__UNLIKELY(caw__s.error != NULL)) CAW__PASS_ON(caw__s.error);                                                   \
    })                                                                                                                         \
    CAW__LOUD

/*
 * Awaits what has no result, and gives the error instead of raising it, owned; NULL: none. Where there is one thing to do in either
 * case this is a third cheaper than CAW_TRY. `give_up` is evaluated if the coroutine is destroyed here (it ignored GeneratorExit).
 */
#define CAW__AWAIT_ERROR(handle, give_up)                                                                                      \
    CAW__QUIET({                                                                                                               \
        caw_of(void) caw__h = (handle);                                                                                        \
        caw__slot caw__s;                                                                                                      \
        caw__s.waiter = (uintptr_t)&caw__inside_CAW_BEGIN | CAW__INLINE;                                                       \
        caw__s.error = NULL;                                                                                                   \
        if (caw__await(&caw__inside_CAW_BEGIN, (caw_any *)caw__h, &caw__s, NULL)) CAW__SUSPEND_OR(give_up);                    \
        caw__s.error;                                                                                                          \
    })                                                                                                                         \
    CAW__LOUD

#endif
