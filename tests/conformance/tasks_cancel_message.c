/* CPython's BaseTaskTests (test_tasks): what a cancellation, or another error, says and of what it says that it came. */
#include "conform.h"

static CAW_ASYNC(void, nested, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(10));
    } CAW_END;
}

TEST(task_cancel_message_getter)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(nested(), .loop = loop);
    caw_cancel(t, "my message");
    CHECK_ERROR(caw_run_until_complete(loop, t, NULL), CAW_CANCELLED_ERROR, "my message");
    caw_loop_close(loop);
}

/* How main learns that the task it cancelled is: by its result's code, by its error, by awaiting it. */
typedef enum how { BY_RESULT, BY_ERROR, BY_AWAIT, BEFORE_THE_START } how;

static CAW_ASYNC(void, cancel_and_ask, const char *message, how asked)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(nested());
        CAW_DEFER(caw_unref, t);
        if (asked != BEFORE_THE_START) CAW_AWAIT(caw_sleep(0));
        caw_cancel(t, message);
        if (asked == BY_AWAIT) CAW_AWAIT(caw_ref(t));
        caw_unref(CAW_AWAIT(caw_wait(caw_ref(t))));
        if (asked == BY_RESULT) CHECK_INT(caw_result(t, NULL), -CAW_CANCELLED_ERROR);
        CAW_RAISE_ERROR(caw_exception(t));
    } CAW_END;
}

/* The error has the message, and nothing that it came from: it is the innermost itself. */
static void check_message(how asked)
{
    static const char *const messages[] = {NULL, "my message"};
    for (int i = 0; i < 2; i++) {
        caw_error *error = caw_run(cancel_and_ask(messages[i], asked), NULL);
        CHECK(!caw_error_context(error) && !caw_error_cause(error));
        CHECK_ERROR(error, CAW_CANCELLED_ERROR, messages[i] ? messages[i] : "");
    }
}

TEST(cancel_with_message_then_future_result) { check_message(BY_RESULT); }
TEST(cancel_with_message_then_future_exception) { check_message(BY_ERROR); }
TEST(cancel_with_message_before_starting_task) { check_message(BEFORE_THE_START); }

/* The error tells the way it took: from where the task was interrupted. */
static void check_way(how asked)
{
    caw_error *error = caw_run(cancel_and_ask(NULL, asked), NULL);
    caw_place  inner = {0}, outer = {0};
    CHECK(caw_error_place(error, 0, &inner) && caw_error_place(error, 1, &outer));
    CHECK_TEXT(inner.function, "nested");
    CHECK_TEXT(outer.function, "cancel_and_ask");
    CHECK_ERROR(error, CAW_CANCELLED_ERROR, NULL);
}

TEST(cancel_traceback_for_future_result) { check_way(BY_AWAIT); }
TEST(cancel_traceback_for_future_exception) { check_way(BY_ERROR); }

static void cancel_with_message(void *any) { caw_cancel((caw_of(void))(caw_any *)any, "msg"); }

static CAW_ASYNC(void, convert_cancellation, void)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(nested());
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_call_soon(NULL, cancel_with_message, caw_base(t)));
        CAW_TRY {
            CAW_AWAIT(t);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "cancelled"), caw_ref(e)));
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(cancellation_exception_context)
{
    caw_error *error = caw_run(convert_cancellation(), NULL);
    caw_error *context = caw_error_context(error);
    CHECK(context == caw_error_cause(error));
    CHECK(!caw_error_context(context));
    CHECK_ERROR(caw_ref(context), CAW_CANCELLED_ERROR, "msg");
    CHECK_ERROR(error, CAW_VALUE_ERROR, "cancelled");
}

/* ---- Other errors ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, raise_it, caw_error *error)
{
    CAW_BEGIN_OWNING(void, caw_unref(error)) {
        CAW_RAISE_ERROR(error);
    } CAW_END;
}

ASYNC_TEST(exception_chaining_after_await)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_LOOKUP_ERROR, "3");
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, e) {
            CAW_TRY {
                CAW_AWAIT(caw_spawn(raise_it(caw_error_new(CAW_VALUE_ERROR, NULL))));
                NOT_HERE();
            } CAW_EXCEPT(CAW_VALUE_ERROR, e2) {
                CHECK(caw_error_context(e2) == e);
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(exception_chaining_after_await_with_context_cycle)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_LOOKUP_ERROR, "a");
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, e) {
            CAW_TRY {
                CAW_AWAIT(caw_spawn(raise_it(caw_ref(e))));
                NOT_HERE();
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, e2) {
                CHECK(e2 == e);
                CHECK(!caw_error_context(e2)); /* not itself */
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(exception_traceback)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(raise_it(caw_error_new(CAW_VALUE_ERROR, NULL)));
        CAW_AWAIT(caw_sleep(0));
        caw_error *error = caw_exception(t);
        caw_place  place = {0};
        CHECK(caw_error_place(error, 0, &place));
        CHECK_TEXT(place.function, "raise_it");
        caw_unref(error);
        caw_unref(t);
    } CAW_END;
}

ASYNC_TEST(tb_logger_not_called_after_cancel)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(raise_it(caw_error_new(CAW_TYPE_ERROR, NULL)));
        CAW_AWAIT(caw_sleep(0.05));
        caw_cancel(t, NULL); /* has seen that it failed: nothing is reported */
        caw_unref(t);
    } CAW_END;
}

/* A task that nobody can wake is reported when its loop is closed: the loop holds it until then. */
TEST(log_destroyed_pending_task)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  t = caw_spawn(nested(), .loop = loop);
    caw_any  *one = NULL;
    CHECK_INT(caw_all_tasks(loop, &one, 1), 1);
    CHECK(one == caw_base(t));
    run_briefly(loop);
    caw_unref(t);
    CHECK_INT(caw_all_tasks(loop, &one, 1), 1);
    caw_loop_close(loop);
    CHECK_LOGGED("Task was destroyed but it is pending!");
}

/* ---- Gathers ------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, wait_for_int, caw_of(int) f)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_ref(f)));
    } CAW_END;
}

static void cancel_refused(void *gather, caw_any *future)
{
    (void)future;
    trace("cancel:%d", caw_cancel(*(caw_of(caw_results *) *)gather, NULL));
}

/* A gather whose only child is as good as done refuses to be cancelled. */
ASYNC_TEST(cancel_gather_1)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        caw_of(caw_results *) g = caw_gather(wait_for_int(f));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_add_done_callback(f, cancel_refused, &g), 0);
        caw_set_result(f, 42);
        caw_results *r = CAW_AWAIT(caw_ref(g));
        CHECK_TRACE("cancel:0");
        CHECK(!caw_cancelled(g));
        CHECK_INT(caw_result_at(r, 0, int), 42);
        caw_unref(r);
        caw_unref(g);
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC(void, gather_for_ever, void)
{
    CAW_BEGIN(void) {
        for (;;) caw_unref(CAW_AWAIT(caw_gather_settled(caw_sleep(0.05))));
    } CAW_END;
}

static CAW_ASYNC(void, cancel_gatherer, const char *message)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(gather_for_ever());
        CAW_AWAIT(caw_sleep(0.2));
        caw_cancel(t, message);
        CAW_AWAIT(t);
    } CAW_END;
}

TEST(cancel_gather_2)
{
    CHECK_ERROR(caw_run(cancel_gatherer(NULL), NULL), CAW_CANCELLED_ERROR, "");
    CHECK_ERROR(caw_run(cancel_gatherer("my message"), NULL), CAW_CANCELLED_ERROR, "my message");
}
