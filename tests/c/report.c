/* Reports: the exception handler, its fields, the log's text, slow callbacks in debug mode. */
#include "loop/loop.h"
#include "test.h"

static void receive(void *data, caw_loop *loop, const caw_report *report)
{
    CHECK_INT(*(int *)data, 7);
    CHECK(loop == caw_running_loop());
    trace("[%s|%s|%s]", report->message, report->name ? report->name : "",
          report->error ? caw_error_message(report->error) : "");
    if (report->task) CHECK(caw_done(((caw_of(void))report->task)));
    if (report->file) CHECK(strstr(report->file, "report.c") != NULL && report->line > 0);
}

static CAW_ASYNC(void, fail, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "nobody looks");
    } CAW_END;
}

ASYNC_TEST(a_handler_gets_all_there_is)
{
    CAW_BEGIN(void) {
        int data = 7;
        caw_set_exception_handler(caw_running_loop(), receive, &data);
        caw_unref(caw_spawn(fail(), .name = "it"));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("[Task exception was never retrieved|it|nobody looks]");
        caw_error *error = caw_error_new(CAW_OS_ERROR, "own");
        caw_call_exception_handler(NULL, &(caw_report){.message = "message", .error = error, .name = "name"});
        CHECK_TRACE("[message|name|own]");
        caw_set_exception_handler(caw_running_loop(), NULL, NULL);
        caw_call_exception_handler(caw_running_loop(), &(caw_report){.message = "message", .error = error, .name = "name"});
        CHECK_LOGGED("cawait: message\n  task: name\nOSError: own\n");
        caw_unref(error);
    } CAW_END;
}

TEST(outside_a_loop_it_goes_to_the_log)
{
    caw_call_exception_handler(NULL, &(caw_report){.message = "outside"});
    CHECK_LOGGED("cawait: outside\n");
}

static caw_any *kept;

static void keep(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    caw_of(void) task = (caw_of(void))report->task;
    trace("%s", caw_task_name(task));
    kept = (caw_any *)(uintptr_t)caw_ref(task);
    caw_unref(kept); /* the handler may take references, but keeps nothing alive with them */
}

ASYNC_TEST(a_handler_may_look_at_the_task)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), keep, NULL);
        caw_unref(caw_spawn(fail(), .name = "looked-at"));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("looked-at");
    } CAW_END;
}

static void take_time(void *seconds) { caw_sim_set_time(caw_sim_time() + *(double *)seconds); }

static CAW_ASYNC(void, slow_steps, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        take_time(&seconds);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* Off already as it ends, it is not told of. */
static void take_time_and_leave_debug(void *seconds)
{
    take_time(seconds);
    caw_loop_set_debug(caw_running_loop(), false, 0);
}

ASYNC_TEST(debug_mode_tells_what_is_slow)
{
    CAW_BEGIN(void) {
        double second = 1, little = 0.01;
        CAW_AWAIT(caw_spawn(slow_steps(1))); /* off: nothing */
        caw_loop_set_debug(caw_running_loop(), true, 0);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_spawn(slow_steps(0.25), .name = "slowpoke"));
        CHECK(strstr(test.log, "slowpoke 'slow_steps' (") != NULL);
        CHECK_LOGGED(" took 0.25 seconds");
        caw_unref(caw_call_soon(NULL, take_time, &second));
        caw_unref(caw_call_soon(NULL, take_time, &little));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("a callback took 1 seconds");
        caw_loop_set_debug(caw_running_loop(), true, 2);
        caw_unref(caw_call_soon(NULL, take_time, &second));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_call_soon(NULL, take_time_and_leave_debug, &second));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_spawn(slow_steps(10)));
    } CAW_END;
}

static CAW_ASYNC(void, slow_at_once, double seconds)
{
    CAW_BEGIN(void) {
        take_time(&seconds);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static void spawn_slow(void *name) { caw_drop(caw_spawn(slow_at_once(0.25), .name = name, .eager = true)); }

#ifdef CAW_CHECKED /* others have no report of it */
/* As JavaScript calls an exported function: it begins before the loop has its turn. */
TEST(a_first_step_from_outside_is_told_of)
{
    caw_loop *loop = caw_loop_new();
    caw_loop_set_debug(loop, true, 0);
    caw_loop *previous = caw__loop_enter(loop);
    caw_of(void) task = caw_spawn(slow_at_once(0.25), .name = "outside", .eager = true);
    caw__loop_leave(loop, previous);
    CHECK(strstr(test.log, "outside 'slow_at_once' (") != NULL);
    CHECK_LOGGED(" took 0.25 seconds");
    CHECK_ERROR(caw_run_until_complete(loop, task, NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
}
#endif

ASYNC_TEST(a_first_step_inside_of_what_is_measured_is_told_of_once)
{
    CAW_BEGIN(void) {
        caw_loop_set_debug(caw_running_loop(), true, 0);
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_call_soon(NULL, spawn_slow, "inside"));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("a callback took 0.25 seconds");
        caw_loop_set_debug(caw_running_loop(), false, 0);
    } CAW_END;
}

ASYNC_TEST(a_long_report_is_cut_not_lost)
{
    CAW_BEGIN(void) {
        char text[3000];
        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = 0;
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, "%s", text);
        caw_call_exception_handler(NULL, &(caw_report){.message = "long", .error = error});
        caw_call_exception_handler(NULL, &(caw_report){.message = text, .error = error, .name = text});
        caw_unref(error);
        CHECK(strlen(test.log) > 1500 && strlen(test.log) < 2200);
        CHECK_LOGGED("cawait: long\nValueError: xxx");
    } CAW_END;
}

static caw_any *kept;

static void keep_it(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    trace("%s", caw_error_message(report->error));
    kept = caw_ref(report->task);
}

static CAW_ASYNC(int, fail_unseen, void)
{
    CAW_BEGIN(int) {
        CAW_RAISE(CAW_VALUE_ERROR, "unseen");
    } CAW_END;
}

/* The reference that the handler takes counts: what it was told of stays, and is told of once. */
ASYNC_TEST(a_handler_that_keeps_what_it_is_told_of)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), keep_it, NULL);
        caw_drop(caw_spawn(fail_unseen()));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("unseen");
        CHECK_ERROR(caw_exception((caw_of(int))kept), CAW_VALUE_ERROR, "unseen");
        caw_unref(kept);
        caw_of(int) future = caw_future(int);
        caw_set_error(future, caw_error_new(CAW_VALUE_ERROR, "a future's"));
        caw_drop(future);
        CHECK_TRACE("a future's");
        CHECK_ERROR(caw_exception((caw_of(int))kept), CAW_VALUE_ERROR, "a future's");
        caw_unref(kept);
        caw_set_exception_handler(caw_running_loop(), NULL, NULL);
    } CAW_END;
}

/* What the handler keeps stays, whatever it is: with its error, that is not told again. */
static CAW_ASYNC(void, let_keep, caw_of(void) (*make)(void))
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), keep_it, NULL);
        caw_of(void) it = make();
        CAW_AWAIT(caw_sleep(1));
        caw_unref(it);
        CHECK_TRACE("nobody looks");
        CHECK_ERROR(caw_exception((caw_of(void))kept), CAW_VALUE_ERROR, "nobody looks");
        caw_unref(kept);
        CHECK_TRACE("");
    } CAW_END;
}

static caw_of(void) a_gather(void) { return (caw_of(void))caw_base(caw_gather(fail())); }
static caw_of(void) a_race(void) { return caw_race(fail(), fail()); }
static caw_of(void) a_future(void)
{
    caw_of(void) f = caw_future(void);
    CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "nobody looks")), 0);
    return f;
}

TEST(a_handler_may_keep_what_it_is_told_of)
{
    test_run(let_keep(a_gather));
    test_run(let_keep(a_race));
    test_run(let_keep(a_future));
}

static void take(void *seconds) { caw_sim_set_time(caw_sim_time() + *(double *)seconds); }

ASYNC_TEST(very_slow_is_slow)
{
    CAW_BEGIN(void) {
        caw_loop_set_debug(caw_running_loop(), true, 2);
        double seconds[] = {5000, 3999.25, 2.999999};
        caw_unref(caw_call_soon(NULL, take, &seconds[0]));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("cawait: a callback took 4000 seconds\n");
        caw_unref(caw_call_soon(NULL, take, &seconds[1]));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("cawait: a callback took 3999.25 seconds\n");
        caw_unref(caw_call_soon(NULL, take, &seconds[2]));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("cawait: a callback took 2.999999 seconds\n");
        caw_loop_set_debug(caw_running_loop(), false, 0);
    } CAW_END;
}

static int level_heard;

static void hear_level(void *data, int level, const char *text, size_t length)
{
    (void)data, (void)text, (void)length;
    level_heard = level;
}

TEST(a_report_is_an_error_of_the_log)
{
    caw_sim_on_log(hear_level, NULL);
    caw_call_exception_handler(NULL, &(caw_report){.message = "something"});
    CHECK_INT(level_heard, 2);
}

ASYNC_TEST(what_is_slow_is_said_in_parts_of_a_second_too)
{
    CAW_BEGIN(void) {
        caw_loop_set_debug(caw_running_loop(), true, 0.5);
        double seconds[] = {0.25, 0.75};
        caw_unref(caw_call_soon(NULL, take, &seconds[0]));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(test.log, "");
        caw_unref(caw_call_soon(NULL, take, &seconds[1]));
        CAW_AWAIT(caw_sleep(0));
        CHECK_LOGGED("cawait: a callback took 0.75 seconds\n");
        caw_loop_set_debug(caw_running_loop(), false, 0);
    } CAW_END;
}

static caw_context_var request = CAW_CONTEXT_VAR("request", caw_int(-1));

static CAW_ASYNC(void, fail_with_request, int number)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&request, caw_int(number)));
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "nobody looks");
    } CAW_END;
}

static void ask(void *data, caw_loop *reported, const caw_report *report)
{
    (void)data, (void)reported;
    caw_error *error =
        caw_exception((caw_of(void))report->task); /* as anybody who asks, it gives up what was kept for the report */
    trace("%s %d", caw_error_message(error), caw_context_get(&request).as_int32);
    caw_unref(error);
    CHECK_INT(caw_context_set(&request, caw_int(7)), 0);
    trace("%d", caw_context_get(&request).as_int32);
}

ASYNC_TEST(a_handler_may_ask_for_the_error)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), ask, NULL);
        CAW_CHECK(caw_context_set(&request, caw_int(1)));
        caw_drop(caw_spawn(fail_with_request(5)));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("nobody looks 5 7");
        CHECK_INT(caw_context_get(&request).as_int32, 1);
        caw_auto kept_task = caw_spawn(fail_with_request(6));
        CAW_AWAIT(caw_sleep(1));
        caw_unref(kept_task); /* the report is made here, inside of another task */
        CHECK_TRACE("nobody looks 6 7");
        CHECK_INT(caw_context_get(&request).as_int32, 1);
        caw_set_exception_handler(caw_running_loop(), NULL, NULL);
    } CAW_END;
}
