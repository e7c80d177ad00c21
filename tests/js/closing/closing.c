/* What is left when an instance is closed: tasks, generators, functions, errors. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>

CAW_ASYNC(void, waits, const char *name)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.001));
            printf("%s cleaned up\n", name);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, waits, const char *, name);

/* Its cleanup waits for a promise. */
CAW_ASYNC(void, waits_for, caw_js *promise)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            puts("refused");
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_from_promise(void, caw_ref(promise)));
        puts("went on");
    } CAW_END;
}
CAW_EXPORT(void, waits_for, caw_js *, promise);

static CAW_ASYNC(void, leaves, int n)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            printf("left %d\n", n);
            if (n) caw_unref(caw_spawn(leaves(n - 1)));
        }
        CAW_END_TRY;
    } CAW_END;
}
static CAW_ASYNC(void, fails, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            CAW_RAISE(CAW_VALUE_ERROR, "no such luck");
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_ASYNC(void, background, bool failing)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(failing ? fails() : leaves(2)));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
CAW_EXPORT(void, background, bool, failing);

static CAW_ASYNC_GEN(int, items, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (int i = 0;; i++) CAW_YIELD(i);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.001));
            puts("generator closed");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}
static caw_gen(int) open;
CAW_ASYNC(int, generates, void)
{
    CAW_BEGIN(int) {
        open = items();
        CAW_RETURN(CAW_AWAIT(caw_anext(open)));
    } CAW_END;
}
CAW_EXPORT(int, generates);

static caw_value calls_back(void *data, const caw_value *args, size_t count)
{
    (void)data;
    caw_js *result = count && args[0].tag == CAW_JS ? caw_js_call(args[0].as_js) : NULL;
    if (!result) return caw_js_throw(count ? caw_js_take_error() : caw_error_new(CAW_VALUE_ERROR, "thrown"));
    caw_unref(result);
    return caw_none();
}
CAW_ASYNC(caw_js *, function, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(calls_back, NULL, NULL)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, function);

CAW_ASYNC(void, raises, bool later)
{
    CAW_BEGIN(void) {
        if (later) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "raised");
    } CAW_END;
}
CAW_EXPORT(void, raises, bool, later);

CAW_ASYNC(void, calls, caw_js *f)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_JS(caw_js_call(f)));
    } CAW_END;
}
CAW_EXPORT(void, calls, caw_js *, f);

/* What rejects was thrown with C on the stack. */
CAW_ASYNC(void, calls_async, caw_js *f)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_js_call(f)));
    } CAW_END;
}
CAW_EXPORT(void, calls_async, caw_js *, f);

CAW_ASYNC(void, traps, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        __builtin_trap();
    } CAW_END;
}
CAW_EXPORT(void, traps);

CAW_ASYNC(void, awaits, caw_js *promise, caw_js *controller)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise_abort(void, caw_ref(promise), controller));
    } CAW_END;
}
CAW_EXPORT(void, awaits, caw_js *, promise, caw_js *, controller);

/* A loop of C's own with promises of which a task awaits one; the task is a promise, too. Then it is closed. */
static caw_of(void) kept;
CAW_ASYNC(void, parks, caw_js *promise, caw_js *controller)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, controller);
        CAW_DEFER(caw_unref, promise);
        kept = caw_from_promise(void, caw_ref(promise));
        CAW_AWAIT(caw_from_promise_abort(void, caw_ref(promise), controller));
    } CAW_END;
}
static caw_loop *second;
CAW_ASYNC(caw_js *, elsewhere, caw_js *promise, caw_js *controller)
{
    CAW_BEGIN(caw_js *) {
        second = caw_loop_new();
        caw_auto parked = caw_spawn(parks(caw_ref(promise), caw_ref(controller)), .loop = second);
        caw_auto given = caw_to_promise(parked);
        if (!given) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(given);
    } CAW_END;
}
CAW_EXPORT(caw_js *, elsewhere, caw_js *, promise, caw_js *, controller);

CAW_ASYNC(void, close_second, void)
{
    CAW_BEGIN(void) {
        caw_loop_close(second);
        caw_unref(second);
        second = NULL;
        caw_drop(kept);
    } CAW_END;
}
CAW_EXPORT(void, close_second);
