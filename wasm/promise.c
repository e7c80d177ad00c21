/*
 * Owns: the functions of <cawait/promise.h>, and what they refuse.
 * Must not know: what a promise settles as (promise_object.c).
 */
#include "promise.h"
#include "base/error.h"
#include "promise_object.h"

CAW__COLD

static em_promise_t handle_of(void *future) { return future; }
static em_promise_t failed(caw_error *error) { return handle_of(caw__future_failed(error)); }

static void report(const char *text)
{
    caw_report said = {.message = text};
    caw_call_exception_handler(NULL, &said);
}

/* ---- promise.h ------------------------------------------------------------------------------------------------------------------- */

em_promise_t emscripten_promise_create(void)
{
    caw_loop *loop = caw__promise_loop();
    promise  *p = caw__promise_new(CREATED, 0, loop, CAW__SHAPE(void *));
    return p ? handle_of(p) : failed(caw__loop_refusal(loop));
}

void emscripten_promise_destroy(em_promise_t at)
{
    caw_future *future = caw__promise_at(at);
    promise    *p = future ? caw__promise_as(future) : NULL;
    if (p) caw__promise_give_up(p);
    else caw_unref(future);
}

void emscripten_promise_resolve(em_promise_t at, em_promise_result_t result, void *value)
{
    caw_future *future = caw__promise_at(at);
    promise    *p = future ? caw__promise_as(future) : NULL;
    if (!p || (p->kind != CREATED && p->kind != FOLLOWS))
        report("emscripten_promise_resolve: only what emscripten_promise_create gave can be resolved");
    else if (p->future.object.state == CAW__PENDING && p->kind == CREATED) caw__promise_resolve(p, result, value);
    else if (result == EM_PROMISE_MATCH_RELEASE) emscripten_promise_destroy(value);
}

em_promise_t emscripten_promise_then(em_promise_t at, em_promise_callback_t on_fulfilled, em_promise_callback_t on_rejected,
                                     void *data)
{
    caw_future *future = caw__promise_at(at);
    if (!future) return failed(caw__promise_none("emscripten_promise_then", at));
    caw_loop *loop = future->loop ? future->loop : caw__promise_loop();
    promise  *p = caw__promise_new(THEN, 1, loop, CAW__SHAPE(void *));
    if (!p) return failed(caw__loop_refusal(loop));
    p->then.on_fulfilled = on_fulfilled;
    p->then.on_rejected = on_rejected;
    p->then.data = data;
    if (caw__context_snapshot(caw__context, &p->then.context)) {
        caw_unref(p);
        return failed(caw__error_no_memory());
    }
    caw__promise_wait_for(p, 0, future);
    return handle_of(p);
}

static em_promise_t over(int kind, const char *name, em_promise_t *promises, void *results, size_t count)
{
    caw_loop *loop = caw__promise_loop();
    for (size_t i = 0; i < count; i++) {
        caw_future *future = caw__promise_at(promises[i]);
        if (!future) return failed(caw__promise_none(name, promises[i]));
        if (!loop) loop = future->loop;
        if (future->loop && future->loop != loop)
            return failed(caw_error_new(CAW_VALUE_ERROR, "%s: the promises belong to different loops", name));
    }
    promise *p = caw__promise_new(kind, count, loop, CAW__SHAPE(void *));
    if (!p) return failed(caw__loop_refusal(loop));
    p->results = results;
    for (size_t i = 0; i < count; i++) caw__promise_wait_for(p, i, caw__promise_at(promises[i]));
    if (!count && kind != RACE) caw__promise_complete(p);
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
    caw_future *future = caw__promise_at(at);
    if (future && (future->object.state != CAW__PENDING || (!caw__running && caw__promise_wait(future))))
        return caw__promise_outcome(future);
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
    caw_future *future = caw__promise_at(at);
    if (!future) return caw__future_failed(caw__promise_none("caw_from_em_promise", at));
    if (!future->loop || future->shape == shape) return (caw_any *)caw_ref((void *)future);
    if (!fits(shape))
        return caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "caw_from_em_promise: the value of a promise is a void *"));
    promise *p = caw__promise_new(FOLLOWS, 1, future->loop, shape);
    if (!p) return caw__future_failed(caw__loop_refusal(future->loop));
    caw__promise_wait_for(p, 0, future);
    return (caw_any *)(void *)p;
}

em_promise_t caw__promise_of(caw_any *any, uint32_t shape)
{
    return handle_of(caw__ensure_future(any, caw__promise_loop(), shape));
}

CAW__COLD_END
