/* Chains of errors and contexts of n: a link more, or a variable, takes as many steps however long the chain is. */
#include "steps.h"

/* Each raised while the one before is handled. */
static CAW_ASYNC(void, contexts, int n)
{
    CAW_BEGIN(void) {
        caw_error *last = caw_error_new(CAW_LOOKUP_ERROR, "the first");
        for (int i = 0; i < n; i++) {
            CAW_TRY {
                CAW_TRY {
                    CAW_RAISE_ERROR(last);
                } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
                    CAW_RAISE(CAW_LOOKUP_ERROR, "%d", i);
                }
                CAW_END_TRY;
            } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
                CHECK(caw_error_context(error) == last);
                last = caw_ref(error);
            }
            CAW_END_TRY;
        }
        int length = 0;
        for (const caw_error *error = last; error; error = caw_error_context(error)) length++;
        CHECK_INT(length, n + 1);
        caw_unref(last);
    } CAW_END;
}

static void contexts_of_many(int n) { test_run(contexts(n)); }

/* The last of a chain is raised again and again, in two places that handle errors of their own: nothing is added, and nobody looks far. */
static CAW_ASYNC(void, raised_again, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        caw_set_error(future, caw_error_new(CAW_LOOKUP_ERROR, "of a future"));
        for (int i = 0; i < n; i++) {
            CAW_TRY {
                CAW_TRY {
                    CAW_RAISE(CAW_VALUE_ERROR, "%d", i);
                } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                    CAW_AWAIT((caw_of(void))caw_ref(future));
                }
                CAW_END_TRY;
            } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
                CHECK(caw_error_context(error) && !caw_error_context(caw_error_context(error)));
            }
            CAW_END_TRY;
        }
        caw_unref(future);
    } CAW_END;
}

static void raise_again(int n) { test_run(raised_again(n)); }

static void causes_of_many(int n)
{
    caw_error *last = caw_error_new(CAW_VALUE_ERROR, "the first");
    for (int i = 0; i < n; i++) last = caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "%d", i), last);
    int length = 0;
    for (const caw_error *error = last; error; error = caw_error_cause(error)) length++;
    CHECK_INT(length, n + 1);
    caw_unref(last);
}

TEST(errors)
{
    CHECK_LINEAR(contexts_of_many);
    CHECK_LINEAR(raise_again);
    CHECK_LINEAR(causes_of_many);
}

/* ---- Context variables --------------------------------------------------------------------------------------------------------- */

static caw_context_var variables[MANY];

static CAW_ASYNC(void, sets_variables, int n)
{
    CAW_BEGIN(void) {
        for (int round = 0; round < 2; round++) { /* bound, and bound anew */
            for (int i = 0; i < n; i++) CHECK_INT(caw_context_set(&variables[shuffled(i, n)], caw_int(i + round)), 0);
        }
        for (int i = 0; i < n; i++) CHECK_INT(caw_context_get(&variables[shuffled(i, n)]).as_int32, i + 1);
    } CAW_END;
}

static void variables_of_many(int n) { test_run(sets_variables(n)); }

TEST(context_variables) { CHECK_LINEAR(variables_of_many); }
