/* CPython's BaseFutureDoneCallbackTests (test_futures). */
#include "conform.h"

static void say(void *word, caw_any *future)
{
    (void)future;
    trace("%s", (const char *)word);
}

/* The callback of a word: the same word is the same callback. */
#define ADD(f, word) CHECK_INT(caw_add_done_callback(f, say, word), 0)
#define REMOVE(f, word) caw_remove_done_callback(f, say, word)

static char a[] = "a", b[] = "b", c[] = "c";

ASYNC_TEST(callbacks_remove_first_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        ADD(f, b);
        ADD(f, c);
        CHECK_INT(REMOVE(f, a), 1);
        CHECK_INT(REMOVE(f, a), 0);
        caw_set_result(f, 7);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("b c");
        CHECK_INT(CAW_AWAIT(f), 7);
    } CAW_END;
}

ASYNC_TEST(callbacks_remove_first_and_second_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        ADD(f, b);
        ADD(f, c);
        CHECK_INT(REMOVE(f, a), 1);
        CHECK_INT(REMOVE(f, b), 1);
        CHECK_INT(REMOVE(f, a), 0);
        caw_set_result(f, 7);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("c");
        CHECK_INT(CAW_AWAIT(f), 7);
    } CAW_END;
}

ASYNC_TEST(callbacks_remove_third_callback)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        ADD(f, b);
        ADD(f, c);
        CHECK_INT(REMOVE(f, c), 1);
        CHECK_INT(REMOVE(f, c), 0);
        caw_set_result(f, 7);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a b");
        CHECK_INT(CAW_AWAIT(f), 7);
    } CAW_END;
}

ASYNC_TEST(callbacks_invoked_on_set_result)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        ADD(f, a);
        ADD(f, b);
        CHECK_TRACE("");
        caw_set_result(f, 7);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a b");
        CHECK_INT(CAW_AWAIT(f), 7);
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
        caw_set_result(f, 7);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("b");
        CHECK_INT(CAW_AWAIT(f), 7);
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
