/* Programs that let go of what they use, close it or change it while it calls them: nothing is read that is gone, nothing is left. */
#include "test.h"

static caw_completions *completions;
static caw_exit_stack  *stack;
static caw_loop        *closing;

/* ---- as_completed ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_string *, word_after, const char *word, double seconds)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(caw_string_of(word));
    } CAW_END;
}

static void drop_completions(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    caw_completions *it = completions;
    completions = NULL;
    caw_unref(it);
}

ASYNC_TEST(completions_given_up_half_way_by_a_callback_of_their_own)
{
    CAW_BEGIN(void) {
        caw_of(caw_string *) first = caw_spawn(word_after("first", 1)), second = caw_spawn(word_after("second", 2));
        completions = caw_as_completed_within(5, caw_ref(first), caw_ref(second), word_after("third", 3));
        CHECK_INT(caw_add_done_callback(first, drop_completions, NULL), 0);
        caw_of(caw_string *) next = caw_next_result(completions, caw_string *);
        caw_of(caw_any *) other = caw_next_completed(completions);
        caw_string *got = CAW_AWAIT(next);
        CHECK_TEXT(caw_string_data(got), "first");
        caw_unref(got);
        CHECK(!completions);
        caw_any *which = CAW_AWAIT(other); /* it kept them */
        CHECK(which == caw_base(second));
        caw_unref(which);
        caw_unref(first);
        caw_unref(second);
        CAW_AWAIT(caw_sleep(10));
    } CAW_END;
}

static CAW_ASYNC(void, asks_next, caw_completions *it)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_next_completed(it)));
    } CAW_END;
}

ASYNC_TEST(who_asks_is_cancelled_and_the_completions_go_with_it)
{
    CAW_BEGIN(void) {
        completions = caw_as_completed(word_after("a", 1), word_after("b", 1));
        caw_of(void) asks = caw_spawn(asks_next(completions)), too = caw_spawn(asks_next(completions));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(completions);
        caw_cancel(asks, NULL);
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancelled(asks));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(too));
        caw_unref(asks);
        caw_unref(too);
    } CAW_END;
}

/* ---- Exit stacks -------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, resource, const char *name)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
            trace("-%s", name);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static void drop_stack(void *argument)
{
    caw_exit_stack *it = stack;
    trace("%s", (const char *)argument);
    stack = NULL;
    caw_unref(it);
}

static void push_more(void *argument)
{
    trace("more");
    CHECK_INT(caw_exit_stack_callback(stack, drop_stack, argument), 0);
}

/* What is unwound is pushed to, and then given up, by what it calls. */
ASYNC_TEST(a_stack_that_is_given_up_as_it_is_unwound)
{
    CAW_BEGIN(void) {
        char text[] = "dropped";
        stack = caw_exit_stack_new();
        caw_gen(int) g = resource("g");
        CAW_AWAIT(caw_anext(g));
        CAW_AWAIT(caw_exit_stack_enter(stack, caw_aclosing(g)));
        CHECK_INT(caw_exit_stack_callback(stack, push_more, text), 0);
        CAW_AWAIT(caw_exit_stack_aclose(stack));
        CHECK(!stack);
        CHECK_TRACE("more dropped -g");
    } CAW_END;
}

static void move_all(void *argument)
{
    (void)argument;
    caw_exit_stack *moved = caw_exit_stack_pop_all(stack);
    CHECK(moved != NULL);
    caw_unref(moved); /* called off */
    trace("moved");
}

ASYNC_TEST(a_stack_that_is_emptied_as_it_is_unwound)
{
    CAW_BEGIN(void) {
        stack = caw_exit_stack_new();
        CAW_DEFER(caw_unref, stack);
        char never[] = "never";
        CHECK_INT(caw_exit_stack_callback(stack, say, never), 0);
        CHECK_INT(caw_exit_stack_callback(stack, move_all, NULL), 0);
        CAW_AWAIT(caw_exit_stack_aclose(stack));
        CHECK_TRACE("moved");
    } CAW_END;
}

/* ---- Timers ------------------------------------------------------------------------------------------------------------------- */

static caw_timeout *scope_of;
static caw_handle  *handles[3];

static void reschedule(void *seconds)
{
    if (scope_of) trace("%d", caw_timeout_reschedule(scope_of, caw_time(NULL) + *(double *)seconds));
}

/* At the very moment when it is due: first moved on, then on again by one that runs between its node and the task. */
ASYNC_TEST(a_limit_moved_by_callbacks_of_the_moment_when_it_is_due)
{
    CAW_BEGIN(void) {
        double five = 5, now = 0;
        caw_unref(caw_call_later(NULL, 1, reschedule, &five));
        CAW_MOVE_ON_AFTER(scope, 1) {
            scope_of = scope;
            caw_unref(caw_call_later(NULL, 1, reschedule, &now));
            CAW_AWAIT(caw_sleep(100));
        }
        CAW_END_MOVE_ON;
        scope_of = NULL;
        CHECK(caw_timeout_expired(scope));
        CHECK_REAL(elapsed(), 1);
        CHECK_TRACE("0 0");
    } CAW_END;
}

static void cancel_and_remake(void *which)
{
    int i = *(int *)which;
    for (int k = 0; k < 3; k++) {
        caw_handle_cancel(handles[k]);
        caw_unref(handles[k]);
        handles[k] = caw_call_later(NULL, k, say, k == 2 ? "last" : "k");
    }
    trace("#%d", i);
}

ASYNC_TEST(timers_that_cancel_themselves_and_each_other)
{
    CAW_BEGIN(void) {
        int numbers[] = {0, 1, 2};
        for (int i = 0; i < 3; i++) handles[i] = caw_call_later(NULL, 1, cancel_and_remake, &numbers[i]);
        CAW_AWAIT(caw_sleep(10));
        CHECK_TRACE("#0 k k last");
        for (int i = 0; i < 3; i++) caw_unref(handles[i]);
    } CAW_END;
}

/* ---- Contexts ----------------------------------------------------------------------------------------------------------------- */

static caw_context_var outer_var = CAW_CONTEXT_VAR("outer", caw_int(0)), inner_var = CAW_CONTEXT_VAR("inner", caw_int(0));

static CAW_ASYNC(void, notes, const char *word)
{
    CAW_BEGIN(void) {
        trace("%s", word);
        CAW_RETURN();
    } CAW_END;
}

static void bind_again(void *block)
{
    free(block);
    if (!caw_current_task()) return; /* what is bound outside of tasks stays */
    caw_value before = caw_context_get(&inner_var);
    caw_value_drop(before);
    CHECK_INT(caw_context_set(&inner_var, caw_int(7)), 0);
    caw_unref(caw_spawn(notes("spawned"), .eager = true));
    caw_unref(caw_call_soon(NULL, say, "soon"));
}

static CAW_ASYNC(void, binds, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&outer_var, caw_pointer(malloc(1), bind_again)), 0);
        caw_context *copy = caw_context_copy();
        CHECK_INT(caw_context_set(&outer_var, caw_int(1)), 0);
        caw_unref(copy); /* the last that had it */
        CHECK_INT(caw_context_get(&inner_var).as_int32, 7);
        CHECK_INT(caw_context_set(&outer_var, caw_pointer(malloc(1), bind_again)), 0);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

ASYNC_TEST(a_value_whose_end_binds_and_spawns)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_spawn(binds()));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("spawned soon");
    } CAW_END;
}

/* ---- A runner used twice ------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(int, closes_its_runner, caw_runner *runner)
{
    CAW_BEGIN(int) {
        CHECK_INT(caw_runner_close(runner), -CAW_RUNTIME_ERROR);
        CHECK_INT(caw_loop_close(caw_runner_loop(runner)), -CAW_RUNTIME_ERROR);
        caw_unref(caw_spawn(word_after("later", 3)));
        closing = caw_running_loop();
        CAW_RETURN(1);
    } CAW_END;
}

TEST(a_runner_whose_loop_the_program_has_closed)
{
    caw_runner runner = {0};
    int        n = 0;
    CHECK_ERROR(caw_runner_run(&runner, closes_its_runner(&runner), &n), CAW_OK, "");
    CHECK_INT(n, 1);
    CHECK_INT(caw_loop_close(closing), 0);
    test.log[0] = 0; /* of the task that was pending */
    CHECK_ERROR(caw_runner_run(&runner, closes_its_runner(&runner), &n), CAW_RUNTIME_ERROR, NULL);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK(!caw_runner_loop(&runner));
}

/* ---- Pipes -------------------------------------------------------------------------------------------------------------------- */

static caw_stream pair[2];

static void close_both(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    for (int i = 0; i < 2; i++) {
        caw_transport_abort(caw_stream_transport(pair[i].writer));
        caw_unref(pair[i].writer);
        caw_unref(pair[i].reader);
    }
    trace("closed");
}

static CAW_ASYNC(void, reads_all, caw_stream_reader *reader)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(reader, -1));
            caw_unref(bytes);
            trace("read");
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            trace("failed");
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(both_ends_of_a_pipe_given_up_in_a_callback)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_memory_duplex(16, &pair[0], &pair[1]));
        caw_auto reads = caw_spawn(reads_all(pair[1].reader));
        CAW_AWAIT(caw_sleep(0));
        char many[200] = {0};
        CHECK_INT(caw_stream_write(pair[0].writer, many, sizeof many), 0);
        caw_of(void) future = caw_future(void);
        CHECK_INT(caw_add_done_callback(future, close_both, NULL), 0);
        CHECK_INT(caw_set_done(future), 0);
        caw_unref(future);
        CAW_AWAIT(reads);
        CHECK_TRACE("closed read"); /* its own end's abort is no error to it */
    } CAW_END;
}

/* ---- Groups of errors --------------------------------------------------------------------------------------------------------- */

static bool takes_apart(const caw_error *error, void *places)
{
    caw_error **kept = places;
    if (kept[0]) {
        caw_unref(kept[0]); /* the group itself, by its only reference but the splitter's */
        kept[0] = NULL;
    }
    return caw_error_is(error, CAW_VALUE_ERROR);
}

TEST(a_group_that_is_given_up_by_the_predicate_of_its_split)
{
    caw_error *parts[] = {caw_error_new(CAW_VALUE_ERROR, "v"), caw_error_new(CAW_TYPE_ERROR, "t")};
    caw_error *group = caw_error_group("both", parts, 2), *kept[] = {caw_ref(group)}, *matching, *rest;
    CHECK_INT(caw_error_split_by(group, takes_apart, kept, &matching, &rest), 0);
    CHECK_INT((int)caw_error_child_count(matching), 1);
    CHECK_INT((int)caw_error_child_count(rest), 1);
    caw_unref(matching);
    caw_unref(rest);
    caw_unref(group);
}
