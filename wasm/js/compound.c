/*
 * Owns: structs and arrays of exported functions: which ones a function has, and results that are structs.
 * Must not know: how JavaScript makes objects of them (js/bridge/compound.ts), or what is in them. Linked only where there are any.
 */
#include "bridge.h"
#include <cawait/export.h>

/* ---- Which there are ---------------------------------------------------------------------------------------------------- */

/* Of the function that was described last: its result, if it is one, and the parameters that are. */
static CAW__TLS const caw__struct *told[9];
static CAW__TLS uint32_t           count;

void caw__compound(const caw__struct *type)
{
    if (count < sizeof told / sizeof *told) told[count++] = type; /* else it was described by somebody who does not ask */
}

/* Where they are; the next function's are written over them. By its name js/run/app.ts knows that there are any. */
CAW__EXPORT(caw_compounds) const caw__struct **caw__compounds(void)
{
    count = 0;
    return told;
}

/* ---- Results ---------------------------------------------------------------------------------------------------------------- */

/* A struct that is returned goes as the bytes of a string, until JavaScript has read them. */
uint32_t caw__export_end_struct(void *value, uint32_t shape, uint32_t slot, void *block, caw_loop *previous)
{
    caw_string *bytes = caw_string_new(value, shape & CAW__SIZE);
    if (!bytes) caw_js_throw(caw__error_no_memory());
    return caw__export_end(&bytes, CAW__SHAPE(caw_string *), slot, block, previous);
}

/* An async one's result is read where it stands, in the future. */
static bool outcome(caw_future *future)
{
    if (future->object.state != CAW__FINISHED) return false;
    caw__scratch[0].data = caw__future_value(future);
    return true;
}

static void struct_done(caw__node *node)
{
    caw__call  *it = CAW__CONTAINER(node, caw__call, node);
    caw_future *future = it->future;
    if (future->loop->closed || !outcome(future)) {
        caw__call_done(node);
        return;
    }
    caw__js_settle(it->slot, 0);
    caw__call_free(it);
}

uint32_t caw__export_run_struct(caw_any *any, uint32_t shape, uint32_t slot, void *block, caw_loop *previous)
{
    caw_loop   *loop = caw__running;
    caw_future *future = (caw_future *)(void *)caw__spawn(any, shape, &caw__call_options);
    if (!outcome(future)) { /* spawned again, it is as it was */
        uint32_t status = caw__export_run((caw_any *)(void *)future, shape, slot, block, previous);
        if (status > CAW__CALL_KEPT) ((caw__call *)(uintptr_t)status)->node.run = struct_done;
        return status;
    }
    caw__result_keep(CAW__SHAPE(caw_any *), &future);
    caw__arguments_free(block);
    if (loop) caw__loop_leave(loop, previous);
    return CAW__CALL_KEPT;
}
