/*
 * Owns: a promise: what it waits for, what it settles as, and when.
 * Must not know: who calls back, or how an exception of JavaScript's is caught (promise.h); what the public functions refuse (promise.c).
 *
 * What waits for others is over them (combine/over.h): by that it is cancelled, and let go of when the loop is closed. It and each promise
 * that it waits for hold a reference to one another, until that is done or given up: when nobody else has it who could resolve it. What is
 * given up is put into the queue, as what is done is, and finds that the promise is pending still.
 */
#include "promise_object.h"
#include "base/error.h"
#include "promise.h"
#include <string.h>

CAW__COLD

static size_t promise_size(size_t count) { return caw__size_of(sizeof(promise), count ? count : 1, sizeof(caw__member)); }

static void promise_release(void *object)
{
    promise *p = object;
    if (caw__future_kept(&p->future)) return;
    caw__over_remove(&p->over);
    if (p->kind == THEN) caw_unref(p->then.context);
    for (size_t i = 0; i < p->count; i++) caw_unref(p->member[i].future);
    caw__future_clear(&p->future);
    caw__free(p, promise_size(p->count));
}

/* ---- What is over others ------------------------------------------------------------------------------------------------ */

static promise    *promise_of(const caw__over *over) { return CAW__CONTAINER(over, promise, over); }
static size_t      member_count(const caw__over *over) { return promise_of(over)->count; }
static caw_future *member_at(caw__over *over, size_t index)
{
    caw_future *future = promise_of(over)->member[index].future;
    return future && future->object.state == CAW__PENDING ? future : NULL;
}
static caw_future *awaited(const caw__over *over) { return &promise_of(over)->future; }
static caw__over  *over_of(caw_future *future) { return &((promise *)(void *)future)->over; }
static void        asked(caw__over *over, const char *message) { (void)over, (void)message; }
static void        member_run(caw__node *node);
static void        promise_detach(caw__over *over);

/* One that waits for nothing is cancelled as any future. */
static const caw__type      created_type = {"Promise", promise_release, NULL};
static const caw__over_type over_type = CAW__OVER_FUTURE("Promise", promise_release, CAW__OVER_PROMISE, member_run, awaited,
                                                         promise_detach, member_count, member_at, over_of, asked);

promise *caw__promise_as(caw_future *future)
{
    const caw__type *type = future->object.type;
    return type == &created_type || type == &over_type.type ? (promise *)(void *)future : NULL;
}

/* How many of its callbacks are promises' that wait for it, each with a reference. */
static uint32_t followers(const promise *p)
{
    uint32_t   count = 0;
    caw__node *node = p->future.callbacks;
    if (node) do
            count += node->run == member_run;
        while ((node = node->next) != p->future.callbacks);
    return count;
}

void caw__promise_give_up(promise *p)
{
    if (p->future.object.state == CAW__PENDING && !p->left && p->future.object.refs == 1 + followers(p)) {
        while (p->future.callbacks) {
            caw__node *node = p->future.callbacks->next;
            caw__future_remove(&p->future, node);
            caw__ready_push(p->future.loop, node);
        }
    }
    caw_unref(p);
}

static void promise_detach(caw__over *over)
{
    promise *p = caw_ref(promise_of(over));
    caw__future_cancel(&p->future, NULL);
    for (size_t i = 0; i < p->count; i++)
        if (caw__member_leave(&p->member[i])) caw_unref(p);
    caw_unref(p);
}

/* ---- Outcomes ---------------------------------------------------------------------------------------------------------------- */

static void *reason_of(const caw_error *error)
{
    caw_error_type type = caw_error_type_of(error);
    return type == CAW_JS_ERROR ? caw_em_promise_reason(error) : (void *)-(intptr_t)type;
}

static void *value_of(caw_future *future)
{
    void  *value = NULL;
    size_t size = future->shape & CAW__SIZE;
    memcpy(&value, caw__future_value(future), size < sizeof value ? size : sizeof value);
    return value;
}

em_settled_result_t caw__promise_outcome(caw_future *future)
{
    if (future->object.state == CAW__FINISHED) return (em_settled_result_t){EM_PROMISE_FULFILL, value_of(future)};
    caw_error          *error = caw__future_outcome(future);
    em_settled_result_t outcome = {EM_PROMISE_REJECT, reason_of(error)};
    caw_unref(error);
    return outcome;
}

static void fulfil(promise *p, void *value)
{
    if ((p->future.shape & ~(uint32_t)CAW__SIZE) == CAW__BOOL) value = (void *)(uintptr_t)(value != NULL);
    *(void **)caw__future_value(&p->future) = value;
    caw__future_finish(&p->future, CAW__FINISHED);
}

static void fail(promise *p, caw_error *error)
{
    if (p->future.object.state != CAW__PENDING) { /* by a destructor, as the error was asked for and the task's context went */
        caw_unref(error);
        return;
    }
    p->future.error = error;
    p->future.object.flags |= CAW__UNRAISED;
    caw__future_finish(&p->future, caw_error_is(error, CAW_CANCELLED_ERROR) ? CAW__CANCELLED : CAW__FAILED);
}

static void reject(promise *p, void *reason)
{
    caw_error *error = caw_error_new(CAW_JS_ERROR, "the promise was rejected with %zu", (size_t)(uintptr_t)reason);
    if (!caw__error_is_static(error)) error->amount = (ptrdiff_t)(intptr_t)reason;
    fail(p, error);
}

void *caw_em_promise_reason(const caw_error *error)
{
    return caw_error_type_of(error) == CAW_JS_ERROR ? (void *)(intptr_t)error->amount : NULL;
}

static void settle_as(promise *p, caw_future *future)
{
    if (future->object.state == CAW__FINISHED) fulfil(p, value_of(future));
    else fail(p, caw__future_outcome(future));
}

/* ---- Handles ------------------------------------------------------------------------------------------------------------------- */

enum { NUMBERS = 1024 }; /* no memory has these addresses: Emscripten's own handles are numbers */

caw_future *caw__promise_at(em_promise_t at)
{
    return (uintptr_t)at < NUMBERS ? NULL : caw__live_future((caw_any *)(void *)at);
}
caw_error *caw__promise_none(const char *name, em_promise_t at)
{
    return caw_error_new(CAW_TYPE_ERROR,
                         "%s: %zu is no promise of <cawait/promise.h>; the file that made it must include that, too", name,
                         (size_t)(uintptr_t)at);
}
promise *caw__promise_new(int kind, size_t count, caw_loop *loop, uint32_t shape)
{
    promise *p = (promise *)(void *)caw__future_make(&created_type, loop, shape, promise_size(count));
    if (!p) return NULL;
    p->kind = kind;
    p->count = count;
    return p;
}

void caw__promise_wait_for(promise *p, size_t index, caw_future *future)
{
    if (!p->over.back) caw__over_add(p->future.loop, &p->over, &over_type);
    p->future.object.type = &over_type.type;
    p->left++;
    caw_ref(p);
    p->member[index] = (caw__member){.node = CAW__NODE(member_run), .over = &p->over};
    caw__member_watch(&p->member[index], future);
}

static void match(promise *p, em_promise_t at)
{
    caw_future *future = caw__promise_at(at);
    caw_error  *error = !future                ? caw__promise_none("EM_PROMISE_MATCH", at)
                        : future == &p->future ? caw_error_new(CAW_TYPE_ERROR, "a promise cannot match itself")
                        : future->loop && future->loop != p->future.loop
                            ? caw_error_new(CAW_VALUE_ERROR, "a promise cannot match one of another loop")
                            : NULL;
    if (error) {
        fail(p, error);
        return;
    }
    p->kind = FOLLOWS;
    p->count = 1;
    caw__promise_wait_for(p, 0, future);
}

void caw__promise_resolve(promise *p, em_promise_result_t result, void *value)
{
    switch (result) {
    case EM_PROMISE_FULFILL: fulfil(p, value); return;
    case EM_PROMISE_REJECT: reject(p, value); return;
    case EM_PROMISE_MATCH: match(p, value); return;
    case EM_PROMISE_MATCH_RELEASE:
        match(p, value);
        emscripten_promise_destroy(value);
        return;
    }
    fail(p, caw_error_new(CAW_VALUE_ERROR, "%u is no em_promise_result_t", (unsigned)result));
}

/* ---- Members end ----------------------------------------------------------------------------------------------------------------- */

typedef struct call {
    em_promise_callback_t callback;
    void                 *result, *data, *value;
    em_promise_result_t   is;
} call;

static void call_back(void *argument)
{
    call *c = argument;
    c->is = c->callback(&c->result, c->data, c->value);
}

static void then(promise *p, caw_future *future)
{
    bool                  fulfilled = future->object.state == CAW__FINISHED;
    em_promise_callback_t callback = fulfilled ? p->then.on_fulfilled : p->then.on_rejected;
    if (!callback) {
        settle_as(p, future);
        return;
    }
    call         c = {.callback = callback, .data = p->then.data, .value = caw__promise_outcome(future).value};
    void        *thrown = NULL;
    caw_context *outer = caw__context;
    caw__context = p->then.context;
    p->then.context = NULL;
    caw__rt.task = NULL;
    bool returned = caw__promise_call(call_back, &c, &thrown);
    caw__context_leave(outer);
    if (p->future.object.state != CAW__PENDING) { /* cancelled in it */
        if (returned && c.is == EM_PROMISE_MATCH_RELEASE) emscripten_promise_destroy(c.result);
    } else if (!returned) {
        reject(p, thrown);
    } else if (c.is == EM_PROMISE_REJECT && !fulfilled && c.result == c.value) {
        settle_as(p, future); /* by the very error */
    } else {
        caw__promise_resolve(p, c.is, c.result);
    }
}

void caw__promise_complete(promise *p)
{
    for (size_t i = 0; i < p->count && p->results; i++) {
        em_settled_result_t outcome = caw__promise_outcome(p->member[i].future);
        if (p->kind == ALL_SETTLED) p->settled[i] = outcome;
        else p->results[i] = outcome.value;
    }
    if (p->future.object.state != CAW__PENDING) return; /* by a destructor, as `fail` says */
    if (p->kind == ANY) reject(p, p->results);
    else fulfil(p, p->results);
}

static void settle(promise *p, caw_future *future)
{
    bool fulfilled = future->object.state == CAW__FINISHED;
    bool agrees = p->kind == ALL ? fulfilled : p->kind == ANY ? !fulfilled : p->kind == ALL_SETTLED;
    if (p->kind == THEN) then(p, future);
    else if (!agrees) settle_as(p, future);
    else if (++p->agreed == p->count) caw__promise_complete(p);
}

static void member_run(caw__node *node)
{
    caw__member *m = caw__member_ended(node);
    promise     *p = promise_of(m->over);
    caw_future  *future = m->future;
    bool         done = future->object.state != CAW__PENDING;
    if (--p->left == 0) {
        caw__over_remove(&p->over);
        p->future.object.type = &created_type;
    }
    if (future->object.state == CAW__FAILED) future->object.flags |= CAW__RETRIEVED;
    if (!done || p->kind <= FOLLOWS) m->future = NULL; /* it is not asked any more */
    if (done && p->future.object.state == CAW__PENDING) settle(p, future);
    if (!done || p->kind <= FOLLOWS) caw_unref(future);
    caw__promise_give_up(p);
}

CAW__COLD_END
