/*
 * Owns: async functions between components: calls of exported ones, awaiting others'.
 * Must not know: how callbacks follow each other (guest.c), the functions' types.
 */
#include "address.h"
#include "guest.h"
#include "instance.h"
#include "task/report.h"
#include <cawait/component.h>
#include <stdlib.h>

/* ---- Memory ---------------------------------------------------------------------------------------------------------------------------- */

void caw_component_free(void *block, size_t size)
{
    if (block && size) caw__host_memory(block, size, 0);
}

void *caw_component_alloc(size_t size) { return size ? cabi_realloc(NULL, 0, 1, size) : NULL; }

/* ---- Exported functions ------------------------------------------------------------------------------------------------------------------ */

typedef struct call {
    caw__guest           guest;
    caw__node            node; /* waits for the future */
    caw_future          *future;
    uint32_t             shape;
    bool                 cancelled; /* by the caller */
    caw__component_give *give;
} call;

static void ended(caw__node *node) { caw__guest_due(&CAW__CONTAINER(node, call, node)->guest); }

static void finish(caw__guest *guest)
{
    call      *it = CAW__CONTAINER(guest, call, guest);
    caw_value  value = {0};
    caw_error *error = caw__future_take_last(it->future, &value);
    caw_unref(it->future);
    if (!error) {
        it->give(&value);
        caw__result_drop(it->shape, &value);
        return;
    }
    if (it->cancelled && caw_error_is(error, CAW_CANCELLED_ERROR)) {
        caw_unref(error);
        caw__guest_cancelled();
        return;
    }
    caw_report report = {.message = "an exported function has failed", .error = error};
    caw_call_exception_handler(NULL, &report);
    abort();
}

static void cancel(caw__guest *guest)
{
    call     *it = CAW__CONTAINER(guest, call, guest);
    caw_loop *loop = it->future->loop, *previous = caw__loop_enter(loop);
    it->cancelled = true;
    caw__cancel((caw_any *)(void *)it->future, NULL);
    caw__loop_leave(loop, previous);
}

static void gone(caw__guest *guest)
{
    call *it = CAW__CONTAINER(guest, call, guest);
    caw__free(it, sizeof *it);
}

caw_loop *caw__component_enter(void)
{
    caw_loop *loop = caw__own_loop();
    if (!loop) abort();
    return caw__loop_enter(loop);
}

uint32_t caw__component_begin(caw_any *any, uint32_t shape, caw__component_give *give, caw_loop *previous)
{
    caw_loop   *loop = caw__running;
    caw_future *future = (caw_future *)(void *)caw__spawn(any, shape, &(caw_spawn_options){.eager = true});
    call       *it = caw__alloc(sizeof *it);
    if (!it) abort();
    *it = (call){.guest = {.finish = finish, .cancel = cancel, .gone = gone}, .node = CAW__NODE(ended), .future = future};
    it->shape = shape;
    it->give = give;
    if (future->object.state == CAW__PENDING) caw__future_add(future, &it->node);
    else it->guest.due = true;
    caw__loop_leave(loop, previous);
    return caw__guest_begin(&it->guest);
}

/* ---- Others' functions --------------------------------------------------------------------------------------------------------------------- */

typedef struct caller {
    caw__waitable call;
    caw_of(void) done;
} caller;

static void call_ended(caw__waitable *waitable, uint32_t event, uint32_t code)
{
    caller *it = CAW__CONTAINER(waitable, caller, call);
    (void)event, (void)code;
    caw__under_way--;
    caw_set_done(it->done);
}

/* The frame goes. */
static void caller_gone(void *data)
{
    caller *it = data;
    if (it->call.handle) {
        caw__under_way--;
        caw__give_up(&it->call);
    }
    caw_unref(it->done);
}

static void never_awaited(uint32_t begun)
{
    caw__waitable call;
    if ((begun & 15) == CM_RETURNED) return;
    caw__watch(&call, begun >> 4, NULL);
    caw__give_up(&call);
}

CAW_ASYNC(void, caw_component_call, uint32_t begun)
{
    CAW_BEGIN_OWNING(void, never_awaited(begun)) {
        if ((begun & 15) == CM_RETURNED) CAW_RETURN();
        caller it = {.done = caw_future(void)};
        CAW_DEFER(caller_gone, &it);
        caw__under_way++;
        caw__watch(&it.call, begun >> 4, call_ended);
        CAW_AWAIT(caw_ref(it.done));
    } CAW_END;
}
