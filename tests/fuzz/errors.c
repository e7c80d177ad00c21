/*
 * Owns: the program's errors: with causes, contexts, notes, in groups; taking them apart.
 * Must not know: who raises them.
 */
#include "world.h"

static const caw_error_type types[] = {CAW_VALUE_ERROR,    CAW_CANCELLED_ERROR, CAW_TIMEOUT_ERROR,        CAW_RUNTIME_ERROR,
                                       CAW_SYSTEM_EXIT,    CAW_GENERATOR_EXIT,  CAW_KEYBOARD_INTERRUPT,   CAW_MEMORY_ERROR,
                                       CAW_BASE_EXCEPTION, CAW_EXCEPTION,       CAW_STOP_ASYNC_ITERATION, CAW_QUEUE_EMPTY};

caw_error *error_new(void)
{
    unsigned   which = byte(), slot = which >> 6 & 1;
    caw_error *error;
    if (which >> 7 && w.errors[slot]) return caw_ref(w.errors[slot]);
    else if (which % 16 == 12) error = caw_error_os(2, "%s %d", "no file", 7);
    else if (which % 16 == 13) error = caw_error_from_code(-CAW_QUEUE_FULL);
    else if (which % 16 > 13) {
        caw_error *children[3];
        size_t     count = 1 + below(3);
        for (size_t i = 0; i < count; i++) children[i] = error_new();
        error = caw_error_group("several", children, count);
    } else error = caw_error_new(types[which % 16], which & 16 ? NULL : "error %u", which);
    REQUIRE(error);
    if (which & 32) error = caw_error_set_cause(error, byte() & 1 ? error_new() : caw_ref(error));
    return error;
}

static void keep(caw_error *error)
{
    unsigned   slot = below(ERRORS);
    caw_error *old = w.errors[slot];
    w.errors[slot] = error;
    caw_unref(old);
}

void error_deed(unsigned which)
{
    caw_error *error = w.errors[which >> 4 & 1], *matching = NULL, *rest = NULL;
    char       text[256];
    switch (which % 8) {
    case 0: keep(error_new()); return;
    case 1:
        if (error) (void)!caw_error_add_note(error, "a note");
        return;
    case 2: REQUIRE(caw_error_format(error, text, sizeof text) > 0 || !error); return;
    case 3:
        if (!error) return;
        (void)!caw_error_split(error, types[below(12)], &matching, &rest);
        keep(matching);
        keep(rest);
        return;
    case 4:
        if (error) keep(caw_error_subgroup(error, types[below(12)]));
        return;
    case 5:
        if (error) keep(caw_ref(caw_error_context(error)));
        return;
    case 6:
        if (error) keep(caw_ref(caw_error_cause(error)));
        return;
    default: keep(NULL); return;
    }
}
