/* What a program with threads (-pthread) does: jobs, posts, and loops of their own; for threads.js, which is told as main() returns. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <cawait/run.h>
#include <cawait/threadsafe.h>
#include <emscripten.h>
#include <emscripten/threading.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

static atomic_int rounds; /* seen by all: memory is shared */

static double sum(int up_to)
{
    double all = 0;
    for (int i = 1; i <= up_to; i++) all += i;
    rounds++;
    return emscripten_is_main_runtime_thread() ? -1 : all;
}
CAW_JOB(double, sum, int, up_to);

static double until_cancelled(void)
{
    rounds++;
    while (!caw_job_cancelled()) {
    }
    rounds++;
    return 1;
}
CAW_JOB(double, until_cancelled);

static double fails(int code)
{
    caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "no such luck: %d", code));
    return 0;
}
CAW_JOB(double, fails, int, code);

static CAW_ASYNC(double, sleeps, double seconds)
{
    CAW_BEGIN(double) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(emscripten_is_main_runtime_thread() ? -1 : 7);
    } CAW_END;
}
CAW_JOB(double, sleeps, double, seconds);

CAW_ASYNC(int, kind, void)
{
    CAW_BEGIN(int) {
        caw_executor *e = caw_executor_new(.workers = 1);
        int           its = e ? (int)caw_executor_kind_of(e) : -1;
        caw_unref(e);
        CAW_RETURN(its == CAW_EXECUTOR_THREADS);
    } CAW_END;
}
CAW_EXPORT(int, kind);

CAW_ASYNC(double, sums, int up_to)
{
    CAW_BEGIN(double) {
        double one = CAW_AWAIT(caw_run_in_executor(NULL, sum, up_to));
        double other = CAW_AWAIT(caw_run_in_executor(NULL, sum, 2 * up_to));
        CAW_RETURN(one + other);
    } CAW_END;
}
CAW_EXPORT(double, sums, int, up_to);

CAW_ASYNC(double, raised, void)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(NULL, fails, 3)));
    } CAW_END;
}
CAW_EXPORT(double, raised);

CAW_ASYNC(double, job_sleeps, void)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(NULL, sleeps, 0.01)));
    } CAW_END;
}
CAW_EXPORT(double, job_sleeps);

CAW_ASYNC(double, endless, void)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(NULL, until_cancelled)));
    } CAW_END;
}
CAW_EXPORT(double, endless);

static int count(void) { return rounds; }
CAW_EXPORT_SYNC(int, count);

/* ---- A thread of the program's own ----------------------------------------------------------------------------------------------- */

typedef struct caller {
    caw_loop *loop;
    caw_of(double) done;
    pthread_t id;
    int       in_main;
    double    answer, own;
} caller;

static CAW_ASYNC(double, in_main, void *data)
{
    CAW_BEGIN(double) {
        caller *c = data;
        CAW_AWAIT(caw_sleep(0.001));
        c->in_main += emscripten_is_main_runtime_thread();
        CAW_RETURN(21);
    } CAW_END;
}

static void ends(void *data)
{
    caller *c = data;
    c->in_main += emscripten_is_main_runtime_thread();
    caw_set_result(c->done, c->answer + c->own);
    caw_unref(c->done);
    c->done = NULL;
}

static void *calls(void *data)
{
    caller         *c = data;
    caw_concurrent *asked = caw_run_coroutine_threadsafe(c->loop, in_main, c);
    caw_unref(caw_concurrent_result(asked, 30, &c->answer));
    caw_concurrent_free(asked);
    caw_unref(caw_run(sleeps(0.005), &c->own)); /* a loop of its own, that blocks */
    caw_call_soon_threadsafe(c->loop, ends, c);
    caw_thread_end();
    return NULL;
}

CAW_ASYNC(double, foreign, void)
{
    CAW_BEGIN(double) {
        caller *c = calloc(1, sizeof *c);
        c->loop = caw_running_loop();
        c->done = caw_future(double);
        pthread_create(&c->id, NULL, calls, c);
        pthread_detach(c->id);
        double answer = CAW_AWAIT(caw_ref(c->done));
        answer += 100 * c->in_main;
        free(c);
        CAW_RETURN(answer);
    } CAW_END;
}
CAW_EXPORT(double, foreign);

/* ---- The main thread asks another ------------------------------------------------------------------------------------------------ */

static _Atomic(caw_loop *) other;
static CAW__TLS            caw_of(void) stop;

static CAW_ASYNC(void, listens, void)
{
    CAW_BEGIN(void) {
        stop = caw_future(void);
        other = caw_running_loop();
        CAW_AWAIT(caw_ref(stop));
        caw_unref(stop);
    } CAW_END;
}

static void stops(void *unused)
{
    (void)unused;
    caw_set_done(stop);
}

static void *runs(void *unused)
{
    (void)unused;
    caw_unref(caw_run(listens(), NULL));
    caw_thread_end();
    return NULL;
}

static CAW_ASYNC(double, stopped, void *unused)
{
    CAW_BEGIN(double) {
        (void)unused;
        CAW_AWAIT(caw_ref(stop));
        CAW_RETURN(emscripten_is_main_runtime_thread() ? -1 : 5);
    } CAW_END;
}

/* It may not wait, and is told so; it may look whether there is an answer. */
CAW_ASYNC(double, blocks, void)
{
    CAW_BEGIN(double) {
        pthread_t id;
        double    answer = 0;
        pthread_create(&id, NULL, runs, NULL);
        pthread_detach(id);
        while (!other) CAW_AWAIT(caw_sleep(0.001));
        caw_concurrent *asked = caw_run_coroutine_threadsafe(other, stopped, NULL);
        caw_error      *early = caw_concurrent_result(asked, 0, &answer), *refused = caw_concurrent_result(asked, 1, &answer);
        bool            right = caw_error_is(early, CAW_TIMEOUT_ERROR) && strstr(caw_error_message(refused), "may not block");
        caw_unref(early);
        caw_unref(refused);
        caw_call_soon_threadsafe(other, stops, NULL);
        while (!caw_concurrent_done(asked)) CAW_AWAIT(caw_sleep(0.001));
        caw_unref(caw_concurrent_result(asked, 0, &answer));
        caw_concurrent_free(asked);
        CAW_RETURN(answer + (right ? 10 : 0));
    } CAW_END;
}
CAW_EXPORT(double, blocks);

int main(void)
{
    tell();
    return 0;
}
