/* CPython's BaseFutureTests (test_futures) and FutureTests (test_futures2). */
#include "conform.h"

TEST(initial_state)
{
    caw_loop *loop = caw_loop_new();
    caw_of(int) f = caw_future_on(loop, int);
    CHECK(!caw_cancelled(f) && !caw_done(f));
    caw_cancel(f, NULL);
    CHECK(caw_cancelled(f));
    caw_unref(f);
    caw_loop_close(loop);
}

TEST(constructor_without_loop)
{
    caw_auto f = caw_future(int);
    CHECK_OUTCOME(f, "RuntimeError");
    caw_unref(f);
}

static CAW_ASYNC(caw_loop *, loop_of_a_new_future, void)
{
    CAW_BEGIN(caw_loop *) {
        caw_auto  f = caw_future(int);
        caw_loop *loop = caw_loop_of(f);
        caw_unref(f);
        CAW_RETURN(loop);
    } CAW_END;
}

TEST(constructor_use_running_loop)
{
    caw_loop *loop = caw_loop_new(), *found = NULL;
    CHECK_ERROR(caw_run_until_complete(loop, loop_of_a_new_future(), &found), CAW_OK, NULL);
    CHECK(found == loop);
    caw_loop_close(loop);
}

/* The message stays with the future: whoever awaits it gets it. */
TEST(future_cancel_message_getter)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, int);
    caw_cancel(f, "my message");
    CHECK_ERROR(caw_run_until_complete(loop, caw_ref(f), NULL), CAW_CANCELLED_ERROR, "my message");
    CHECK_ERROR(caw_exception(f), CAW_CANCELLED_ERROR, "my message");
    caw_unref(f);
    caw_loop_close(loop);
}

/* Done one way or the other, it takes no other outcome. */
static void check_settled(caw_of(int) f)
{
    CHECK(caw_done(f));
    CHECK_INT(caw_set_result(f, 1), -CAW_INVALID_STATE_ERROR);
    CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, NULL)), -CAW_INVALID_STATE_ERROR);
    CHECK(!caw_cancel(f, NULL));
}

ASYNC_TEST(cancel)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        int      i;
        CHECK(caw_cancel(f, NULL));
        CHECK(caw_cancelled(f));
        CHECK_INT(caw_result(f, &i), -CAW_CANCELLED_ERROR);
        CHECK_ERROR(caw_exception(f), CAW_CANCELLED_ERROR, "");
        check_settled(f);
        caw_unref(f);
    } CAW_END;
}

ASYNC_TEST(result)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        int      i = 0;
        CHECK_INT(caw_result(f, &i), -CAW_INVALID_STATE_ERROR);
        CHECK_INT(caw_set_result(f, 42), 0);
        CHECK(!caw_cancelled(f));
        CHECK_INT(caw_result(f, &i), 0);
        CHECK_INT(i, 42);
        CHECK(!caw_exception(f));
        check_settled(f);
        caw_unref(f);
    } CAW_END;
}

ASYNC_TEST(exception)
{
    CAW_BEGIN(void) {
        caw_auto   f = caw_future(int);
        caw_error *error = caw_error_new(CAW_RUNTIME_ERROR, "mine"), *got;
        CHECK_ERROR(caw_exception(f), CAW_INVALID_STATE_ERROR, NULL);
        CHECK_INT(caw_set_error(f, caw_ref(error)), 0);
        CHECK(!caw_cancelled(f));
        CHECK_INT(caw_result(f, NULL), -CAW_RUNTIME_ERROR);
        got = caw_exception(f);
        CHECK(got == error);
        caw_unref(got);
        caw_unref(error);
        check_settled(f);
        caw_unref(f);
    } CAW_END;
}

/* What would end a loop of whoever awaits cannot be set: it is refused at once, where asyncio wraps it into a RuntimeError. */
ASYNC_TEST(stop_iteration_exception)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_STOP_ASYNC_ITERATION, NULL)), -CAW_TYPE_ERROR);
        CHECK_OUTCOME(f, "pending");
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC(void, await_twice, caw_of(int) f)
{
    CAW_BEGIN_OWNING(void, caw_unref(f)) {
        CAW_DEFER(caw_unref, f);
        trace("A");
        trace("B%d", CAW_AWAIT(caw_ref(f)));
        trace("C%d", CAW_AWAIT(caw_ref(f)));
    } CAW_END;
}

ASYNC_TEST(yield_from_twice)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        caw_auto t = caw_spawn(await_twice(caw_ref(f)));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("A");
        caw_set_result(f, 42);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("B42 C42"); /* the second await does not suspend */
        CHECK_OUTCOME(t, "done");
        caw_unref(t);
        caw_unref(f);
    } CAW_END;
}

ASYNC_TEST(set_result_unless_cancelled)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        caw_cancel(f, NULL);
        CHECK_INT(caw_set_result(f, 2), -CAW_INVALID_STATE_ERROR);
        CHECK(caw_cancelled(f));
        caw_unref(f);
    } CAW_END;
}

/* A result of several values arrives whole. */
ASYNC_TEST(future_stop_iteration_args)
{
    CAW_BEGIN(void) {
        typedef struct pair {
            int a, b;
        } pair;
        caw_auto f = caw_future(pair);
        caw_set_result(f, ((pair){1, 2}));
        pair p = CAW_AWAIT(f);
        CHECK(p.a == 1 && p.b == 2);
    } CAW_END;
}

/* ---- What is reported when nobody asked ------------------------------------------------------------------------------------- */

typedef enum end { NOT_AT_ALL, BY_RESULT, BY_ERROR } end;
typedef enum look { UNSEEN, BY_CAW_RESULT, BY_CAW_EXCEPTION, BY_CANCEL } look;

/* A future that ends so, is looked at so, and is given up. */
static void lifetime(caw_loop *loop, end how, look seen)
{
    caw_auto f = caw_future_on(loop, int);
    if (how == BY_RESULT) caw_set_result(f, 42);
    if (how == BY_ERROR) caw_set_error(f, caw_error_new(CAW_RUNTIME_ERROR, "boom"));
    if (seen == BY_CAW_RESULT) CHECK_INT(caw_result(f, NULL), how == BY_RESULT ? 0 : -CAW_RUNTIME_ERROR);
    if (seen == BY_CAW_EXCEPTION) CHECK_ERROR(caw_exception(f), CAW_RUNTIME_ERROR, "boom");
    if (seen == BY_CANCEL) caw_cancel(f, NULL);
    caw_unref(f);
}

/* The frame of every case sees to it that nothing is logged unasked. */
#define REPORT_TEST(name, how, seen)                                                                                           \
    TEST(name)                                                                                                                 \
    {                                                                                                                          \
        caw_loop *loop = caw_loop_new();                                                                                       \
        lifetime(loop, how, seen);                                                                                             \
        caw_loop_close(loop);                                                                                                  \
        if (how == BY_ERROR && seen == UNSEEN) CHECK_LOGGED("Future exception was never retrieved\nRuntimeError: boom");       \
    }

REPORT_TEST(tb_logger_abandoned, NOT_AT_ALL, UNSEEN)
REPORT_TEST(tb_logger_not_called_after_cancel, BY_ERROR, BY_CANCEL)
REPORT_TEST(tb_logger_result_unretrieved, BY_RESULT, UNSEEN)
REPORT_TEST(tb_logger_result_retrieved, BY_RESULT, BY_CAW_RESULT)
REPORT_TEST(tb_logger_exception_unretrieved, BY_ERROR, UNSEEN)
REPORT_TEST(tb_logger_exception_retrieved, BY_ERROR, BY_CAW_EXCEPTION)
REPORT_TEST(tb_logger_exception_result_retrieved, BY_ERROR, BY_CAW_RESULT)

/* One report, with the future's own error, whether or not the loop is in debug mode. */
static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    (void)loop;
    trace("%s", report->message);
    CHECK(report->error == data);
}

static void check_never_retrieved(bool debug)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_error_new(CAW_MEMORY_ERROR, "exc");
    caw_loop_set_debug(loop, debug, 0);
    caw_set_exception_handler(loop, receive, error);
    caw_auto f = caw_future_on(loop, int);
    caw_set_error(f, caw_ref(error));
    caw_unref(f);
    CHECK_TRACE("Future exception was never retrieved");
    caw_unref(error);
    caw_loop_close(loop);
}

TEST(future_exception_never_retrieved) { check_never_retrieved(false); }
TEST(future_exception_never_retrieved_debug) { check_never_retrieved(true); }

/* ---- test_futures2 ------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, raise_type_error, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_TYPE_ERROR, "42");
    } CAW_END;
}

/* However often the task is awaited, the error's chain of places does not grow. */
ASYNC_TEST(future_traceback)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(raise_type_error());
        for (int i = 0; i < 5; i++) {
            CAW_TRY {
                CAW_AWAIT(caw_ref(t));
                NOT_HERE();
            } CAW_EXCEPT(CAW_TYPE_ERROR, e) {
                caw_place place;
                CHECK(caw_error_place(e, 0, &place));
                CHECK_TEXT(place.function, "raise_type_error");
                CHECK(!caw_error_place(e, 1, &place));
            }
            CAW_END_TRY;
        }
        caw_unref(t);
    } CAW_END;
}

static caw_context_var word = CAW_CONTEXT_VAR("word", caw_int(1));

static void tell_word(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("%s word:%d", report->message, caw_context_get(&word).as_int32);
}

static CAW_ASYNC(void, set_word_and_fail, void)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&word, caw_int(2)));
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

/* What a task has lost is reported in the task's context. */
ASYNC_TEST(task_exc_handler_correct_context)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), tell_word, NULL);
        caw_unref(caw_spawn(set_word_and_fail()));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("Task exception was never retrieved word:2");
    } CAW_END;
}
