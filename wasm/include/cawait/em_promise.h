/*
 * Owns: which results an em_promise_t can hold, that of Emscripten (js.h) and ours (promise.h): what a void * can be. Private.
 * Must not know: what a promise is.
 */
#ifndef CAWAIT_EM_PROMISE_H
#define CAWAIT_EM_PROMISE_H

#include <stdbool.h>

/* Another type does not compile. */
#define CAW__EM_RESULT(T)                                                                                                      \
    __extension__ _Generic((__typeof__(T) *)0,                                                                                 \
        void *: 0,                                                                                                             \
        void **: 0,                                                                                                            \
        bool *: 0,                                                                                                             \
        int *: 0,                                                                                                              \
        unsigned *: 0,                                                                                                         \
        long *: 0,                                                                                                             \
        unsigned long *: 0)

#endif
