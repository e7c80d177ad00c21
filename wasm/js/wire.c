/*
 * Owns: caw_js handles, values on their way between C and JavaScript.
 * Must not know: what JavaScript can do with a value (value.c). Its other halves are js/base/handles.ts and js/bridge/wire.ts.
 */
#include "bridge.h"
#include <string.h>

/* ---- Handles ------------------------------------------------------------------------------------------------------------ */

static void value_release(void *object)
{
    caw_js *js = object;
    caw__js_drop(js->id);
    caw__free(js, sizeof *js);
}

static const caw__type js_type = {"JavaScript value", value_release, NULL};

caw_js *caw__js_adopt(uint32_t id)
{
    if (!id) return NULL;
    caw_js *js = caw__object_new(&js_type, CAW__OBJECT, sizeof *js);
    if (!js) {
        caw__js_drop(id);
        caw__js_refuse();
        return NULL;
    }
    js->id = id;
    return js;
}

/* For arguments of exported functions, which hold handles of their own. */
CAW__EXPORT(caw_adopt) caw_js *caw__js_adopted(uint32_t id) { return caw__js_adopt(id); }

uint32_t caw__js_id(const caw_js *js) { return js ? js->id : 0; }

/* ---- The wire -------------------------------------------------------------------------------------------------------------- */

bool caw__wire_put(caw__wire *wire, const caw_value *value)
{
    *wire = (caw__wire){.tag = value->tag};
    switch ((caw_tag)value->tag) {
    case CAW_BOOL: wire->word = value->as_bool; break;
    case CAW_INT32: wire->word = (uint32_t)value->as_int32; break;
    case CAW_INT64: wire->as_int64 = value->as_int64; break;
    case CAW_DOUBLE: wire->as_double = value->as_double; break;
    case CAW_STRING:
    case CAW_BYTES:
        wire->word = (uint32_t)caw_string_size(value->as_string);
        wire->data = (void *)(uintptr_t)caw_string_data(value->as_string);
        return value->as_string != NULL;
    case CAW_JS: wire->id = caw__js_id(value->as_js); break; /* NULL: JavaScript says what is wrong */
    default: break;
    }
    return true;
}

bool caw__wire_take(const caw__wire *wire, caw_value *value)
{
    *value = (caw_value){.tag = wire->tag};
    switch ((caw_tag)wire->tag) {
    case CAW_BOOL: value->as_bool = wire->word != 0; break;
    case CAW_INT32: value->as_int32 = (int32_t)wire->word; break;
    case CAW_INT64: value->as_int64 = wire->as_int64; break;
    case CAW_DOUBLE: value->as_double = wire->as_double; break;
    case CAW_STRING:
    case CAW_BYTES: value->as_string = CAW__STRING_AT(wire->data); break;
    case CAW_JS:
        value->as_js = caw__js_adopt(wire->id);
        if (!value->as_js) value->tag = CAW_NONE;
        return value->tag != CAW_NONE;
    default: break;
    }
    return true;
}

bool caw__wire_store(const caw__wire *wire, char code, void *out)
{
    caw_value value;
    switch (code) {
    case 'v': return true;
    case 'd': *(double *)out = wire->as_double; return true;
    case 'f': *(float *)out = (float)wire->as_double; return true;
    case 'l':
    case 'L': *(int64_t *)out = wire->as_int64; return true;
    case 'a': return caw__wire_take(wire, out);
    case 't':
    case 'j':
        if (!caw__wire_take(wire, &value)) return false;
        *(void **)out = value.as_pointer;
        return true;
    case '?':
    case 'b':
    case 'B': memcpy(out, &wire->word, 1); return true;
    case 'h':
    case 'H': memcpy(out, &wire->word, 2); return true;
    default: memcpy(out, &wire->word, 4); return true;
    }
}

void caw__wire_load(caw__wire *wire, uint32_t shape, const void *value)
{
    if (!CAW__OWNED(shape)) {
        caw__result_move(shape, &wire->bits, value);
        return;
    }
    caw_value any = {0};
    if (CAW__OWNER(shape) == CAW__VALUE) {
        any = *(const caw_value *)value;
    } else {
        any.as_js = *(caw_js *const *)value;
        if (any.as_js) any.tag = any.as_js->object.type == &js_type ? CAW_JS : CAW_STRING;
    }
    caw__wire_put(wire, &any);
}
