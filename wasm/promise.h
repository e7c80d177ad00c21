/*
 * Owns: what promise.c asks of a host: how a callback is called that may be left by an exception of JavaScript's, the loop while none runs,
 * waiting with the whole of C suspended.
 * Must not know: promises. Inside Emscripten's JavaScript it is wasm/emscripten/promised.c; other hosts have none of it (no_emscripten.c).
 */
#ifndef CAW_PROMISE_H
#define CAW_PROMISE_H

#include "task/task.h"

/* The loop of what is made now; NULL: there is none. */
caw_loop *caw__promise_loop(void);
/* Calls function(argument). False: it was left; by what number, is in *thrown, 0 if by something else. */
bool caw__promise_call(void (*function)(void *), void *argument, void **thrown);
/* Waits until the future is done. False: that cannot be here. */
bool caw__promise_wait(caw_future *future);

#endif
