/* What debug mode is to tell: a wait that only C can end, a promise that stays pending, a step that takes long. */
#include <cawait.h>
#include <cawait/export.h>

static caw_queue *queue;

CAW_ASYNC(int, take, void)
{
    CAW_BEGIN(int) {
        if (!queue) queue = caw_queue_new(1);
        caw_value value = CAW_AWAIT(caw_queue_get(queue));
        CAW_RETURN(value.as_int32);
    } CAW_END;
}
CAW_EXPORT(int, take);

CAW_ASYNC(void, give, int value)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_queue_put(queue, caw_int(value)));
        caw_unref(queue);
        queue = NULL;
    } CAW_END;
}
CAW_EXPORT(void, give, int, value);

CAW_ASYNC(void, await_it, caw_js *promise)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_ref(promise)));
    } CAW_END;
}
CAW_EXPORT(void, await_it, caw_js *, promise);

CAW_ASYNC(void, toil, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
CAW_EXPORT(void, toil);
