/*
 * Owns: the rows by Emscripten's promise.h: callbacks, and handles that JavaScript asks for their promise.
 * Must not know: cawait.
 */
#include <emscripten.h>
#include <emscripten/eventloop.h>
#include <emscripten/promise.h>
#include <stdint.h>
#include <stdlib.h>

/* A handle is destroyed by who resolves it; before, it cannot be. Of one that was resolved when it was given out, JavaScript calls it. */
EMSCRIPTEN_KEEPALIVE void drop(em_promise_t promise) { emscripten_promise_destroy(promise); }

static void resolve(em_promise_t promise, void *value)
{
    emscripten_promise_resolve(promise, EM_PROMISE_FULFILL, value);
    emscripten_promise_destroy(promise);
}

#ifndef HELLO

static void *boxed(int n) { return (void *)(intptr_t)n; }
static int   number(void *value) { return (int)(intptr_t)value; }

static em_promise_t       settled; /* awaited again and again */
EMSCRIPTEN_KEEPALIVE void begin(void)
{
    settled = emscripten_promise_create();
    emscripten_promise_resolve(settled, EM_PROMISE_FULFILL, boxed(1));
}

typedef struct work {
    em_promise_t done;
    int          left, sum;
} work;

static em_promise_result_t then(em_promise_t promise, em_promise_callback_t callback, void *data)
{
    emscripten_promise_destroy(emscripten_promise_then(promise, callback, NULL, data));
    return EM_PROMISE_FULFILL;
}

static em_promise_t begun(work *it, int times, em_promise_callback_t step)
{
    it->left = times;
    it->sum = 0;
    it->done = emscripten_promise_create();
    then(settled, step, it);
    return it->done;
}

static em_promise_result_t over(work *it)
{
    resolve(it->done, boxed(it->sum));
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t awaited(void **result, void *data, void *value)
{
    (void)result;
    work *it = data;
    it->sum += number(value);
    return --it->left ? then(settled, awaited, it) : over(it);
}
EMSCRIPTEN_KEEPALIVE em_promise_t await_promise(int times)
{
    static work it;
    return begun(&it, times, awaited);
}

EMSCRIPTEN_KEEPALIVE em_promise_t at_once(int n)
{
    em_promise_t promise = emscripten_promise_create();
    emscripten_promise_resolve(promise, EM_PROMISE_FULFILL, boxed(n + 1));
    return promise;
}

/* A child: it waits once, and is awaited. */
typedef struct child {
    em_promise_t done;
    int          n;
} child;

static em_promise_result_t ended(void **result, void *data, void *value)
{
    (void)result, (void)value;
    child *it = data;
    resolve(it->done, boxed(it->n));
    free(it);
    return EM_PROMISE_FULFILL;
}
static em_promise_t once(int n)
{
    child *it = malloc(sizeof *it);
    *it = (child){emscripten_promise_create(), n};
    em_promise_t done = it->done;
    then(settled, ended, it);
    return done;
}
EMSCRIPTEN_KEEPALIVE em_promise_t after_a_wait(int n) { return once(n + 1); }

static em_promise_result_t collected(void **result, void *data, void *value)
{
    (void)result;
    work *it = data;
    it->sum += number(value);
    if (!it->left--) return over(it);
    return then(once(1), collected, it);
}
EMSCRIPTEN_KEEPALIVE em_promise_t await_spawned(int times)
{
    static work it;
    begun(&it, times, collected);
    it.sum = -1; /* the first is no child's */
    return it.done;
}

#else

typedef struct hello_ {
    char         name[64];
    em_promise_t done;
} hello_;

static void timed(void *data)
{
    hello_ *it = data;
    resolve(it->done, it->name);
}

/* Resolves with its text, in a block that is given to free() by who has read it. */
EMSCRIPTEN_KEEPALIVE em_promise_t hello(const char *name)
{
    hello_ *it = malloc(sizeof *it);
    it->done = emscripten_promise_create();
    __builtin_strncpy(it->name, name, sizeof it->name - 1);
    it->name[sizeof it->name - 1] = '\0';
    emscripten_set_timeout(timed, 10, it);
    return it->done;
}

#endif
