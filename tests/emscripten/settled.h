/*
 * What tests of promises make and give back. The promise.h that is meant, Emscripten's or ours, is included before it.
 */
#include <stddef.h>
#include <stdint.h>

#define VALUE(n) ((void *)(intptr_t)(n))

static em_promise_t facts_settled(em_promise_result_t how, void *value)
{
    em_promise_t promise = emscripten_promise_create();
    emscripten_promise_resolve(promise, how, value);
    return promise;
}

static void facts_destroy(em_promise_t *promises, size_t count)
{
    for (size_t i = 0; i < count; i++) emscripten_promise_destroy(promises[i]);
}
