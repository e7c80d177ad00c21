/*
 * What holds what holds what, as deep as memory allows, on a stack of 64 KB: its release, its end, its cancellation and the close of its
 * loop go there no deeper than for one.
 */
#include "small_stack.h"

enum { DEPTH = 100000, FEWER = DEPTH / 10 }; /* fewer of what is large: Node gives no more memory in small steps */

static void unref(void *object) { caw_unref(object); }

/* ---- Released with nothing else around -------------------------------------------------------------------------------------- */

static int        freed;
static caw_value *box_of(caw_value inner)
{
    caw_value *box = malloc(sizeof *box);
    if (box) *box = inner;
    return box;
}
static void box_free(void *p)
{
    caw_value *box = p, inner = *box;
    free(box);
    freed++;
    caw_value_drop(inner);
}

static caw_loop *loop;

static caw_of(caw_value) future_of(caw_value value)
{
    caw_of(caw_value) future = caw_future_on(loop, caw_value);
    CHECK_INT(caw_set_result(future, value), 0);
    return future;
}

SMALL_STACK_TEST(futures_of_values_that_own_futures)
{
    loop = caw_loop_new();
    caw_value value = caw_pointer(box_of(caw_none()), box_free);
    freed = 0;
    for (int i = 0; i < DEPTH; i++) value = caw_pointer(caw_base(future_of(value)), unref);
    caw_value_drop(value);
    CHECK_INT(freed, 1);
    caw_loop_close(loop);
}

/* Several at each depth beyond which releases wait: more than there is room for without memory, in the order given up. */
static int  next_in_order;
static void in_order(void *p)
{
    if (*(int *)p == next_in_order) next_in_order++;
    free(p);
}

SMALL_STACK_TEST(wide_and_deep)
{
    caw_queue *queue = caw_queue_new(0);
    for (int i = 0; i < 1000; i++) {
        int *n = malloc(sizeof *n);
        *n = i;
        caw_queue *one = caw_queue_new(0);
        CHECK_INT(caw_queue_put_nowait(one, caw_pointer(n, in_order)), 0);
        CHECK_INT(caw_queue_put_nowait(queue, caw_pointer(one, unref)), 0);
    }
    for (int i = 0; i < 100; i++) {
        caw_queue *outer = caw_queue_new(0);
        CHECK_INT(caw_queue_put_nowait(outer, caw_pointer(queue, unref)), 0);
        queue = outer;
    }
    next_in_order = 0;
    caw_unref(queue);
    CHECK_INT(next_in_order, 1000);
}

SMALL_STACK_TEST(queues_in_queues)
{
    caw_queue *queue = caw_queue_new(0);
    for (int i = 0; i < FEWER; i++) {
        caw_queue *outer = caw_queue_new(0);
        CHECK_INT(caw_queue_put_nowait(outer, caw_pointer(queue, unref)), 0);
        queue = outer;
    }
    caw_unref(queue);
}

static const caw_context_var of_context = {.name = "of_context"};
static caw_value             to_be_set;
static void                  set_it(void *unused)
{
    (void)unused;
    CHECK_INT(caw_context_set(&of_context, to_be_set), 0);
}

SMALL_STACK_TEST(contexts_in_contexts)
{
    caw_context *context = caw_context_copy();
    for (int i = 0; i < DEPTH; i++) {
        caw_context *outer = caw_context_copy();
        to_be_set = caw_pointer(context, unref);
        caw_context_run(outer, set_it, NULL);
        context = outer;
    }
    caw_unref(context);
}

static void                stack_close(void *stack) { caw_unref(stack); }
static const caw_with_type holds_a_stack = {.release = stack_close};

SMALL_STACK_TEST(exit_stacks_in_exit_stacks)
{
    caw_exit_stack *stack = caw_exit_stack_new();
    for (int i = 0; i < DEPTH; i++) {
        caw_exit_stack *outer = caw_exit_stack_new();
        CHECK_INT(caw_exit_stack_push(outer, (caw_with){stack, &holds_a_stack}), 0);
        stack = outer;
    }
    caw_unref(stack);
}

static int  destroyed;
static void count_destroyed(void *data, caw_loop *of, const caw_report *report)
{
    (void)of, (void)data;
    destroyed += strstr(report->message, "destroyed but it is pending") != NULL;
}

/* One that counts what is destroyed in it: the log is the first thread's. */
static caw_loop *counting_loop(void)
{
    caw_loop *made = caw_loop_new();
    caw_set_exception_handler(made, count_destroyed, NULL);
    destroyed = 0;
    return made;
}

/* ---- Coroutines ---------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, one, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(1);
    } CAW_END;
}

static caw_of(int) limited(int depth)
{
    caw_of(int) it = one();
    for (int i = 0; i < depth; i++) it = caw_wait_for(it, 100);
    return it;
}

SMALL_STACK_TEST(coroutines_that_were_never_awaited) { caw_drop(limited(FEWER)); }

static CAW_ASYNC(void, cancels_before_the_start, void)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(limited(FEWER));
        caw_cancel(task, NULL);
        caw_unref(task);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

SMALL_STACK_TEST(coroutines_that_were_cancelled_before_their_start) { test_run(cancels_before_the_start()); }

SMALL_STACK_TEST(coroutines_of_a_loop_that_was_never_run)
{
    loop = counting_loop();
    caw_auto task = caw_spawn(limited(FEWER), .loop = loop);
    caw_unref(task);
    caw_loop_close(loop);
    CHECK_INT(destroyed, 1);
}

static CAW_ASYNC(int, down, int n, int *ended)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            if (n == 0) CAW_AWAIT(caw_sleep(1));
            else CAW_AWAIT(down(n - 1, ended));
        } CAW_FINALLY {
            ++*ended;
        }
        CAW_END_TRY;
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(void, goes_down, int *ended)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(down(FEWER, ended)), FEWER);
        caw_auto task = caw_spawn(down(FEWER, ended));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        caw_drop(caw_spawn(down(FEWER, ended))); /* cancelled by the end of the run */
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

SMALL_STACK_TEST(coroutines_that_await_each_other)
{
    int ended = 0;
    test_run(goes_down(&ended));
    CHECK_INT(ended, 3 * (FEWER + 1));
}

SMALL_STACK_TEST(coroutines_that_await_each_other_as_their_loop_is_closed)
{
    int ended = 0;
    loop = counting_loop();
    caw_drop(caw_spawn(down(FEWER, &ended), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_loop_close(loop);
    CHECK_INT(ended, FEWER + 1);
    CHECK_INT(destroyed, 1);
}

/* ---- Generators ------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC_GEN(int, through, caw_gen(int) inner)
{
    CAW_BEGIN_GEN(int)
    {
        if (!inner) CAW_YIELD(1);
        else {
            CAW_FOR_AWAIT(int i, inner) {
                CAW_YIELD(i);
            }
            CAW_END_FOR;
        }
    }
    CAW_END_GEN;
}

static caw_gen(int) throughs(int depth)
{
    caw_gen(int) g = through(NULL);
    for (int i = 0; i < depth; i++) g = through(g);
    return g;
}

static CAW_ASYNC(void, iterates, int *sum, bool to_the_end)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = throughs(FEWER);
        CAW_DEFER(caw_unref, g);
        *sum += CAW_AWAIT(caw_anext(g));
        if (to_the_end) CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

SMALL_STACK_TEST(generators_over_generators)
{
    int sum = 0;
    test_run(iterates(&sum, true));
    test_run(iterates(&sum, false));
    CHECK_INT(sum, 2);
}

/* ---- Futures and tasks over each other --------------------------------------------------------------------------------------------- */

typedef caw_of(void) over(caw_of(void) inner);

static CAW_ASYNC(void, awaits, caw_of(void) inner)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(inner);
    } CAW_END;
}
static caw_of(void) task_over(caw_of(void) inner) { return caw_spawn(awaits(inner)); }
static caw_of(void) gather_over(caw_of(void) inner) { return (caw_of(void))caw_base(caw_gather(inner)); }
static caw_of(void) shield_over(caw_of(void) inner) { return caw_shield(inner); }
static caw_of(void) race_over(caw_of(void) inner) { return caw_race(inner); }
static caw_of(void) any_over(caw_of(void) inner) { return caw_any_of(inner); }
static CAW_ASYNC(void, waits, caw_of(void) inner)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait(inner)));
    } CAW_END;
}
static caw_of(void) wait_over(caw_of(void) inner) { return caw_spawn(waits(inner)); }
static CAW_ASYNC(void, groups, caw_of(void) inner)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, awaits(inner));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}
static caw_of(void) group_over(caw_of(void) inner) { return caw_spawn(groups(inner)); }
static CAW_ASYNC(void, limits, caw_of(void) inner)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(inner, 100));
    } CAW_END;
}
static caw_of(void) limit_over(caw_of(void) inner) { return caw_spawn(limits(inner)); }

enum { ENDS, FAILS, IS_CANCELLED, IS_LEFT, HOWS };

static void unref_handles(void *handles)
{
    caw_unref(((caw_any **)handles)[0]);
    caw_unref(((caw_any **)handles)[1]);
}

static CAW_ASYNC(void, at_once, over *over, int how)
{
    CAW_BEGIN(void) {
        caw_of(void) innermost = caw_future(void), outermost = caw_ref(innermost);
        for (int i = 0; i < FEWER; i++) outermost = over(outermost);
        caw_any *both[] = {caw_base(innermost), caw_base(outermost)};
        CAW_DEFER(unref_handles, both);
        CAW_AWAIT(caw_sleep(1));
        caw_unref(caw_capture_call_graph(innermost));
        if (how == IS_LEFT) CAW_RETURN();
        if (how == ENDS) CHECK_INT(caw_set_done(innermost), 0);
        if (how == FAILS) CHECK_INT(caw_set_error(innermost, caw_error_new(CAW_VALUE_ERROR, "deep")), 0);
        if (how == IS_CANCELLED) caw_cancel(outermost, NULL);
        caw_unref(CAW_AWAIT(caw_wait(caw_ref(outermost))));
        if (how == FAILS) {
            caw_unref(caw_exception(innermost));
            caw_unref(caw_exception(outermost));
        }
    } CAW_END;
}

static void all_ends_of(over *over)
{
    for (int how = 0; how < HOWS; how++) test_run(at_once(over, how));
    loop = counting_loop(); /* and it is closed */
    caw_drop(caw_spawn(at_once(over, IS_LEFT), .loop = loop));
    caw_loop_turn(loop, &(caw_budget){.jobs = 0});
    caw_loop_close(loop);
    CHECK(destroyed > 0);
}

SMALL_STACK_TEST(tasks_over_tasks) { all_ends_of(task_over); }
SMALL_STACK_TEST(gathers_over_gathers) { all_ends_of(gather_over); }
SMALL_STACK_TEST(shields_over_shields) { all_ends_of(shield_over); }
SMALL_STACK_TEST(races_over_races) { all_ends_of(race_over); }
SMALL_STACK_TEST(any_ofs_over_any_ofs) { all_ends_of(any_over); }
SMALL_STACK_TEST(waits_over_waits) { all_ends_of(wait_over); }
SMALL_STACK_TEST(groups_over_groups) { all_ends_of(group_over); }
SMALL_STACK_TEST(limits_over_limits) { all_ends_of(limit_over); }
