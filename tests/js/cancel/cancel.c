/* Cancellation from JavaScript: what a task does about it. */
#include <cawait.h>
#include <cawait/export.h>

static int bodies, cleanups;

static void cleaned(void *unused)
{
    (void)unused;
    cleanups++;
}

CAW_ASYNC(int, forever, void)
{
    CAW_BEGIN(int) {
        bodies++;
        CAW_DEFER(cleaned, NULL);
        CAW_AWAIT(caw_sleep(1e9));
        CAW_RETURN(1);
    } CAW_END;
}
CAW_EXPORT(int, forever);

CAW_ASYNC(int, refuses, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e9));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            (void)error;
        }
        CAW_END_TRY;
        CAW_RETURN(7);
    } CAW_END;
}
CAW_EXPORT(int, refuses);

CAW_ASYNC(int, cleans_up_slowly, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(forever());
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.001));
            cleanups += 100;
        }
        CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(int, cleans_up_slowly);

CAW_ASYNC(int, fails_instead, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e9));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            (void)error;
            CAW_RAISE(CAW_VALUE_ERROR, "instead");
        }
        CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(int, fails_instead);

/* Cancels itself from inside. */
CAW_ASYNC(int, itself, void)
{
    CAW_BEGIN(int) {
        caw__cancel(caw_current_task(), "enough");
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(int, itself);

/* Calls JavaScript, which aborts the call's own signal. */
CAW_ASYNC(int, calls, caw_js *abort)
{
    CAW_BEGIN(int) {
        caw_unref(CAW_JS(caw_js_call(abort)));
        CAW_AWAIT(caw_sleep(1e9));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(int, calls, caw_js *, abort);

CAW_ASYNC(int, seen_bodies, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(bodies);
    } CAW_END;
}
CAW_EXPORT(int, seen_bodies);
CAW_ASYNC(int, seen_cleanups, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(cleanups);
    } CAW_END;
}
CAW_EXPORT(int, seen_cleanups);

/* A cycle of awaits: two tasks wait for each other. */
static caw_any *other;

CAW_ASYNC(void, second, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT((caw_of(void))caw_ref(other));
    } CAW_END;
}

CAW_ASYNC(void, cycle, void)
{
    CAW_BEGIN(void) {
        other = caw_current_task();
        CAW_AWAIT(caw_spawn(second(), .name = "second"));
    } CAW_END;
}
CAW_EXPORT(void, cycle);
