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

static CAW_ASYNC(void, naps_not, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* It waits no more, but does not know it yet: it is asked itself. */
TEST(one_whose_other_has_just_ended)
{
    caw_loop  *loop = caw_loop_new();
    caw_budget step = {.jobs = 1};
    caw_of(void) other = caw_spawn(naps_not(), .loop = loop);
    caw_of(void) task = caw_spawn(waits_for(caw_ref(other), 'a'), .loop = loop);
    for (int i = 0; i < 3; i++) caw_loop_turn(loop, &step); /* the other, who waits for it, the other again */
    CHECK(caw_done(other) && !caw_done(task));
    caw__tasks_cancel(loop);
    CHECK_INT(caw_cancelling(task), 1);
    turn_until_idle(loop);
    CHECK(caw_cancelled(task));
    CHECK_TRACE("a");
    caw_unref(other);
    caw_unref(task);
    CHECK_INT(caw_loop_close(loop), 0);
}
