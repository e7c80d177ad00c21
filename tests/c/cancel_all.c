/*
 * Owns: tests of the request that a host makes of all tasks of a loop at once.
 */
#include "task/task.h"
#include "test.h"

static CAW_ASYNC(void, naps, char name)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_FINALLY {
            trace("%c", name);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, waits_for, caw_of(void) child, char name)
{
    CAW_BEGIN_OWNING(void, caw_drop(child)) {
        CAW_TRY {
            CAW_AWAIT(child);
        } CAW_FINALLY {
            trace("%c", name);
        }
        CAW_END_TRY;
    } CAW_END;
}

static void turn_until_idle(caw_loop *loop)
{
    while (caw_loop_turn(loop, NULL).ready) {
    }
}

/* Each task ends: one that waits for another by that one's end. */
static void all_are_asked(bool gather)
{
    caw_loop *loop = caw_loop_new();
    caw_of(void) tasks[4];
    tasks[0] = caw_spawn(naps('a'), .loop = loop);
    tasks[1] = caw_spawn(waits_for(caw_ref(tasks[0]), 'b'), .loop = loop);
    tasks[2] = caw_spawn(naps('c'), .loop = loop);
    turn_until_idle(loop);
    tasks[3] = caw_spawn(naps('d'), .loop = loop); /* never begins */
    caw_any *both[] = {caw_base(caw_ref(tasks[0])), caw_base(caw_ref(tasks[2]))};
    caw_of(caw_results *) all = gather ? caw_gather_array(both, 2) : NULL;
    if (!gather) {
        caw_unref(both[0]);
        caw_unref(both[1]);
    }
    caw__tasks_cancel(loop);
    turn_until_idle(loop);
    for (int i = 0; i < 4; i++) {
        CHECK(caw_cancelled(tasks[i]));
        CHECK(caw_cancelling(tasks[i]) >= 1);
        caw_unref(tasks[i]);
    }
    CHECK_TRACE("a c b");
    if (all) CHECK_ERROR(caw_exception(all), CAW_CANCELLED_ERROR, "");
    caw_unref(all);
    CHECK_INT(caw_loop_close(loop), 0);
}

TEST(without_combinators) { all_are_asked(false); }
TEST(through_combinators) { all_are_asked(true); }
