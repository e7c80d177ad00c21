/*
 * Owns: deeds with context variables and contexts.
 */
#include "world.h"

static caw_context_var vars[2] = {CAW_CONTEXT_VAR("one", caw_none()), CAW_CONTEXT_VAR("two", caw_none())};

void context_deed(unsigned which)
{
    unsigned     slot = which >> 3 & 1;
    caw_context *context = w.contexts[slot];
    switch (which % 8) {
    case 0:
    case 1:
    case 2: (void)!caw_context_set(&vars[slot], value_new()); return;
    case 3:
    case 4: value_take(caw_context_get(&vars[slot])); return;
    case 5:
        w.contexts[slot] = caw_context_copy();
        caw_unref(context);
        return;
    case 6:
        if (!context) return;
        caw_ref(context);
        caw_context_run(context, deed_called, NULL);
        caw_unref(context);
        return;
    default:
        w.contexts[slot] = NULL;
        caw_unref(context);
        return;
    }
}
