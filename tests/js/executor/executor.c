/* Jobs in workers: what crosses, what runs at once, what goes wrong. */
#include "pool.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int calls; /* each worker's own */

static double mean(caw_doubles *of, double plus)
{
    double sum = 0;
    for (size_t i = 0; i < caw_doubles_count(of); i++) sum += caw_doubles_data(of)[i];
    return sum / (double)caw_doubles_count(of) + plus;
}
CAW_JOB(double, mean, caw_doubles *, of, double, plus);

static caw_string *shouted(const char *text)
{
    caw_string *loud = caw_string_of(text);
    printf("shouting %s\n", text);
    char *at = (char *)(uintptr_t)caw_string_data(loud);
    for (; *at; at++) *at = *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at;
    return loud;
}
CAW_JOB(caw_string *, shouted, const char *, text);

static int mutters(void)
{
    printf("one line\nand no");
    fflush(stdout);
    printf(" end");
    return 1;
}
CAW_JOB(int, mutters);

static CAW_ASYNC(int, mutter, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, mutters)));
    } CAW_END;
}
CAW_EXPORT(int, mutter);

static int call_count(void) { return ++calls; }
CAW_JOB(int, call_count);

static bool naps(double seconds) { return caw_job_sleep(seconds); }
CAW_JOB(bool, naps, double, seconds);

static void traps(int how)
{
    if (how == 1) __builtin_trap();
    if (how == 2) exit(3);
    if (how == 3)
        caw_job_raise(caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "no %s", "luck"), caw_error_os(2, "no file")));
    if (how == 0) hang();
}
CAW_JOB(void, traps, int, how);

static int until_cancelled(void)
{
    while (!caw_job_cancelled()) {
    }
    return 1;
}
CAW_JOB(int, until_cancelled);

static CAW_ASYNC(double, mean_of, caw_doubles *of, double plus)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, mean, of, plus)));
    } CAW_END;
}
CAW_EXPORT(double, mean_of, caw_doubles *, of, double, plus);

static CAW_ASYNC(caw_string *, shout, const char *text)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(caw_to_thread(shouted, text)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, shout, const char *, text);

/* How often each of two workers was called, after n calls. */
static CAW_ASYNC(int, counted, int n)
{
    CAW_BEGIN(int) {
        int most = 0;
        for (int i = 0; i < n; i++) {
            int now = CAW_AWAIT(caw_run_in_executor(executor, call_count));
            if (now > most) most = now;
        }
        CAW_RETURN(most * 1000 + calls);
    } CAW_END;
}
CAW_EXPORT(int, counted, int, n);

static CAW_ASYNC(bool, nap, double seconds)
{
    CAW_BEGIN(bool) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, naps, seconds)));
    } CAW_END;
}
CAW_EXPORT(bool, nap, double, seconds);

static CAW_ASYNC(void, trap, int how)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_run_in_executor(executor, traps, how));
    } CAW_END;
}
CAW_EXPORT(void, trap, int, how);

static CAW_ASYNC(int, spin, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, until_cancelled)));
    } CAW_END;
}
CAW_EXPORT(int, spin);

static CAW_ASYNC(void, shut, bool cancel)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_executor_shutdown(executor, .cancel_futures = cancel));
    } CAW_END;
}
CAW_EXPORT(void, shut, bool, cancel);

static caw_string *bytes_of(int size)
{
    caw_string *bytes = caw_string_new(NULL, (size_t)size);
    if (!bytes) caw_job_raise(caw_error_new(CAW_MEMORY_ERROR, NULL));
    return bytes;
}
CAW_JOB(caw_string *, bytes_of, int, size);
static int size_of(caw_bytes bytes) { return (int)bytes.size + bytes.data[bytes.size - 1]; }
CAW_JOB(int, size_of, caw_bytes, bytes);

static double weight_of(int before, caw_bytes bytes, const char *text)
{
    double sum = before;
    for (size_t i = 0; i < bytes.size; i++) sum += bytes.data[i];
    return strcmp(text, "text") ? -1 : sum;
}
CAW_JOB(double, weight_of, int, before, caw_bytes, bytes, const char *, text);

/* So many bytes, all of them 1, then 2, then 3: what each of these jobs weighs is copied by its call, whether it begins then or waits. */
static CAW_ASYNC(double, weigh, int size)
{
    CAW_BEGIN(double) {
        uint8_t *bytes = malloc((size_t)size);
        if (!bytes) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(free, bytes);
        caw_of(double) jobs[3];
        double weight = 0;
        for (int i = 0; i < 3; i++) {
            memset(bytes, i + 1, (size_t)size);
            jobs[i] = caw_run_in_executor(executor, weight_of, i, ((caw_bytes){bytes, (size_t)size}), "text");
        }
        memset(bytes, 0, (size_t)size);
        for (int i = 0; i < 3; i++) weight = weight * 10 + CAW_AWAIT(jobs[i]) / size;
        CAW_RETURN(weight);
    } CAW_END;
}
CAW_EXPORT(double, weigh, int, size);

/* So that there is less memory; of 0 bytes: more again. */
static bool hold(int size)
{
    static void *held;
    free(held);
    held = size ? malloc((size_t)size) : NULL;
    return held;
}
CAW_EXPORT_SYNC(bool, hold, int, size);

/* There and back. */
static CAW_ASYNC(int, large, int size)
{
    CAW_BEGIN(int) {
        caw_string *made = CAW_AWAIT(caw_run_in_executor(executor, bytes_of, size));
        CAW_DEFER(caw_unref, made);
        caw_bytes bytes = {(const uint8_t *)caw_string_data(made), caw_string_size(made)};
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(executor, size_of, bytes)));
    } CAW_END;
}
CAW_EXPORT(int, large, int, size);
