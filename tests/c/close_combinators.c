/* A loop that is closed under what is over futures, and holds itself by them: nothing of it is left. */
#include "test.h"

static CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

static CAW_ASYNC(void, await_results, caw_of(caw_results *) handle)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(handle));
    } CAW_END;
}

static CAW_ASYNC(void, tied, caw_of(int) future)
{
    CAW_BEGIN(void) {
        caw_auto inner = caw_gather(caw_shield(future), caw_spawn(nap(1000)));
        caw_unref(CAW_AWAIT(caw_gather(caw_shield(inner))));
    } CAW_END;
}

/* A gather and its children hold each other, as a shield and its inside do: nobody else holds the future here. */
TEST(gathers_and_shields_of_what_nobody_completes_go_with_the_loop)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(tied(caw_future_on(loop, int)), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!\n  task: Task-1 (") != NULL);
    test.log[0] = 0;
}

TEST(also_those_that_were_dropped)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_gather(caw_future_on(loop, int), caw_future_on(loop, int)));
    caw_unref(caw_shield(caw_future_on(loop, int)));
    CHECK_INT(caw_loop_close(loop), 0);
}

TEST(who_still_holds_one_finds_it_cancelled)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    caw_of(caw_results *) gather = caw_gather(caw_ref(future), caw_future_on(loop, int));
    caw_of(int) shield = caw_shield(caw_ref(future));
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(caw_cancelled(gather));
    CHECK(caw_cancelled(shield));
    CHECK(!caw_done(future));
    caw_unref(gather);
    caw_unref(shield);
    caw_unref(future);
}

TEST(the_same_future_twice_and_shielded_twice)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    caw_of(caw_results *) gather =
        caw_gather(caw_ref(future), caw_ref(future), caw_shield(caw_ref(future)), caw_shield(future));
    caw_unref(caw_spawn(await_results(gather), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

TEST(cancelled_just_before)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) future = caw_future_on(loop, int);
    caw_of(int) outer = caw_shield(caw_ref(future)), outermost = caw_shield(caw_ref(outer));
    caw_of(caw_results *) gather = caw_gather(caw_ref(outermost), caw_ref(future));
    CHECK(caw_cancel(outer, NULL));
    CHECK(caw_cancel(gather, NULL));
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(caw_cancelled(future));
    CHECK(caw_cancelled(outermost));
    caw_unref(gather);
    caw_unref(outermost);
    caw_unref(outer);
    caw_unref(future);
}
