/* What a promise is rejected with, on every way that it can take through C. */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(double, waits, caw_js *promise)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(double, caw_ref(promise))));
    } CAW_END;
}

static CAW_ASYNC_GEN(double, yields, caw_js *promise)
{
    CAW_BEGIN_GEN(double) { CAW_YIELD(CAW_AWAIT(caw_from_promise(double, caw_ref(promise)))); }
    CAW_END_GEN;
}

static CAW_ASYNC(double, waits_for, caw_of(double) any)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(any));
    } CAW_END;
}

/* What the first look at a task has taken with it. */
static CAW_ASYNC(void, looks, caw_of(double) any)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(any);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            (void)error;
        }
        CAW_END_TRY;
    } CAW_END;
}

enum {
    TASK,
    SHIELD,
    SHIELD_OF_FUTURE,
    SHIELD_OF_SHIELD,
    SHIELD_TWICE,
    SHIELD_OF_ENDED,
    GATHER,
    GATHER_TWICE,
    SETTLED,
    RACE,
    WAIT_FOR,
    WAIT_FOR_SHIELD,
    TIMEOUT,
    MOVE_ON,
    AS_COMPLETED,
    COMPLETED,
    WAIT,
    GROUP,
    AGAIN,
    AGAIN_AND_AGAIN,
    TWO_TASKS,
    EXCEPTION,
    SET_ERROR,
    GENERATOR,
    PROMISE_OF_SHIELD,
    WAYS
};

CAW_ASYNC(double, through, caw_js *promise, int how)
{
    CAW_BEGIN(double) {
        caw_of(double) task = caw_spawn(waits(promise));
        CAW_DEFER(caw_unref, (void *)(uintptr_t)task);
        switch (how) {
        case TASK: CAW_RETURN(CAW_AWAIT(caw_ref(task)));
        case SHIELD: CAW_RETURN(CAW_AWAIT(caw_shield(caw_ref(task))));
        case SHIELD_OF_FUTURE:
            CAW_AWAIT(looks(caw_ref(task)));
            CAW_RETURN(CAW_AWAIT(caw_shield(caw_from_promise(double, caw_ref(promise)))));
        case SHIELD_OF_SHIELD: CAW_RETURN(CAW_AWAIT(caw_shield(caw_shield(caw_ref(task)))));
        case SHIELD_TWICE: {
            caw_of(double) shield = caw_shield(caw_ref(task));
            CAW_AWAIT(looks(caw_ref(shield)));
            CAW_RETURN(CAW_AWAIT(shield));
        }
        case SHIELD_OF_ENDED: CAW_AWAIT(looks(caw_ref(task))); CAW_RETURN(CAW_AWAIT(caw_shield(caw_ref(task))));
        case GATHER: caw_unref(CAW_AWAIT(caw_gather(caw_ref(task)))); break;
        case GATHER_TWICE: {
            caw_of(caw_results *) all = caw_gather(caw_ref(task));
            CAW_TRY {
                caw_unref(CAW_AWAIT(caw_ref(all)));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                (void)error;
            }
            CAW_END_TRY;
            caw_unref(CAW_AWAIT(all));
            break;
        }
        case SETTLED: {
            caw_results *all = CAW_AWAIT(caw_gather_settled(caw_ref(task)));
            CAW_DEFER(caw_unref, all);
            CAW_RAISE_ERROR(caw_ref(caw_error_at(all, 0)));
        }
        case RACE: CAW_RETURN(CAW_AWAIT(caw_race(caw_ref(task), caw_spawn(waits_for(caw_future(double))))));
        case WAIT_FOR: CAW_RETURN(CAW_AWAIT(caw_wait_for(caw_ref(task), 100)));
        case WAIT_FOR_SHIELD: CAW_RETURN(CAW_AWAIT(caw_wait_for(caw_shield(caw_ref(task)), 100)));
        case TIMEOUT: CAW_WITH_TIMEOUT(scope, 100) {
                CAW_AWAIT(caw_ref(task));
            }
            CAW_END_TIMEOUT;
            break;
        case MOVE_ON: CAW_MOVE_ON_AFTER(scope, 100) {
                CAW_AWAIT(caw_ref(task));
            }
            CAW_END_MOVE_ON;
            break;
        case AS_COMPLETED: {
            caw_completions *all = caw_as_completed(caw_ref(task));
            CAW_DEFER(caw_unref, all);
            CAW_RETURN(CAW_AWAIT(caw_next_result(all, double)));
        }
        case COMPLETED: {
            caw_completions *all = caw_as_completed(caw_ref(task));
            CAW_DEFER(caw_unref, all);
            caw_of(double) ended = (caw_of(double))CAW_AWAIT(caw_next_completed(all));
            CAW_RETURN(CAW_AWAIT(ended));
        }
        case WAIT: caw_unref(CAW_AWAIT(caw_wait(caw_ref(task)))); CAW_RETURN(CAW_AWAIT(caw_ref(task)));
        case GROUP: CAW_WITH_TASK_GROUP(group) {
                CAW_AWAIT(caw_ref(task));
            }
            CAW_END_TASK_GROUP;
            break;
        case AGAIN: CAW_AWAIT(looks(caw_ref(task))); CAW_RETURN(CAW_AWAIT(caw_ref(task)));
        case AGAIN_AND_AGAIN:
            for (int i = 0; i < 3; i++) CAW_AWAIT(looks(caw_ref(task)));
            CAW_RETURN(CAW_AWAIT(caw_ref(task)));
        case TWO_TASKS: {
            caw_of(double) one = caw_spawn(waits_for(caw_ref(task))), other = caw_spawn(waits_for(caw_ref(task)));
            CAW_DEFER(caw_unref, (void *)(uintptr_t)other);
            CAW_AWAIT(looks(one));
            CAW_RETURN(CAW_AWAIT(caw_ref(other)));
        }
        case EXCEPTION: caw_unref(CAW_AWAIT(caw_wait(caw_ref(task)))); CAW_RAISE_ERROR(caw_exception(task));
        case SET_ERROR: {
            caw_of(double) future = caw_future(double);
            CAW_DEFER(caw_unref, (void *)(uintptr_t)future);
            caw_unref(CAW_AWAIT(caw_wait(caw_ref(task))));
            (void)caw_set_error(future, caw_exception(task));
            CAW_RETURN(CAW_AWAIT(caw_ref(future)));
        }
        case GENERATOR:
            CAW_AWAIT(looks(caw_ref(task)));
            CAW_FOR_AWAIT(double number, yields(promise)) {
                (void)number;
            }
            CAW_END_FOR;
            break;
        case PROMISE_OF_SHIELD: CAW_RETURN(CAW_AWAIT(caw_from_promise(double, caw_to_promise(caw_shield(caw_ref(task))))));
        default: break;
        }
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(double, through, caw_js *, promise, int, how);

/* Promises of it, by what is over it and by itself, in an array. */
static caw_js *promises(caw_of(double) task)
{
    caw_js *array = caw_js_array();
    caw_js_put(array, 0, caw_js_value(caw_to_promise(caw_shield(caw_ref(task)))));
    caw_js_put(array, 1, caw_js_value(caw_to_promise(caw_ref(task))));
    caw_js_put(array, 2, caw_js_value(caw_to_promise(caw_spawn(waits_for(caw_ref(task))))));
    caw_js_put(array, 3, caw_js_value(caw_to_promise(caw_shield(caw_ref(task)))));
    caw_js_put(array, 4, caw_js_value(caw_to_promise(task)));
    return array;
}

CAW_ASYNC(caw_js *, rejected, caw_js *promise)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(promises(caw_from_promise(double, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_js *, rejected, caw_js *, promise);

static int ways(void) { return WAYS; }
CAW_EXPORT_SYNC(int, ways);
