/*
 * promise.h over our futures: what is refused, what is reported, and where emscripten_promise_await can say what a promise came to.
 */
#include "test.h"
#include <cawait/promise.h>
#include "../emscripten/settled.h"

/* Is not to be called. */
static em_promise_result_t wrong(void **result, void *data, void *value)
{
    (void)result, (void)data, (void)value;
    trace("called");
    return EM_PROMISE_FULFILL;
}

TEST(outside_of_a_loop)
{
    em_promise_t promise = emscripten_promise_create(), next = emscripten_promise_then(promise, wrong, wrong, NULL);
    em_promise_t all = emscripten_promise_all(NULL, NULL, 0), given = caw_to_em_promise(caw_sleep(1));
    em_promise_t each[] = {promise, next, all, given};
    for (int i = 0; i < 4; i++) CHECK_ERROR(caw_exception((caw_of(void *))each[i]), CAW_RUNTIME_ERROR, "no running event loop");
    facts_destroy(each, 4);
    CHECK_TRACE("");
}

/* ---- Cancelled as it asks a failed task for its error, by a destructor in the context of that --------------------------------------- */

static caw_context_var variable = CAW_CONTEXT_VAR("variable", caw_none());
static em_promise_t    asks;

static void cancel_who_asks(void *memory)
{
    caw_auto handle = caw_from_em_promise(void *, asks);
    CHECK(caw_cancel(handle, "meanwhile"));
    caw_unref(handle);
    free(memory);
}

static CAW_ASYNC(void *, fails, void)
{
    CAW_BEGIN(void *) {
        CHECK_INT(caw_context_set(&variable, caw_pointer(malloc(1), cancel_who_asks)), 0);
        CAW_RAISE(CAW_VALUE_ERROR, "its own");
    } CAW_END;
}

ASYNC_TEST(cancelled_as_it_asks)
{
    CAW_BEGIN(void) {
        em_settled_result_t settled[1];
        for (int i = 0; i < 2; i++) {
            em_promise_t task = caw_to_em_promise(fails());
            asks = i ? emscripten_promise_all_settled(&task, settled, 1) : emscripten_promise_then(task, NULL, NULL, NULL);
            CHECK_RAISES(caw_from_em_promise(void *, asks), CAW_CANCELLED_ERROR, "meanwhile");
            facts_destroy((em_promise_t[]){task, asks}, 2);
        }
    } CAW_END;
}

ASYNC_TEST(what_is_no_promise)
{
    CAW_BEGIN(void) {
        em_promise_t numbers[] = {NULL, (em_promise_t)VALUE(7)};
        em_promise_t refused[] = {emscripten_promise_then(NULL, wrong, wrong, NULL), emscripten_promise_race(numbers, 2),
                                  caw_to_em_promise((caw_of(void))NULL)};
        CHECK_RAISES(
            caw_from_em_promise(void *, refused[0]), CAW_TYPE_ERROR,
            "emscripten_promise_then: 0 is no promise of <cawait/promise.h>; the file that made it must include that, too");
        CHECK_RAISES(caw_from_em_promise(void *, refused[1]), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_from_em_promise(void, refused[2]), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(
            caw_from_em_promise(void *, numbers[1]), CAW_TYPE_ERROR,
            "caw_from_em_promise: 7 is no promise of <cawait/promise.h>; the file that made it must include that, too");
        facts_destroy(refused, 3);
        emscripten_promise_destroy(NULL);
        emscripten_promise_resolve(NULL, EM_PROMISE_FULFILL, NULL);
        CHECK_LOGGED("emscripten_promise_resolve: only what emscripten_promise_create gave can be resolved");
        em_promise_t next = emscripten_promise_then(refused[0] = emscripten_promise_create(), NULL, NULL, NULL);
        emscripten_promise_resolve(next, EM_PROMISE_FULFILL, NULL);
        CHECK_LOGGED("emscripten_promise_resolve: only what emscripten_promise_create gave can be resolved");
        facts_destroy((em_promise_t[]){next, refused[0]}, 2);
    } CAW_END;
}

ASYNC_TEST(promises_of_several_loops)
{
    CAW_BEGIN(void) {
        caw_loop    *loop = caw_loop_new();
        em_promise_t other = caw_to_em_promise(caw_future_on(loop, void *)), own = emscripten_promise_create();
        em_promise_t all = emscripten_promise_all((em_promise_t[]){own, other}, NULL, 2);
        CHECK_RAISES(caw_from_em_promise(void *, all), CAW_VALUE_ERROR,
                     "emscripten_promise_all: the promises belong to different loops");
        emscripten_promise_resolve(own, EM_PROMISE_MATCH, other);
        CHECK_RAISES(caw_from_em_promise(void *, own), CAW_VALUE_ERROR, "a promise cannot match one of another loop");
        facts_destroy((em_promise_t[]){other, own, all}, 3);
        CHECK_INT(caw_loop_close(loop), 0);
    } CAW_END;
}

ASYNC_TEST(a_rejection_that_nobody_sees_is_reported)
{
    CAW_BEGIN(void) {
        emscripten_promise_destroy(facts_settled(EM_PROMISE_REJECT, VALUE(5)));
        CHECK_LOGGED("the promise was rejected with 5");
        em_promise_t seen = facts_settled(EM_PROMISE_REJECT, VALUE(6));
        emscripten_promise_destroy(emscripten_promise_any(&seen, NULL, 1));
        emscripten_promise_destroy(seen);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("the promise was rejected with 0");
    } CAW_END;
}

/* ---- Waiting with all of C ----------------------------------------------------------------------------------------------------- */

ASYNC_TEST(emscripten_promise_await_of_what_has_settled)
{
    CAW_BEGIN(void) {
        em_promise_t        fulfilled = facts_settled(EM_PROMISE_FULFILL, VALUE(42));
        em_promise_t        rejected = facts_settled(EM_PROMISE_REJECT, VALUE(44)), pending = emscripten_promise_create();
        em_settled_result_t outcome = emscripten_promise_await(fulfilled);
        CHECK(outcome.result == EM_PROMISE_FULFILL && outcome.value == VALUE(42));
        CHECK(emscripten_promise_await_unchecked(fulfilled) == VALUE(42));
        outcome = emscripten_promise_await(rejected);
        CHECK(outcome.result == EM_PROMISE_REJECT && outcome.value == VALUE(44));
        CHECK_INT(outcome.result, 3);
        CHECK(emscripten_promise_await_unchecked(rejected) == NULL);
        outcome = emscripten_promise_await(pending);
        CHECK(outcome.result == EM_PROMISE_REJECT && outcome.value == NULL);
        CHECK_LOGGED(
            "here nothing can be waited for so; in an async function, CAW_AWAIT(caw_from_em_promise(void *, promise))");
        outcome = emscripten_promise_await(NULL);
        CHECK(outcome.result == EM_PROMISE_REJECT && outcome.value == NULL);
        CHECK_LOGGED("emscripten_promise_await: it is no promise");
        facts_destroy((em_promise_t[]){fulfilled, rejected, pending}, 3);
    } CAW_END;
}

TEST(emscripten_promise_await_outside_of_the_loop)
{
    caw_loop           *loop = caw_loop_new();
    em_promise_t        waited = caw_to_em_promise(caw_future_on(loop, void *));
    em_settled_result_t outcome = emscripten_promise_await(waited); /* this host cannot */
    CHECK(outcome.result == EM_PROMISE_REJECT && outcome.value == NULL);
    CHECK_LOGGED("here nothing can be waited for so");
    emscripten_promise_destroy(waited);
    CHECK_INT(caw_loop_close(loop), 0);
}
