/*
 * Owns: promises of Emscripten's (emscripten/promise.h) as futures, and futures given out as such.
 * Must not know: how JavaScript has them; its other half is in js/emscripten.ts.
 */
#include "js/bridge.h"

CAW__COLD

typedef struct _em_promise *em_promise_t;

/* A handle of the JavaScript promise; 0: there is none. */
CAW__IMPORT(em_promise) uint32_t caw__em_promise(em_promise_t promise);
CAW__IMPORT(em_promise_new) em_promise_t caw__em_promise_new(void); /* its slot is in scratch[0].word */
CAW__IMPORT(promise_settle) void caw__js_promise_settle(uint32_t slot, bool failed);
CAW__IMPORT(em_reason) void *caw__em_reason(uint32_t id); /* what number the value is; else 0 */

caw_any *caw__from_em_promise(em_promise_t promise, char code, uint32_t shape)
{
    uint32_t id = caw__em_promise(promise);
    if (id) return caw__from_promise(caw__js_adopt(id), NULL, code, shape);
    return caw__future_failed(caw_error_new(
        CAW_TYPE_ERROR,
        "caw_from_em_promise: %zu is none of Emscripten's promises, or no more: give it before emscripten_promise_destroy",
        (size_t)(uintptr_t)promise));
}

void *caw_em_promise_reason(const caw_error *error)
{
    const caw_js *js = caw__error_js(error);
    return js ? caw__em_reason(js->id) : NULL;
}

/* ---- A future as one ------------------------------------------------------------------------------------------------------ */

typedef struct watch {
    caw__node   node;
    caw_future *future;
    uint32_t    slot;
} watch;

/* In scratch[0]: the value, or why there is none, and whether there is. */
static void watch_done(caw__node *node)
{
    watch      *it = CAW__CONTAINER(node, watch, node);
    caw_future *future = it->future;
    if (future->object.state != CAW__PENDING && !caw__js_over()) {
        caw__word  value = 0;
        caw_error *error = caw__future_take_last(future, &value);
        if (error) {
            caw_error_type type = caw_error_type_of(error);
            value = type == CAW_JS_ERROR ? (caw__word)caw_em_promise_reason(error) : -(caw__word)type;
        }
        caw__scratch[0] = (caw__wire){.word = error != NULL, .bits = value};
        caw__js_promise_settle(it->slot, false);
        caw_unref(error);
    }
    caw_unref(future);
    caw__free(it, sizeof *it);
}

em_promise_t caw__to_em_promise(caw_any *any, uint32_t shape)
{
    caw_future  *future = caw__ensure_future(any, NULL, shape);
    watch       *it = caw__alloc(sizeof *it);
    em_promise_t promise = it ? caw__em_promise_new() : NULL;
    if (!promise) {
        if (it) caw__free(it, sizeof *it);
        caw_unref(future);
        caw__js_refuse();
        return NULL;
    }
    *it = (watch){CAW__NODE(watch_done), future, caw__scratch[0].word};
    if (future->object.state == CAW__PENDING) caw__future_add(future, &it->node);
    else watch_done(&it->node);
    return promise;
}
CAW__COLD_END
