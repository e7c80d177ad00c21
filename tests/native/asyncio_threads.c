/*
 * CPython's RunCoroutineThreadsafeTests (test_tasks), and what EventLoopTestsMixin says of other threads: with threads that are, on the
 * native host, in real time. tests/conformance/table says which case plays which test.
 */
#include "../net/seam.h"
#include <math.h>
#include <pthread.h>

typedef struct what {
    bool   fails, cancels;
    double timeout;
    bool   early; /* cancelled before its first step */
} what;

static caw_loop *loop;
static int       steps; /* the loop's */

static CAW_ASYNC(int, add, const what *of)
{
    CAW_BEGIN(int) {
        steps++;
        CAW_AWAIT(caw_sleep(0.05));
        if (of->fails) CAW_RAISE(CAW_RUNTIME_ERROR, "Fail!");
        if (of->cancels) {
            caw_cancel((caw_of(int))caw_current_task(), NULL);
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_RETURN(1 + 2);
    } CAW_END;
}

/* In a thread of the executor's: has the loop run it, and waits. */
static int target(const what *of)
{
    int             sum = 0;
    caw_concurrent *asked = caw_run_coroutine_threadsafe(loop, add, of);
    if (of->early) caw_concurrent_cancel(asked);
    caw_error *error = caw_concurrent_result(asked, of->timeout, &sum);
    if (!caw_concurrent_done(asked)) caw_concurrent_cancel(asked);
    caw_concurrent_free(asked);
    if (error) caw_job_raise(error);
    return sum;
}
CAW_JOB(int, target, const what *, of);

static CAW_ASYNC(int, in_executor, const what *of)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(NULL, target, of)));
    } CAW_END;
}

/* What comes of it: the sum, or 0 and the error. Afterwards no task is left. */
static int run(what of, caw_error **error)
{
    int sum = 0;
    steps = 0;
    loop = caw_loop_new();
    *error = caw_run_until_complete(loop, in_executor(&of), &sum);
    caw_error *end = caw_run_until_complete(loop, caw_loop_shutdown_default_executor(loop, INFINITY), NULL);
    check("the executor has ended", !end);
    check_is("no task is left", (long)caw_all_tasks(loop, NULL, 0), 0);
    check_is("the loop is closed", caw_loop_close(loop), 0);
    return sum;
}

#define TEST(of) static void of(void)
#define CHECK_ENDS(error, type, says)                                                                                          \
    do {                                                                                                                       \
        check("its error", caw_error_is((error), (type)) && strstr(caw_error_message(error), (says)));                         \
        caw_unref(error);                                                                                                      \
    } while (0)

TEST(run_coroutine_threadsafe)
{
    caw_error *error;
    check_is("the sum", run((what){.timeout = INFINITY}, &error), 3);
    check("no error", !error);
}

TEST(run_coroutine_threadsafe_with_exception)
{
    caw_error *error;
    run((what){.fails = true, .timeout = INFINITY}, &error);
    CHECK_ENDS(error, CAW_RUNTIME_ERROR, "Fail!");
}

TEST(run_coroutine_threadsafe_with_timeout)
{
    caw_error *error;
    run((what){.timeout = 0}, &error);
    CHECK_ENDS(error, CAW_TIMEOUT_ERROR, "");
}

TEST(run_coroutine_threadsafe_task_cancelled)
{
    caw_error *error;
    run((what){.cancels = true, .timeout = INFINITY}, &error);
    CHECK_ENDS(error, CAW_CANCELLED_ERROR, "");
}

TEST(run_coroutine_threadsafe_and_cancel)
{
    caw_error *error;
    run((what){.early = true, .timeout = INFINITY}, &error);
    CHECK_ENDS(error, CAW_CANCELLED_ERROR, "");
}

/* ---- Calls ---------------------------------------------------------------------------------------------------------------------- */

static char said[32];
static int  count;

static void callback(void *word)
{
    strcat(strcat(said, said[0] ? " " : ""), word);
    if (++count >= 2) caw_stop(caw_running_loop());
}

static void *from_a_thread(void *unused)
{
    (void)unused;
    caw_call_soon_threadsafe(loop, callback, "hello");
    caw_thread_end();
    return NULL;
}

TEST(call_soon_threadsafe)
{
    pthread_t thread;
    loop = caw_loop_new();
    check_is("a thread", pthread_create(&thread, NULL, from_a_thread, NULL), 0);
    pthread_join(thread, NULL); /* it has said so before the loop runs */
    caw_unref(caw_call_soon(loop, callback, "world"));
    check_is("the loop", caw_run_forever(loop), 0);
    check("behind what is ready", !strcmp(said, "world hello")); /* asyncio's order is that of the calls, of all threads */
    check_is("the loop is closed", caw_loop_close(loop), 0);
}

static int yo(const pthread_t *loops_own) { return pthread_equal(*loops_own, pthread_self()) ? -1 : 7; }
CAW_JOB(int, yo, const pthread_t *, loops_own);

static CAW_ASYNC(int, asks, const pthread_t *own)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(NULL, yo, own)));
    } CAW_END;
}

TEST(wrap_future)
{
    pthread_t own = pthread_self();
    int       result = 0;
    check("no error", !caw_run(asks(&own), &result));
    check_is("done by another thread", result, 7);
}

int main(void)
{
    int files = open_files();
    run_coroutine_threadsafe();
    run_coroutine_threadsafe_with_exception();
    run_coroutine_threadsafe_with_timeout();
    run_coroutine_threadsafe_task_cancelled();
    run_coroutine_threadsafe_and_cancel();
    call_soon_threadsafe();
    wrap_future();
    check_is("file descriptors", open_files(), files);
    caw_stats stats = caw_get_stats();
    check_is("what lives at the end", stats.blocks + stats.frames + stats.loops, 0);
    return all_good ? 0 : 1;
}
