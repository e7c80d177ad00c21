/*
 * Owns: the frame of every C test: cases, checks that print both values and stay on in release, a trace of events, the
 * captured log, and the check that nothing of the library's is alive after a case.
 * Must not know: what is tested. A program includes it once and links the simulated host, natively or as wasm.
 */
#ifndef TEST_H
#define TEST_H

#include <cawait.h>
#include <cawait/sim.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 *     TEST(name) { CHECK(...); }                                              an ordinary function
 *     ASYNC_TEST(name) { CAW_BEGIN(void) { CAW_AWAIT(...); } CAW_END; }       run by caw_run; an error that leaves it is a failure
 * Cases run in the order of the file, each from virtual time 0 on (elapsed()). Whatever the library logs in a case must be asked
 * for by CHECK_LOGGED, or the case fails; so does a case that leaves a frame, a block or a loop alive.
 */
#define TEST(name)                                                                                                             \
    static void case_##name(void);                                                                                             \
    TEST_ENLIST(name, case_##name)                                                                                             \
    static void case_##name(void)

#define ASYNC_TEST(name)                                                                                                       \
    static caw_of(void) case_##name(void);                                                                                     \
    static void run_##name(void) { test_run(case_##name()); }                                                                  \
    TEST_ENLIST(name, run_##name)                                                                                              \
    static CAW_ASYNC(void, case_##name, void)

#define TEST_ENLIST(name, function)                                                                                            \
    __attribute__((constructor)) static void enlist_##name(void)                                                               \
    {                                                                                                                          \
        static test_case self = {#name, function, NULL};                                                                       \
        test_enlist(&self);                                                                                                    \
    }

typedef struct test_case {
    const char *name;
    void (*run)(void);
    struct test_case *next;
} test_case;

static struct {
    test_case *first, *last;
    char       complaints[8192];
    char       trace[1 << 16];
    char       log[1 << 16];
    double     start;
} test;

static inline void test_enlist(test_case *self)
{
    if (test.last) test.last->next = self;
    else test.first = self;
    test.last = self;
}

__attribute__((format(printf, 3, 4))) static inline void test_append(char *buffer, size_t size, const char *format, ...)
{
    size_t  length = strlen(buffer);
    va_list args;
    va_start(args, format);
    vsnprintf(buffer + length, size - length, format, args);
    va_end(args);
}

/* ---- Checks: all of them go on after a failure, so that coroutines end and nothing is left behind ------------------------ */

#define test_complain(...) test_append(test.complaints, sizeof test.complaints, __VA_ARGS__)

#define CHECK(condition)                                                                                                       \
    do {                                                                                                                       \
        if (!(condition)) test_complain("  %s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                            \
    } while (0)
#define CHECK_INT(got, want) test_int(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))
#define CHECK_REAL(got, want) test_real(__FILE__, __LINE__, #got, (got), (want))
#define CHECK_TEXT(got, want) test_text(__FILE__, __LINE__, #got, (got), (want))
/* What was traced since the last time, words separated by a space. */
#define CHECK_TRACE(want) test_traced(__FILE__, __LINE__, (want))
/* The log since the last time contains the text, once. */
#define CHECK_LOGGED(want) test_logged(__FILE__, __LINE__, (want))
/* An error's type and message; takes the error over. */
#define CHECK_ERROR(got, type, message) test_error(__FILE__, __LINE__, #got, (got), (type), (message))
/* In an async function: awaiting the handle raises this; message NULL: any. */
#define CHECK_RAISES(handle, type, message)                                                                                    \
    CAW_AWAIT(test_raises(caw_base(handle), __FILE__, __LINE__, #handle, (type), (message)))

static inline void test_int(const char *file, int line, const char *what, long long got, long long want)
{
    if (got != want) test_complain("  %s:%d: %s is %lld, not %lld\n", file, line, what, got, want);
}

static inline void test_real(const char *file, int line, const char *what, double got, double want)
{
    if (!(fabs(got - want) < 1e-6) && !(isinf(got) && isinf(want)))
        test_complain("  %s:%d: %s is %.9g, not %.9g\n", file, line, what, got, want);
}

static inline void test_text(const char *file, int line, const char *what, const char *got, const char *want)
{
    if (!got || strcmp(got, want) != 0)
        test_complain("  %s:%d: %s is\n    \"%s\", not\n    \"%s\"\n", file, line, what, got ? got : "(null)", want);
}

static inline void test_error(const char *file, int line, const char *what, caw_error *got, caw_error_type type,
                              const char *message)
{
    if (caw_error_type_of(got) != type || (message && strcmp(caw_error_message(got), message) != 0))
        test_complain("  %s:%d: %s is %s: %s, not %s: %s\n", file, line, what,
                      got ? caw_error_name((int)caw_error_type_of(got)) : "none", caw_error_message(got),
                      caw_error_name((int)type), message ? message : "(any)");
    caw_unref(got);
}

#ifndef __cplusplus
/* In the task that awaits it, and in no more steps; one for all, as a try at each place is most of what a test is compiled for. */
__attribute__((unused)) static CAW_ASYNC(void, test_raises, caw_any *handle, const char *file, int line, const char *what,
                                         caw_error_type type, const char *message)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT((caw_of(void))(void *)handle);
            test_complain("  %s:%d: not raised by: %s\n", file, line, what);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, raised) {
            test_error(file, line, what, caw_ref(raised), type, message);
        }
        CAW_END_TRY;
    } CAW_END;
}
#endif

/* ---- Trace, time, log ----------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 1, 2))) static inline void trace(const char *format, ...)
{
    char    word[256];
    va_list args;
    va_start(args, format);
    vsnprintf(word, sizeof word, format, args);
    va_end(args);
    test_append(test.trace, sizeof test.trace, "%s%s", *test.trace ? " " : "", word);
}

static inline void test_traced(const char *file, int line, const char *want)
{
    test_text(file, line, "the trace", test.trace, want);
    test.trace[0] = 0;
}

/* For callbacks: traces its word. */
static inline void say(void *word) { trace("%s", (const char *)word); }

/* The task that runs, borrowed. */
static inline caw_of(void) me(void) { return (caw_of(void))caw_current_task(); }

/* Seconds of virtual time since the case began. */
static inline double elapsed(void) { return caw_sim_time() - test.start; }

static inline void test_log(void *data, int level, const char *text, size_t length)
{
    (void)data, (void)level;
    if (memchr(text, 0, length)) test_complain("  a line of the log is longer than its text: %s\n", text);
    test_append(test.log, sizeof test.log, "%.*s\n", (int)length, text);
}

static inline void test_logged(const char *file, int line, const char *want)
{
    char *found = strstr(test.log, want);
    if (!found) test_complain("  %s:%d: the log does not say \"%s\" but\n%s", file, line, want, test.log);
    else if (strstr(found + 1, want)) test_complain("  %s:%d: the log says more than once \"%s\"\n", file, line, want);
    test.log[0] = 0;
}

/* ---- Running ---------------------------------------------------------------------------------------------------------------- */

static inline void test_run(caw_of(void) body)
{
    caw_error *error = caw_run(body, NULL);
    if (!error) return;
    char text[1024];
    caw_error_format(error, text, sizeof text);
    test_complain("  the case ended with %s\n", text);
    caw_unref(error);
}

static inline int test_one(const test_case *it)
{
    test.complaints[0] = test.trace[0] = test.log[0] = 0;
    test.start = caw_sim_time();
    caw_sim_on_log(test_log, NULL);
    caw_stats before = caw_get_stats();
    it->run();
    if (caw_sim_net_open()) test_complain("  left open: %d sockets\n", (int)caw_sim_net_open());
    caw_sim_net_clear();
    caw_sim_on_log(NULL, NULL);
    caw_sim_on_wait(NULL, NULL);
    if (*test.trace) test_complain("  unasked in the trace: %s\n", test.trace);
    if (*test.log) test_complain("  unasked in the log: %s", test.log);
    caw_stats alive = caw_get_stats();
    if (alive.frames != before.frames || alive.blocks != before.blocks || alive.loops != before.loops)
        test_complain("  left behind: %d frames, %d blocks, %d loops\n", (int)(alive.frames - before.frames),
                      (int)(alive.blocks - before.blocks), (int)(alive.loops - before.loops));
#if !CAW__POOLED && !defined(CAW_CHECKED) /* else storage is kept */
    if (alive.bytes != before.bytes) test_complain("  left behind: %lld bytes\n", (long long)(alive.bytes - before.bytes));
#endif
    if (*test.complaints) printf("not ok %s:\n%s", it->name, test.complaints);
    else printf("ok %s\n", it->name);
    fflush(stdout);
    return *test.complaints != 0;
}

/* Runs all cases, or those named. */
int main(int argc, char **argv)
{
    int failed = 0;
    for (const test_case *it = test.first; it; it = it->next) {
        bool chosen = argc < 2;
        for (int i = 1; i < argc; i++) chosen |= strcmp(argv[i], it->name) == 0;
        if (chosen) failed |= test_one(it);
    }
    return failed;
}

#endif
