/* Tasks that wait for each other in every way, for tasks(). */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(void, leaf, caw_js *promise)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_from_promise(void, caw_ref(promise)));
    } CAW_END;
}

CAW_ASYNC(void, join, caw_of(void) task)
{
    CAW_BEGIN_OWNING(void, caw_unref(task)) {
        CAW_AWAIT(task);
    } CAW_END;
}

CAW_ASYNC(void, gathering, caw_js *promise)
{
    CAW_BEGIN(void) {
        caw_of(void) shared = caw_spawn(leaf(promise), .name = "shared");
        caw_unref(
            CAW_AWAIT(caw_gather(caw_spawn(join(caw_ref(shared)), .name = "left"), caw_spawn(join(shared), .name = "right"))));
    } CAW_END;
}

CAW_ASYNC(void, grouped, caw_js *promise)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, leaf(promise), .name = "child");
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

CAW_ASYNC(void, all, caw_js *promise)
{
    CAW_BEGIN(void) {
        caw_of(void) waited = caw_spawn(leaf(promise), .name = "waited");
        CAW_DEFER(caw_unref, waited);
        caw_unref(caw_spawn(gathering(promise), .name = "gathering"));
        caw_unref(caw_spawn(grouped(promise), .name = "grouped"));
        caw_unref(CAW_AWAIT(caw_wait(caw_shield(caw_ref(waited)))));
    } CAW_END;
}
CAW_EXPORT(void, all, caw_js *, promise);

static caw_of(void) ring[2];

CAW_ASYNC(void, await_other, int other)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(ring[other]));
    } CAW_END;
}

CAW_ASYNC(void, cycle, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) ring[i] = caw_spawn(await_other(1 - i), .name = i ? "b" : "a");
        for (int i = 0; i < 2; i++) CAW_DEFER(caw_unref, ring[i]);
        CAW_AWAIT(caw_ref(ring[0]));
    } CAW_END;
}
CAW_EXPORT(void, cycle);

/* Many that wait for one, and one that waits for many. */
CAW_ASYNC(void, many, caw_js *promise, int count)
{
    CAW_BEGIN(void) {
        caw_of(void) one = caw_spawn(leaf(promise), .name = "one");
        CAW_WITH_TASK_GROUP(group) {
            for (int i = 0; i < count; i++) CAW_GROUP_START(group, join(caw_ref(one)));
            caw_unref(one);
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}
CAW_EXPORT(void, many, caw_js *, promise, int, count);

CAW_ASYNC(void, chain, caw_js *promise, int length)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(leaf(promise), .name = "end");
        while (length--) task = caw_spawn(join(task));
        CAW_AWAIT(task);
    } CAW_END;
}
CAW_EXPORT(void, chain, caw_js *, promise, int, length);
