/* CPython's BaseFutureDoneCallbackTests (test_futures). */
#include "conform.h"

static void say_done(void *word, caw_any *future)
{
    (void)future;
    trace("%s", (const char *)word);
}

/* The callback of a word: the same word is the same callback. */
#define ADD(f, word) CHECK_INT(caw_add_done_callback(f, say_done, word), 0)
#define REMOVE(f, word) caw_remove_done_callback(f, say_done, word)

static char a[] = "a", b[] = "b", c[] = "c";

static caw_of(int) with_three(void)
{
    caw_of(int) f = caw_future(int);
    ADD(f, a);
    ADD(f, b);
    ADD(f, c);
    return f;
}

/* In an async function: the result is set; these are called in the next pass. Consumes the future. */
#define CHECK_CALLED(f, want)                                                                                                  \
    do {                                                                                                                       \
        caw_set_result((f), 7);                                                                                                \
        CHECK_TRACE("");                                                                                                       \
        CAW_AWAIT(caw_sleep(0));                                                                                               \
        CHECK_TRACE(want);                                                                                                     \
        CHECK_INT(CAW_AWAIT(f), 7);                                                                                            \
    } while (0)

ASYNC_TEST(callbacks_remove_first_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = with_three();
        CHECK_INT(REMOVE(f, a), 1);
        CHECK_INT(REMOVE(f, a), 0);
        CHECK_CALLED(f, "b c");
    } CAW_END;
}

ASYNC_TEST(callbacks_remove_first_and_second_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = with_three();
        CHECK_INT(REMOVE(f, a), 1);
        CHECK_INT(REMOVE(f, b), 1);
        CHECK_INT(REMOVE(f, a), 0);
        CHECK_CALLED(f, "c");
    } CAW_END;
}

ASYNC_TEST(callbacks_remove_third_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = with_three();
        CHECK_INT(REMOVE(f, c), 1);
        CHECK_INT(REMOVE(f, c), 0);
        CHECK_CALLED(f, "a b");
    } CAW_END;
}

ASYNC_TEST(callbacks_invoked_on_set_result)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        ADD(f, b);
        CHECK_TRACE("");
        CHECK_CALLED(f, "a b");
    } CAW_END;
}

ASYNC_TEST(callbacks_invoked_on_set_exception)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        caw_set_error(f, caw_error_new(CAW_RUNTIME_ERROR, NULL));
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a");
        CHECK_RAISES(f, CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(remove_done_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        ADD(f, b);
        CHECK_INT(REMOVE(f, b), 1);
        CHECK_INT(REMOVE(f, c), 0); /* never there */
        ADD(f, b);
        for (int i = 0; i < 5; i++) ADD(f, a);
        CHECK_INT(REMOVE(f, a), 6);
        CHECK_CALLED(f, "b");
    } CAW_END;
}

static void remove_others(void *unused, caw_any *future)
{
    (void)unused;
    CHECK_INT(REMOVE((caw_of(int))future, a), 0); /* too late: they are scheduled */
}

ASYNC_TEST(schedule_callbacks_list_mutation_1)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        CHECK_INT(caw_add_done_callback(f, remove_others, NULL), 0);
        ADD(f, a);
        ADD(f, a);
        caw_set_result(f, 1);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a a");
        caw_unref(f);
    } CAW_END;
}
