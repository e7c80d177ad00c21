/*
 * Whatever calls the program (destructors of values, exception handlers, done callbacks, factories, managers, predicates) finds all as it
 * should be, and believes nothing that it read before: each place where that is done, with each thing that may be done there.
 */
#include "tasks.h"

/* ---- What is done ------------------------------------------------------------------------------------------------------------ */

enum { NOTHING, SCHEDULE, SPAWN_EAGERLY, CANCEL_ALL, DROP, STOP, CLOSE, SET_CONTEXT, RUN, LOOK, DEEDS };

static int       deed, done; /* how often it was done */
static caw_loop *loop;
static caw_any  *body_task;
static caw_any  *held;  /* what the place is about; a reference that DROP gives back */
static caw_any  *other; /* the same, again */

static const caw_context_var scratch = {.name = "scratch"};

static void nothing(void *unused) { (void)unused; }

static void drop(caw_any **place)
{
    caw_any *any = *place;
    *place = NULL;
    caw_unref(any);
}

static void act(void)
{
    static bool acting;
    done++;
    if (acting) return; /* a deed brings the place about again */
    acting = true;
    if (loop) switch (deed) {
        case SCHEDULE:
            if (!caw_running_loop()) break;
            caw_unref(caw_call_soon(NULL, nothing, NULL));
            caw_unref(caw_call_later(NULL, 1, nothing, NULL));
            caw_unref(caw_spawn(yields(2)));
            break;
        case SPAWN_EAGERLY:
            if (caw_running_loop()) caw_unref(caw_spawn(yields(2), .eager = true));
            break;
        case CANCEL_ALL: {
            caw_any *tasks[32];
            size_t   count = caw_all_tasks(loop, tasks, 32);
            for (size_t i = 0; i < count; i++) caw_ref(tasks[i]);
            for (size_t i = 0; i < count; i++) {
                if (tasks[i] != body_task) caw_cancel((caw_of(void))tasks[i], "by the deed");
            }
            for (size_t i = 0; i < count; i++) caw_unref(tasks[i]);
            break;
        }
        case DROP:
            drop(&held);
            drop(&other);
            break;
        case STOP: caw_stop(loop); break;
        case CLOSE:
            if (!caw_loop_close(loop)) loop = NULL;
            break;
        case SET_CONTEXT:
            if (!caw_current_task()) break; /* outside, it would be the thread's own */
            CHECK_INT(caw_context_set(&scratch, caw_int(done)), 0);
            caw_value_drop(caw_context_get(&scratch));
            break;
        case RUN:
            caw_unref(caw_run(yields(2), NULL));
            if (strstr(test.log, "was never awaited")) test.log[0] = 0; /* what the factory has in its hands */
            break;
        case LOOK: caw_unref(caw_capture_tasks(loop)); break;
        default: break;
        }
    acting = false;
}

static void destroy(void *p)
{
    free(p);
    act();
}
static caw_value owned(void) { return caw_pointer(malloc(1), destroy); }

static void handler(void *data, caw_loop *of, const caw_report *report)
{
    (void)data, (void)of;
    if (strstr(report->message, "shutdown")) return;
    caw_any *kept = caw_ref(report->task);
    act();
    caw_unref(kept);
}

static void acts_when_done(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    act();
}

/* ---- Places: bodies that run in a task, and what is left is let go of outside of any --------------------------------------------- */

typedef caw_of(void) place(void);

static CAW_ASYNC(void, give_owned, caw_of(caw_value) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(future, owned()), 0);
        caw_unref(future);
    } CAW_END;
}

static CAW_ASYNC(caw_value, owned_after, int passes)
{
    CAW_BEGIN(caw_value) {
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(owned());
    } CAW_END;
}

static CAW_ASYNC(void, fails_after, int passes)
{
    CAW_BEGIN(void) {
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "on purpose");
    } CAW_END;
}

static CAW_ASYNC(void, in_future, void)
{
    CAW_BEGIN(void) {
        caw_of(caw_value) future = caw_future(caw_value);
        held = caw_ref(caw_base(future));
        caw_unref(caw_spawn(give_owned(caw_ref(future))));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(future);
        other = NULL;
        drop(&held);
    } CAW_END;
}

static CAW_ASYNC(void, of_awaited_task, void)
{
    CAW_BEGIN(void) {
        caw_value value = CAW_AWAIT(caw_spawn(owned_after(2)));
        caw_value_drop(value);
    } CAW_END;
}

/* Rule 10b: the awaiter is cancelled as the task ends, and the result is lost in the wake. */
static CAW_ASYNC(void, drop_awaited, caw_of(caw_value) task)
{
    CAW_BEGIN(void) {
        caw_value_drop(CAW_AWAIT(task));
    } CAW_END;
}
static CAW_ASYNC(void, lost_in_the_wake, void)
{
    CAW_BEGIN(void) {
        caw_of(caw_value) future = caw_future(caw_value);
        caw_auto waiting = caw_spawn(drop_awaited(caw_ref(future)));
        held = caw_ref(caw_base(waiting));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(future, owned()), 0);
        caw_unref(future);
        caw_cancel(waiting, NULL);
        caw_unref(waiting);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* Rule 12: cancelled while it ends. */
static CAW_ASYNC(caw_value, cancels_itself, void)
{
    CAW_BEGIN(caw_value) {
        caw_cancel(me(), NULL);
        CAW_RETURN(owned());
    } CAW_END;
}
static CAW_ASYNC(void, lost_at_the_end, void)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(cancels_itself());
        held = caw_ref(caw_base(task));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(task);
    } CAW_END;
}

static CAW_ASYNC(void, in_a_queue, void)
{
    CAW_BEGIN(void) {
        caw_queue *queue = caw_queue_new(3);
        held = caw_ref((caw_any *)(void *)queue);
        CAW_DEFER(caw_unref, queue);
        for (int i = 0; i < 3; i++) CHECK_INT(caw_queue_put_nowait(queue, owned()), 0);
        CHECK_INT(caw_queue_put_nowait(queue, owned()), -CAW_QUEUE_FULL);
        caw_queue_shutdown(queue, true);
        CHECK_INT(caw_queue_put_nowait(queue, owned()), -CAW_QUEUE_SHUT_DOWN);
    } CAW_END;
}

static CAW_ASYNC(void, in_a_queue_that_goes, void)
{
    CAW_BEGIN(void) {
        caw_queue *queue = caw_queue_new(0);
        held = (caw_any *)(void *)queue;
        for (int i = 0; i < 3; i++) CHECK_INT(caw_queue_put_nowait(queue, owned()), 0);
        drop(&held);
    } CAW_END;
}

static CAW_ASYNC(void, sets_owned, int passes)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        if (passes == -1) CAW_RAISE(CAW_VALUE_ERROR, "with a context");
    } CAW_END;
}
static CAW_ASYNC(void, in_contexts, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        caw_auto fails = caw_spawn(sets_owned(0)), ends = caw_spawn(sets_owned(2)), unborn = caw_spawn(yields(1));
        held = caw_ref(caw_base(fails));
        other = caw_ref(caw_base(ends));
        caw_handle *handle = caw_call_soon(NULL, nothing, NULL), *late = caw_call_later(NULL, 1, nothing, NULL);
        caw_of(void) future = caw_future(void);
        CHECK_INT(caw_add_done_callback(future, acts_when_done, NULL), 0);
        CHECK_INT(caw_context_set(&scratch, caw_int(1)), 0); /* what they have is theirs alone now */
        caw_cancel(unborn, NULL);
        caw_handle_cancel(handle);
        caw_handle_cancel(late);
        caw_unref(handle);
        caw_unref(late);
        caw_unref(unborn);
        CHECK_INT(caw_remove_done_callback(future, acts_when_done, NULL), 1);
        caw_unref(future);
        for (int i = 0; i < 4; i++) CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_exception(fails));
        caw_unref(fails);
        caw_unref(ends);
    } CAW_END;
}

static CAW_ASYNC(void, in_results, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather(owned_after(1), owned_after(0), owned_after(2))));
        caw_value_drop(CAW_AWAIT(caw_race(owned_after(1), owned_after(1), owned_after(4))));
        caw_value_drop(CAW_AWAIT(caw_any_of(owned_after(2), owned_after(2))));
        caw_unref(CAW_AWAIT(caw_wait(caw_spawn(owned_after(1)), caw_spawn(owned_after(2)))));
        caw_value_drop(CAW_AWAIT(caw_shield(owned_after(1))));
        caw_value_drop(CAW_AWAIT(caw_wait_for(owned_after(1), 5)));
        caw_completions *all = caw_as_completed(owned_after(1), owned_after(0));
        CAW_DEFER(caw_unref, all);
        caw_value_drop(CAW_AWAIT(caw_next_result(all, caw_value)));
    } CAW_END;
}

static CAW_ASYNC_GEN(int, counts, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < 3; i++) {
            CAW_YIELD(i);
            caw_value_drop(CAW_SENT());
        }
    }
    CAW_END_GEN;
}
static CAW_ASYNC(void, sent, void)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = counts();
        held = (caw_any *)(void *)caw_ref(g);
        CAW_AWAIT(caw_anext(g));
        CAW_AWAIT(caw_asend(g, owned()));
        caw_drop(caw_asend(g, owned()));
        CAW_AWAIT(caw_aclose(g));
        caw_unref(g);
    } CAW_END;
}

static CAW_ASYNC(void, never_retrieved, void)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(fails_after(1));
        held = caw_ref(caw_base(task));
        caw_of(void) future = caw_future(void);
        other = caw_ref(caw_base(future));
        CHECK_INT(caw_set_error(future, caw_error_new(CAW_OS_ERROR, "lost")), 0);
        caw_unref(future);
        caw_unref(task);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        drop(&held);
        drop(&other);
        caw_unref(caw_gather(caw_spawn(fails_after(0)), caw_spawn(fails_after(0))));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

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

static void acts(void *unused)
{
    (void)unused;
    act();
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

/* What is pending when the loop is closed. */
static CAW_ASYNC(void, left_pending, void)
{
    CAW_BEGIN(void) {
        CAW_DEFER(acts, NULL);
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        caw_gen(int) g = counts();
        CAW_DEFER(caw_unref, g);
        CAW_AWAIT(caw_anext(g));
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_FINALLY {
            act();
        }
        CAW_END_TRY;
    } CAW_END;
}
static CAW_ASYNC(void, pending, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(left_pending()));
        caw_unref(caw_spawn(left_pending()));
        caw_unref(caw_call_later(NULL, 1000, acts, NULL));
        caw_of(void) future = caw_future(void);
        held = caw_ref(caw_base(future));
        caw_unref(caw_gather(caw_ref(future), caw_spawn(left_pending())));
        caw_unref(caw_race(caw_ref(future), caw_spawn(left_pending())));
        caw_unref(caw_shield(future));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* ---- Each with each ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, in_its_task, place *body)
{
    CAW_BEGIN(void) {
        body_task = caw_current_task();
        CAW_AWAIT(body());
        body_task = NULL;
    } CAW_END;
}

static void each_deed(place *body)
{
    for (deed = NOTHING; deed < DEEDS; deed++) {
        done = 0;
        held = other = body_task = NULL;
        loop = caw_loop_new();
        caw_set_exception_handler(loop, handler, NULL);
        for (int i = 0; loop && i < 4; i++) { /* a deed may stop it, or close it */
            caw_error *error = caw_run_until_complete(loop, i ? yields(4) : in_its_task(body), NULL);
            if (error && deed != STOP && deed != CLOSE && !(deed == CANCEL_ALL && caw_error_is(error, CAW_CANCELLED_ERROR)))
                test_complain("  deed %d: %s\n", deed, caw_error_message(error));
            caw_unref(error);
        }
        drop(&held);
        drop(&other);
        if (loop) caw_loop_close(loop);
        CHECK(done > 0);
    }
}

TEST(in_future) { each_deed(in_future); }
TEST(of_awaited_task) { each_deed(of_awaited_task); }
TEST(lost_in_the_wake) { each_deed(lost_in_the_wake); }
TEST(lost_at_the_end) { each_deed(lost_at_the_end); }
TEST(in_a_queue) { each_deed(in_a_queue); }
TEST(in_a_queue_that_goes) { each_deed(in_a_queue_that_goes); }
TEST(in_contexts) { each_deed(in_contexts); }
TEST(in_results) { each_deed(in_results); }
TEST(sent) { each_deed(sent); }
TEST(never_retrieved) { each_deed(never_retrieved); }
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
TEST(pending) { each_deed(pending); }
