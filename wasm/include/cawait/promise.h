/*
 * Owns: the functions of Emscripten's <emscripten/promise.h> over futures of ours: the same names, types, results and order, on every host,
 * and what those have not: cancellation, time limits, errors.
 * Must not know: Emscripten's own promises (js.h does).
 *
 * In a file that includes this, or is compiled with -include cawait/promise.h, an em_promise_t is one of ours; elsewhere in the program it
 * may be Emscripten's own, and neither is to be given to the other's functions. The types are Emscripten's where its header is.
 *
 *     em_promise_t page = emscripten_promise_then(caw_to_em_promise(download(url)), parsed, failed, state);
 *     void *result = CAW_AWAIT(caw_wait_for(caw_from_em_promise(void *, page), 5));
 *
 * Where it differs:
 *   - they are made while a loop runs; inside Emscripten's JavaScript at any time, on the loop of caw_js_loop
 *   - callbacks run in a later pass of the loop, in the context of their `then`
 *   - a rejection that nobody handles is reported, as an error that nobody retrieved
 *   - exit(), abort() and a trap in a callback end the program; what else is thrown out of it is a rejection, as Emscripten says
 *   - what is no promise, such as NULL, is refused by a promise that failed with a TypeError
 *   - one that is destroyed before it was resolved, when nobody else has it, takes the callbacks with it that wait for it in vain
 */
#ifndef CAWAIT_PROMISE_H
#define CAWAIT_PROMISE_H

#include <cawait/em_promise.h>
#include <cawait/future.h>

#if __has_include(<emscripten/promise.h>)
#include <emscripten/promise.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if !__has_include(<emscripten/promise.h>)
typedef struct _em_promise *em_promise_t;
typedef enum em_promise_result_t {
    EM_PROMISE_FULFILL,
    EM_PROMISE_MATCH,
    EM_PROMISE_MATCH_RELEASE,
    EM_PROMISE_REJECT,
} em_promise_result_t;
typedef struct em_settled_result_t {
    em_promise_result_t result;
    void               *value;
} em_settled_result_t;
typedef em_promise_result_t (*em_promise_callback_t)(void **result, void *data, void *value);
#endif

#define CAW__PROMISE(name) __asm__("caw_promise_" #name)

/* A pending one, for emscripten_promise_resolve. Each promise that any of these gives is to be destroyed. */
CAW__REFERENCE em_promise_t emscripten_promise_create(void) CAW__PROMISE(create);
void                        emscripten_promise_destroy(em_promise_t promise) CAW__PROMISE(destroy);
/* Once: later calls change nothing. Only what was created; else it is reported. */
void emscripten_promise_resolve(em_promise_t promise, em_promise_result_t result, void *value) CAW__PROMISE(resolve);
/* Either callback may be NULL: then the outcome goes on as it is. `*result` is NULL when one is called. */
CAW__REFERENCE em_promise_t emscripten_promise_then(em_promise_t promise, em_promise_callback_t on_fulfilled,
                                                    em_promise_callback_t on_rejected, void *data) CAW__PROMISE(then);
/* The array, of results or of errors, may be NULL. It is written to as this settles, and is what it settles with. */
CAW__REFERENCE em_promise_t emscripten_promise_all(em_promise_t *promises, void **results, size_t count) CAW__PROMISE(all);
CAW__REFERENCE em_promise_t emscripten_promise_all_settled(em_promise_t *promises, em_settled_result_t *results, size_t count)
    CAW__PROMISE(all_settled);
CAW__REFERENCE em_promise_t emscripten_promise_any(em_promise_t *promises, void **errors, size_t count) CAW__PROMISE(any);
CAW__REFERENCE em_promise_t emscripten_promise_race(em_promise_t *promises, size_t count) CAW__PROMISE(race);

/*
 * What it has come to. One that is pending is waited for with the whole of C suspended, while the loop goes on: in main() and in what
 * JavaScript calls, of a program of Emscripten's with -sASYNCIFY or -sJSPI. Everywhere else, in async functions and callbacks too, that
 * cannot be: it is reported, and the result is a rejection with NULL. An async function says
 * CAW_AWAIT(caw_from_em_promise(void *, promise)). The unchecked one gives the value; NULL where there is none.
 */
em_settled_result_t emscripten_promise_await(em_promise_t promise) CAW__PROMISE(await);
void               *emscripten_promise_await_unchecked(em_promise_t promise) CAW__PROMISE(await_unchecked);

/* ---- Awaitables ----------------------------------------------------------------------------------------------------------- */

/*
 * The promise as a handle: to await, for caw_wait_for and all that takes one, for caw_cancel. T: void *, void, another pointer, bool, an
 * integer that is not larger. Borrows `promise`; the handle is a new reference. A rejection is raised as a JsError.
 *
 * Cancelling goes, as that of a task does, to what the promise waits for: the promise whose `then` it is, the one that it matches, all
 * of an `all`. Then its callback is called, and ends it. One that was created, and matches nothing, is cancelled at once.
 */
#undef caw_from_em_promise
#define caw_from_em_promise(T, promise) (CAW__USED(caw_of(T)) caw__promise_future((promise), caw__shared_shape(CAW__SHAPE(T))))
/*
 * An awaitable as a promise: void, void *, bool, int or long. Consumes the handle; a coroutine is spawned. Callbacks are given as the
 * reason of an error its negative type: (void *)-CAW_CANCELLED_ERROR, (void *)-CAW_TIMEOUT_ERROR.
 */
#undef caw_to_em_promise
#define caw_to_em_promise(handle)                                                                                              \
    ((void)CAW__EM_RESULT(CAW__RESULT(handle)), caw__promise_of(CAW__TAKE(handle), CAW__SHAPE(CAW__RESULT(handle))))
/* The reason of the rejection that an error comes from; NULL: it had none, or is no rejection. */
void *caw_em_promise_reason(const caw_error *error) CAW__PROMISE(reason);

/* ---- Private ----------------------------------------------------------------------------------------------------- */

CAW__HANDLE caw_any        *caw__promise_future(em_promise_t promise, uint32_t shape);
CAW__REFERENCE em_promise_t caw__promise_of(caw_any *any, uint32_t shape);

#ifdef __cplusplus
}
#endif
#endif
