/* The program is called by what it has given the library to call: callbacks, factories, awaitables, managers, predicates. */
#include "reenter.h"

static void acts_and_removes(void *argument, caw_any *future)
{
    caw_remove_done_callback((caw_of(void))future, acts_when_done, argument);
    act();
}
static CAW_ASYNC(void, done_callbacks, void)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        held = caw_ref(caw_base(future));
        CHECK_INT(caw_add_done_callback(future, acts_and_removes, NULL), 0);
        CHECK_INT(caw_add_done_callback(future, acts_when_done, NULL), 0);
        CHECK_INT(caw_set_done(future), 0);
        caw_unref(future);
        CAW_AWAIT(caw_sleep(0));
        caw_auto task = caw_spawn(yields(1));
        CHECK_INT(caw_add_done_callback(task, acts_and_removes, NULL), 0);
        CHECK_INT(caw_add_done_callback(task, acts_when_done, NULL), 0);
        CAW_AWAIT(task);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static CAW_ASYNC(void, callbacks_and_defers, void)
{
    CAW_BEGIN(void) {
        caw_handle *soon = caw_call_soon(NULL, acts, NULL), *late = caw_call_later(NULL, 0.5, acts, NULL);
        held = (caw_any *)(void *)caw_ref(soon);
        other = (caw_any *)(void *)caw_ref(late);
        caw_unref(soon);
        caw_unref(late);
        CAW_DEFER(acts, NULL);
        CAW_DEFER(acts, NULL);
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

static caw_any *factory(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    (void)data;
    act();
    caw_any *task = caw_task_new(coroutine, options);
    act();
    return task;
}
static CAW_ASYNC(void, factories, void)
{
    CAW_BEGIN(void) {
        caw_loop_set_task_factory(caw_running_loop(), factory, NULL);
        caw_auto task = caw_spawn(yields(1));
        held = caw_ref(caw_base(task));
        CAW_AWAIT(task);
        caw_unref(CAW_AWAIT(caw_gather(yields(1), yields(0))));
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, yields(1));
            CAW_GROUP_START(group, yields(2));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static caw_queue *ordered;
static bool       before(const caw_value *a, const caw_value *b)
{
    int64_t x = a->as_int64, y = b->as_int64;
    act();
    return x < y;
}
static CAW_ASYNC(void, orders, void)
{
    CAW_BEGIN(void) {
        ordered = caw_priority_queue_new(0, before);
        CAW_DEFER(caw_unref, ordered);
        for (int i = 9; i > 0; i--) CHECK_INT(caw_queue_put_nowait(ordered, caw_int(i * 7 % 10)), 0);
        caw_value value;
        while (!caw_queue_get_nowait(ordered, &value)) caw_value_drop(value);
    } CAW_END;
}

static caw_any *gives(caw_awaitable *self)
{
    (void)self;
    act();
    return caw_base(yields(1));
}
static CAW_ASYNC(void, awaitables, void)
{
    CAW_BEGIN(void) {
        caw_awaitable one = CAW_AWAITABLE(gives);
        CAW_AWAIT(caw_awaitable_of(void, &one));
        CAW_AWAIT(caw_spawn(caw_awaitable_of(void, &one)));
    } CAW_END;
}

static caw_of(void) acts_enter(void *self)
{
    act();
    return self ? yields(1) : NULL;
}
static caw_of(bool) acts_exit(void *self, caw_error *error)
{
    (void)self, (void)error;
    act();
    return NULL;
}
static void acts_release(void *self)
{
    (void)self;
    act();
}
static const caw_with_type acting = {.enter = acts_enter, .exit = acts_exit, .release = acts_release};
static caw_of(void) acts_async(void *argument)
{
    (void)argument;
    act();
    return yields(1);
}
static CAW_ASYNC(void, managers, void)
{
    CAW_BEGIN(void) {
        CAW_WITH(((caw_with){NULL, &acting})) {
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_END_WITH;
        CAW_WITH_EXIT_STACK(stack) {
            held = caw_ref((caw_any *)(void *)stack);
            CAW_AWAIT(caw_exit_stack_enter(stack, (caw_with){stack, &acting}));
            CHECK_INT(caw_exit_stack_push(stack, (caw_with){NULL, &acting}), 0);
            CHECK_INT(caw_exit_stack_callback(stack, acts, NULL), 0);
            CHECK_INT(caw_exit_stack_async_callback(stack, acts_async, NULL), 0);
        }
        CAW_END_EXIT_STACK;
        caw_exit_stack *stack = caw_exit_stack_new();
        CHECK_INT(caw_exit_stack_push(stack, (caw_with){NULL, &acting}), 0);
        CHECK_INT(caw_exit_stack_push(stack, (caw_with){NULL, &acting}), 0);
        caw_unref(stack);
    } CAW_END;
}

static bool predicate(void *unused)
{
    (void)unused;
    act();
    return done > 2;
}
static CAW_ASYNC(void, predicates, void)
{
    CAW_BEGIN(void) {
        caw_condition *condition = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, condition);
        held = caw_ref((caw_any *)(void *)condition);
        CAW_AWAIT(caw_lock_acquire(caw_condition_lock(condition)));
        done = 2;
        CAW_AWAIT(caw_condition_wait_for(condition, predicate, NULL));
        caw_lock_release(caw_condition_lock(condition));
    } CAW_END;
}

static caw_of(caw_value) maps(int *n)
{
    act();
    return owned_after(*n);
}
static CAW_ASYNC(void, mapped, void)
{
    CAW_BEGIN(void) {
        int inputs[] = {2, 0, 1, 3};
        caw_unref(CAW_AWAIT(caw_map(maps, inputs, 4, 2)));
    } CAW_END;
}

static void in_context(void *unused)
{
    (void)unused;
    CHECK_INT(caw_context_set(&scratch, owned()), 0);
    act();
}
static CAW_ASYNC(void, context_runs, void)
{
    CAW_BEGIN(void) {
        caw_context *context = caw_context_copy();
        held = caw_ref((caw_any *)(void *)context);
        caw_context_run(context, in_context, NULL);
        caw_unref(context);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static bool matches(const caw_error *error, void *unused)
{
    (void)unused;
    act();
    return caw_error_is(error, CAW_VALUE_ERROR);
}
static CAW_ASYNC(void, splits, void)
{
    CAW_BEGIN(void) {
        caw_error *members[] = {caw_error_new(CAW_VALUE_ERROR, NULL), caw_error_new(CAW_TYPE_ERROR, NULL)};
        caw_error *group = caw_error_group("both", members, 2), *matching, *rest;
        held = (caw_any *)(void *)caw_ref(group);
        CHECK_INT(caw_error_split_by(group, matches, NULL, &matching, &rest), 0);
        caw_unref(matching);
        caw_unref(rest);
        caw_unref(group);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(done_callbacks) { each_deed(done_callbacks); }
TEST(callbacks_and_defers) { each_deed(callbacks_and_defers); }
TEST(factories) { each_deed(factories); }
TEST(orders) { each_deed(orders); }
TEST(awaitables) { each_deed(awaitables); }
TEST(managers) { each_deed(managers); }
TEST(predicates) { each_deed(predicates); }
TEST(mapped) { each_deed(mapped); }
TEST(context_runs) { each_deed(context_runs); }
TEST(splits) { each_deed(splits); }
