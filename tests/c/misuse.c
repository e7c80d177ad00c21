/* What is used twice, after its end, or is not there: an error with a place, in release as far as the memory is still known. */
#include "test.h"

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        if (n) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

/* Awaiting it raises this type, with a message that names this file and, in the checked build, the line of the call. */
#define CHECK_PLACED(handle, type)                                                                                             \
    do {                                                                                                                       \
        char place[32];                                                                                                        \
        snprintf(place, sizeof place, "misuse.c:%d", __LINE__);                                                                \
        CAW_TRY                                                                                                                \
        {                                                                                                                      \
            (void)CAW_AWAIT(handle);                                                                                           \
            test_complain("  %s:%d: not raised by: %s\n", __FILE__, __LINE__, #handle);                                        \
        }                                                                                                                      \
        CAW_EXCEPT(CAW_BASE_EXCEPTION, raised)                                                                                 \
        {                                                                                                                      \
            if (CHECKED && !strstr(caw_error_message(raised), place))                                                          \
                test_complain("  %s: %s\n", place, caw_error_message(raised));                                                 \
            test_error(__FILE__, __LINE__, #handle, caw_ref(raised), (type), NULL);                                            \
        }                                                                                                                      \
        CAW_END_TRY;                                                                                                           \
    } while (0)
#ifdef CAW_CHECKED
#define CHECKED 1
#else
#define CHECKED 0
#endif

/* ---- Coroutines that are taken -------------------------------------------------------------------------------------------- */

ASYNC_TEST(a_coroutine_is_spawned_twice)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < 2; n++) {
            caw_of(int) coroutine = give(n);
            caw_of(int) task = caw_spawn(coroutine);
            CHECK_PLACED(caw_spawn(coroutine), CAW_RUNTIME_ERROR);
            CHECK_PLACED(caw_spawn(coroutine, .name = "again"), CAW_RUNTIME_ERROR);
            CHECK_PLACED(caw_spawn(coroutine, .eager = true), CAW_RUNTIME_ERROR);
            CHECK_INT(CAW_AWAIT(task), n);
        }
    } CAW_END;
}

enum { LEVELS = 2000 };
static caw_of(void) levels[LEVELS];

static CAW_ASYNC(void, go_down, int level)
{
    CAW_BEGIN(void) {
        if (!level) CAW_AWAIT(caw_sleep(1));
        else CAW_AWAIT(levels[level - 1] = go_down(level - 1));
    } CAW_END;
}

/* Also where it is too deep for the stack to start it at once. */
ASYNC_TEST(a_coroutine_far_below_is_spawned)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(go_down(LEVELS));
        CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < LEVELS; i++) CHECK_PLACED(caw_spawn(levels[i]), CAW_RUNTIME_ERROR);
        CAW_AWAIT(task);
    } CAW_END;
}

ASYNC_TEST(a_coroutine_is_spawned_and_awaited)
{
    CAW_BEGIN(void) {
        caw_of(int) coroutine = give(1);
        caw_of(int) task = caw_spawn(coroutine);
        CHECK_PLACED(coroutine, CAW_RUNTIME_ERROR);
        CHECK_PLACED(caw_wait_for(coroutine, 1), CAW_RUNTIME_ERROR);
        CHECK_PLACED(caw_shield(coroutine), CAW_RUNTIME_ERROR);
        CHECK_PLACED(caw_gather(coroutine, give(2)), CAW_RUNTIME_ERROR);
        caw_drop(coroutine); /* nobody's to drop any more */
        CHECK_INT(CAW_AWAIT(task), 1);
        caw_unref(CAW_AWAIT(caw_gather_settled(give(3), caw_sleep(1))));
    } CAW_END;
}

ASYNC_TEST(a_task_that_was_spawned_from_a_context_is_taken_too)
{
    CAW_BEGIN(void) {
        static caw_context_var variable = CAW_CONTEXT_VAR("variable", caw_none());
        CAW_CHECK(caw_context_set(&variable, caw_int(1)));
        caw_of(int) coroutine = give(1);
        caw_of(int) task = caw_spawn(coroutine, .name = "named");
        CHECK_PLACED(coroutine, CAW_RUNTIME_ERROR);
        CHECK(caw_cancel(task, NULL)); /* before it has begun: its frame goes at its first step */
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
    } CAW_END;
}

#ifdef CAW_CHECKED

ASYNC_TEST(what_an_await_has_consumed_is_used_again)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < 2; n++) {
            caw_of(int) task = caw_spawn(give(n));
            CHECK_INT(CAW_AWAIT(task), n);
            CHECK_PLACED(task, CAW_RUNTIME_ERROR);
            CHECK_PLACED(caw_spawn(task), CAW_RUNTIME_ERROR);
            CHECK_PLACED(caw_wait_for(task, 1), CAW_RUNTIME_ERROR);
            CHECK_PLACED(caw_shield(task), CAW_RUNTIME_ERROR);
            CHECK_PLACED(caw_gather(task, give(1)), CAW_RUNTIME_ERROR);
        }
        caw_of(int) future = caw_future(int);
        CHECK_INT(caw_set_result(future, 1), 0);
        CHECK_INT(CAW_AWAIT(future), 1);
        CHECK_PLACED(future, CAW_RUNTIME_ERROR);
        caw_of(void) sleep = caw_sleep(1);
        CAW_AWAIT(sleep);
        CHECK_PLACED(sleep, CAW_RUNTIME_ERROR);
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

/* ---- Given back twice ------------------------------------------------------------------------------------------------------- */

extern _Thread_local void (*caw__check_stopped)(const char *text); /* in place of the end of the program */
static char stopped[1024];
static void note(const char *text) { snprintf(stopped, sizeof stopped, "%s", text); }

static void check_stopped(int first, int second)
{
    char places[2][32];
    snprintf(places[0], sizeof places[0], "misuse.c:%d,", first);
    snprintf(places[1], sizeof places[1], "misuse.c:%d", second);
    if (!strstr(stopped, places[0]) || !strstr(stopped, places[1]))
        test_complain("  %s %s: %s\n", places[0], places[1], stopped);
    stopped[0] = 0;
}

TEST(a_reference_is_given_back_twice)
{
    caw__check_stopped = note;
    caw_string *string = caw_string_of("string");
    caw_unref(string);
    caw_unref(string);
    check_stopped(__LINE__ - 2, __LINE__ - 1);
    CHECK(caw_ref(string) == string);
    check_stopped(__LINE__ - 4, __LINE__ - 4); /* there only the last place is known */
    caw_queue *queue = caw_queue_new(0);
    caw_unref(queue);
    caw_unref(queue);
    check_stopped(__LINE__ - 2, __LINE__ - 1);
    caw__check_stopped = NULL;
}

ASYNC_TEST(a_handler_gives_back_what_was_lent_to_it)
{
    CAW_BEGIN(void) {
        caw__check_stopped = note;
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "lent");
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            caw_unref(e);
        }
        CAW_END_TRY;
        check_stopped(__LINE__ - 3, __LINE__ - 1);
        caw__check_stopped = NULL;
    } CAW_END;
}

ASYNC_TEST(a_consumed_task_is_asked_something)
{
    CAW_BEGIN(void) {
        caw__check_stopped = note;
        caw_of(int) task = caw_spawn(give(1));
        int given = __LINE__ + 1;
        CHECK_INT(CAW_AWAIT(task), 1);
        CHECK(!caw_cancel(task, NULL));
        check_stopped(given, given);
        caw_unref(task);
        check_stopped(given, __LINE__ - 1);
        caw__check_stopped = NULL;
    } CAW_END;
}

#endif

/* ---- Nothing at all ----------------------------------------------------------------------------------------------------------- */

static caw_any *nothing(caw_awaitable *self)
{
    (void)self;
    return NULL;
}
static caw_any      *itself(caw_awaitable *self) { return &self->any; }
static caw_awaitable circle[2];
static caw_any      *next(caw_awaitable *self) { return &circle[self == circle].any; }
static caw_of(int) no_handle(const int *n) { return *n ? give(*n) : NULL; }

ASYNC_TEST(null_handles)
{
    CAW_BEGIN(void) {
        caw_of(int) none = NULL;
        CHECK_PLACED(none, CAW_TYPE_ERROR);
        CHECK_PLACED(caw_spawn(none), CAW_TYPE_ERROR);
        CHECK_PLACED(caw_spawn(none, .eager = true), CAW_TYPE_ERROR);
        CHECK_PLACED(caw_wait_for(none, 1), CAW_TYPE_ERROR);
        CHECK_PLACED(caw_wait_for(none, 0), CAW_TYPE_ERROR);
        CHECK_PLACED(caw_shield(none), CAW_TYPE_ERROR);
        CHECK_PLACED(caw_gather(none, give(1)), CAW_TYPE_ERROR);
        CHECK_PLACED(caw_race(none, give(1)), CAW_TYPE_ERROR);
        CHECK_RAISES(caw_any_of(none, none), CAW_EXCEPTION_GROUP, NULL);
        CHECK_RAISES(caw_wait(none), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_cancel_and_wait(none), CAW_TYPE_ERROR, NULL);
        CAW_WITH_TASK_GROUP(group) {
            CHECK_PLACED(caw_group_spawn(group, none), CAW_TYPE_ERROR);
        }
        CAW_END_TASK_GROUP;
        caw_drop(none);
        CHECK(!caw_cancel(none, NULL) && !caw_done(none) && !caw_cancelled(none));
        CHECK_INT(caw_result(none, &(int){0}), -CAW_INVALID_STATE_ERROR);
        CHECK_INT(caw_cancelling(none), -CAW_TYPE_ERROR);
        CHECK_TEXT(caw_task_name(none), "");
    } CAW_END;
}

TEST(nothing_is_run)
{
    caw_of(int) none = NULL;
    CHECK_ERROR(caw_run(none, NULL), CAW_TYPE_ERROR, NULL);
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, none, NULL), CAW_TYPE_ERROR, NULL);
    caw_loop_close(loop);
}

ASYNC_TEST(null_errors)
{
    CAW_BEGIN(void) {
        caw_error *none = NULL;
        CAW_TRY {
            CAW_RAISE_ERROR(none);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            CHECK_ERROR(caw_ref(e), CAW_TYPE_ERROR, "the error to be raised is NULL");
        }
        CAW_END_TRY;
        caw_of(int) future = caw_future(int);
        CHECK_INT(caw_set_error(future, none), -CAW_TYPE_ERROR);
        CHECK(!caw_done(future));
        caw_unref(future);
    } CAW_END;
}

ASYNC_TEST(awaitables_of_nothing_and_of_themselves)
{
    CAW_BEGIN(void) {
        caw_awaitable empty = CAW_AWAITABLE(nothing), self = CAW_AWAITABLE(itself);
        circle[0] = circle[1] = (caw_awaitable)CAW_AWAITABLE(next);
        CHECK_RAISES(caw_awaitable_of(int, &empty), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_awaitable_of(int, &self), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_awaitable_of(int, &circle[0]), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_spawn(caw_awaitable_of(int, &self)), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_gather(caw_awaitable_of(int, &self)), CAW_TYPE_ERROR, NULL);
    } CAW_END;
}

ASYNC_TEST(a_map_function_gives_nothing)
{
    CAW_BEGIN(void) {
        static const int inputs[] = {1, 0, 2};
        CHECK_RAISES(caw_map(no_handle, inputs, 3, 3), CAW_TYPE_ERROR, NULL);
        CHECK_RAISES(caw_map(no_handle, inputs + 1, 1, 1), CAW_TYPE_ERROR, NULL);
    } CAW_END;
}

/* ---- Tasks that wait for themselves or hold themselves -------------------------------------------------------------------- */

ASYNC_TEST(a_group_in_which_its_own_task_is)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CHECK_RAISES(caw_group_spawn(group, caw_ref(me())), CAW_RUNTIME_ERROR,
                         "a task cannot be in the group that it waits for");
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static caw_context_var keeper = CAW_CONTEXT_VAR("keeper", caw_none());

static CAW_ASYNC(int, keep_itself, int how)
{
    CAW_BEGIN(int) {
        CAW_CHECK(caw_context_set(&keeper, caw_pointer((void *)(uintptr_t)caw_ref(me()), caw_unref)));
        if (how == 1) CAW_RAISE(CAW_VALUE_ERROR, "failed");
        if (how == 2) CAW_AWAIT(caw_sleep(5));
        CAW_RETURN(how);
    } CAW_END;
}

ASYNC_TEST(a_task_that_keeps_itself_in_its_context)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(caw_spawn(keep_itself(0))), 0);
        CHECK_RAISES(caw_spawn(keep_itself(1)), CAW_VALUE_ERROR, "failed");
        caw_of(int) failed = caw_spawn(keep_itself(1));
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_result(failed, NULL), -CAW_VALUE_ERROR);
        caw_unref(failed);
        caw_of(int) task = caw_spawn(keep_itself(2));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
    } CAW_END;
}

/* ---- A yield inside of what belongs to a task -------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, yields_in_a_scope, int how)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(0);
        if (how == 0) {
            CAW_WITH_TIMEOUT(limit, 100) {
                CAW_YIELD(1);
            }
            CAW_END_TIMEOUT;
        } else if (how == 1) {
            CAW_WITH_TASK_GROUP(group) {
                CAW_TRY {
                    CAW_YIELD(1);
                } CAW_FINALLY {
                }
                CAW_END_TRY;
            }
            CAW_END_TASK_GROUP;
        } else {
            caw_task_group *group = caw_task_group_new();
            CAW_DEFER(caw_unref, group);
            CAW_WITH(caw_task_group_with(group)) {
                CAW_WITH(caw_nullcontext()) {
                    CAW_YIELD(1);
                }
                CAW_END_WITH;
            }
            CAW_END_WITH;
        }
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

ASYNC_TEST(a_generator_yields_inside_a_scope)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 3; how++) {
            int sum = 0;
            CAW_FOR_AWAIT(int i, yields_in_a_scope(how)) {
                sum += i;
            }
            CAW_END_FOR;
            CHECK_INT(sum, 3);
            if (CHECKED) CHECK_LOGGED("async generator 'yields_in_a_scope' yields at line ");
        }
    } CAW_END;
}

static CAW_ASYNC_GEN(caw_task_group *, grouped, int unused)
{
    CAW_BEGIN_GEN(caw_task_group *)
    {
        (void)unused;
        CAW_WITH_TASK_GROUP(group) {
            CAW_YIELD(caw_ref(group));
        }
        CAW_END_TASK_GROUP;
    }
    CAW_END_GEN;
}

ASYNC_TEST(a_manager_may_yield_inside_a_scope)
{
    CAW_BEGIN(void) {
        CAW_WITH_AS(caw_task_group *group, grouped(0)) {
            CAW_DEFER(caw_unref, group);
            CAW_GROUP_START(group, give(1));
        }
        CAW_END_WITH;
    } CAW_END;
}
