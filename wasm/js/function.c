/*
 * Owns: JavaScript functions made from C callbacks: making, calling, disposing.
 * Must not know: how values cross (value.c). Linked only into programs that make one.
 */
#include "bridge.h"

CAW__CALLS_OUT

CAW__IMPORT(js_function) uint32_t caw__js_function(void *function);
CAW__IMPORT(js_dispose) void caw__js_dispose(uint32_t id);

/* Held by the JavaScript function, until that is collected or disposed of. */
typedef struct function {
    caw_js_callback *callback;
    void            *data;
    void (*destroy)(void *);
} function;

caw_js *caw_js_function(caw_js_callback *callback, void *data, void (*destroy)(void *))
{
    function *it = caw__alloc(sizeof *it);
    if (it) {
        *it = (function){callback, data, destroy};
        return caw__js_adopt(caw__js_function(it));
    }
    if (destroy) destroy(data);
    caw__js_refuse();
    return NULL;
}

void caw_js_dispose(const caw_js *js)
{
    if (js) caw__js_dispose(js->id);
}

CAW__EXPORT(caw_function_free) void caw__js_function_free(function *it)
{
    void (*destroy)(void *) = it->destroy;
    void *data = it->data;
    caw__free(it, sizeof *it);
    if (destroy) destroy(data);
}

static CAW__TLS caw_value result;

/*
 * A call by JavaScript: takes over `count` wires at `wires` (from caw_alloc). Returns whether the result is in scratch[0], to be
 * followed by caw_function_done; else an error, as by caw__js_settle.
 */
CAW__EXPORT(caw_function_call) bool caw__js_function_call(function *it, caw__wire *wires, uint32_t count)
{
    caw_value *args = caw__alloc((count + 1) * sizeof *args);
    bool       whole = args != NULL;
    for (uint32_t i = 0; i < count; i++) {
        caw_value lost;
        whole &= caw__wire_take(&wires[i], args ? &args[i] : &lost);
        if (!args) caw__value_drop(lost);
    }
    caw__js_free(wires);
    caw_loop *loop = caw__js_loop(), *previous = caw__running;
    if (!previous && loop) caw__loop_enter(loop);
    result = whole ? it->callback(it->data, args, count) : caw_js_throw(caw__error_no_memory());
    if (!previous && loop) caw__loop_leave(loop, previous);
    for (uint32_t i = 0; args && i < count; i++) caw__value_drop(args[i]);
    if (args) caw__free(args, (count + 1) * sizeof *args);
    caw_error *error = caw__js_thrown();
    if (!error && !caw__wire_put(caw__scratch, &result)) error = caw__error_no_memory();
    if (error) {
        caw__value_drop(result);
        caw__scratch[0].data = error;
    }
    return !error;
}

/* Gives back wires that were not all written, and so cannot be called with. */
CAW__EXPORT(caw_wires_free) void caw__js_wires_free(caw__wire *wires, uint32_t count)
{
    caw_value lost;
    for (uint32_t i = 0; i < count; i++) {
        caw__wire_take(&wires[i], &lost);
        caw__value_drop(lost);
    }
    caw__js_free(wires);
}

CAW__EXPORT(caw_function_done) void caw__js_function_done(void) { caw__value_drop(result); }
