/* Async jobs in workers: each awaits in the loop of its own instance. */
#include "pool.h"
#include <cawait/js.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* JavaScript's own: in a worker a promise is awaited as anywhere. */
static CAW_ASYNC(caw_string *, told, const char *text, double seconds)
{
    CAW_BEGIN(caw_string *) {
        char    out[80];
        caw_js *promise = caw_js_global("Promise");
        CAW_DEFER(caw_unref, promise);
        double number = CAW_AWAIT(caw_from_promise(double, caw_js_method(promise, "resolve", caw_double(2.5))));
        CAW_AWAIT(caw_sleep(seconds));
        printf("told %s\n", text);
        snprintf(out, sizeof out, "%s %g", text, number);
        CAW_RETURN(caw_string_of(out));
    } CAW_END;
}
CAW_JOB(caw_string *, told, const char *, text, double, seconds);

static CAW_ASYNC(caw_string *, tell, const char *text, double seconds)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, told, text, seconds)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, tell, const char *, text, double, seconds);

static CAW_ASYNC(caw_string *, bytes_of, caw_bytes bytes)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_string_new(bytes.data, bytes.size));
    } CAW_END;
}
CAW_JOB(caw_string *, bytes_of, caw_bytes, bytes);

static CAW_ASYNC(int, large, int size)
{
    CAW_BEGIN(int) {
        caw_string *made = caw_string_new(NULL, (size_t)size);
        CAW_DEFER(caw_unref, made);
        caw_bytes   bytes = {(const uint8_t *)caw_string_data(made), caw_string_size(made)};
        caw_string *back = CAW_AWAIT(caw_run_in_executor(executor, bytes_of, bytes));
        CAW_DEFER(caw_unref, back);
        CAW_RETURN((int)caw_string_size(back));
    } CAW_END;
}
CAW_EXPORT(int, large, int, size);

/* 0: it hears of its cancellation, says so, and ends; 1: it refuses; 2: it goes on for ever. */
static CAW_ASYNC(int, lingers, int how)
{
    CAW_BEGIN(int) {
        for (;;) {
            CAW_TRY {
                printf("waits\n");
                CAW_AWAIT(caw_sleep(1000));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CAW_AWAIT(caw_sleep(0.001));
                printf("cancelled\n");
                if (how == 0) CAW_RERAISE();
                if (how == 1) CAW_RETURN(42);
            }
            CAW_END_TRY;
        }
    } CAW_END;
}
CAW_JOB(int, lingers, int, how);

static CAW_ASYNC(int, linger, int how)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, lingers, how)));
    } CAW_END;
}
CAW_EXPORT(int, linger, int, how);

/* What it is cancelled with goes there and comes back. */
static CAW_ASYNC(caw_string *, message, void)
{
    CAW_BEGIN(caw_string *) {
        caw_string *said = NULL;
        caw_of(int) job = caw_run_in_executor(executor, lingers, 0);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(job, "enough");
        CAW_TRY {
            CAW_AWAIT(job);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            said = caw_string_of(caw_error_message(error));
        }
        CAW_END_TRY;
        CAW_RETURN(said);
    } CAW_END;
}
CAW_EXPORT(caw_string *, message);

static CAW_ASYNC(void, nobody_waits, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_VALUE_ERROR, "nobody heard");
    } CAW_END;
}

static CAW_ASYNC(void, fails, int how)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.001));
        if (how == 1) __builtin_trap();
        if (how == 2) exit(3);
        if (how == 3)
            CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "no %s", "luck"), caw_error_os(2, "no file")));
        if (how == 4) {
            caw_drop(caw_spawn(nobody_waits()));
            CAW_AWAIT(caw_sleep(0));
        }
        if (how == 0) hang();
    } CAW_END;
}
CAW_JOB(void, fails, int, how);

static CAW_ASYNC(void, fail, int how)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_run_in_executor(executor, fails, how));
    } CAW_END;
}
CAW_EXPORT(void, fail, int, how);

static CAW_ASYNC_GEN(int, numbers, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.001));
            printf("generator closed\n");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static caw_gen(int) left;

static CAW_ASYNC(void, cleans_up, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.001));
            printf("task cancelled\n");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Leaves a task and a generator in its loop: they end with it, before anybody has its answer. */
static CAW_ASYNC(int, leaves, int what)
{
    CAW_BEGIN(int) {
        if (what & 1) caw_drop(caw_spawn(cleans_up()));
        if (what & 2) {
            left = numbers();
            (void)CAW_AWAIT(caw_anext(left));
        }
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(what);
    } CAW_END;
}
CAW_JOB(int, leaves, int, what);

static CAW_ASYNC(int, leave, int what)
{
    CAW_BEGIN(int) {
        int result = CAW_AWAIT(caw_run_in_executor(executor, leaves, what));
        printf("answered %d\n", result);
        CAW_RETURN(result);
    } CAW_END;
}
CAW_EXPORT(int, leave, int, what);
