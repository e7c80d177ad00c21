/* CPython's ToThreadTests (test_threads), and what BaseEventLoopTests and EventLoopTestsMixin say of executors. */
#include "../c/jobs.h"
#include "loops.h"

static int calls;

static int add(int a, int b) { return a + b; }
CAW_JOB(int, add, int, a, int, b);

static void raise_runtime(void) { caw_job_raise(caw_error_new(CAW_RUNTIME_ERROR, "test")); }
CAW_JOB(void, raise_runtime);

static void called(void) { calls++; }
CAW_JOB(void, called);

static caw_string *both(const char *text, bool something)
{
    char all[32];
    snprintf(all, sizeof all, "%s %d", text, something);
    return caw_string_of(all);
}
CAW_JOB(caw_string *, both, const char *, text, bool, something);

ASYNC_TEST(to_thread)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_to_thread(add, 40, 2)), 42);
    } CAW_END;
}

ASYNC_TEST(to_thread_exception)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_to_thread(raise_runtime), CAW_RUNTIME_ERROR, "test");
    } CAW_END;
}

ASYNC_TEST(to_thread_once)
{
    CAW_BEGIN(void) {
        calls = 0;
        CAW_AWAIT(caw_to_thread(called));
        CHECK_INT(calls, 1);
    } CAW_END;
}

ASYNC_TEST(to_thread_concurrent)
{
    CAW_BEGIN(void) {
        caw_any *all[10];
        calls = 0;
        for (int i = 0; i < 10; i++) all[i] = caw_base(caw_to_thread(called));
        caw_unref(CAW_AWAIT(caw_gather_array(all, 10)));
        CHECK_INT(calls, 10);
    } CAW_END;
}

ASYNC_TEST(to_thread_args_kwargs)
{
    CAW_BEGIN(void) {
        caw_string *all = CAW_AWAIT(caw_to_thread(both, "test", true));
        CHECK_TEXT(caw_string_data(all), "test 1");
        caw_unref(all);
    } CAW_END;
}

static caw_context_var test_ctx = {.name = "test_ctx"};

static caw_string *get_ctx(void)
{
    caw_value value = caw_context_get(&test_ctx);
    return value.tag == CAW_NONE ? caw_string_of("nothing") : value.as_string;
}
CAW_JOB(caw_string *, get_ctx);

ASYNC_TEST(to_thread_contextvars)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&test_ctx, caw_text(caw_string_of("parrot"))), 0);
        caw_string *bird = CAW_AWAIT(caw_to_thread(get_ctx));
        CHECK_TEXT(caw_string_data(bird), "parrot");
        caw_unref(bird);
        bird = CAW_AWAIT(caw_run_in_executor(NULL, get_ctx)); /* which brings no context */
        CHECK_TEXT(caw_string_data(bird), "nothing");
        caw_unref(bird);
    } CAW_END;
}

ASYNC_TEST(run_in_executor)
{
    CAW_BEGIN(void) {
        caw_string *all = CAW_AWAIT(caw_run_in_executor(NULL, both, "yo", false));
        CHECK_TEXT(caw_string_data(all), "yo 0");
        caw_unref(all);
        CHECK(caw_executor_kind_of(NULL) != CAW_EXECUTOR_INLINE);
    } CAW_END;
}

static caw_of(void) job;
static CAW_ASYNC(void, begin_and_cancel, void)
{
    CAW_BEGIN(void) {
        job = caw_run_in_executor(NULL, sleeps, 0.05);
        caw_cancel(job, NULL);
    } CAW_END;
}

/* What has been cancelled tells nobody that it has ended, the less so when its loop is closed. */
TEST(run_in_executor_cancel)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, begin_and_cancel(), NULL), CAW_OK, NULL);
    CHECK_ERROR(caw_run_until_complete(loop, caw_loop_shutdown_default_executor(loop, INFINITY), NULL), CAW_OK, NULL);
    CHECK_REAL(elapsed(), 0.05);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_OUTCOME(job, "cancelled");
    caw_unref(job);
}

static CAW_ASYNC(void, set_it, caw_executor **own)
{
    CAW_BEGIN(void) {
        *own = caw_executor_new(.workers = 1);
        CHECK_INT(caw_loop_set_default_executor(NULL, *own), 0);
        caw_unref(CAW_AWAIT(caw_gather(caw_run_in_executor(NULL, sleeps, 1), caw_run_in_executor(NULL, sleeps, 1))));
        CHECK_REAL(elapsed(), 2); /* by that one, which has one worker */
    } CAW_END;
}

TEST(set_default_executor)
{
    caw_executor *own = NULL;
    CHECK_ERROR(caw_run(set_it(&own), NULL), CAW_OK, NULL);
    caw_unref(own);
}

static CAW_ASYNC(void, takes_long, void)
{
    CAW_BEGIN(void) {
        caw_drop(caw_run_in_executor(NULL, sleeps, 0.1));
    } CAW_END;
}

TEST(shutdown_default_executor_timeout)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, takes_long(), NULL), CAW_OK, NULL);
    CHECK_ERROR(caw_run_until_complete(loop, caw_loop_shutdown_default_executor(loop, 0.01), NULL), CAW_OK, NULL);
    CHECK_LOGGED("the executor's jobs have not ended within the time limit of its shutdown");
    CHECK_REAL(elapsed(), 0.01);
    CHECK_INT(caw_loop_close(loop), 0);
}

TEST(call_soon_threadsafe_same_thread)
{
    caw_loop *loop = caw_loop_new();
    CHECK_INT(caw_call_soon_threadsafe(loop, say, "hello"), 0);
    caw_unref(caw_call_soon(loop, stop_and_say, "world"));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("hello world");
    CHECK_INT(caw_loop_close(loop), 0);
}
