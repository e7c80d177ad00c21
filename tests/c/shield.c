/* Shield: what stops at it, and what becomes of errors behind it. */
#include "test.h"

static CAW_ASYNC(int, work, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("inner!");
            CAW_RERAISE();
        }
        CAW_END_TRY;
        trace("inner.");
        CAW_RETURN(9);
    } CAW_END;
}

static CAW_ASYNC(int, fail, double seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RAISE(CAW_VALUE_ERROR, "inside");
    } CAW_END;
}

ASYNC_TEST(passes_outcomes_on)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_shield(work(1))), 9);
        CHECK_RAISES(caw_shield(fail(1)), CAW_VALUE_ERROR, "inside");
        caw_auto task = caw_spawn(work(50)), shield = caw_shield(caw_ref(task));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, "from behind");
        CHECK_RAISES(caw_ref(shield), CAW_CANCELLED_ERROR, NULL);
        CHECK(caw_cancelled(shield));
        caw_unref(shield);
        caw_unref(task);
        CHECK_TRACE("inner. inner!");
    } CAW_END;
}

ASYNC_TEST(cancelling_the_shield_spares_the_inside)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(work(5)), shield = caw_shield(caw_ref(task));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(shield, "outer"));
        CHECK(caw_cancelled(shield)); /* at once */
        CHECK_RAISES(shield, CAW_CANCELLED_ERROR, "outer");
        CHECK_INT(caw_cancelling(task), 0);
        CHECK_INT(CAW_AWAIT(task), 9);
        CHECK_TRACE("inner.");
    } CAW_END;
}

static CAW_ASYNC(int, shielded, double seconds)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_shield(work(seconds))));
    } CAW_END;
}

ASYNC_TEST(cancelling_the_awaiter_spares_the_inside)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(shielded(5));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(task, NULL));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(10)); /* the loop keeps the inside alive: nobody else has it */
        CHECK_TRACE("inner.");
    } CAW_END;
}

static CAW_ASYNC(int, shielded_failure, double seconds)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_shield(fail(seconds))));
    } CAW_END;
}

ASYNC_TEST(a_late_error_behind_a_cancelled_shield_is_nobodys)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(shielded_failure(5));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(caw_sleep(10));
        CHECK_LOGGED("Task exception was never retrieved");
    } CAW_END;
}

ASYNC_TEST(a_late_error_behind_a_cancelled_shield_is_not_reported_to_who_asks)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(fail(5));
        caw_auto shield = caw_shield(caw_ref(task));
        caw_cancel(shield, NULL);
        CHECK_RAISES(shield, CAW_CANCELLED_ERROR, NULL);
        CHECK_RAISES(task, CAW_VALUE_ERROR, NULL); /* and nothing is logged */
    } CAW_END;
}

ASYNC_TEST(what_is_done_comes_back_as_it_is)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        CHECK_INT(caw_set_result(f, 3), 0);
        caw_of(int) same = caw_shield(f);
        CHECK(same == f);
        CHECK_INT(CAW_AWAIT(same), 3);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, text, void)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_string_of("shielded"));
    } CAW_END;
}

ASYNC_TEST(counted_results)
{
    CAW_BEGIN(void) {
        caw_string *got = CAW_AWAIT(caw_shield(text()));
        CHECK_TEXT(caw_string_data(got), "shielded");
        caw_unref(got);
        caw_unref(caw_shield(text())); /* dropped: the inside runs on */
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

ASYNC_TEST(several_shields_of_one)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(work(5));
        caw_auto a = caw_shield(caw_ref(task)), b = caw_shield(caw_ref(task));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(CAW_AWAIT(b), 9);
        CHECK(caw_done(task));
        caw_unref(task);
        CHECK_TRACE("inner.");
    } CAW_END;
}

ASYNC_TEST(wait_for_a_shield_leaves_the_work_running)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(work(5));
        CHECK_RAISES(caw_wait_for(caw_shield(caw_ref(task)), 1), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 1);
        CHECK_INT(CAW_AWAIT(task), 9);
        CHECK_REAL(elapsed(), 5);
        CHECK_TRACE("inner.");
    } CAW_END;
}

TEST(outside_a_loop)
{
    caw_auto shield = caw_shield(work(1));
    CHECK_ERROR(caw_exception(shield), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(shield);
}
