/*
 * Owns: the functions of promise.h over futures: what then, all, any and their like settle as, and when.
 * Must not know: who calls back, or how an exception of JavaScript's is caught (promise.h beside this).
 *
 * What waits for others is over them (combine/over.h): by that it is cancelled, and let go of when the loop is closed. It and each promise
 * that it waits for hold a reference to one another, until that is done or given up: when nobody else has it who could resolve it. What is
 * given up is put into the queue, as what is done is, and finds that the promise is pending still.
 */
#include "promise.h"
#include "base/error.h"
#include "combine/over.h"
#include <cawait/promise.h>
#include <string.h>

CAW__COLD

enum { CREATED, THEN, FOLLOWS, ALL, ALL_SETTLED, ANY, RACE };

typedef struct promise {
    caw_future future; /* of a void *, or of a part of one for who awaits it so */
    caw__over  over;
    int        kind;
    size_t     count;  /* of members */
    size_t     left;   /* of those the ones that have not ended; each of these has a reference to this */
    size_t     agreed; /* ALL: fulfilled, ANY: rejected, ALL_SETTLED: either */
    union {
        struct {
            em_promise_callback_t on_fulfilled, on_rejected;
            void                 *data;
            caw_context          *context;
        } then;
        void               **results;
        em_settled_result_t *settled;
    };
    caw__member member[];
} promise;

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

static promise *as_promise(caw_future *future)
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

/* Gives a reference up. If nobody is left who could settle it, nor who asks, those that wait for it do so no more. */
static void give_up(promise *p)
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

/* Of a future that is done; its error, if it has one, was seen by that. */
static em_settled_result_t outcome_of(caw_future *future)
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

/* NULL: it is none. */
static caw_future *future_at(em_promise_t at)
{
    return (uintptr_t)at < NUMBERS ? NULL : caw__live_future((caw_any *)(void *)at);
}
static em_promise_t handle_of(void *future) { return future; }

static caw_error *no_promise(const char *name, em_promise_t at)
{
    return caw_error_new(CAW_TYPE_ERROR,
                         "%s: %zu is no promise of <cawait/promise.h>; the file that made it must include that, too", name,
                         (size_t)(uintptr_t)at);
}
static em_promise_t failed(caw_error *error) { return handle_of(caw__future_failed(error)); }

static void report(const char *text)
{
    caw_report said = {.message = text};
    caw_call_exception_handler(NULL, &said);
}

/* NULL: caw__loop_refusal says why. */
static promise *promise_new(int kind, size_t count, caw_loop *loop, uint32_t shape)
{
    promise *p = (promise *)(void *)caw__future_make(&created_type, loop, shape, promise_size(count));
    if (!p) return NULL;
    p->kind = kind;
    p->count = count;
    return p;
}

/* From now on the member at `index` is waited for. */
static void wait_for(promise *p, size_t index, caw_future *future)
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
    caw_future *future = future_at(at);
    caw_error  *error = !future                ? no_promise("EM_PROMISE_MATCH", at)
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
    wait_for(p, 0, future);
}

static void resolve(promise *p, em_promise_result_t result, void *value)
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
    call         c = {.callback = callback, .data = p->then.data, .value = outcome_of(future).value};
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
        resolve(p, c.is, c.result);
    }
}

/* All have ended as they must for what the kind is called. */
static void complete(promise *p)
{
    for (size_t i = 0; i < p->count && p->results; i++) {
        em_settled_result_t outcome = outcome_of(p->member[i].future);
        if (p->kind == ALL_SETTLED) p->settled[i] = outcome;
        else p->results[i] = outcome.value;
    }
    if (p->kind == ANY) reject(p, p->results);
    else fulfil(p, p->results);
}

static void settle(promise *p, caw_future *future)
{
    bool fulfilled = future->object.state == CAW__FINISHED;
    bool agrees = p->kind == ALL ? fulfilled : p->kind == ANY ? !fulfilled : p->kind == ALL_SETTLED;
    if (p->kind == THEN) then(p, future);
    else if (!agrees) settle_as(p, future);
    else if (++p->agreed == p->count) complete(p);
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
    give_up(p);
}

/* ---- promise.h ------------------------------------------------------------------------------------------------------------------- */

em_promise_t emscripten_promise_create(void)
{
    caw_loop *loop = caw__promise_loop();
    promise  *p = promise_new(CREATED, 0, loop, CAW__SHAPE(void *));
    return p ? handle_of(p) : failed(caw__loop_refusal(loop));
}

void emscripten_promise_destroy(em_promise_t at)
{
    caw_future *future = future_at(at);
    promise    *p = future ? as_promise(future) : NULL;
    if (p) give_up(p);
    else caw_unref(future);
}

void emscripten_promise_resolve(em_promise_t at, em_promise_result_t result, void *value)
{
    caw_future *future = future_at(at);
    promise    *p = future ? as_promise(future) : NULL;
    if (!p || (p->kind != CREATED && p->kind != FOLLOWS))
        report("emscripten_promise_resolve: only what emscripten_promise_create gave can be resolved");
    else if (p->future.object.state == CAW__PENDING && p->kind == CREATED) resolve(p, result, value);
    else if (result == EM_PROMISE_MATCH_RELEASE) emscripten_promise_destroy(value);
}

em_promise_t emscripten_promise_then(em_promise_t at, em_promise_callback_t on_fulfilled, em_promise_callback_t on_rejected,
                                     void *data)
{
    caw_future *future = future_at(at);
    if (!future) return failed(no_promise("emscripten_promise_then", at));
    caw_loop *loop = future->loop ? future->loop : caw__promise_loop();
    promise  *p = promise_new(THEN, 1, loop, CAW__SHAPE(void *));
    if (!p) return failed(caw__loop_refusal(loop));
    p->then.on_fulfilled = on_fulfilled;
    p->then.on_rejected = on_rejected;
    p->then.data = data;
    if (caw__context_snapshot(caw__context, &p->then.context)) {
        caw_unref(p);
        return failed(caw__error_no_memory());
    }
    wait_for(p, 0, future);
    return handle_of(p);
}

static em_promise_t over(int kind, const char *name, em_promise_t *promises, void *results, size_t count)
{
    caw_loop *loop = caw__promise_loop();
    for (size_t i = 0; i < count; i++) {
        caw_future *future = future_at(promises[i]);
        if (!future) return failed(no_promise(name, promises[i]));
        if (!loop) loop = future->loop;
        if (future->loop && future->loop != loop)
            return failed(caw_error_new(CAW_VALUE_ERROR, "%s: the promises belong to different loops", name));
    }
    promise *p = promise_new(kind, count, loop, CAW__SHAPE(void *));
    if (!p) return failed(caw__loop_refusal(loop));
    p->results = results;
    for (size_t i = 0; i < count; i++) wait_for(p, i, future_at(promises[i]));
    if (!count && kind != RACE) complete(p);
    return handle_of(p);
}

em_promise_t emscripten_promise_all(em_promise_t *promises, void **results, size_t count)
{
    return over(ALL, "emscripten_promise_all", promises, results, count);
}
em_promise_t emscripten_promise_all_settled(em_promise_t *promises, em_settled_result_t *results, size_t count)
{
    return over(ALL_SETTLED, "emscripten_promise_all_settled", promises, results, count);
}
em_promise_t emscripten_promise_any(em_promise_t *promises, void **errors, size_t count)
{
    return over(ANY, "emscripten_promise_any", promises, errors, count);
}
em_promise_t emscripten_promise_race(em_promise_t *promises, size_t count)
{
    return over(RACE, "emscripten_promise_race", promises, NULL, count);
}

em_settled_result_t emscripten_promise_await(em_promise_t at)
{
    caw_future *future = future_at(at);
    if (future && (future->object.state != CAW__PENDING || (!caw__running && caw__promise_wait(future))))
        return outcome_of(future);
    report(
        future
            ? "emscripten_promise_await: here nothing can be waited for so; in an async function, "
              "CAW_AWAIT(caw_from_em_promise(void *, promise))"
            : "emscripten_promise_await: it is no promise of <cawait/promise.h>; the file that made it must include that, too");
    return (em_settled_result_t){EM_PROMISE_REJECT, NULL};
}

void *emscripten_promise_await_unchecked(em_promise_t at)
{
    em_settled_result_t outcome = emscripten_promise_await(at);
    return outcome.result == EM_PROMISE_FULFILL ? outcome.value : NULL;
}

/* ---- Awaitables ------------------------------------------------------------------------------------------------------------------- */

/* What a void * can be. */
static bool fits(uint32_t shape)
{
    uint32_t type = shape & ~(uint32_t)CAW__SIZE;
    bool     fitting = !type || type == CAW__BOOL || type == CAW__INTEGER || type == (uint32_t)CAW__IS_POINTER << 22;
    return fitting && (shape & CAW__SIZE) <= sizeof(void *);
}

caw_any *caw__promise_future(em_promise_t at, uint32_t shape)
{
    caw_future *future = future_at(at);
    if (!future) return caw__future_failed(no_promise("caw_from_em_promise", at));
    if (!future->loop || future->shape == shape) return (caw_any *)caw_ref((void *)future);
    if (!fits(shape))
        return caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "caw_from_em_promise: the value of a promise is a void *"));
    promise *p = promise_new(FOLLOWS, 1, future->loop, shape);
    if (!p) return caw__future_failed(caw__loop_refusal(future->loop));
    wait_for(p, 0, future);
    return (caw_any *)(void *)p;
}

em_promise_t caw__promise_of(caw_any *any, uint32_t shape)
{
    return handle_of(caw__ensure_future(any, caw__promise_loop(), shape));
}

CAW__COLD_END
