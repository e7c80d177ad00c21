/*
 * Owns: parameters of exported functions that are a caw_string *: text of any length, with whatever bytes inside.
 * Must not know: how long it lives; the call's block has its reference. Linked only into programs with such a parameter. Its other
 * half is js/exports.ts.
 */
#include "bridge.h"
#include <cawait/export.h>

CAW__EXPORT(caw_adopt_text) caw_string *caw__js_adopt_text(void *bytes, size_t size)
{
    caw_string *text = caw_string_new(bytes, size);
    caw__js_free(bytes);
    return text;
}

caw_string **caw__text_argument(void *argument) { return argument; }
