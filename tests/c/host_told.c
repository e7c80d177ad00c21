/* What the host is told: that there is something to do, once for all of it, and when the next turn is wanted. */
#include "test.h"

static caw_loop *loop;

static void nothing(void *argument) { (void)argument; }

static void makes_more(void *argument)
{
    (void)argument;
    for (int i = 0; i < 3; i++) caw_unref(caw_call_soon(loop, nothing, NULL));
    caw_unref(caw_call_later(loop, 7, nothing, NULL));
}

TEST(of_all_that_is_ready_once)
{
    loop = caw_loop_new();
    size_t before = caw__sim_wakes();
    for (int i = 0; i < 3; i++) caw_unref(caw_call_soon(loop, makes_more, NULL));
    CHECK_INT((int)(caw__sim_wakes() - before), 1);
    caw_turn turn = caw_loop_turn(loop, NULL);
    CHECK_INT(turn.status, 0);
    CHECK(!turn.ready);
    CHECK_INT((int)(caw__sim_wakes() - before), 1); /* what it makes in its turn is done in it, or told by `ready` */
    CHECK_REAL(caw__sim_armed(), caw_sim_time() + 7);
    CHECK_INT(caw_loop_close(loop), 0);
}

TEST(of_the_first_timer_whenever_that_is_another)
{
    loop = caw_loop_new();
    double      now = caw_sim_time();
    caw_handle *first = caw_call_later(loop, 5, nothing, NULL), *second = caw_call_later(loop, 3, nothing, NULL);
    CHECK_REAL(caw__sim_armed(), now + 3);
    caw_handle_cancel(second);
    CHECK_REAL(caw__sim_armed(), now + 5);
    caw_handle_cancel(first);
    CHECK(isinf(caw__sim_armed()));
    caw_unref(first);
    caw_unref(second);
    CHECK_INT(caw_loop_close(loop), 0);
}
