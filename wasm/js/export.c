/*
 * Owns: calls from JavaScript into async functions: their start, their end, what they borrow meanwhile.
 * Must not know: how JavaScript checked the arguments. Its other half is js/bridge/calls.ts, its arguments js/bridge/exports.ts.
 */
#include "bridge.h"
#include <cawait/export.h>
#include <string.h>

/* What the arguments borrow: a count, as many handles, then bytes. */
void caw__arguments_free(uint32_t *block)
{
    if (!block) return;
    for (uint32_t i = 1; i <= block[0]; i++) caw_unref((void *)(uintptr_t)block[i]);
    caw__js_free(block);
}

caw_loop *caw__export_enter(void)
{
    caw_loop *loop = caw__js_loop();
    return loop ? caw__loop_enter(loop) : NULL;
}

/*
 * Moves the outcome of a done future to scratch; true when it is an error. `value` holds the result until JavaScript has read it. The
 * reference to the future is to be given back.
 */
static bool export_outcome(caw_future *future, uint32_t shape, caw_value *value)
{
    bool       owned = CAW__OWNED(shape);
    caw_error *error = caw__future_take_last(future, owned ? (void *)value : &caw__scratch[0].bits);
    if (error) caw__scratch[0].data = error;
    else if (owned) caw__wire_load(caw__scratch, shape, value);
    return error != NULL;
}

void caw__call_free(caw__call *it)
{
    caw__future_unref(it->future);
    caw__arguments_free(it->block);
    caw__free_inline(it, sizeof *it);
}

void caw__call_done(caw__node *node)
{
    caw__call *it = CAW__CONTAINER(node, caw__call, node);
    if (it->future->object.state != CAW__PENDING && !it->future->loop->closed) {
        caw_value value;
        uint32_t  shape = it->future->shape;
        uint32_t  failed = export_outcome(it->future, shape, &value);
        if (failed && (it->future->object.flags & CAW__IS_TASK)) failed += ((caw_task *)(void *)it->future)->cancelling;
        caw__js_settle(it->slot, failed);
        if (!failed && CAW__OWNED(shape)) caw__result_drop(shape, &value);
    }
    caw__call_free(it);
}

/* What of a synchronous result must live until JavaScript has read it. */
static struct {
    caw_value value;
    uint32_t  shape;
} kept;

void caw__result_keep(uint32_t shape, const void *value)
{
    kept.shape = shape;
    memcpy(&kept.value, value, shape & CAW__SIZE);
}

CAW__EXPORT(caw_result) void caw__export_result_read(void) { caw__result_drop(kept.shape, &kept.value); }

const caw_spawn_options caw__call_options = {.eager = true};

uint32_t caw__export_run(caw_any *any, uint32_t shape, uint32_t slot, void *block, caw_loop *previous)
{
    caw_loop   *loop = caw__running;
    caw_future *future = (caw_future *)(void *)caw__spawn(any, shape, &caw__call_options);
    uint32_t    status;
    if (future->object.state != CAW__PENDING) {
        kept.shape = shape;
        status = export_outcome(future, shape, &kept.value) ? CAW__CALL_FAILED
                 : CAW__OWNED(shape)                        ? CAW__CALL_KEPT
                                                            : CAW__CALL_DONE;
        caw__future_unref(future);
        caw__arguments_free(block);
    } else {
        caw__call *it = caw__alloc_inline(sizeof *it);
        if (it) {
            *it = (caw__call){CAW__NODE(caw__call_done), future, block, slot};
            caw__future_add(future, &it->node);
            if (future->object.flags & CAW__IS_TASK) future->object.flags |= CAW__CALLED;
            status = (uint32_t)(uintptr_t)it;
        } else { /* it cannot be waited for: it must not go on with arguments that nobody keeps */
            caw__cancel((caw_any *)(void *)future, NULL);
            caw_unref(future);
            caw__scratch[0].data = caw__error_no_memory();
            status = CAW__CALL_FAILED;
        }
    }
    if (loop) caw__loop_leave(loop, previous);
    return status;
}

/* What a call waits for, or any task: calls.ts reads the first out of the call. */
CAW__EXPORT(caw_cancel) void caw__export_cancel(caw_future *future)
{
    caw_loop *loop = future->loop, *previous = caw__loop_enter(loop);
    caw__cancel((caw_any *)(void *)future, NULL);
    caw__loop_leave(loop, previous);
}
_Static_assert(offsetof(caw__call, future) == 12 && offsetof(caw__call, slot) == 20, "FUTURE and SLOT of calls.ts");

CAW__COLD

/* ---- Errors, as js/base/errors.ts reads them ------------------------------------------------------------------------------------------ */

/* Fills scratch: name of the type, message, errno, cause, context, id of the JavaScript value. */
CAW__EXPORT(caw_error) void caw__export_error(const caw_error *error)
{
    int           type = (int)caw_error_type_of(error);
    const caw_js *js = caw__error_js(error);
    CAW__SCRATCH[0] = (uintptr_t)caw_error_name(type);
    CAW__SCRATCH[1] = (uintptr_t)caw_error_message(error);
    CAW__SCRATCH[2] = (uintptr_t)caw_error_errno(error);
    CAW__SCRATCH[3] = (uintptr_t)caw_error_cause(error);
    CAW__SCRATCH[4] = (uintptr_t)caw_error_context(error);
    CAW__SCRATCH[5] = js ? js->id : 0;
}

CAW__EXPORT(caw_error_name) const char *caw__export_error_name(int type) { return caw_error_name(type); }

enum { NOTE, CHILD, PLACE };

/* One of its notes (text), children or places (a caw_place, until the next call); NULL past the last. */
CAW__EXPORT(caw_error_part) const void *caw__export_error_part(const caw_error *error, uint32_t index, int what)
{
    static CAW__TLS caw_place place;
    switch (what) {
    case NOTE: return caw_error_note(error, index);
    case CHILD: return caw_error_child(error, index);
    default: return caw_error_place(error, index, &place) ? &place : NULL;
    }
}

CAW__COLD_END
