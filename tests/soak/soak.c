/* What a soak does over and over: promises awaited, calls that wait and are cancelled. */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(double, await_it, caw_js *promise, int times)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < times; i++) sum += CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, await_it, caw_js *, promise, int, times);

static CAW_ASYNC(double, child, caw_js *promise)
{
    CAW_BEGIN_OWNING(double, caw_unref(promise)) {
        CAW_DEFER(caw_unref, promise);
        CAW_RETURN(CAW_AWAIT(caw_from_promise(double, caw_ref(promise))));
    } CAW_END;
}

/* In a way that depends on `how`: by itself, in a task, under a limit, in a group; cleanup that waits. */
CAW_ASYNC(double, call, caw_js *promise, int how)
{
    CAW_BEGIN(double) {
        double got = 0;
        CAW_TRY {
            switch (how % 4) {
            case 0: got = CAW_AWAIT(child(caw_ref(promise))); break;
            case 1: got = CAW_AWAIT(caw_spawn(child(caw_ref(promise)))); break;
            case 2: got = CAW_AWAIT(caw_wait_for(child(caw_ref(promise)), 1000)); break;
            default:
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, child(caw_ref(promise)));
                    got = CAW_AWAIT(child(caw_ref(promise)));
                }
                CAW_END_TASK_GROUP;
            }
        } CAW_FINALLY {
            if (how & 4) CAW_AWAIT(caw_sleep(0));
        }
        CAW_END_TRY;
        CAW_RETURN(got);
    } CAW_END;
}
CAW_EXPORT(double, call, caw_js *, promise, int, how);
