/*
 * Owns: promise.c's host outside of Emscripten's JavaScript: nothing is thrown through C, nothing waits but async functions.
 * Must not know: which host.
 */
#include "promise.h"

caw_loop *caw__promise_loop(void) { return caw__running; }

bool caw__promise_call(void (*function)(void *), void *argument, void **thrown)
{
    (void)thrown;
    function(argument);
    return true;
}

bool caw__promise_wait(caw_future *future)
{
    (void)future;
    return false;
}
