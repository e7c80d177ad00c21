/*
 * Owns: the rows by C that is suspended as a whole: JSPI and Asyncify, of one source.
 * Must not know: cawait, nor by which of the two.
 */
#include <emscripten.h>

#ifndef HELLO

/* suspend.js has these: they give a promise, for which C waits. */
double settled(void);
double child_of(int n);

EMSCRIPTEN_KEEPALIVE double await_promise(int times)
{
    double sum = 0;
    for (int i = 0; i < times; i++) sum += settled();
    return sum;
}

EMSCRIPTEN_KEEPALIVE int at_once(int n) { return n + 1; }

EMSCRIPTEN_KEEPALIVE int after_a_wait(int n) { return n + (int)settled(); }

/* What child_of calls. */
double once(int n);
double once(int n) { return n + settled(); }

EMSCRIPTEN_KEEPALIVE double await_spawned(int times)
{
    double sum = 0;
    for (int i = 0; i < times; i++) sum += child_of(i) - i;
    return sum;
}

#else

/* With SLEEP 0: what is the same in all of them. */
EMSCRIPTEN_KEEPALIVE const char *hello(const char *name)
{
    static char copy[64];
    if (SLEEP) emscripten_sleep(10);
    __builtin_strncpy(copy, name, sizeof copy - 1);
    return copy;
}

#endif
