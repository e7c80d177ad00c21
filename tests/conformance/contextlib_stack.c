/* CPython's TestAsyncExitStack (test_contextlib_async) with what it inherits: NAME with plain exits, NAME_async with async ones. */
#include "conform.h"

/* A manager that notes its turn, and what it does with what comes to it. */
typedef enum act { PASS, SWALLOW, RAISE, RAISE_IN_HANDLER } act;
typedef struct thing {
    const char    *word;
    act            what;
    caw_error_type raises, inner; /* RAISE_IN_HANDLER: inner first, raises while that is handled */
    const char    *expects;       /* the name of the error that must come; NULL: whatever comes */
    caw_error    **saved;
} thing;

static CAW_ASYNC(void, raise_nested, caw_error_type inner, caw_error_type outer)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(inner, NULL);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            CAW_RAISE(outer, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

static void note(const thing *t, caw_error *error)
{
    if (t->word) trace("%s", t->word);
    if (t->expects) CHECK_TEXT(error ? caw_error_name((int)caw_error_type_of(error)) : "none", t->expects);
    if (t->saved) *t->saved = caw_ref(error);
}

static CAW_ASYNC(bool, leave_async, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        const thing *t = self;
        CAW_AWAIT(caw_sleep(0));
        note(t, error);
        if (t->what == RAISE_IN_HANDLER) CAW_AWAIT(raise_nested(t->inner, t->raises));
        if (t->what == RAISE) CAW_RAISE(t->raises, NULL);
        CAW_RETURN(t->what == SWALLOW);
    } CAW_END;
}

/* Plain as far as it can be: raising is for async functions. */
static caw_of(bool) leave_plain(void *self, caw_error *error)
{
    const thing *t = self;
    if (t->what == RAISE || t->what == RAISE_IN_HANDLER) return leave_async(self, error);
    note(t, error);
    return t->what == SWALLOW ? CAW_SWALLOW : NULL;
}

static CAW_ASYNC(void, come_async, void *self)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        trace("enter-%s", ((const thing *)self)->word);
    } CAW_END;
}
static caw_of(void) come_plain(void *self)
{
    trace("enter-%s", ((const thing *)self)->word);
    return NULL;
}

static const caw_with_type plain_type = {.enter = come_plain, .exit = leave_plain};
static const caw_with_type async_type = {.enter = come_async, .exit = leave_async};

#define STACK_TEST(name)                                                                                                       \
    static caw_of(void) case_##name(const caw_with_type *type);                                                                \
    static void run_##name(void) { test_run(case_##name(&plain_type)); }                                                       \
    static void run_##name##_async(void) { test_run(case_##name(&async_type)); }                                               \
    TEST_ENLIST(name, run_##name)                                                                                              \
    TEST_ENLIST(name##_async, run_##name##_async)                                                                              \
    static CAW_ASYNC(void, case_##name, const caw_with_type *type)

/* The names of an error and its contexts, outermost first. */
static void trace_chain(caw_error *error)
{
    for (; error; error = caw_error_context(error)) trace("%s", caw_error_name((int)caw_error_type_of(error)));
}

/* Things put on a stack in the order given; the block fails so (CAW_OK: not). Traces the chain that comes out. */
static CAW_ASYNC(void, unwind, const caw_with_type *type, thing *things, size_t count, caw_error_type block)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_EXIT_STACK(stack) {
                for (size_t i = 0; i < count; i++) {
                    CAW_CHECK(caw_exit_stack_push(stack, (caw_with){&things[i], type}));
                }
                if (block != CAW_OK) CAW_RAISE(block, NULL);
            }
            CAW_END_EXIT_STACK;
            trace("fine");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            trace_chain(e);
        }
        CAW_END_TRY;
    } CAW_END;
}
#define UNWIND(block, ...)                                                                                                     \
    do {                                                                                                                       \
        thing things[] = {__VA_ARGS__};                                                                                        \
        CAW_AWAIT(unwind(type, things, sizeof things / sizeof *things, (block)));                                              \
    } while (0)

ASYNC_TEST(no_resources)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
        }
        CAW_END_EXIT_STACK;
    } CAW_END;
}

static CAW_ASYNC(void, say_later, void *word)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        say(word);
    } CAW_END;
}

static char a[] = "a", b[] = "b", c[] = "c";

ASYNC_TEST(callback)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            CAW_CHECK(caw_exit_stack_callback(stack, say, a));
            CAW_CHECK(caw_exit_stack_callback(stack, say, b));
            CAW_CHECK(caw_exit_stack_callback(stack, say, c));
            CHECK_TRACE("");
        }
        CAW_END_EXIT_STACK;
        CHECK_TRACE("c b a");
    } CAW_END;
}

ASYNC_TEST(async_callback)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            CAW_CHECK(caw_exit_stack_async_callback(stack, say_later, a));
            CAW_CHECK(caw_exit_stack_async_callback(stack, say_later, b));
            CAW_CHECK(caw_exit_stack_async_callback(stack, say_later, c));
        }
        CAW_END_EXIT_STACK;
        CHECK_TRACE("c b a");
    } CAW_END;
}

STACK_TEST(push)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_VALUE_ERROR, {.word = "ok", .expects = "none"}, {.word = "ok", .expects = "none"},
               {.word = "swallows", .what = SWALLOW, .expects = "ValueError"}, {.word = "error", .expects = "ValueError"});
        CHECK_TRACE("error swallows ok ok fine");
    } CAW_END;
}

STACK_TEST(enter_context)
{
    CAW_BEGIN(void) {
        thing t = {.word = "cm"};
        CAW_WITH_EXIT_STACK(stack) {
            CAW_CHECK(caw_exit_stack_callback(stack, say, "last"));
            CAW_AWAIT(caw_exit_stack_enter(stack, (caw_with){&t, type}));
            trace("block");
        }
        CAW_END_EXIT_STACK;
        CHECK_TRACE("enter-cm block cm last");
    } CAW_END;
}

ASYNC_TEST(close)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            CAW_CHECK(caw_exit_stack_callback(stack, say, "1"));
            CAW_AWAIT(caw_exit_stack_aclose(stack));
            trace("2");
        }
        CAW_END_EXIT_STACK;
        CHECK_TRACE("1 2");
    } CAW_END;
}

ASYNC_TEST(pop_all)
{
    CAW_BEGIN(void) {
        caw_exit_stack *moved = NULL;
        CAW_WITH_EXIT_STACK(stack) {
            CAW_CHECK(caw_exit_stack_callback(stack, say, "3"));
            moved = caw_exit_stack_pop_all(stack);
            trace("1");
        }
        CAW_END_EXIT_STACK;
        trace("2");
        CAW_AWAIT(caw_exit_stack_aclose(moved));
        CHECK_TRACE("1 2 3");
        caw_unref(moved);
    } CAW_END;
}

STACK_TEST(exit_raise)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_VALUE_ERROR, {.what = PASS});
        CHECK_TRACE("ValueError");
    } CAW_END;
}

STACK_TEST(exit_suppress)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_VALUE_ERROR, {.what = SWALLOW});
        CHECK_TRACE("fine");
    } CAW_END;
}

/* The same by nested blocks: what a stack is measured by. */
static CAW_ASYNC(void, nested_blocks, const caw_with_type *type, caw_error **saved)
{
    CAW_BEGIN(void) {
        thing w = {.what = RAISE, .raises = CAW_LOOKUP_ERROR};
        thing x = {.what = RAISE_IN_HANDLER, .raises = CAW_TYPE_ERROR, .inner = CAW_EOF_ERROR};
        thing y = {.what = SWALLOW, .saved = saved};
        thing z = {.what = RAISE, .raises = CAW_VALUE_ERROR};
        CAW_WITH(((caw_with){&w, &(caw_with_type){.exit = type->exit}})) {
            CAW_WITH(((caw_with){&x, &(caw_with_type){.exit = type->exit}})) {
                CAW_WITH(((caw_with){&y, &(caw_with_type){.exit = type->exit}})) {
                    CAW_WITH(((caw_with){&z, &(caw_with_type){.exit = type->exit}})) {
                        CAW_RAISE(CAW_OS_ERROR, NULL);
                    }
                    CAW_END_WITH;
                }
                CAW_END_WITH;
            }
            CAW_END_WITH;
        }
        CAW_END_WITH;
    } CAW_END;
}

STACK_TEST(exit_exception_chaining_reference)
{
    CAW_BEGIN(void) {
        caw_error *saved = NULL;
        CAW_TRY {
            CAW_AWAIT(nested_blocks(type, &saved));
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, e) {
            trace_chain(e);
        }
        CAW_END_TRY;
        CHECK_TRACE("LookupError TypeError EOFError");
        trace_chain(saved);
        CHECK_TRACE("ValueError OSError");
        caw_unref(saved);
    } CAW_END;
}

STACK_TEST(exit_exception_chaining)
{
    CAW_BEGIN(void) {
        caw_error *saved = NULL;
        UNWIND(CAW_OS_ERROR, {.what = RAISE, .raises = CAW_LOOKUP_ERROR}, {.what = RAISE, .raises = CAW_TYPE_ERROR},
               {.what = RAISE, .raises = CAW_EOF_ERROR}, {.what = SWALLOW, .saved = &saved},
               {.what = RAISE, .raises = CAW_VALUE_ERROR});
        CHECK_TRACE("LookupError TypeError EOFError");
        trace_chain(saved);
        CHECK_TRACE("ValueError OSError");
        caw_unref(saved);
    } CAW_END;
}

STACK_TEST(exit_exception_non_suppressing)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_OK, {.what = PASS}, {.what = RAISE, .raises = CAW_LOOKUP_ERROR});
        CHECK_TRACE("LookupError");
        UNWIND(CAW_OK, {.what = RAISE, .raises = CAW_TYPE_ERROR}, {.what = SWALLOW},
               {.what = RAISE, .raises = CAW_LOOKUP_ERROR});
        CHECK_TRACE("TypeError");
    } CAW_END;
}

STACK_TEST(exit_exception_with_existing_context)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_OS_ERROR, {.what = RAISE_IN_HANDLER, .inner = CAW_LOOKUP_ERROR, .raises = CAW_TYPE_ERROR},
               {.what = RAISE_IN_HANDLER, .inner = CAW_VALUE_ERROR, .raises = CAW_EOF_ERROR});
        CHECK_TRACE("TypeError LookupError EOFError ValueError OSError");
    } CAW_END;
}

STACK_TEST(body_exception_suppress)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_LOOKUP_ERROR, {.what = SWALLOW});
        CHECK_TRACE("fine");
    } CAW_END;
}

STACK_TEST(exit_exception_chaining_suppress)
{
    CAW_BEGIN(void) {
        UNWIND(CAW_OK, {.what = SWALLOW}, {.what = RAISE, .raises = CAW_VALUE_ERROR},
               {.what = RAISE, .raises = CAW_LOOKUP_ERROR});
        CHECK_TRACE("fine");
    } CAW_END;
}

static void count(void *number) { ++*(int *)number; }

ASYNC_TEST(excessive_nesting)
{
    CAW_BEGIN(void) {
        int number = 0;
        CAW_WITH_EXIT_STACK(stack) {
            for (int i = 0; i < 10000; i++) CAW_CHECK(caw_exit_stack_callback(stack, count, &number));
        }
        CAW_END_EXIT_STACK;
        CHECK_INT(number, 10000);
    } CAW_END;
}
