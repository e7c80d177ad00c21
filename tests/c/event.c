/* Events: everybody who waits goes on, in order (rule 36). */
#include "test.h"

static CAW_ASYNC(void, waiter, caw_event *e, const char *word)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_event_wait(e));
        trace("%s%g%s", word, elapsed(), caw_event_is_set(e) ? "" : "!");
    } CAW_END;
}

static void set(void *event) { caw_event_set(event); }

ASYNC_TEST(set_wakes_everybody_in_order)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        caw_unref(caw_call_later(NULL, 2, set, e));
        caw_unref(CAW_AWAIT(caw_gather(waiter(e, "a"), waiter(e, "b"), waiter(e, "c"))));
        CHECK_TRACE("a2 b2 c2");
        CHECK(caw_event_is_set(e));
    } CAW_END;
}

ASYNC_TEST(waiting_for_one_that_is_set_does_not_suspend)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        caw_event_set(e);
        caw_event_set(e);
        caw_auto other = caw_spawn(waiter(e, "other"));
        CAW_AWAIT(caw_event_wait(e));
        CHECK_TRACE("");
        CAW_AWAIT(other);
        CHECK_TRACE("other0");
    } CAW_END;
}

ASYNC_TEST(set_and_cleared_at_once_it_still_wakes)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        caw_auto a = caw_spawn(waiter(e, "a"));
        CAW_AWAIT(caw_sleep(0));
        caw_event_set(e);
        caw_event_clear(e);
        caw_auto b = caw_spawn(waiter(e, "b"));
        CAW_AWAIT(a);
        CHECK_TRACE("a0!");
        CHECK(!caw_done(b));
        caw_event_set(e);
        CAW_AWAIT(b);
        CHECK_TRACE("b0");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_waiter_leaves)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        caw_auto a = caw_spawn(waiter(e, "a")), b = caw_spawn(waiter(e, "b"));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        caw_event_set(e);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(b);
        CHECK_TRACE("b0");
    } CAW_END;
}

ASYNC_TEST(ten_thousand_wait)
{
    CAW_BEGIN(void) {
        caw_event *e = caw_event_new();
        CAW_DEFER(caw_unref, e);
        for (int i = 0; i < 10000; i++) caw_unref(caw_spawn(caw_event_wait(e)));
        CAW_AWAIT(caw_sleep(0));
        caw_event_set(e);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_all_tasks(NULL, NULL, 0), 1);
    } CAW_END;
}

TEST(bound_to_the_loop_where_it_first_blocked)
{
    caw_loop  *a = caw_loop_new(), *b = caw_loop_new();
    caw_event *e = caw_event_new();
    caw_auto   waiting = caw_spawn(caw_event_wait(e), .loop = b);
    caw_loop_turn(b, NULL);
    CHECK_ERROR(caw_run_until_complete(a, caw_event_wait(e), NULL), CAW_RUNTIME_ERROR,
                "the event is bound to a different event loop");
    caw_event_set(e);
    CHECK_ERROR(caw_run_until_complete(b, waiting, NULL), CAW_OK, "");
    caw_unref(e);
    caw_loop_close(a);
    caw_loop_close(b);
}
