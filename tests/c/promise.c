/*
 * promise.h over our futures: all that Emscripten's is known to do (emscripten/facts.h), and what that has not: cancellation, limits, errors;
 * promises that nobody can resolve any more.
 */
#include "test.h"
#include <cawait/promise.h>

#define LATER(callback, data) caw_unref(caw_call_later(NULL, 0.5, (callback), (data)))
#include "../emscripten/facts.h"

ASYNC_TEST(facts_of_emscripten)
{
    CAW_BEGIN(void) {
        em_promise_t promise = facts();
        CHECK_INT((intptr_t)CAW_AWAIT(caw_from_em_promise(void *, promise)), 0);
        emscripten_promise_destroy(promise);
        CHECK_REAL(elapsed(), 0.5);
    } CAW_END;
}

/* ---- Callbacks that are traced ------------------------------------------------------------------------------------------- */

static em_promise_result_t traced(void **result, void *data, void *value)
{
    trace("%s%ld", (const char *)data, (long)(intptr_t)value);
    *result = value;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t traced_again(void **result, void *data, void *value)
{
    traced(result, data, value);
    return EM_PROMISE_REJECT;
}

static CAW_ASYNC(int, number, int n, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cancelled");
            CAW_RERAISE();
        }
        CAW_END_TRY;
        if (n < 0) CAW_RAISE(CAW_VALUE_ERROR, "less than nothing");
        CAW_RETURN(n);
    } CAW_END;
}

/* ---- Awaitables ------------------------------------------------------------------------------------------------------------ */

ASYNC_TEST(an_awaitable_is_a_promise_and_the_other_way_round)
{
    CAW_BEGIN(void) {
        em_promise_t promise = caw_to_em_promise(number(5, 1));
        em_promise_t next = emscripten_promise_then(promise, traced, NULL, "value ");
        CHECK_INT((intptr_t)CAW_AWAIT(caw_from_em_promise(void *, next)), 5);
        CHECK_INT(CAW_AWAIT(caw_from_em_promise(int, promise)), 5);
        CHECK_INT((intptr_t)CAW_AWAIT(caw_from_em_promise(void *, promise)), 5);
        CHECK_INT(CAW_AWAIT(caw_from_em_promise(short, next)), 5);
        CHECK(CAW_AWAIT(caw_from_em_promise(bool, next)));
        CAW_AWAIT(caw_from_em_promise(void, next));
        CHECK_RAISES(caw_from_em_promise(double, promise), CAW_TYPE_ERROR,
                     "caw_from_em_promise: the value of a promise is a void *");
        CHECK_RAISES(caw_from_em_promise(caw_string *, promise), CAW_TYPE_ERROR,
                     "caw_from_em_promise: the value of a promise is a void *");
        emscripten_promise_destroy(next);
        emscripten_promise_destroy(promise);

        caw_auto future = caw_future(void *);
        promise = caw_to_em_promise(caw_ref(future)); /* the very same */
        CHECK((void *)promise == (void *)future);
        next = emscripten_promise_then(promise, traced, NULL, "later ");
        emscripten_promise_destroy(promise);
        caw_set_result(future, VALUE(6));
        caw_unref(future);
        CHECK_INT((intptr_t)CAW_AWAIT(caw_from_em_promise(void *, next)), 6);
        emscripten_promise_destroy(next);

        promise = caw_to_em_promise(caw_sleep(1));
        next = emscripten_promise_then(promise, traced, NULL, "nothing ");
        emscripten_promise_destroy(promise);
        CAW_AWAIT(caw_from_em_promise(void *, next));
        emscripten_promise_destroy(next);
        CHECK_TRACE("value 5 later 6 nothing 0");
    } CAW_END;
}

ASYNC_TEST(an_error_is_a_reason_and_goes_on_as_it_is)
{
    CAW_BEGIN(void) {
        em_promise_t promise = caw_to_em_promise(number(-1, 1));
        em_promise_t next = emscripten_promise_then(promise, NULL, traced_again, "error "), last;
        last = emscripten_promise_then(next, traced, NULL, "wrong ");
        CHECK_RAISES(caw_from_em_promise(void *, last), CAW_VALUE_ERROR, "less than nothing");
        emscripten_promise_destroy(promise);
        emscripten_promise_destroy(next);
        emscripten_promise_destroy(last);

        promise = facts_settled(EM_PROMISE_REJECT, VALUE(-77));
        CAW_TRY {
            CAW_AWAIT(caw_from_em_promise(void *, promise));
        } CAW_EXCEPT(CAW_JS_ERROR, error) {
            CHECK_INT((intptr_t)caw_em_promise_reason(error), -77);
        }
        CAW_END_TRY;
        emscripten_promise_destroy(promise);
        CHECK(caw_em_promise_reason(NULL) == NULL);
        char expected[32];
        snprintf(expected, sizeof expected, "error %d", -CAW_VALUE_ERROR);
        CHECK_TRACE(expected);
    } CAW_END;
}

/* ---- Callbacks -------------------------------------------------------------------------------------------------------------- */

static caw_context_var who = CAW_CONTEXT_VAR("who", caw_int(0));

static em_promise_result_t in_context(void **result, void *data, void *value)
{
    (void)result, (void)data, (void)value;
    trace("who %d", caw_context_get(&who).as_int32);
    return EM_PROMISE_FULFILL;
}

ASYNC_TEST(a_callback_runs_later_in_the_context_of_its_then)
{
    CAW_BEGIN(void) {
        em_promise_t promise = facts_settled(EM_PROMISE_FULFILL, NULL);
        CHECK_INT(caw_context_set(&who, caw_int(1)), 0);
        em_promise_t next = emscripten_promise_then(promise, in_context, NULL, NULL);
        CHECK_INT(caw_context_set(&who, caw_int(2)), 0);
        trace("before");
        CAW_AWAIT(caw_from_em_promise(void *, next));
        CHECK_INT(caw_context_get(&who).as_int32, 2);
        emscripten_promise_destroy(promise);
        emscripten_promise_destroy(next);
        CHECK_TRACE("before who 1");
    } CAW_END;
}

static em_promise_t mine; /* the promise whose callback runs */

static em_promise_result_t give_myself(void **result, void *data, void *value)
{
    (void)value;
    *result = data ? mine : VALUE(3);
    return EM_PROMISE_MATCH;
}

static em_promise_result_t give_what_there_is_not(void **result, void *data, void *value)
{
    (void)data, (void)value;
    *result = VALUE(1);
    return (em_promise_result_t)17;
}

static em_promise_result_t cancel_myself(void **result, void *data, void *value)
{
    (void)data, (void)value;
    caw_auto handle = caw_from_em_promise(void *, mine);
    CHECK(caw_cancel(handle, "from inside"));
    caw_unref(handle);
    *result = emscripten_promise_create();
    return EM_PROMISE_MATCH_RELEASE;
}

ASYNC_TEST(what_a_callback_may_not_give)
{
    CAW_BEGIN(void) {
        em_promise_t promise = facts_settled(EM_PROMISE_FULFILL, NULL);
        mine = emscripten_promise_then(promise, give_myself, NULL, "itself");
        CHECK_RAISES(caw_from_em_promise(void *, mine), CAW_TYPE_ERROR, "a promise cannot match itself");
        emscripten_promise_destroy(mine);
        mine = emscripten_promise_then(promise, give_myself, NULL, NULL);
        CHECK_RAISES(caw_from_em_promise(void *, mine), CAW_TYPE_ERROR,
                     "EM_PROMISE_MATCH: 3 is no promise of <cawait/promise.h>; the file that made it must include that, too");
        emscripten_promise_destroy(mine);
        mine = emscripten_promise_then(promise, give_what_there_is_not, NULL, NULL);
        CHECK_RAISES(caw_from_em_promise(void *, mine), CAW_VALUE_ERROR, "17 is no em_promise_result_t");
        emscripten_promise_destroy(mine);
        mine = emscripten_promise_then(promise, cancel_myself, NULL, NULL);
        CHECK_RAISES(caw_from_em_promise(void *, mine), CAW_CANCELLED_ERROR, "from inside");
        emscripten_promise_destroy(mine);
        emscripten_promise_destroy(promise);
    } CAW_END;
}

/* ---- Cancelled ----------------------------------------------------------------------------------------------------------------- */

static void check_reason(const char *word, int reason)
{
    char expected[32];
    snprintf(expected, sizeof expected, "%s%d", word, reason);
    CHECK_TRACE(expected);
}

ASYNC_TEST(cancelling_goes_to_what_is_waited_for)
{
    CAW_BEGIN(void) {
        em_promise_t created = emscripten_promise_create();
        em_promise_t like = facts_settled(EM_PROMISE_MATCH, created);
        em_promise_t last = emscripten_promise_then(like, traced, traced_again, "reason ");
        caw_auto     handle = caw_from_em_promise(void *, last);
        CHECK(caw_cancel(handle, "enough"));
        CHECK(!caw_done(handle)); /* its callback is to be called */
        CHECK_RAISES(handle, CAW_CANCELLED_ERROR, "enough");
        emscripten_promise_resolve(created, EM_PROMISE_FULFILL, NULL); /* too late */
        emscripten_promise_resolve(like, EM_PROMISE_MATCH_RELEASE, emscripten_promise_create());
        facts_destroy((em_promise_t[]){created, like, last}, 3);
        check_reason("reason ", -CAW_CANCELLED_ERROR);
    } CAW_END;
}

ASYNC_TEST(a_callback_may_make_a_value_of_a_cancellation)
{
    CAW_BEGIN(void) {
        em_promise_t created = emscripten_promise_create();
        em_promise_t last = emscripten_promise_then(created, NULL, traced, "reason ");
        caw_auto     handle = caw_from_em_promise(void *, last);
        caw_cancel(handle, NULL);
        CHECK_INT((intptr_t)CAW_AWAIT(handle), -CAW_CANCELLED_ERROR);
        facts_destroy((em_promise_t[]){created, last}, 2);
        check_reason("reason ", -CAW_CANCELLED_ERROR);
    } CAW_END;
}

ASYNC_TEST(a_time_limit_cancels_the_task_behind_promises)
{
    CAW_BEGIN(void) {
        em_promise_t tasks[] = {caw_to_em_promise(number(1, 50)), caw_to_em_promise(number(2, 1))};
        em_promise_t all = emscripten_promise_all(tasks, NULL, 2);
        em_promise_t last = emscripten_promise_then(all, traced, NULL, "wrong ");
        CHECK_RAISES(caw_wait_for(caw_from_em_promise(void *, last), 5), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 5);
        CHECK_INT(CAW_AWAIT(caw_from_em_promise(int, tasks[1])), 2);
        facts_destroy((em_promise_t[]){tasks[0], tasks[1], all, last}, 4);
        CHECK_TRACE("cancelled");
    } CAW_END;
}

ASYNC_TEST(what_waits_for_nothing_is_cancelled_at_once)
{
    CAW_BEGIN(void) {
        em_promise_t promises[] = {emscripten_promise_create(), emscripten_promise_race(NULL, 0)};
        for (int i = 0; i < 2; i++) {
            caw_auto handle = caw_from_em_promise(void *, promises[i]);
            CHECK(caw_cancel(handle, NULL));
            CHECK(caw_cancelled(handle));
            caw_unref(handle);
        }
        facts_destroy(promises, 2);
    } CAW_END;
}

/* ---- Nobody can resolve them any more ------------------------------------------------------------------------------------------ */

ASYNC_TEST(what_waits_for_a_promise_that_was_destroyed_is_gone_with_it)
{
    CAW_BEGIN(void) {
        uint32_t     before = caw_get_stats().blocks;
        em_promise_t created = emscripten_promise_create();
        em_promise_t next = emscripten_promise_then(created, traced, traced, "wrong "), other = emscripten_promise_create();
        em_promise_t all = emscripten_promise_race((em_promise_t[]){next, created, other}, 3);
        em_promise_t like = facts_settled(EM_PROMISE_MATCH, all);
        emscripten_promise_destroy(emscripten_promise_then(like, traced, traced, "wrong "));
        facts_destroy((em_promise_t[]){created, next, all, like}, 4);
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        CHECK(caw_get_stats().blocks > before); /* one is left, and by that the race */
        emscripten_promise_destroy(other);
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_get_stats().blocks, before);
        CHECK_TRACE("");
    } CAW_END;
}

ASYNC_TEST(what_somebody_awaits_is_not_gone)
{
    CAW_BEGIN(void) {
        em_promise_t created = emscripten_promise_create();
        em_promise_t next = emscripten_promise_then(created, traced, NULL, "value ");
        caw_auto     handle = caw_from_em_promise(void *, created);
        emscripten_promise_destroy(created);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(handle, VALUE(4)), 0);
        CHECK_INT((intptr_t)CAW_AWAIT(caw_from_em_promise(void *, next)), 4);
        caw_unref(handle);
        emscripten_promise_destroy(next);
        CHECK_TRACE("value 4");
    } CAW_END;
}

TEST(nothing_is_left_when_the_loop_is_closed)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  future = caw_future_on(loop, void *);
    caw_auto  done = caw_future_on(loop, void *);
    caw_set_result(done, NULL);
    em_promise_t promises[] = {caw_to_em_promise(future), caw_to_em_promise(done)};
    em_promise_t all = emscripten_promise_all(promises, NULL, 2);
    em_promise_t late = emscripten_promise_then(promises[1], traced, traced, "wrong ");
    em_promise_t last = emscripten_promise_then(all, traced, traced, "wrong ");
    CHECK_INT(caw_loop_close(loop), 0);
    em_promise_t gone[] = {all, late, last};
    for (int i = 0; i < 3; i++) CHECK(caw_cancelled((caw_of(void *))gone[i]));
    facts_destroy((em_promise_t[]){promises[0], promises[1], all, late, last}, 5);
    CHECK_TRACE("");
}
