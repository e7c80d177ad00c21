/*
 * Owns: errors of JavaScript on their way into C, and that every copy of one knows the object.
 * Must not know: what failed. Linked only into programs that JavaScript can fail. Its other half is js/bridge/failures.ts.
 */
#include "bridge.h"

const char caw__js_errors_here = 0;

enum { KIND_JS, KIND_CANCELLED, KIND_TIMEOUT, KIND_TYPE = 16 }; /* js/bridge/failures.ts */

caw_error *caw__js_failure(void)
{
    uint32_t       kind = caw__scratch[0].tag, errno_value = caw__scratch[0].word, id = caw__scratch[1].id;
    caw_string    *text = caw__scratch[2].data ? CAW__STRING_AT(caw__scratch[2].data) : NULL; /* no memory for the words */
    caw_error_type type = kind >= KIND_TYPE        ? (caw_error_type)(kind - KIND_TYPE)
                          : kind == KIND_CANCELLED ? CAW_CANCELLED_ERROR
                          : kind == KIND_TIMEOUT   ? CAW_TIMEOUT_ERROR
                                                   : CAW_JS_ERROR;
    const char    *message = caw_string_data(text);
    caw_error     *error = errno_value ? caw_error_os((int)errno_value, "%s", message) : caw_error_new(type, "%s", message);
    caw_unref(text);
    caw_js *js = caw__js_adopt(id);
    if (js) caw__error_set_js(error, js);
    return error;
}

caw_error *caw_js_take_error(void) { return caw__js_error_take() ? caw__js_failure() : NULL; }

caw_js *caw_error_js(const caw_error *error) { return caw_ref(caw__error_js(error)); }
