/* Chains of errors' contexts and causes: they have an end, grow for nothing never, and take no longer the longer they are. */
#include "chains.h"

static CAW_ASYNC(void, await_myself, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT((caw_of(void))caw_ref(caw_current_task()));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_CHAIN(error, "a task cannot await itself"); /* thrown: it has not come to who handles something yet */
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(awaiting_oneself_is_thrown)
{
    CAW_BEGIN(void) {
        CHECK_CAUGHT(caw_spawn(handle_and_await("handled", await_myself())), "a task cannot await itself<handled");
    } CAW_END;
}

static CAW_ASYNC(void, wait_no_time, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_sleep(1), 0));
    } CAW_END;
}

ASYNC_TEST(a_limit_that_was_over_before)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(handle_and_await("handled", wait_no_time()));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            CHECK(caw_error_context(error) == caw_error_cause(error));
            CHECK_CHAIN(caw_error_cause(error), "handled"); /* the cancellation was raised while that was handled */
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_shared_error_that_is_awaited_for_ever)
{
    CAW_BEGIN(void) {
        begin();
        caw_of(void) future = failed(a);
        CAW_DEFER(caw_unref, future);
        uint32_t blocks = 0;
        for (int i = 0; i < 10000; i++) {
            CHECK_CAUGHT(handle_and_await("other", caw_ref(future)), "a<other");
            if (i == 10) blocks = caw_get_stats().blocks;
        }
        CHECK_INT(caw_get_stats().blocks, blocks);
        end();
    } CAW_END;
}

static CAW_ASYNC(void, handlers, int depth)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            if (depth) CAW_AWAIT(handlers(depth - 1));
            else CAW_RAISE(CAW_VALUE_ERROR, NULL);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Each the context of the next: 40 s when each searched the whole chain. */
TEST(a_hundred_thousand_contexts)
{
    caw_error *error = caw_run(handlers(100000), NULL);
    size_t     length = 0;
    for (const caw_error *at = error; at; at = caw_error_context(at)) length++;
    CHECK_INT(length, 100002);
    caw_unref(error);
}

static caw_error *made[100000];

/* The same of errors that somebody keeps, and causes, from either end. */
TEST(a_hundred_thousand_causes)
{
    enum { N = sizeof made / sizeof *made };
    for (int i = 0; i < N; i++) {
        made[i] = caw_error_new(CAW_VALUE_ERROR, NULL);
        if (i) caw_error_set_cause(made[i], caw_ref(made[i - 1]));
    }
    CHECK(caw_error_cause(made[N - 1]) == made[N - 2]);
    caw_error_set_cause(made[0], caw_ref(made[N - 1])); /* a circle */
    CHECK(caw_error_cause(made[0]) == NULL);
    for (int i = 0; i < N; i++) caw_unref(made[i]);
    for (int i = 0; i < N; i++) {
        made[i] = caw_error_new(CAW_VALUE_ERROR, NULL);
        if (i) caw_error_set_cause(made[i - 1], caw_ref(made[i]));
    }
    for (int i = N; i--;) caw_unref(made[i]);
}

static CAW_ASYNC(void, three_deep, caw_error *first)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(caw_ref(first));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_TRY {
                CAW_RAISE(CAW_OS_ERROR, "second");
            } CAW_EXCEPT(CAW_OS_ERROR, second) {
                CAW_TRY {
                    CAW_RAISE(CAW_TYPE_ERROR, "third");
                } CAW_EXCEPT(CAW_TYPE_ERROR, third) {
                    CAW_RAISE_ERROR(caw_ref(first));
                }
                CAW_END_TRY;
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

/* It is taken out at the end of the history that becomes its own. */
TEST(raised_again_while_what_came_of_it_is_handled)
{
    caw_error *first = caw_error_new(CAW_VALUE_ERROR, "first");
    CHECK_ERROR(caw_run(three_deep(first), NULL), CAW_VALUE_ERROR, "first");
    caw_error *third = caw_error_context(first), *second = caw_error_context(third);
    CHECK_TEXT(caw_error_message(third), "third");
    CHECK_TEXT(caw_error_message(second), "second");
    CHECK(caw_error_context(second) == NULL);
    caw_unref(first);
}
