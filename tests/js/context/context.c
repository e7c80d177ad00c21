/* Every way in which C calls JavaScript, from calls that are under way at the same time, their children and their callbacks. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <stdio.h>

static void ask(caw_js *see, const char *where) { caw_unref(caw_js_call(see, caw_text(caw_string_of(where)))); }

static CAW_ASYNC(void, child, caw_js *see)
{
    CAW_BEGIN(void) {
        ask(see, "child");
        CAW_AWAIT(caw_sleep(0));
        ask(see, "child after a wait");
        CAW_AWAIT(caw_sleep(0.001));
        ask(see, "child after a timer");
    } CAW_END;
}

static void soon(void *see)
{
    ask(see, "callback");
    caw_unref(see);
}
static void done(void *see, caw_any *future)
{
    (void)future;
    ask(see, "done callback");
    caw_unref(see);
}

static caw_value called(void *see, const caw_value *args, size_t count)
{
    (void)args, (void)count;
    ask(see, "function");
    caw_drop(caw_spawn(child(see)));
    return caw_none();
}

static CAW_ASYNC_GEN(int, items, caw_js *see)
{
    CAW_BEGIN_GEN(int)
    {
        ask(see, "generator");
        CAW_AWAIT(caw_sleep(0));
        ask(see, "generator after a wait");
        CAW_YIELD(1);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, lost, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "reported");
    } CAW_END;
}

CAW_ASYNC(double, everything, caw_js *see, caw_js *object, caw_js *promise, caw_js *thenable)
{
    CAW_BEGIN(double) {
        ask(see, "body");
        caw_auto task = caw_spawn(child(see));
        caw_unref(caw_call_soon(NULL, soon, caw_ref(see)));
        caw_unref(caw_call_later(NULL, 0.002, soon, caw_ref(see)));
        caw_add_done_callback(task, done, caw_ref(see));
        CAW_AWAIT(caw_sleep(0));
        ask(see, "after a wait");
        double n = CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        n += CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        ask(see, "after promises");
        n += CAW_AWAIT(caw_from_promise(double, caw_ref(thenable)));
        ask(see, "after a thenable");
        caw_unref(caw_js_get(object, "property"));
        caw_js_set(object, "property", caw_int(1));
        caw_unref(caw_js_describe(object));
        caw_unref(caw_js_method(object, "method"));
        CAW_AWAIT(task);
        CAW_FOR_AWAIT(int i, items(see)) {
            n += i;
        }
        CAW_END_FOR;
        puts("printed");
        caw_drop(caw_spawn(lost()));
        CAW_AWAIT(caw_sleep(0.004));
        caw_js *response = CAW_AWAIT(caw_fetch("http://context.example/"));
        CAW_DEFER(caw_unref, response);
        ask(see, "after a response");
        CAW_RETURN(n);
    } CAW_END;
}
CAW_EXPORT(double, everything, caw_js *, see, caw_js *, object, caw_js *, promise, caw_js *, thenable);

CAW_ASYNC(caw_js *, function, caw_js *see)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(called, caw_ref(see), caw_unref)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, function, caw_js *, see);

/* Waits for what a promise gives, until it is cancelled: the controller is aborted then. */
CAW_ASYNC(void, waits, caw_js *promise, caw_js *controller, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_from_promise_abort(void, caw_ref(promise), controller), seconds));
    } CAW_END;
}
CAW_EXPORT(void, waits, caw_js *, promise, caw_js *, controller, double, seconds);
