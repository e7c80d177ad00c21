/*
 * Owns: what the cases of task groups share: a child that ends in every way, and errors in words.
 * Must not know: what a group makes of them.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include "conform.h"

/* The error with what is in it: "ExceptionGroup[ValueError ValueError]". */
static inline void error_words(const caw_error *error, char *text, size_t size)
{
    test_append(text, size, "%s", caw_error_name((int)caw_error_type_of(error)));
    size_t count = caw_error_child_count(error);
    for (size_t i = 0; i < count; i++) {
        test_append(text, size, i ? " " : "[");
        error_words(caw_error_child(error, i), text, size);
    }
    if (count) test_append(text, size, "]");
}

static inline void trace_error(const caw_error *error)
{
    char text[256] = "";
    error_words(error, text, sizeof text);
    trace("%s", text);
}

/* Awaits it and traces what it raised. */
static CAW_ASYNC(void, trace_outcome, caw_of(void) handle)
{
    CAW_BEGIN_OWNING(void, caw_drop(handle)) {
        CAW_TRY {
            CAW_AWAIT(handle);
            trace("fine");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            trace_error(e);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Sleeps so long, then fails so, or gives 42; cancelled, says so and fails so, or lets it go on. CAW_OK: does not fail. */
static CAW_ASYNC(int, child, double seconds, caw_error_type at_the_end, caw_error_type cancelled)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("cancelled");
            if (cancelled != CAW_OK) CAW_RAISE(cancelled, NULL);
            CAW_RERAISE();
        }
        CAW_END_TRY;
        if (at_the_end != CAW_OK) CAW_RAISE(at_the_end, NULL);
        CAW_RETURN(42);
    } CAW_END;
}
static inline caw_of(int) sleeper(double seconds) { return child(seconds, CAW_OK, CAW_OK); }

/* Starts it as a task and cancels it after so many seconds. */
static CAW_ASYNC(void, cancel_after, double seconds, caw_of(void) runner)
{
    CAW_BEGIN_OWNING(void, caw_drop(runner)) {
        caw_auto t = caw_spawn(runner);
        CAW_AWAIT(caw_sleep(seconds));
        CHECK(!caw_done(t));
        caw_cancel(t, NULL);
        CAW_AWAIT(t);
    } CAW_END;
}

#endif
