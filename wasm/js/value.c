/*
 * Owns: what C can do with a JavaScript value: read it, look into it, call it, make one.
 * Must not know: how it crosses (wire.c), promises and exported functions. Its other half is js/bridge/values.ts.
 */
#include "bridge.h"

CAW__CALLS_OUT

/* Each may run JavaScript of the program's. It answers 0 when that threw; the error is kept there until js_error takes it. */
CAW__IMPORT(js_global) uint32_t caw__js_global(const char *name, size_t length);
CAW__IMPORT(js_from) uint32_t caw__js_from_wire(const caw__wire *wire, char code);
CAW__IMPORT(js_to) bool caw__js_to_wire(uint32_t id, char code, caw__wire *wire);
CAW__IMPORT(js_get) uint32_t caw__js_get_key(uint32_t id, const char *key, size_t length, uint32_t index);
CAW__IMPORT(js_set) bool caw__js_set_key(uint32_t id, const char *key, size_t length, uint32_t index, const caw__wire *wire);
CAW__IMPORT(js_apply)
uint32_t caw__js_apply_wire(int kind, uint32_t target, const char *name, size_t length, const caw__wire *args, size_t count);
CAW__IMPORT(js_typeof) int caw__js_typeof(uint32_t id);
CAW__IMPORT(js_equal) bool caw__js_equal(uint32_t a, uint32_t b);
CAW__IMPORT(js_instanceof) int caw__js_instanceof(uint32_t value, uint32_t constructor);

caw_js *caw_js_global(const char *name)
{
    caw__js_in_order();
    return caw__js_adopt(caw__js_global(name, caw__length(name)));
}

static caw_js *from(caw_value value, char code)
{
    caw__wire wire;
    uint32_t  id = 0;
    if (caw__wire_put(&wire, &value)) id = caw__js_from_wire(&wire, code);
    else caw__js_refuse();
    caw__value_drop(value);
    return caw__js_adopt(id);
}

caw_js *caw_js_from(caw_value value) { return from(value, 'a'); }
caw_js *caw_js_string(const char *text) { return from(caw_text(caw_string_of(text)), 'a'); }
caw_js *caw_js_null(void) { return from(caw_none(), 'n'); }
caw_js *caw_js_object(void) { return from(caw_none(), 'o'); }
caw_js *caw_js_array(void) { return from(caw_none(), '['); }

/* Reads a value as `code` says and stores it; 0 or what went wrong. */
static int to(const caw_js *js, char code, void *out)
{
    caw__wire wire = {0};
    caw__js_in_order();
    if (!caw__js_to_wire(caw__js_id(js), code, &wire)) return -CAW_TYPE_ERROR;
    if (caw__wire_store(&wire, code, out)) return 0;
    caw__js_refuse();
    return -CAW_MEMORY_ERROR;
}

int caw_js_to_double(const caw_js *js, double *out) { return to(js, 'd', out); }
int caw_js_to_int(const caw_js *js, int32_t *out) { return to(js, 'i', out); }
int caw_js_to_int64(const caw_js *js, int64_t *out) { return to(js, 'l', out); }
int caw_js_to_bool(const caw_js *js, bool *out) { return to(js, '?', out); }
int caw_js_to_value(const caw_js *js, caw_value *out) { return to(js, 'a', out); }

/* Three ways to a caw_string: a string, bytes, String(value). JavaScript tells them apart by a code of their own. */
static caw_string *string(const caw_js *js, char code)
{
    caw__wire   wire = {0};
    caw_string *out;
    caw__js_in_order();
    if (!caw__js_to_wire(caw__js_id(js), code, &wire)) return NULL;
    if (caw__wire_store(&wire, 't', &out)) return out;
    caw__js_refuse();
    return NULL;
}

caw_string *caw_js_to_string(const caw_js *js) { return string(js, 's'); }
caw_string *caw_js_to_bytes(const caw_js *js) { return string(js, 'y'); }
caw_string *caw_js_describe(const caw_js *js) { return string(js, 'S'); }

caw_js_type caw_js_typeof(const caw_js *js) { return js ? (caw_js_type)caw__js_typeof(js->id) : CAW_JS_UNDEFINED; }
bool        caw_js_equal(const caw_js *a, const caw_js *b) { return caw__js_equal(caw__js_id(a), caw__js_id(b)); }

int caw_js_instanceof(const caw_js *value, const caw_js *constructor)
{
    caw__js_in_order();
    int answer = caw__js_instanceof(caw__js_id(value), caw__js_id(constructor));
    return answer < 0 ? -CAW_JS_ERROR : answer;
}

caw_js *caw_js_get(const caw_js *object, const char *key)
{
    caw__js_in_order();
    return caw__js_adopt(caw__js_get_key(caw__js_id(object), key, caw__length(key), 0));
}

caw_js *caw_js_at(const caw_js *object, uint32_t index)
{
    caw__js_in_order();
    return caw__js_adopt(caw__js_get_key(caw__js_id(object), NULL, 0, index));
}

static int value_set(const caw_js *object, const char *key, uint32_t index, caw_value value)
{
    caw__wire wire;
    int       status = -CAW_JS_ERROR;
    caw__js_in_order();
    if (caw__wire_put(&wire, &value)) {
        if (caw__js_set_key(caw__js_id(object), key, key ? caw__length(key) : 0, index, &wire)) status = 0;
    } else {
        caw__js_refuse();
        status = -CAW_MEMORY_ERROR;
    }
    caw__value_drop(value);
    return status;
}

int caw_js_set(const caw_js *object, const char *key, caw_value value) { return value_set(object, key, 0, value); }
int caw_js_put(const caw_js *object, uint32_t index, caw_value value) { return value_set(object, NULL, index, value); }

#define FEW 8

caw_js *caw__js_apply(int kind, const caw_js *target, const char *name, const caw_value *args, size_t count)
{
    caw__wire        few[FEW], *wires = count > FEW ? caw__alloc(count * sizeof *wires) : few;
    const caw_value *values = args + 1; /* the first is there so that the array is never empty */
    uint32_t         id = 0;
    bool             whole = wires != NULL;
    for (size_t i = 0; whole && i < count; i++) whole = caw__wire_put(&wires[i], &values[i]);
    caw__js_in_order();
    if (whole) id = caw__js_apply_wire(kind, caw__js_id(target), name, name ? caw__length(name) : 0, wires, count);
    else caw__js_refuse();
    if (wires != few) caw__free(wires, count * sizeof *wires);
    for (size_t i = 0; i < count; i++) caw__value_drop(values[i]);
    return caw__js_adopt(id);
}
