/* A CAW_MAIN to be interrupted: what it does about it, the environment says. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const char *how)
{
    const char *set = getenv("HOW");
    return set && strcmp(set, how) == 0;
}

CAW_ASYNC(void, cancel_later, caw_of(int) task)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, "by a task");
    } CAW_END;
}

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        puts("begun");
        if (is("return")) CAW_RETURN(3);
        if (is("itself") && !caw_interrupt(NULL)) CAW_RETURN(1);
        caw_js *hook = caw_js_global("hook");
        CAW_DEFER(caw_unref, hook);
        if (is("hook")) caw_unref(caw_js_call(hook));
        if (is("cancelled")) caw_unref(caw_spawn(cancel_later((caw_of(int))caw_current_task())));
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(caw_sleep(1000), 500));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            puts("cancelled");
            if (is("refuse")) CAW_RETURN(7);
            if (is("fail")) CAW_RAISE(CAW_VALUE_ERROR, "cleanup");
            if (is("slow")) CAW_AWAIT(caw_sleep(1000));
            CAW_RERAISE();
        } CAW_FINALLY {
            puts("finally");
        }
        CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)

CAW_ASYNC(void, wait, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}
CAW_EXPORT(void, wait);

CAW_ASYNC(void, stubborn, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(1000));
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, stubborn);

CAW_ASYNC(void, call, caw_js *function)
{
    CAW_BEGIN(void) {
        caw_unref(caw_js_call(function));
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}
CAW_EXPORT(void, call, caw_js *, function);
