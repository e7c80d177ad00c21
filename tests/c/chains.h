/* What the tests of errors' contexts have in common: two errors that cases raise again, what awaits them, the text of a chain. */
#ifndef CAW_TEST_CHAINS_H
#define CAW_TEST_CHAINS_H

#include "test.h"

/* The errors that case after case raises again: they keep the context that they had. */
static caw_error *a, *b;

static inline void begin(void)
{
    a = caw_error_new(CAW_VALUE_ERROR, "a");
    b = caw_error_new(CAW_VALUE_ERROR, "b");
}

static inline void end(void)
{
    caw_unref(a);
    caw_unref(b);
}

static inline const char *chain(const caw_error *error)
{
    static char text[200];
    text[0] = 0;
    for (; error; error = caw_error_context(error))
        test_append(text, sizeof text, "%s%s", *text ? "<" : "", caw_error_message(error));
    return text;
}

#define CHECK_CHAIN(error, want) CHECK_TEXT(chain(error), want)

/* A future that has failed with the error, or will at once. */
static inline caw_of(void) failed(caw_error *error)
{
    caw_of(void) future = caw_future(void);
    caw_set_error(future, caw_ref(error));
    return future;
}

static caw_of(void) pending;
static inline void fail_pending(void *error)
{
    caw_set_error(pending, caw_ref((caw_error *)error));
    caw_drop(pending);
}
static inline caw_of(void) failing(caw_error *error)
{
    pending = caw_future(void);
    caw_unref(caw_call_soon(NULL, fail_pending, error));
    return caw_ref(pending);
}

static CAW_ASYNC(void, handle_and_await, const char *handled, caw_of(void) inside)
{
    CAW_BEGIN_OWNING(void, caw_drop(inside)) {
        CAW_TRY {
            CAW_RAISE(CAW_LOOKUP_ERROR, "%s", handled);
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CAW_AWAIT(inside);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* a, awaited or raised while `handled` is handled, is caught; its chain is that. */
#define CHECK_CAUGHT(handle, want)                                                                                             \
    do {                                                                                                                       \
        CAW_TRY { CAW_AWAIT(handle); }                                                                                         \
        CAW_EXCEPT(CAW_EXCEPTION, caught) { CHECK_CHAIN(caught, want); }                                                       \
        CAW_END_TRY;                                                                                                           \
    } while (0)

#endif
