/*
 * Owns: futures that a JavaScript promise settles, and promises that a future settles.
 * Must not know: who awaits them. Its other half is js/bridge/promise.ts.
 *
 * While a promise is pending JavaScript holds one reference to the future; it gives it back by settling or when told to drop the
 * slot. What arrives makes callbacks ready and, when nothing else is to be waited for, is followed by the turn at once: a tick
 * would only come one microtask later.
 */
#include "bridge.h"

CAW__CALLS_OUT

CAW__IMPORT(promise) uint32_t caw__js_promise(caw__js_future *future, uint32_t id, uint32_t controller, char code);
CAW__IMPORT(promise_drop) void caw__js_promise_drop(uint32_t slot);
CAW__IMPORT(promise_forget) void caw__js_promise_forget(caw_loop *loop); /* caw_forget for every future of it */
CAW__IMPORT(promise_new) uint32_t caw__js_promise_new(char code);        /* id of a promise; its slot is in scratch[0].word */
CAW__IMPORT(promise_settle) void caw__js_promise_settle(uint32_t slot, bool failed);

static void promise_release(void *object)
{
    caw__js_future *it = object;
    if (caw__future_kept(&it->future)) return;
    caw__future_clear(&it->future);
    caw_unref(it->promise);
    caw__free(it, sizeof *it);
}

/* Lets go of the promise: what it settles to later is dropped in JavaScript. */
static void promise_let_go(caw__js_future *it)
{
    uint32_t slot = it->slot;
    it->slot = 0;
    if (!slot) return;
    if (it == caw__js_taken) caw__js_taken = NULL;
    caw__js_pending--;
    caw__js_promise_drop(slot);
    caw_unref(it);
}

static bool promise_cancel(caw_future *future, const char *message)
{
    caw_ref(future);
    bool cancelled = caw__future_cancel(future, message);
    if (cancelled) promise_let_go((caw__js_future *)(void *)future);
    caw_unref(future);
    return cancelled;
}

static void failed(caw__js_future *it, caw_error *error, bool last);

static const caw__type js_future_type = {"Promise", promise_release, promise_cancel};

caw__js_future *caw__js_future_new(char code, uint32_t shape)
{
    caw__js_in_order();
    caw_loop       *loop = caw__running;
    caw__js_future *it = loop && !loop->closed ? caw__alloc_inline(sizeof *it) : NULL;
    if (!it) return NULL;
    caw__future_init(&it->future, &js_future_type, loop, shape, 0);
    it->future.object.refs = 2;
    it->promise = NULL;
    it->code = code;
    return it;
}

caw_any *caw__js_future_out(caw__js_future *it, uint32_t slot)
{
    it->slot = slot;
    if (CAW__LIKELY(slot)) {
        caw__js_pending++;
        return (caw_any *)(void *)it;
    }
    it->future.object.refs = 1;
    caw_unref(it);
    caw_error *error = caw_js_take_error();
    return caw__future_failed(error ? error : caw__error_no_memory());
}

/*
 * While a task gets the number of its promise (caw_settle_double) the future and the slot of that promise are vacant. What it awaits
 * next, a promise of the same type as a rule, takes both, and JavaScript is told by what caw_settle_double returns: a call
 * saved, an import costs 10 ns.
 */
static CAW__TLS caw__js_future *vacant;

void caw__js_await_taken(void)
{
    caw__js_future *it = caw__js_taken;
    caw__js_taken = NULL;
    it->slot = caw__js_promise(it, it->promise->id, 0, it->code);
    if (!it->slot) failed(it, caw_js_take_error(), false);
}

caw_any *caw__from_promise(caw_js *promise, const caw_js *controller, char code, uint32_t shape)
{
    if (CAW__LIKELY(vacant) && vacant->code == code && promise && !controller && vacant->future.loop == caw__running &&
        !caw__context) { /* JavaScript learns of it outside of the task, and so of its async context */
        caw__js_future *it = caw__js_taken = vacant;
        vacant = NULL;
        it->future.object.refs = 2;
        it->future.object.flags = 0;
        it->promise = promise;
        return (caw_any *)(void *)it;
    }
    if (!promise) {
        caw_error *error = caw_js_take_error();
        return caw__future_failed(error ? error : caw_error_new(CAW_TYPE_ERROR, "caw_from_promise: NULL is no promise"));
    }
    caw__js_future *it = caw__js_future_new(code, shape);
    if (!it) {
        caw_unref(promise);
        return caw__future_failed(caw__running ? caw__error_no_memory()
                                               : caw_error_new(CAW_RUNTIME_ERROR, "no running event loop"));
    }
    uint32_t slot = caw__js_promise(it, promise->id, caw__js_id(controller), code);
    caw_unref(promise);
    return caw__js_future_out(it, slot);
}

/* ---- JavaScript settles: the slot is free again --------------------------------------------------------------------------------- */

static void settled(caw__js_future *it, int state, bool last)
{
    it->slot = 0;
    caw__js_pending--;
    bool held = last && !caw__js_ticking;
    if (held) caw__js_ticking = true;
    caw__future_finish(&it->future, state);
    caw_unref(it);
    if (held) caw__js_turn();
}

static void failed(caw__js_future *it, caw_error *error, bool last)
{
    it->future.error = error;
    it->future.object.flags |= CAW__UNRAISED; /* a cancellation, too, comes out as the object that JavaScript threw */
    settled(it, caw_error_is(error, CAW_CANCELLED_ERROR) ? CAW__CANCELLED : CAW__FAILED, last);
}

/* The task that waits for `future`, if nothing else watches it. */
static inline caw_task *sole_task(const caw_future *future)
{
    caw__node *node = future->callbacks;
    return node && node->next == node && node->run == caw__task_run ? CAW__CONTAINER(node, caw_task, node) : NULL;
}

/*
 * The common case, with no memory in between: a number. When one task awaits the promise and nothing else is to be done, it gets
 * the number where it wants it and goes on, as if the future had been finished, its callbacks queued and a pass begun. Returns
 * the handle of the promise that it awaits next in the same slot, with the same future; 0: the slot is free.
 */
CAW__EXPORT(caw_settle_double) uint32_t caw__js_settle_double(caw__js_future *it, double value, bool last)
{
    caw_loop *loop = it->future.loop;
    caw_task *task = last && it->future.object.refs == 2 ? sole_task(&it->future) : NULL;
    if (!CAW__LIKELY(task) || caw__js_ticking || !CAW__LIKELY(caw__js_plain(loop))) {
        *(double *)caw__future_value(&it->future) = value;
        settled(it, CAW__FINISHED, last);
        return 0;
    }
    caw__slot *slot = task->slot;
    *(double *)slot->out = value;
    slot->error = NULL;
    it->future.callbacks = NULL;
    if (it->promise) caw_unref(it->promise);
    task->waiting = NULL;
    vacant = it;
    caw__js_ticking = true;
    bool more = caw__js_step(task);
    if (vacant) {
        vacant = NULL;
        caw__js_pending--;
        loop->refs--;
        caw__free_inline(it, sizeof *it);
    }
    if (CAW__UNLIKELY(more)) {
        caw__js_in_order();
        caw__js_turn();
        return 0;
    }
    if (!caw__js_taken) return 0;
    caw__js_taken = NULL;
    return it->promise->id;
}

/* The value is in scratch[0]. */
CAW__EXPORT(caw_settle) void caw__js_settle_value(caw__js_future *it, bool last)
{
    if (caw__wire_store(caw__scratch, it->code, caw__future_value(&it->future))) settled(it, CAW__FINISHED, last);
    else failed(it, caw__error_no_memory(), last);
}

/* Why is in scratch, see caw__js_failure. */
CAW__EXPORT(caw_settle_error) void caw__js_settle_error(caw__js_future *it, bool last) { failed(it, caw__js_failure(), last); }

CAW__EXPORT(caw_loop_of) caw_loop *caw__js_loop_of(const caw__js_future *it) { return it->future.loop; }

void caw__js_loop_gone(caw_loop *loop) { caw__js_promise_forget(loop); }

/* The instance is being disposed of, or the future's loop is closed; and JavaScript has dropped the slot already. */
CAW__EXPORT(caw_forget) void caw__js_settle_never(caw__js_future *it)
{
    it->slot = 0;
    caw__js_pending--;
    caw__future_cancel(&it->future, NULL);
    caw_unref(it);
}

/* ---- A future as a promise ----------------------------------------------------------------------------------------------------------- */

typedef struct watch {
    caw__node   node;
    caw_future *future;
    uint32_t    slot;
} watch;

static void watch_done(caw__node *node)
{
    watch      *it = CAW__CONTAINER(node, watch, node);
    caw_future *future = it->future;
    if (future->object.state != CAW__PENDING && !caw__js_over()) {
        caw_value  value = {0};
        uint32_t   shape = future->shape;
        caw_error *error = caw__future_take_last(future, &value);
        if (error) caw__scratch[0].data = error;
        else caw__wire_load(caw__scratch, shape, &value);
        caw__js_promise_settle(it->slot, error != NULL);
        if (!error) caw__result_drop(shape, &value);
    }
    caw_unref(future);
    caw__free(it, sizeof *it);
}

caw_js *caw__to_promise(caw_any *any, char code, uint32_t shape)
{
    caw_future *future = caw__ensure_future(any, NULL, shape);
    watch      *it = caw__alloc(sizeof *it);
    caw_js     *promise = it ? caw__js_adopt(caw__js_promise_new(code)) : NULL;
    if (!promise) {
        if (it) caw__free(it, sizeof *it);
        caw_unref(future);
        return NULL;
    }
    *it = (watch){CAW__NODE(watch_done), future, caw__scratch[0].word};
    if (future->object.state == CAW__PENDING) caw__future_add(future, &it->node);
    else watch_done(&it->node);
    return promise;
}
