/* Traps in every place a module can be entered. */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(void, at_once, void)
{
    CAW_BEGIN(void) {
        __builtin_trap();
    } CAW_END;
}
CAW_EXPORT(void, at_once);

CAW_ASYNC(void, later, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        __builtin_trap();
    } CAW_END;
}
CAW_EXPORT(void, later, double, seconds);

CAW_ASYNC(void, after, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        __builtin_trap();
    } CAW_END;
}
CAW_EXPORT(void, after, caw_js *, p);

CAW_ASYNC(void, waits, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1e6));
    } CAW_END;
}
CAW_EXPORT(void, waits);

static void trap(void *data)
{
    (void)data;
    __builtin_trap();
}

CAW_ASYNC(void, traps_when_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_DEFER(trap, NULL);
        CAW_AWAIT(caw_sleep(1e6));
    } CAW_END;
}
CAW_EXPORT(void, traps_when_cancelled);

static int deep(volatile int n) { return n ? deep(n + 1) + n : 0; }

CAW_ASYNC(int, overflow, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(deep(1));
    } CAW_END;
}
CAW_EXPORT(int, overflow);

static caw_value callback(void *data, const caw_value *args, size_t count)
{
    (void)data, (void)args, (void)count;
    __builtin_trap();
}

CAW_ASYNC(caw_js *, make, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(callback, NULL, NULL)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, make);

/* Calls JavaScript, which calls C, which traps: this must not go on. */
static int went_on;
CAW_ASYNC(int, sandwich, caw_js *function)
{
    CAW_BEGIN(int) {
        caw_unref(caw_js_call(function));
        went_on = 1;
        caw_unref(caw_js_method(function, "wentOn"));
        CAW_RETURN(went_on);
    } CAW_END;
}
CAW_EXPORT(int, sandwich, caw_js *, function);

CAW_ASYNC(int, fine, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(1);
    } CAW_END;
}
CAW_EXPORT(int, fine);

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1e6));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
