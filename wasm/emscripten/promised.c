/*
 * Owns: promise.c's host inside Emscripten's JavaScript: by way of that callbacks are called, and C is suspended as a whole.
 * Must not know: promises. Its other half is in js/emscripten.ts.
 */
#include "promise.h"
#include "js/bridge.h"

/* False: something was thrown; its number is in scratch[0].word. */
CAW__IMPORT(em_call) bool caw__em_call(void (*function)(void *), void *argument);
/* By Asyncify or JSPI, until the promise has settled; false: the program has neither. */
CAW__IMPORT(em_wait) bool caw__em_wait(uint32_t promise);

caw_loop *caw__promise_loop(void) { return caw__running ? caw__running : caw__js_loop(); }

CAW__EXPORT(caw_em_call) void caw__em_called(void (*function)(void *), void *argument) { function(argument); }

bool caw__promise_call(void (*function)(void *), void *argument, void **thrown)
{
    if (caw__em_call(function, argument)) return true;
    *thrown = (void *)(uintptr_t)caw__scratch[0].word;
    return false;
}

bool caw__promise_wait(caw_future *future)
{
    caw_js *settled = caw__to_promise((caw_any *)caw_ref((void *)future), 'v', future->shape);
    bool    waited = settled && caw__em_wait(settled->id) && future->object.state != CAW__PENDING;
    caw_unref(settled);
    return waited;
}
