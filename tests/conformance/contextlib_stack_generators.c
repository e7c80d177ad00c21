/* CPython's TestAsyncExitStack (test_contextlib_async): generators as managers on a stack, and what their errors say of each other. */
#include "conform.h"

static CAW_ASYNC_GEN(int, raises_in_finally, caw_error *error)
{
    CAW_BEGIN_GEN_OWNING(int, caw_unref(error))
    {
        CAW_TRY {
            CAW_YIELD(0);
        } CAW_FINALLY {
            CAW_RAISE_ERROR(error);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, three_on_a_stack, caw_error **errors)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            for (int i = 3; i > 0; i--) {
                CAW_AWAIT(caw_exit_stack_enter(stack, caw_generator_with(raises_in_finally(caw_ref(errors[i])), NULL)));
            }
            CAW_RAISE_ERROR(caw_ref(errors[0]));
        }
        CAW_END_EXIT_STACK;
    } CAW_END;
}

ASYNC_TEST(exit_exception_with_correct_context)
{
    CAW_BEGIN(void) {
        caw_error *errors[4];
        for (int i = 0; i < 4; i++) errors[i] = caw_error_new(CAW_EXCEPTION, "%d", i + 1);
        CAW_TRY {
            CAW_AWAIT(three_on_a_stack(errors));
            NOT_HERE();
        } CAW_EXCEPT(CAW_EXCEPTION, e) {
            for (caw_error *at = e; at; at = caw_error_context(at)) trace("%s", caw_error_message(at));
        }
        CAW_END_TRY;
        CHECK_TRACE("4 3 2 1");
        for (int i = 0; i < 4; i++) caw_unref(errors[i]);
    } CAW_END;
}

/* The first raises again what it caught, the second something new from it. */
static CAW_ASYNC_GEN(int, raises_again, bool something_new)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_EXCEPTION, e) {
            if (something_new)
                CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_LOOKUP_ERROR, "new exception"), caw_ref(e)));
            CAW_RAISE_ERROR(caw_ref(e));
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, two_on_a_stack, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_exit_stack_enter(stack, caw_generator_with(raises_again(true), NULL)));
            CAW_AWAIT(caw_exit_stack_enter(stack, caw_generator_with(raises_again(false), NULL)));
            CAW_RAISE(CAW_RUNTIME_ERROR, "no infinite loop");
        }
        CAW_END_EXIT_STACK;
    } CAW_END;
}

ASYNC_TEST(dont_reraise_RuntimeError)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(two_on_a_stack());
            NOT_HERE();
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, e) {
            caw_error *context = caw_error_context(e);
            CHECK(caw_error_is(context, CAW_RUNTIME_ERROR));
            CHECK(caw_error_cause(e) == context);
            CHECK(!caw_error_context(context) && !caw_error_cause(context));
        }
        CAW_END_TRY;
    } CAW_END;
}
