/* The Nth allocation fails: wait, cancel_and_wait, promise.h. */
#include "fault.h"
#include <cawait/promise.h>

static CAW_ASYNC(int, give, int n, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CAW_AWAIT(caw_sleep(1));
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(n);
    } CAW_END;
}

SCENARIO(waits)
{
    CAW_BEGIN(void) {
        caw_auto    a = caw_spawn(give(1, 1)), b = caw_spawn(give(2, 9));
        caw_waited *w = CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 5, a, b, caw_ref(a)));
        caw_unref(w);
        caw_of(caw_waited *) wait =
            caw_wait_until(CAW_FIRST_COMPLETED, CAW_NEVER, caw_spawn(give(3, 1)), caw_spawn(give(4, 2)));
        caw_unref(CAW_AWAIT(caw_wait_for(wait, 9)));
    } CAW_END;
}

SCENARIO(cancel_and_wait)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(give(1, 50));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_cancel_and_wait(task));
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(give(1, 50), 0));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            (void)error;
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(as_completed)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed_within(5, give(1, 1), caw_spawn(give(2, 2)), give(3, 9));
        CAW_DEFER(caw_unref, it);
        CHECK_INT(CAW_AWAIT(caw_next_result(it, int)), 1);
        caw_unref(CAW_AWAIT(caw_next_completed(it)));
        CAW_TRY {
            CAW_AWAIT(caw_next_result(it, int));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            (void)error;
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(races)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_race(give(1, 1), caw_spawn(give(2, 2)), give(3, 9))), 1);
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_race(give(4, 1), give(5, 2)), 9)), 4);
    } CAW_END;
}

static CAW_ASYNC(int, fail, double seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RAISE(CAW_VALUE_ERROR, "failed");
    } CAW_END;
}

SCENARIO(any_ofs)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            (void)CAW_AWAIT(caw_any_of(give(1, 2), fail(1), give(3, 9)));
            (void)CAW_AWAIT(caw_any_of(fail(1), fail(2)));
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            (void)error; /* or one of errors for want of memory */
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, times_ten, int *n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(give(*n, *n)) * 10);
    } CAW_END;
}

SCENARIO(maps)
{
    CAW_BEGIN(void) {
        static int   numbers[] = {1, 2, 3, 4, 5}; /* what is begun runs on when the map is let go of */
        caw_results *r = CAW_AWAIT(caw_map(times_ten, numbers, 5, 2));
        caw_unref(r);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_wait_for(caw_map(times_ten, numbers, 5, 3), 3)));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            (void)error;
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(scopes)
{
    CAW_BEGIN(void) {
        CAW_MOVE_ON_AFTER(scope, 5) {
            CAW_AWAIT(caw_sleep(1));
            CHECK_INT(caw_timeout_reschedule(scope, caw_time(caw_running_loop()) + 2), 0); /* needs no memory */
            CAW_AWAIT(caw_sleep(50));
        }
        CAW_END_MOVE_ON;
        CHECK(caw_timeout_expired(scope));
        CAW_WITH_TIMEOUT_AT(limit, caw_time(caw_running_loop()) + 1) {
            CHECK_INT(CAW_AWAIT(caw_wait_for(give(1, 0.5), 9)), 1);
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

static em_promise_result_t matched(void **result, void *data, void *value)
{
    (void)data, (void)value;
    *result = emscripten_promise_create();
    emscripten_promise_resolve(*result, EM_PROMISE_REJECT, NULL);
    return EM_PROMISE_MATCH_RELEASE;
}

/* Of each function one: without memory it gives a promise that says so. */
SCENARIO(promises)
{
    CAW_BEGIN(void) {
        em_promise_t each[] = {caw_to_em_promise(give(1, 1)), emscripten_promise_create(), NULL, NULL, NULL};
        each[2] = emscripten_promise_then(each[0], matched, NULL, NULL);
        each[3] = emscripten_promise_all_settled(each, NULL, 3);
        each[4] = emscripten_promise_then(each[3], NULL, NULL, NULL);
        emscripten_promise_resolve(each[1], EM_PROMISE_MATCH, each[2]);
        caw_auto handle = caw_from_em_promise(void *, each[4]);
        for (int i = 0; i < 5; i++) emscripten_promise_destroy(each[i]);
        CAW_AWAIT(handle);
    } CAW_END;
}
