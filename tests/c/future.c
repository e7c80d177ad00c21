/* Futures: one transition, callbacks, results, cancelling, what is reported when nobody looks. */
#include "test.h"

static void say_done(void *word, caw_any *future)
{
    CHECK(caw_running_loop() == NULL || caw_loop_of(((caw_of(void))future)) == caw_running_loop());
    trace("%s", (const char *)word);
}

ASYNC_TEST(one_transition)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        int n = 0;
        CHECK(!caw_done(f));
        CHECK_INT(caw_result(f, &n), -CAW_INVALID_STATE_ERROR);
        CHECK_ERROR(caw_exception(f), CAW_INVALID_STATE_ERROR, NULL);
        CHECK_INT(caw_set_result(f, 3), 0);
        CHECK(caw_done(f));
        CHECK(!caw_cancelled(f));
        CHECK_INT(caw_set_result(f, 4), -CAW_INVALID_STATE_ERROR);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, NULL)), -CAW_INVALID_STATE_ERROR);
        CHECK(!caw_cancel(f, NULL));
        CHECK_INT(caw_result(f, &n), 0);
        CHECK_INT(n, 3);
        CHECK_INT(caw_result(f, NULL), 0);
        CHECK(caw_exception(f) == NULL);
        caw_unref(f);
        f = caw_future(int);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "one")), 0);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "two")), -CAW_INVALID_STATE_ERROR);
        CHECK_INT(caw_result(f, &n), -CAW_VALUE_ERROR);
        CHECK_ERROR(caw_exception(f), CAW_VALUE_ERROR, "one");
        CHECK_RAISES(caw_ref(f), CAW_VALUE_ERROR, "one");
        caw_unref(f);
    } CAW_END;
}

ASYNC_TEST(cancelled_at_once)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        CHECK(caw_cancel(f, "enough"));
        CHECK(caw_done(f));
        CHECK(caw_cancelled(f));
        CHECK(!caw_cancel(f, "more"));
        CHECK_INT(caw_set_done(f), -CAW_INVALID_STATE_ERROR);
        CHECK_INT(caw_result(f, NULL), -CAW_CANCELLED_ERROR);
        CHECK_ERROR(caw_exception(f), CAW_CANCELLED_ERROR, "enough");
        CHECK_RAISES(caw_ref(f), CAW_CANCELLED_ERROR, "enough");
        caw_unref(f);
        f = caw_future(void);
        CHECK(caw_cancel(f, NULL));
        CHECK_RAISES(f, CAW_CANCELLED_ERROR, "");
    } CAW_END;
}

ASYNC_TEST(callbacks_come_by_the_loop_in_order)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        CHECK_INT(caw_add_done_callback(f, say_done, "a"), 0);
        CHECK_INT(caw_add_done_callback(f, say_done, "b"), 0);
        CHECK_INT(caw_add_done_callback(f, say_done, "a"), 0);
        CHECK_INT(caw_set_done(f), 0);
        CHECK_TRACE("");
        CHECK_INT(caw_add_done_callback(f, say_done, "late"), 0);
        CAW_AWAIT(caw_ref(f)); /* done: does not suspend */
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a b a late");
        CHECK_INT(caw_add_done_callback(f, say_done, "done-already"), 0);
        caw_unref(f); /* the callback holds the future */
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("done-already");
    } CAW_END;
}

ASYNC_TEST(callbacks_can_be_removed)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        CHECK_INT(caw_add_done_callback(f, say_done, "a"), 0);
        CHECK_INT(caw_add_done_callback(f, say_done, "b"), 0);
        CHECK_INT(caw_add_done_callback(f, say_done, "a"), 0);
        CHECK_INT(caw_remove_done_callback(f, say_done, "a"), 2);
        CHECK_INT(caw_remove_done_callback(f, say_done, "a"), 0);
        CHECK_INT(caw_set_done(f), 0);
        CHECK_INT(caw_remove_done_callback(f, say_done, "b"), 0); /* scheduled */
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("b");
        caw_unref(f);
        f = caw_future(void);
        CHECK_INT(caw_add_done_callback(f, say_done, "never"), 0);
        CHECK_INT(caw_remove_done_callback(f, say_done, "never"), 1);
        caw_unref(f);
        f = caw_future(void);
        CHECK_INT(caw_add_done_callback(f, say_done, "never"), 0);
        caw_unref(f); /* pending for ever: nobody can complete it */
        caw_of(void) coroutine = caw_sleep(0);
        CHECK_INT(caw_add_done_callback(coroutine, say_done, "x"), -CAW_TYPE_ERROR);
    } CAW_END;
}

static CAW_ASYNC(void, await_it, caw_of(int) f, const char *word)
{
    CAW_BEGIN(void) {
        trace("%s%d", word, CAW_AWAIT(f));
    } CAW_END;
}

ASYNC_TEST(waiters_wake_in_the_order_in_which_they_came)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        for (int i = 0; i < 3; i++) caw_unref(caw_spawn(await_it(caw_ref(f), i == 0 ? "a" : i == 1 ? "b" : "c")));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_add_done_callback(f, say_done, "callback"), 0);
        CHECK_INT(caw_set_result(f, 1), 0);
        caw_unref(f);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0)); /* one pass later */
        CHECK_TRACE("a1 b1 c1 callback");
    } CAW_END;
}

static void complain(void *word, caw_any *future)
{
    (void)future;
    caw_report report = {.message = word};
    caw_call_exception_handler(NULL, &report);
}

ASYNC_TEST(every_callback_runs_whatever_another_reports)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        CHECK_INT(caw_add_done_callback(f, say_done, "a"), 0);
        CHECK_INT(caw_add_done_callback(f, complain, "in a callback"), 0);
        CHECK_INT(caw_add_done_callback(f, say_done, "b"), 0);
        CHECK_INT(caw_set_done(f), 0);
        caw_unref(f);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a b");
        CHECK_LOGGED("in a callback");
    } CAW_END;
}

/* ---- Refusals ------------------------------------------------------------------------------------------------------------------ */

ASYNC_TEST(some_errors_cannot_be_set)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_STOP_ASYNC_ITERATION, NULL)), -CAW_TYPE_ERROR);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_GENERATOR_EXIT, NULL)), -CAW_TYPE_ERROR);
        CHECK(!caw_done(f));
        caw_unref(f);
        caw_of(void) task = caw_spawn(caw_sleep(0));
        CHECK_INT(caw_set_done(task), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_set_error(task, caw_error_new(CAW_VALUE_ERROR, NULL)), -CAW_RUNTIME_ERROR);
        CAW_AWAIT(task);
    } CAW_END;
}

TEST(without_a_loop_a_future_has_failed)
{
    caw_of(int) f = caw_future(int);
    CHECK(caw_done(f));
    CHECK_ERROR(caw_exception(f), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(f);
}

static CAW_ASYNC(void, await_foreign, caw_of(int) f)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(f));
    } CAW_END;
}

TEST(a_future_of_another_loop_cannot_be_awaited)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) f = caw_future_on(loop, int);
    CHECK(caw_loop_of(f) == loop);
    CHECK_ERROR(caw_run(await_foreign(f), NULL), CAW_RUNTIME_ERROR, "a future attached to a different loop");
    CHECK_INT(caw_set_result(f, 1), 0);
    caw_unref(f);
    caw_loop_close(loop);
}

/* ---- Errors nobody retrieved ----------------------------------------------------------------------------------------------------- */

static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    CHECK(loop != NULL);
    (void)data;
    trace("<%s: %s>", report->message, caw_error_message(report->error));
}

ASYNC_TEST(an_error_nobody_retrieved_is_reported_once)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), receive, NULL);
        caw_of(void) f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "lost")), 0);
        CHECK_TRACE("");
        caw_unref(f);
        CHECK_TRACE("<Future exception was never retrieved: lost>");
        /* each of these counts as having seen it */
        f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "seen")), 0);
        CHECK_INT(caw_result(f, NULL), -CAW_VALUE_ERROR);
        caw_unref(f);
        f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "seen")), 0);
        CHECK_ERROR(caw_exception(f), CAW_VALUE_ERROR, "seen");
        caw_unref(f);
        f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "seen")), 0);
        CHECK_RAISES(f, CAW_VALUE_ERROR, "seen");
        f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "seen")), 0);
        CHECK(!caw_cancel(f, NULL)); /* trying to cancel clears it, too */
        caw_unref(f);
        CHECK_TRACE("");
        caw_set_exception_handler(caw_running_loop(), NULL, NULL);
        f = caw_future(void);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "logged")), 0);
        caw_unref(f);
        CHECK_LOGGED("cawait: Future exception was never retrieved\nValueError: logged");
    } CAW_END;
}

ASYNC_TEST(a_value_is_copied_to_every_reader)
{
    CAW_BEGIN(void) {
        typedef struct big {
            int n[40];
        } big;
        caw_of(big) f = caw_future(big);
        big value = {{1}};
        value.n[39] = 40;
        CHECK_INT(caw_set_result(f, value), 0);
        value.n[39] = 0;
        big a = CAW_AWAIT(caw_ref(f)), b;
        CHECK_INT(caw_result(f, &b), 0);
        CHECK_INT(a.n[39], 40);
        CHECK_INT(b.n[0], 1);
        caw_unref(f);
    } CAW_END;
}
