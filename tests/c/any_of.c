/* any_of: the first success decides; all failed: their errors. What it shares with race is tested there. */
#include "test.h"

static CAW_ASYNC(int, give, int n, double seconds)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%d!", n);
            CAW_AWAIT(caw_sleep(1));
            CAW_RERAISE();
        }
        CAW_END_TRY;
        trace("%d", n);
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(int, fail, caw_error_type type, const char *message, double seconds)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        trace("%s", message);
        CAW_RAISE(type, "%s", message);
    } CAW_END;
}

ASYNC_TEST(the_first_success)
{
    CAW_BEGIN(void) {
        caw_of(int) r = caw_any_of(fail(CAW_VALUE_ERROR, "a", 1), give(2, 3), give(3, 9), fail(CAW_TYPE_ERROR, "d", 2));
        CHECK_INT(CAW_AWAIT(r), 2);
        CHECK_TRACE("a d 2 3!");
        CHECK_REAL(elapsed(), 4);
    } CAW_END;
}

ASYNC_TEST(all_failed)
{
    CAW_BEGIN(void) {
        caw_of(int) twice = caw_spawn(fail(CAW_OS_ERROR, "b", 1));
        caw_of(int) cancelled = caw_spawn(give(9, 90));
        caw_of(int) r =
            caw_any_of(fail(CAW_VALUE_ERROR, "a", 3), caw_ref(twice), cancelled, twice, fail(CAW_TYPE_ERROR, "c", 2));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(cancelled, NULL);
        CAW_TRY {
            CAW_AWAIT(r);
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            CHECK_INT(caw_error_child_count(error), 3); /* in the order given; a cancellation is no error */
            for (size_t i = 0; i < 3; i++) trace("%s", caw_error_message(caw_error_child(error, i)));
            trace("%s", caw_error_message(error));
        }
        CAW_END_TRY;
        CHECK_TRACE("9! b c a a b c none of them succeeded");
        CHECK_REAL(elapsed(), 3);
    } CAW_END;
}

ASYNC_TEST(all_cancelled)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_spawn(give(1, 50)), b = caw_spawn(give(2, 50));
        caw_of(int) r = caw_any_of(caw_ref(a), caw_ref(b));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(a, "one");
        caw_cancel(b, "two");
        caw_unref(a), caw_unref(b);
        CHECK_RAISES(r, CAW_CANCELLED_ERROR, "one");
        CHECK_TRACE("1! 2!");
        CHECK_INT(caw_cancelling(me()), 0);
    } CAW_END;
}

ASYNC_TEST(what_is_no_exception_decides)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_any_of(give(1, 5), fail(CAW_BASE_EXCEPTION, "^C", 1)), CAW_BASE_EXCEPTION, "^C");
        CHECK_TRACE("^C 1!");
        CHECK_REAL(elapsed(), 2);
    } CAW_END;
}

ASYNC_TEST(cancelling_it)
{
    CAW_BEGIN(void) {
        caw_of(int) r = caw_spawn(caw_wait_for(caw_any_of(fail(CAW_VALUE_ERROR, "a", 1), give(2, 50), give(3, 50)), 5));
        CHECK_RAISES(r, CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("a 2! 3!");
        CHECK_REAL(elapsed(), 6);
    } CAW_END;
}

ASYNC_TEST(known_already)
{
    CAW_BEGIN(void) {
        caw_of(int) failed = caw_future(int), done = caw_future(int);
        CHECK_INT(caw_set_error(failed, caw_error_new(CAW_VALUE_ERROR, "before")), 0);
        CHECK_INT(caw_set_result(done, 4), 0);
        caw_of(int) r = caw_any_of(caw_ref(failed), caw_ref(done));
        CHECK(caw_done(r));
        CHECK_INT(CAW_AWAIT(r), 4);
        CHECK_INT(CAW_AWAIT(caw_any_of(caw_ref(failed), give(5, 1))), 5);
        CHECK_INT(CAW_AWAIT(caw_any_of(caw_ref(failed), give(6, 1), done)), 4); /* 6 never began */
        CHECK_TRACE("5");
        CHECK_RAISES(caw_any_of(failed), CAW_EXCEPTION_GROUP, NULL);
    } CAW_END;
}

static caw_of(int) left;

static CAW_ASYNC(void, leaves_one, void)
{
    CAW_BEGIN(void) {
        left = caw_any_of(fail(CAW_VALUE_ERROR, "a", 1), give(2, 100));
        CAW_AWAIT(caw_sleep(2));
    } CAW_END;
}

/* What has failed until then is nobody's to ask for. */
TEST(its_loop_is_closed_after_one_has_failed)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, leaves_one(), NULL), CAW_OK, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(caw_cancelled(left));
    caw_unref(left);
    CHECK(!strstr(test.log, "never retrieved"));
    CHECK_LOGGED("Task was destroyed but it is pending!"); /* of the other */
    test.trace[0] = 0;
}
