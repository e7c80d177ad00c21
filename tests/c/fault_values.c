/* The Nth allocation fails: values, results, errors over errors, generators, scopes; what can be looked at afterwards is as it was. */
#include "fault.h"

static uint32_t refs(const void *object) { return ((const caw__object *)object)->refs; }

TEST(a_copy_that_cannot_be_counted_is_none)
{
    char      word[] = "destroyed";
    caw_value v = caw_pointer(word, say);
    int       without = 0;
    EACH_ALLOCATION_FAILS
    {
        caw_value copy = caw_value_copy(v);
        failing = 0;
        without += copy.tag == CAW_NONE;
        caw_value_drop(copy);
        CHECK_TRACE("");
    }
    CHECK(without == 1 || CAW__POOLED);
    caw_value_drop(v);
    CHECK_TRACE("destroyed");
}

/* The table of owners is slower without memory to grow, as long as there is a free place in it. */
TEST(owners_are_counted_as_long_as_there_is_room)
{
    static char things[9];
    int         copies = 0;
    for (int i = 0; i < 9; i++) {
        allocation = 0;
        failing = i < 6 ? 0 : 1;
        failing_on = true;
        copies += caw_value_copy(caw_pointer(&things[i], (void (*)(void *))say)).tag == CAW_POINTER;
    }
    failing = 0;
    CHECK(copies == 7 || CAW__POOLED);
    for (int i = 0; i < copies; i++)
        caw_value_drop(caw_pointer(&things[i], (void (*)(void *))say)); /* the first of two owners */
    CHECK_TRACE("");
}

ASYNC_TEST(a_result_that_cannot_be_shared)
{
    CAW_BEGIN(void) {
        char word[] = "value";
        int  without = 0;
        caw_of(caw_value) f = caw_future(caw_value);
        CHECK_INT(caw_set_result(f, caw_pointer(word, say)), 0);
        EACH_ALLOCATION_FAILS
        {
            caw_value got = caw_int(7);
            int       status = caw_result(f, &got);
            failing = 0;
            without += status == -CAW_MEMORY_ERROR;
            CHECK_INT(got.tag, status ? CAW_INT32 : CAW_POINTER);
            caw_value_drop(got);
        }
        CHECK(without == 1 || CAW__POOLED);
        CHECK_TRACE("");
        caw_unref(f);
        CHECK_TRACE("value");
    } CAW_END;
}

static CAW_ASYNC(caw_value, give_pointer, char *word)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(caw_pointer(word, say));
    } CAW_END;
}

ASYNC_TEST(a_child_s_result_that_cannot_be_shared)
{
    CAW_BEGIN(void) {
        char         word[] = "value";
        caw_results *r = CAW_AWAIT(caw_gather(give_pointer(word)));
        bool         told = false;
        EACH_ALLOCATION_FAILS
        {
            caw_value got = caw_result_at(r, 0, caw_value);
            failing = 0;
            told |= strstr(test.log, "no memory to copy the child's result") != NULL;
            test.log[0] = 0;
            caw_value_drop(got);
        }
        CHECK(told || CAW__POOLED);
        caw_unref(r);
        CHECK_TRACE("value");
    } CAW_END;
}

TEST(a_part_of_a_group_or_a_memory_error)
{
    caw_error *children[] = {caw_error_new(CAW_VALUE_ERROR, "one"), caw_error_new(CAW_TYPE_ERROR, "two")};
    caw_error *group = caw_error_group("both", children, 2);
    EACH_ALLOCATION_FAILS
    {
        caw_error *part = caw_error_subgroup(group, CAW_VALUE_ERROR);
        failing = 0;
        if (caw_error_type_of(part) != CAW_MEMORY_ERROR) CHECK_INT(caw_error_child_count(part), 1);
        caw_unref(part);
        CHECK_INT(caw_error_child_count(group), 2);
        CHECK_INT(refs(caw_error_child(group, 0)), 1);
    }
    caw_unref(group);
}

ASYNC_TEST(a_future_that_cannot_be_made_says_so)
{
    CAW_BEGIN(void) {
        EACH_ALLOCATION_FAILS
        {
            caw_of(int) f = caw_future(int);
            failing = 0;
            CHECK_INT(caw_result(f, NULL), caw_loop_of(f) ? -CAW_INVALID_STATE_ERROR : -CAW_MEMORY_ERROR);
            CHECK_INT(caw_set_result(f, 5), caw_loop_of(f) ? 0 : -CAW_INVALID_STATE_ERROR);
            caw_unref(f);
        }
    } CAW_END;
}

static const caw_context_var variable = {"variable", .initial = {.tag = CAW_NONE}};

static void never(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    trace("wrong");
}

/* What is added runs in a copy of the context. */
ASYNC_TEST(a_callback_that_cannot_be_added)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&variable, caw_int(5)));
        caw_of(int) f = caw_future(int);
        EACH_ALLOCATION_FAILS
        {
            int status = caw_add_done_callback(f, never, NULL);
            failing = 0;
            CHECK(!status || status == -CAW_MEMORY_ERROR);
            CHECK_INT(caw_remove_done_callback(f, never, NULL), status ? 0 : 1);
        }
        caw_unref(f);
    } CAW_END;
}

/* Variables of a context that somebody else has: the forks above what is set are copied, all of them or none. */
ASYNC_TEST(a_variable_that_cannot_be_set)
{
    CAW_BEGIN(void) {
        static caw_context_var variables[64];
        int                    refused = 0;
        for (int i = 0; i < 64; i++) {
            if (i != 40) CHECK_INT(caw_context_set(&variables[i], caw_int(i)), 0);
        }
        for (int which = 20; which <= 40; which += 20) { /* one that is set, and one that is not */
            caw_context *kept = caw_context_copy();
            CAW_DEFER(caw_unref, kept);
            EACH_ALLOCATION_FAILS
            {
                int status = caw_context_set(&variables[which], caw_int(100));
                failing = 0;
                refused += status == -CAW_MEMORY_ERROR;
                for (int i = 0; i < 64; i++) {
                    int before = i == 20 && which == 40 ? 100 : i == 40 ? 0 : i;
                    CHECK_INT(caw_context_get(&variables[i]).as_int32, i == which && !status ? 100 : before);
                }
            }
        }
        CHECK(refused > 3 || CAW__POOLED);
    } CAW_END;
}

static caw_of(void) nothing(int *input)
{
    (void)input;
    return caw_sleep(0);
}

SCENARIO(map_in_a_context)
{
    CAW_BEGIN(void) {
        int inputs[] = {1, 2};
        CAW_CHECK(caw_context_set(&variable, caw_int(5)));
        caw_unref(CAW_AWAIT(caw_map(nothing, inputs, 2, 1)));
    } CAW_END;
}

/* So many callbacks that the index of them grows, if there is memory. */
ASYNC_TEST(many_callbacks)
{
    CAW_BEGIN(void) {
        static char arguments[200];
        EACH_ALLOCATION_FAILS
        {
            caw_of(int) f = caw_future(int);
            int added = 0;
            for (int i = 0; i < 200; i++) added += caw_add_done_callback(f, never, &arguments[i]) == 0;
            failing = 0;
            CHECK(added >= 199 || !caw_loop_of(f));
            for (int i = 199; i >= 0; i--) added -= caw_remove_done_callback(f, never, &arguments[i]) == 1;
            CHECK_INT(added, 0);
            caw_unref(f);
        }
    } CAW_END;
}

/* ---- Scopes ------------------------------------------------------------------------------------------------------------------------ */

/* A limit that is due already is made anew. */
ASYNC_TEST(a_limit_that_cannot_be_moved_stays)
{
    CAW_BEGIN(void) {
        double now = caw_time(caw_running_loop());
        int    refused = 0;
        CAW_MOVE_ON_AFTER(scope, 0) {
            EACH_ALLOCATION_FAILS
            {
                int status = caw_timeout_reschedule(scope, now + 5);
                failing = 0;
                CHECK(!status || status == -CAW_MEMORY_ERROR);
                CHECK_REAL(caw_timeout_when(scope), status ? now : now + 5);
                CHECK_INT(caw_timeout_reschedule(scope, now), 0);
                refused += status != 0;
            }
            CAW_AWAIT(caw_sleep(1));
            trace("wrong");
        }
        CAW_END_MOVE_ON;
        CHECK(refused == 1 || CAW__POOLED);
        CHECK(caw_timeout_expired(scope));
    } CAW_END;
}

SCENARIO(another_error_leaves_a_scope_that_has_expired)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, 1) {
                CAW_TRY {
                    CAW_AWAIT(caw_sleep(5));
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                    CAW_RAISE(CAW_VALUE_ERROR, "instead");
                }
                CAW_END_TRY;
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            caw_error *context = caw_error_context(error);
            CHECK(caw_error_is(context, CAW_TIMEOUT_ERROR) || caw_error_is(context, CAW_CANCELLED_ERROR));
        }
        CAW_END_TRY;
    } CAW_END;
}

static const caw_with_type saying = {.release = say};

SCENARIO(pushing)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(s) {
            CAW_CHECK(caw_exit_stack_push(s, (caw_with){"", &saying}));
        }
        CAW_END_EXIT_STACK;
        test.trace[0] = 0;
    } CAW_END;
}

/* ---- Pictures, and cancellations through many -------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, nap, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(100));
    } CAW_END;
}

SCENARIO(printing)
{
    CAW_BEGIN(void) {
        caw_print_tasks(NULL);
        CAW_PRINT_CALL_GRAPH();
        test.log[0] = 0;
    } CAW_END;
}

SCENARIO(seeing_through_many)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(nap());
        CAW_DEFER(caw_unref, task);
        caw_any *shields[20];
        for (int i = 0; i < 20; i++) shields[i] = caw_base(caw_shield(caw_ref(task)));
        caw_of(caw_results *) all = caw_gather_array(shields, 20);
        CAW_DEFER(caw_unref, all);
        caw_call_graph *graph = caw_capture_call_graph(task);
        CAW_DEFER(caw_unref, graph);
        if (!graph) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        caw_cancel(task, NULL);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_ref(all)));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

/* More levels and more members than a request has room for by itself. Without memory somebody goes on, but nobody is lost. */
SCENARIO(cancelling_through_many)
{
    CAW_BEGIN(void) {
        caw_any *tasks[40];
        for (int i = 0; i < 40; i++) tasks[i] = caw_base(caw_spawn(nap()));
        caw_of(caw_results *) all = caw_gather_array(tasks, 40);
        for (int i = 0; i < 12; i++) all = caw_gather(all);
        CAW_DEFER(caw_unref, all);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(all, NULL);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_ref(all)));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}
