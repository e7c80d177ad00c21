/* Handles of scheduled callbacks: what one that is cancelled does, when it is due. */
#include "test.h"

static void cancel_handle(void *handle) { caw_handle_cancel(*(caw_handle **)handle); }

TEST(a_cancelled_handle_does_not_run)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *a = caw_call_soon(loop, say, "a"), *b, *c = caw_call_later(loop, 1, say, "c");
    caw_handle_cancel(a);
    CHECK(caw_handle_cancelled(a));
    caw_unref(caw_call_soon(loop, cancel_handle, &b)); /* in the same pass, before b's turn */
    b = caw_call_soon(loop, say, "b");
    CHECK(!caw_handle_cancelled(b));
    CHECK(isnan(caw_handle_when(b)));
    CHECK_REAL(caw_handle_when(c) - caw_sim_time(), 1);
    caw_handle_cancel(c);
    caw_handle_cancel(c);
    CHECK(isinf(caw_loop_turn(loop, NULL).deadline));
    CHECK_REAL(elapsed(), 0);
    caw_unref(a);
    caw_unref(b);
    caw_unref(c);
    caw_loop_close(loop);
}

TEST(a_handle_cancelled_after_it_ran_is_harmless)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *a = caw_call_soon(loop, say, "a"), *b = caw_call_later(loop, 0, say, "b");
    caw_loop_turn(loop, NULL);
    caw_handle_cancel(a);
    caw_handle_cancel(b);
    CHECK_TRACE("a b");
    caw_unref(a);
    caw_unref(b);
    caw_loop_close(loop);
}

/* What is ready is not taken out again, it does nothing when its turn comes. */
TEST(a_cancelled_callback_that_is_ready)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *handle = caw_call_soon(loop, say, "wrong");
    caw_handle_cancel(handle);
    caw_handle_cancel(handle);
    CHECK(caw_handle_cancelled(handle));
    caw_loop_turn(loop, NULL);
    CHECK(caw_handle_cancelled(handle));
    CHECK_INT(((caw__object *)(void *)handle)->refs, 1);
    caw_unref(handle);
    CHECK_INT(caw_loop_close(loop), 0);
}
