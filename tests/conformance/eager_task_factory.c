/* CPython's EagerTaskFactoryLoopTests and the counting of tasks (test_eager_task_factory). */
#include "tasks.h"

/* On a loop whose tasks are all eager. */
#define EAGER_TEST(name)                                                                                                       \
    static caw_of(void) case_##name(void);                                                                                     \
    static void run_##name(void) { conform_run_eager(case_##name()); }                                                         \
    TEST_ENLIST(name, run_##name)                                                                                              \
    static CAW_ASYNC(void, case_##name, void)

static CAW_ASYNC(int, answer_later, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.1));
        CAW_RETURN(42);
    } CAW_END;
}

EAGER_TEST(eager_task_factory_set)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(answer());
        CHECK_TEXT(caw_task_name(t), "Task-2"); /* a task like any other */
        CHECK_INT(CAW_AWAIT(t), 42);
    } CAW_END;
}

static CAW_ASYNC(void, set_42, caw_of(int) f)
{
    CAW_BEGIN(void) {
        caw_set_result(f, 42);
    } CAW_END;
}

EAGER_TEST(await_future_during_eager_step)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(int);
        caw_auto t = caw_spawn(set_42(f));
        CHECK(caw_done(t));
        CHECK_INT(CAW_AWAIT(f), 42);
        caw_unref(t);
    } CAW_END;
}

EAGER_TEST(eager_completion)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(answer());
        CHECK(caw_done(t));
        CHECK_INT(CAW_AWAIT(t), 42);
    } CAW_END;
}

EAGER_TEST(block_after_eager_step)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(answer_later());
        CHECK(!caw_done(t));
        CHECK_INT(CAW_AWAIT(caw_ref(t)), 42);
        CHECK(caw_done(t));
        caw_unref(t);
    } CAW_END;
}

EAGER_TEST(cancellation_after_eager_completion)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(answer());
        CHECK(!caw_cancel(t, NULL));
        CHECK_INT(CAW_AWAIT(caw_ref(t)), 42);
        CHECK(!caw_cancelled(t));
        caw_unref(t);
    } CAW_END;
}

EAGER_TEST(cancellation_after_eager_step_blocks)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(answer_later());
        CHECK(caw_cancel(t, "cancellation message"));
        CHECK_INT(caw_cancelling(t), 1);
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, "cancellation message");
    } CAW_END;
}

static CAW_ASYNC(void, note_current, caw_any **seen)
{
    CAW_BEGIN(void) {
        *seen = caw_current_task();
        CAW_AWAIT(caw_sleep(0.1));
        CHECK(caw_current_task() == *seen);
    } CAW_END;
}

EAGER_TEST(current_task)
{
    CAW_BEGIN(void) {
        caw_any *me = caw_current_task(), *seen = NULL;
        caw_auto t = caw_spawn(note_current(&seen));
        CHECK(seen == caw_base(t));
        CHECK(caw_current_task() == me);
        CAW_AWAIT(t);
    } CAW_END;
}

/* Whether the task is among those that are not done. */
static bool is_listed(const caw_any *task)
{
    caw_any *tasks[8];
    size_t   count = caw_all_tasks(NULL, tasks, 8);
    for (size_t i = 0; i < count && i < 8; i++) {
        if (tasks[i] == task) return true;
    }
    return false;
}

/* Is listed while it runs, and waits if there is something to wait for. */
static CAW_ASYNC(void, look, caw_any *waits_for)
{
    CAW_BEGIN(void) {
        trace("listed:%d", is_listed(caw_current_task()));
        if (waits_for) CAW_AWAIT(caw_ref((caw_of(void))waits_for));
    } CAW_END;
}

EAGER_TEST(all_tasks_with_eager_completion)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(look(NULL));
        CHECK_TRACE("listed:1");
        CHECK(!is_listed(caw_base(t)));
        caw_unref(t);
    } CAW_END;
}

EAGER_TEST(all_tasks_with_blocking)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        caw_auto t = caw_spawn(look(caw_base(f)));
        CHECK_TRACE("listed:1");
        CHECK(is_listed(caw_base(t)));
        caw_set_done(f);
        CAW_AWAIT(caw_ref(t));
        CHECK(!is_listed(caw_base(t)));
        caw_unref(t);
        caw_unref(f);
    } CAW_END;
}

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(0));
static int             get(void) { return caw_context_get(&number).as_int32; }
#define SET(i) CAW_CHECK(caw_context_set(&number, caw_int(i)))

static CAW_ASYNC(void, change_twice, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(get(), 1);
        SET(2);
        trace("first");
        CAW_AWAIT(caw_sleep(0.1));
        CHECK_INT(get(), 2);
        SET(3);
        trace("second");
    } CAW_END;
}

EAGER_TEST(context_vars)
{
    CAW_BEGIN(void) {
        SET(1);
        caw_auto t = caw_spawn(change_twice());
        CHECK_TRACE("first");
        CHECK_INT(get(), 1);
        CAW_AWAIT(t);
        CHECK_TRACE("second");
        CHECK_INT(get(), 1);
    } CAW_END;
}

EAGER_TEST(name)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(tell_name(), .name = "test name");
        CHECK_TRACE("test name");
        CAW_AWAIT(t);
    } CAW_END;
}

EAGER_TEST(eager_start_false)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(tell_name(), .name = "example", .lazy = true);
        CHECK(!caw_done(t));
        CHECK_TRACE("");
        CAW_AWAIT(t);
        CHECK_TRACE("example");
    } CAW_END;
}

ASYNC_TEST(eager_start_true_with_default_factory)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(tell_name(), .name = "example", .eager = true);
        CHECK(caw_done(t));
        CHECK_TRACE("example");
        CAW_AWAIT(t);
    } CAW_END;
}

/* ---- How many tasks are ever scheduled ------------------------------------------------------------------------------------------ */

/* How deep in calls that make tasks we are: what runs inside one was not scheduled. */
static int making, scheduled;

static CAW_ASYNC(int, chain, int depth)
{
    CAW_BEGIN(int) {
        if (depth == 0) CAW_RETURN(0);
        CAW_RETURN(1 + CAW_AWAIT(chain(depth - 1)));
    } CAW_END;
}

/* Whether tasks are eager here. */
static bool eager_here(void)
{
    caw_auto probe = caw_spawn(answer());
    bool     done = caw_done(probe);
    caw_unref(probe);
    return done;
}

LAZY_AND_EAGER_TEST(awaitables_chain)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(chain(100)); /* one task, or none that is scheduled */
        CHECK_INT(caw_done(t), eager_here());
        CHECK_INT(CAW_AWAIT(t), 100);
    } CAW_END;
}

enum { WIDTH = 5, DEPTH = 4 };

static CAW_ASYNC(void, gather_more, int depth)
{
    CAW_BEGIN(void) {
        caw_any *children[WIDTH];
        scheduled += !making;
        if (depth == 0) CAW_RETURN();
        for (int i = 0; i < WIDTH; i++) children[i] = caw_base(gather_more(depth - 1));
        making++;
        caw_auto g = caw_gather_array(children, WIDTH);
        making--;
        caw_unref(CAW_AWAIT(g));
    } CAW_END;
}

LAZY_AND_EAGER_TEST(recursive_gather)
{
    CAW_BEGIN(void) {
        scheduled = 0;
        making++;
        caw_auto t = caw_spawn(gather_more(DEPTH));
        making--;
        CAW_AWAIT(t);
        CHECK_INT(scheduled, eager_here() ? 0 : 781); /* 1 + 5 + 25 + 125 + 625 */
    } CAW_END;
}

static CAW_ASYNC(void, group_more, int depth)
{
    CAW_BEGIN(void) {
        scheduled += !making;
        if (depth == 0) CAW_RETURN();
        CAW_WITH_TASK_GROUP(g) {
            making++;
            for (int i = 0; i < WIDTH; i++) CAW_GROUP_START(g, group_more(depth - 1));
            making--;
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

LAZY_AND_EAGER_TEST(recursive_taskgroups)
{
    CAW_BEGIN(void) {
        scheduled = 0;
        making++;
        caw_auto t = caw_spawn(group_more(DEPTH));
        making--;
        CAW_AWAIT(t);
        CHECK_INT(scheduled, eager_here() ? 0 : 781);
    } CAW_END;
}
