/* Several instances, and their end. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>

static int counter;

CAW_ASYNC(int, count, void)
{
    CAW_BEGIN(int) {
        counter++;
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(counter);
    } CAW_END;
}
CAW_EXPORT(int, count);

CAW_ASYNC(void, sleeps, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            puts("finally");
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, sleeps);

CAW_ASYNC(void, awaits, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        } CAW_FINALLY {
            puts("let go");
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, awaits, caw_js *, p);

/* Its cleanup waits for more than there will be. */
CAW_ASYNC(void, stubborn, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
            puts("never printed");
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, stubborn, caw_js *, p);

/* A promise that nobody awaits, and a handle that is never released. */
CAW_ASYNC(void, leaks, caw_js *p)
{
    CAW_BEGIN(void) {
        caw_unref(caw_base(caw_from_promise(void, caw_ref(p))));
        caw_ref(p);
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, leaks, caw_js *, p);

CAW_ASYNC(void, calls, caw_js *function)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_JS(caw_js_call(function)));
    } CAW_END;
}
CAW_EXPORT(void, calls, caw_js *, function);

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        caw_unref(caw_base(caw_spawn(sleeps(), .name = "background")));
        CAW_AWAIT(caw_sleep(1e6));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)

CAW_ASYNC(void, yields, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* JavaScript looks at the tasks while this one runs, one has begun and one has not. */
CAW_ASYNC(void, look, caw_js *callback)
{
    CAW_BEGIN(void) {
        caw_auto begun = caw_spawn(yields(), .name = "begun");
        CAW_AWAIT(caw_sleep(0));
        caw_auto fresh = caw_spawn(yields(), .name = "fresh");
        caw_unref(caw_js_call(callback));
        CAW_AWAIT(begun);
        CAW_AWAIT(fresh);
    } CAW_END;
}
CAW_EXPORT(void, look, caw_js *, callback);
