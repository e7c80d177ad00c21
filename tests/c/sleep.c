/* Sleep: time, giving way, cancelling, misuse. */
#include "test.h"

static CAW_ASYNC(void, nap, const char *word, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        trace("%s%g", word, elapsed());
    } CAW_END;
}

ASYNC_TEST(sleepers_wake_in_time)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(nap("a", 3)), b = caw_spawn(nap("b", 1)), c = caw_spawn(nap("c", 2)), d = caw_spawn(nap("d", 1));
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CAW_AWAIT(c);
        CAW_AWAIT(d);
        CHECK_TRACE("b1 d1 c2 a3");
        CAW_AWAIT(caw_sleep(3600 * 24));
        CHECK_REAL(elapsed(), 86403);
    } CAW_END;
}

ASYNC_TEST(nothing_or_less_gives_way_once)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(nap("a", 0)), b = caw_spawn(nap("b", -5));
        CAW_AWAIT(caw_sleep(-1));
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a0 b0");
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        caw_unref(caw_sleep(0));
        caw_drop(caw_sleep(0));
    } CAW_END;
}

ASYNC_TEST(nan_is_refused)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_sleep((double)NAN), CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(a_cancelled_sleep_leaves_no_timer)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(nap("a", 1000));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, "");
        caw_of(void) sleeping = caw_sleep(1000);
        CHECK(caw_cancel(sleeping, "up"));
        CHECK_RAISES(sleeping, CAW_CANCELLED_ERROR, "up");
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

/* A sleep is running from when it was made, like the future that it is here. */
ASYNC_TEST(a_sleep_may_be_kept_and_awaited_by_several)
{
    CAW_BEGIN(void) {
        caw_of(void) sleeping = caw_sleep(2);
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(caw_ref(sleeping));
        CHECK_REAL(elapsed(), 2);
        CAW_AWAIT(sleeping);
        caw_unref(caw_sleep(50)); /* nobody waits for it */
        CAW_AWAIT(caw_sleep(60));
    } CAW_END;
}

TEST(without_a_loop)
{
    caw_of(void) sleeping = caw_sleep(1);
    CHECK_ERROR(caw_exception(sleeping), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(sleeping);
}

static CAW_ASYNC(void, doze, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

ASYNC_TEST(ten_thousand_sleepers)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 10000; i++) caw_unref(caw_spawn(doze(1 + i % 100)));
        CAW_AWAIT(caw_sleep(200));
        CHECK_INT(caw_all_tasks(NULL, NULL, 0), 1);
    } CAW_END;
}
