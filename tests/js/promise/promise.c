/* Awaiting promises of every type, letting go of them, and giving futures out as promises. */
#include <cawait.h>
#include <cawait/export.h>

#define AWAITS(T, name)                                                                                                        \
    CAW_ASYNC(T, name, caw_js *p)                                                                                              \
    {                                                                                                                          \
        CAW_BEGIN(T) { CAW_RETURN(CAW_AWAIT(caw_from_promise(T, caw_ref(p)))); }                                               \
        CAW_END;                                                                                                               \
    }                                                                                                                          \
    CAW_EXPORT(T, name, caw_js *, p)

AWAITS(double, number);
AWAITS(int, integer);
AWAITS(bool, boolean);
AWAITS(int64_t, big);
AWAITS(caw_string *, text);
AWAITS(caw_js *, js);
AWAITS(caw_value, value);

CAW_ASYNC(void, nothing, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
    } CAW_END;
}
CAW_EXPORT(void, nothing, caw_js *, p);

CAW_ASYNC(double, number_or_timeout, caw_js *p, caw_js *controller, double seconds)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_wait_for(caw_from_promise_abort(double, caw_ref(p), controller), seconds)));
    } CAW_END;
}
CAW_EXPORT(double, number_or_timeout, caw_js *, p, caw_js *, controller, double, seconds);

/* Two futures of one promise; one is cancelled. */
CAW_ASYNC(double, half_cancelled, caw_js *p)
{
    CAW_BEGIN(double) {
        caw_auto one = caw_from_promise(double, caw_ref(p));
        caw_auto two = caw_from_promise(double, caw_ref(p));
        caw_cancel(one, NULL);
        CAW_TRY {
            CAW_AWAIT(one);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            (void)error;
        }
        CAW_END_TRY;
        CAW_RETURN(CAW_AWAIT(two));
    } CAW_END;
}
CAW_EXPORT(double, half_cancelled, caw_js *, p);

/* The order in which two tasks of one batch run: asyncio's. */
CAW_ASYNC(void, logger, caw_js *p, caw_js *log, int id)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        caw_unref(caw_js_method(log, "push", caw_int(id)));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_js_method(log, "push", caw_int(id + 10)));
    } CAW_END;
}
CAW_EXPORT(void, logger, caw_js *, p, caw_js *, log, int, id);

/* Nobody awaits it: its error must be reported. */
CAW_ASYNC(void, dropped, caw_js *p)
{
    CAW_BEGIN(void) {
        caw_unref(caw_from_promise(double, caw_ref(p)));
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, dropped, caw_js *, p);

CAW_ASYNC(int, soon, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        if (n < 0) CAW_RAISE(CAW_VALUE_ERROR, "negative: %d", n);
        CAW_RETURN(n * 2);
    } CAW_END;
}

/* A promise made by C, given to JavaScript: {promise} of a coroutine. */
CAW_ASYNC(caw_js *, out, int n)
{
    CAW_BEGIN(caw_js *) {
        caw_js *box = CAW_JS(caw_js_object());
        caw_js *promise = caw_to_promise(soon(n));
        caw_js_set(box, "promise", caw_js_value(promise));
        CAW_RETURN(box);
    } CAW_END;
}
CAW_EXPORT(caw_js *, out, int, n);

/* JavaScript's promise of C's future, awaited by C again. */
CAW_ASYNC(int, round_trip, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(int, caw_to_promise(soon(n)))));
    } CAW_END;
}
CAW_EXPORT(int, round_trip, int, n);

CAW_ASYNC(void, null_promise, void)
{
    CAW_BEGIN(void) {
        caw_js *nothing = CAW_JS(caw_js_global("noSuchGlobal"));
        CAW_DEFER(caw_unref, nothing);
        CAW_AWAIT(caw_from_promise(void, caw_js_get(nothing, "x")));
    } CAW_END;
}
CAW_EXPORT(void, null_promise);

/* Numbers one after the other: from the second on a promise takes the slot of the one before. */
CAW_ASYNC(double, sum, caw_js *list, int count)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += CAW_AWAIT(caw_from_promise(double, caw_js_at(list, (uint32_t)i)));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, sum, caw_js *, list, int, count);

/* A promise that took the slot, then JavaScript that adds a reaction: that one must come second. */
CAW_ASYNC(void, before_javascript, caw_js *p, caw_js *log, caw_js *callback)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(double, caw_ref(p)));
        caw_of(double) next = caw_from_promise(double, caw_ref(p));
        caw_unref(caw_js_call(callback));
        CAW_AWAIT(next);
        caw_unref(caw_js_method(log, "push", caw_text(caw_string_of("C"))));
    } CAW_END;
}
CAW_EXPORT(void, before_javascript, caw_js *, p, caw_js *, log, caw_js *, callback);

/* Promises that took the slot and are then cancelled, left alone, or followed by another. Gives the sum of what came. */
CAW_ASYNC(double, taken, caw_js *p, caw_js *never)
{
    CAW_BEGIN(double) {
        double   sum = CAW_AWAIT(caw_from_promise(double, caw_ref(p)));
        caw_auto cancelled = caw_from_promise(double, caw_ref(never));
        caw_cancel(cancelled, NULL);
        CAW_TRY {
            CAW_AWAIT(cancelled);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            (void)error;
            sum += 100;
        }
        CAW_END_TRY;
        sum += CAW_AWAIT(caw_from_promise(double, caw_ref(p)));
        caw_unref(caw_from_promise(double, caw_ref(p)));
        sum += CAW_AWAIT(caw_from_promise(double, caw_ref(p)));
        caw_auto first = caw_from_promise(double, caw_ref(p));
        caw_auto second = caw_from_promise(double, caw_ref(p));
        sum += CAW_AWAIT(second);
        CAW_RETURN(sum + CAW_AWAIT(first));
    } CAW_END;
}
CAW_EXPORT(double, taken, caw_js *, p, caw_js *, never);
