/*
 * Owns: calls from JavaScript into plain functions, which answer at once; what such a function, or a callback, throws.
 * Must not know: how JavaScript checked the arguments (js/bridge/exports.ts), or calls that wait (export.c). Linked only where there are
 * any.
 */
#include "bridge.h"
#include <cawait/export.h>

static CAW__TLS caw_error *thrown;

caw_value caw_js_throw(caw_error *error)
{
    caw_unref(thrown);
    thrown = error;
    return caw_none();
}

caw_error *caw__js_thrown(void)
{
    caw_error *error = thrown;
    thrown = NULL;
    return error;
}

/* A text that is returned may be of an argument, and those go before JavaScript reads it. False: no memory for a copy. */
static bool text_copy(uint32_t *shape, void **value)
{
    static CAW__TLS caw_string *copy;
    const char                 *text = *(const char **)*value;
    if (!text) return true;
    copy = caw_string_of(text);
    *shape = CAW__SHAPE(caw_string *);
    *value = &copy;
    return copy != NULL;
}

uint32_t caw__export_end(void *value, uint32_t shape, uint32_t slot, void *block, caw_loop *previous)
{
    caw_error *error = caw__js_thrown();
    if (!error && block && shape >> 22 == CAW__IS_POINTER && !text_copy(&shape, &value)) error = caw__error_no_memory();
    uint32_t status = error ? CAW__CALL_FAILED : CAW__OWNED(shape) ? CAW__CALL_KEPT : CAW__CALL_DONE;
    (void)slot; /* there is no promise */
    if (error) {
        caw__result_drop(shape, value);
        caw__scratch[0].data = error;
    } else {
        caw__wire_load(caw__scratch, shape, value);
        if (CAW__OWNED(shape)) caw__result_keep(shape, value);
    }
    caw__arguments_free(block);
    if (caw__running) caw__loop_leave(caw__running, previous);
    return status;
}
