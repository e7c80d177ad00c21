/* What the tests of task groups have in common: a child that traces its life, errors as text. */
#ifndef CAW_TEST_CHILD_H
#define CAW_TEST_CHILD_H

#include "tasks.h"

/* +word, some passes, then -word or an error; cancelled: !word, some passes of cleanup, perhaps an error. */
typedef struct child_options {
    int            yields;
    caw_error_type error;
    int            cleanup;
    caw_error_type cleanup_error;
} child_options;

#define child(word, ...) child_run((word), (child_options){__VA_ARGS__})
static CAW_ASYNC(void, child_run, const char *word, child_options o)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            trace("+%s", word);
            for (int i = 0; i < o.yields; i++) CAW_AWAIT(caw_sleep(0));
            if (o.error) CAW_RAISE(o.error, "%s", word);
            trace("-%s", word);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("!%s", word);
            for (int i = 0; i < o.cleanup; i++) CAW_AWAIT(caw_sleep(0));
            if (o.cleanup_error) CAW_RAISE(o.cleanup_error, "%s", word);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

/* "ExceptionGroup[ValueError,TypeError]" */
static void append_error(char *text, size_t size, const caw_error *error)
{
    test_append(text, size, "%s", error ? caw_error_name((int)caw_error_type_of(error)) : "none");
    size_t children = caw_error_child_count(error);
    for (size_t i = 0; i < children; i++) {
        test_append(text, size, i ? "," : "[");
        append_error(text, size, caw_error_child(error, i));
    }
    if (children) test_append(text, size, "]");
}

static inline void trace_error(const caw_error *error)
{
    char text[512] = "";
    append_error(text, sizeof text, error);
    trace("%s", text);
}

/* The error that leaves the section before, with the cancellations not taken back; inside CAW_TRY. */
#define TRACE_ERROR                                                                                                            \
    CAW_EXCEPT(CAW_BASE_EXCEPTION, error)                                                                                      \
    {                                                                                                                          \
        trace_error(error);                                                                                                    \
        trace("%d", caw_cancelling(me()));                                                                                     \
    }                                                                                                                          \
    CAW_END_TRY

#endif
