/*
 * Lesson: another thread may touch nothing of a loop's, but ask: to call a function, to run a coroutine, whose result it waits for with a
 * time limit; and so to end.
 *
 * On hosts that have no threads the job is done by the loop itself, which cannot wait for itself: it is told so, and the rest holds.
 */
#include <cawait.h>
#include <stdio.h>

typedef struct shared {
    caw_loop  *loop;
    caw_event *end;
} shared;

static CAW_ASYNC(int, twice, void *number)
{
    CAW_BEGIN(int) {
        int n = *(int *)number;
        CAW_AWAIT(caw_sleep(0));
        if (n < 0) CAW_RAISE(CAW_VALUE_ERROR, "%d is too small", n);
        CAW_RETURN(2 * n);
    } CAW_END;
}

static CAW_ASYNC(int, too_long, void *nothing)
{
    CAW_BEGIN(int) {
        (void)nothing;
        CAW_AWAIT(caw_sleep(3600));
        CAW_RETURN(0);
    } CAW_END;
}

/* Waits for what was asked. This thread does, and the loop goes on. */
static void tell(caw_concurrent *asked, double seconds)
{
    int        result = 0;
    caw_error *error = caw_concurrent_result(asked, seconds, &result);
    if (!error) printf("outside: %d\n", result);
    else if (caw_error_is(error, CAW_TIMEOUT_ERROR)) printf("outside: not in time\n");
    else printf("outside: %s\n", caw_error_message(error));
    caw_unref(error);
    caw_concurrent_cancel(asked); /* if it is not done */
    caw_concurrent_free(asked);
}

static void set(void *event) { caw_event_set(event); }

static void outside(const shared *s)
{
    static int good = 21, bad = -1;
    tell(caw_run_coroutine_threadsafe(s->loop, twice, &good), 5);
    tell(caw_run_coroutine_threadsafe(s->loop, twice, &bad), 5);
    tell(caw_run_coroutine_threadsafe(s->loop, too_long, NULL), 0.1);
    caw_call_soon_threadsafe(s->loop, set, s->end);
}
CAW_JOB(void, outside, const shared *, s);

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        bool          has_threads = caw_executor_kind_of(NULL) == CAW_EXECUTOR_THREADS;
        caw_executor *one = caw_executor_new(.kind = has_threads ? CAW_EXECUTOR_THREADS : CAW_EXECUTOR_INLINE, .workers = 1);
        shared        s = {caw_running_loop(), caw_event_new()};
        CAW_DEFER(caw_unref, one);
        CAW_DEFER(caw_unref, s.end);
        if (!one || !s.end) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        caw_auto job = caw_run_in_executor(one, outside, &s);
        CAW_AWAIT(caw_event_wait(s.end));
        printf("inside: told to end\n");
        CAW_AWAIT(job);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
