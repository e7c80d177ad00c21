/*
 * Promises of promise.h awaited by async functions, and futures given out as such, for promises.js: of Emscripten's own, and unchanged, with
 * -include cawait/promise.h (and -DOURS), of ours. With AWAITS: C that waits for them as a whole, too.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <emscripten/promise.h>
#include <emscripten/stack.h>
#include <stdlib.h>

#define LATER(callback, data) emscripten_async_call((callback), (data), 1)
#define THROW
#include "facts.h"

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });
/* Begun in main(), before the loop has had a turn. */
static em_promise_t of_facts;

CAW_ASYNC(int, facts_wrong, void)
{
    CAW_BEGIN(int) {
        int wrong = (int)(intptr_t)CAW_AWAIT(caw_from_em_promise(void *, of_facts));
        emscripten_promise_destroy(of_facts);
        CAW_RETURN(wrong);
    } CAW_END;
}
CAW_EXPORT(int, facts_wrong);

static em_promise_result_t add(void **result, void *data, void *value)
{
    *result = (char *)value + (intptr_t)data;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t refuse(void **result, void *data, void *value)
{
    *result = (char *)value + (intptr_t)data;
    return EM_PROMISE_REJECT;
}

static em_promise_t begun(int number)
{
    em_promise_t promise = emscripten_promise_create();
    emscripten_promise_resolve(promise, EM_PROMISE_FULFILL, (void *)(intptr_t)number);
    return promise;
}

static em_promise_t after(em_promise_t first, em_promise_callback_t ok, em_promise_callback_t failed)
{
    em_promise_t next = emscripten_promise_then(first, ok, failed, (void *)1);
    emscripten_promise_destroy(first);
    return next;
}

/* ---- Awaited ------------------------------------------------------------------------------------------------------------- */

static int reason(const caw_error *error) { return (int)(intptr_t)caw_em_promise_reason(error); }

/* `number` of one that is settled, and one more of one that its callback settles; or the reason of that, in thousands. */
CAW_ASYNC(int, both, int number, bool rejected)
{
    CAW_BEGIN(int) {
        int          sum = 0;
        em_promise_t first = begun(number);
        sum += (int)(intptr_t)CAW_AWAIT(caw_from_em_promise(void *, first));
        em_promise_t promise = after(first, rejected ? refuse : add, NULL);
        caw_auto     future = caw_from_em_promise(void *, promise);
        emscripten_promise_destroy(promise);
        CAW_TRY {
            sum += (int)(intptr_t)CAW_AWAIT(future);
        } CAW_EXCEPT(CAW_JS_ERROR, error) {
            sum += 1000 * reason(error);
        }
        CAW_END_TRY;
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(int, both, int, number, bool, rejected);

#ifndef OURS

EM_JS_DEPS(promises, "$addPromise,$promiseMap");
/* What a library's promise may come to: anything, after a millisecond; or it is rejected. */
/* clang-format off */
EM_JS(em_promise_t, library, (int what), {
    const values = [42, "some text", 3000000000];
    const settle = (done, failed) => what < 0 ? failed(globalThis["caw_reason"]) : done(values[what]);
    return addPromise(new Promise((done, failed) => setTimeout(settle, 1, done, failed)));
});
/* clang-format on */
EM_JS(int, held, (void), { return promiseMap.allocated.filter(Boolean).length; });
CAW_EXPORT_SYNC(int, held);

CAW_ASYNC(caw_string *, text, int what)
{
    CAW_BEGIN(caw_string *) {
        em_promise_t promise = library(what);
        caw_auto     future = caw_from_em_promise(caw_string *, promise);
        emscripten_promise_destroy(promise);
        CAW_RETURN(CAW_AWAIT(future));
    } CAW_END;
}
CAW_EXPORT(caw_string *, text, int, what);

CAW_ASYNC(double, pointer, int what)
{
    CAW_BEGIN(double) {
        em_promise_t promise = library(what);
        caw_auto     future = caw_from_em_promise(void *, promise);
        emscripten_promise_destroy(promise);
        CAW_RETURN((double)(uintptr_t)CAW_AWAIT(future));
    } CAW_END;
}
CAW_EXPORT(double, pointer, int, what);

#endif

/* 0, or one that is destroyed already; of ours what is one of Emscripten's. */
CAW_ASYNC(void, dead, bool destroyed)
{
    CAW_BEGIN(void) {
#ifdef OURS
        em_promise_t promise = destroyed ? (em_promise_t)1 : NULL;
#else
        em_promise_t promise = destroyed ? begun(1) : NULL;
        if (promise) emscripten_promise_destroy(promise);
#endif
        CAW_AWAIT(caw_from_em_promise(void, promise));
    } CAW_END;
}
CAW_EXPORT(void, dead, bool, destroyed);

/* What nobody settles, until the time is over; and then its callback finds nobody. */
CAW_ASYNC(void, limited, double seconds)
{
    CAW_BEGIN(void) {
        em_promise_t promise = emscripten_promise_create();
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(caw_from_em_promise(void, promise), seconds));
        } CAW_FINALLY {
            emscripten_promise_resolve(promise, EM_PROMISE_REJECT, NULL);
            emscripten_promise_destroy(promise);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, limited, double, seconds);

/* ---- Given out ----------------------------------------------------------------------------------------------------------- */

CAW_ASYNC(int, number, int of)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.001));
        if (of < 0) CAW_RAISE(CAW_VALUE_ERROR, "less than nothing");
        CAW_RETURN(of);
    } CAW_END;
}

CAW_ASYNC(void, rejected, int why)
{
    CAW_BEGIN(void) {
        em_promise_t promise = emscripten_promise_create();
        emscripten_promise_resolve(promise, EM_PROMISE_REJECT, (void *)(intptr_t)why);
        caw_auto future = caw_from_em_promise(void, promise);
        emscripten_promise_destroy(promise);
        CAW_AWAIT(future);
    } CAW_END;
}

/* By way of a callback of Emscripten's: the number and 1, or the reason and 1. */
CAW_ASYNC(int, given, int of)
{
    CAW_BEGIN(int) {
        em_promise_t promise = after(caw_to_em_promise(number(of)), add, add);
        caw_auto     future = caw_from_em_promise(void *, promise);
        emscripten_promise_destroy(promise);
        CAW_RETURN((int)(intptr_t)CAW_AWAIT(future));
    } CAW_END;
}
CAW_EXPORT(int, given, int, of);

/* All kinds at once, with one that has ended before; what Emscripten tells of each, in a row. */
CAW_ASYNC(caw_string *, given_all, void)
{
    CAW_BEGIN(caw_string *) {
        caw_auto ended = caw_future(void *);
        caw_set_result(ended, (void *)7);
        em_promise_t promises[] = {
            caw_to_em_promise(number(5)), caw_to_em_promise(number(-5)),   caw_to_em_promise(rejected(3)),
            caw_to_em_promise(ended),     caw_to_em_promise(caw_sleep(0)), caw_to_em_promise(rejected(0)),
        };
        enum { COUNT = sizeof promises / sizeof *promises };
        em_settled_result_t results[COUNT];
        em_promise_t        all = emscripten_promise_all_settled(promises, results, COUNT);
        for (int i = 0; i < COUNT; i++) emscripten_promise_destroy(promises[i]);
        caw_auto done = caw_from_em_promise(void *, all);
        emscripten_promise_destroy(all);
        if (CAW_AWAIT(done) != results) CAW_RAISE(CAW_VALUE_ERROR, "not its results");
        char  row[COUNT * 16] = "";
        char *at = row;
        for (int i = 0; i < COUNT; i++)
            at +=
                snprintf(at, 16, "%c%d", results[i].result == EM_PROMISE_FULFILL ? '+' : '-', (int)(intptr_t)results[i].value);
        CAW_RETURN(caw_string_of(row));
    } CAW_END;
}
CAW_EXPORT(caw_string *, given_all);

/* ---- The end -------------------------------------------------------------------------------------------------------------- */

static em_promise_result_t ends(void **result, void *data, void *value)
{
    (void)result, (void)value;
    if (data) exit(3);
    abort();
}

/* In a callback. */
CAW_ASYNC(void, crash, bool exits)
{
    CAW_BEGIN(void) {
        em_promise_t first = begun(1), next = emscripten_promise_then(first, ends, NULL, (void *)(intptr_t)exits);
        CAW_AWAIT(caw_from_em_promise(void *, next));
    } CAW_END;
}
CAW_EXPORT(void, crash, bool, exits);

/* ---- With C as a whole ---------------------------------------------------------------------------------------------------- */

#ifdef AWAITS

static void fulfil(void *promise) { emscripten_promise_resolve(promise, EM_PROMISE_FULFILL, (void *)43); }

static em_promise_t fulfilled_later(void)
{
    em_promise_t promise = emscripten_promise_create();
    emscripten_async_call(fulfil, promise, 1);
    return promise;
}

static bool is(em_promise_t promise, em_promise_result_t result, int value)
{
    em_settled_result_t settled = emscripten_promise_await(promise);
    emscripten_promise_destroy(promise);
    return settled.result == result && settled.value == (void *)(intptr_t)value;
}

static bool has(em_promise_t promise, int value)
{
    void *found = emscripten_promise_await_unchecked(promise);
    emscripten_promise_destroy(promise);
    return found == (void *)(intptr_t)value;
}

/* A bit for each that is not as it should be. */
EMSCRIPTEN_KEEPALIVE int awaits(void)
{
    int wrong = !is(begun(42), EM_PROMISE_FULFILL, 42);
    wrong |= !has(begun(42), 42) << 1;
    wrong |= !is(fulfilled_later(), EM_PROMISE_FULFILL, 43) << 2;
    wrong |= !has(fulfilled_later(), 43) << 3;
    em_promise_t rejected = emscripten_promise_create();
    emscripten_promise_resolve(rejected, EM_PROMISE_REJECT, (void *)44);
    wrong |= !is(rejected, EM_PROMISE_REJECT, 44) << 4;
    return wrong;
}

#endif

int main(void)
{
    of_facts = facts();
    tell();
    return 0;
}
