/*
 * Owns: parameters of exported functions that are a caw_string *: text of any length, with whatever bytes inside.
 * Must not know: how long it lives; the call's block has its reference. Linked only into programs with such a parameter. Its other
 * half is js/bridge/exports.ts.
 */
#include "bridge.h"
#include <cawait/export.h>

CAW__TAKES_TEXT

CAW__EXPORT(caw_adopt_text) caw_string *caw__js_adopt_text(void *bytes) { return CAW__STRING_AT(bytes); }

caw_string **caw__text_argument(void *argument) { return argument; }
