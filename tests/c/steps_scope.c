/* Limits, exit stacks, groups, loops and timers, n of each at once: whatever becomes of them, and in whatever order, is linear in n. */
#include "steps.h"

static CAW_ASYNC(void, forever, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_future(void));
    } CAW_END;
}

static CAW_ASYNC(void, await_all, caw_of(void) * tasks, int n)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < n; i++) {
            CAW_TRY {
                CAW_AWAIT(tasks[i]);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
        }
        free(tasks);
    } CAW_END;
}

/* ---- Limits ------------------------------------------------------------------------------------------------------------------- */

static caw_timeout *scopes[MANY];

static CAW_ASYNC(void, limited, int i, double when)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT_AT(scope, when) {
            scopes[i] = scope;
            CAW_AWAIT(forever());
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* All are due, and each gets another time before its turn; the last first, so that each is far away. */
static void give_time(void *count)
{
    for (int i = *(int *)count; i-- > 0;) CHECK_INT(caw_timeout_reschedule(scopes[i], caw_time(NULL) + 1 + i), 0);
}

static CAW_ASYNC(void, reschedule_due, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) *tasks = calloc((size_t)n, sizeof *tasks);
        double when = caw_time(NULL) + 1;
        caw_unref(caw_call_at(NULL, when, give_time, &n));
        for (int i = 0; i < n; i++) tasks[i] = caw_spawn(limited(i, when));
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < n; i++) CHECK(!caw_done(tasks[i]) && caw_cancelling(tasks[i]) == 0);
        CHECK_REAL(caw_timeout_when(scopes[n - 1]) - when, n);
        for (int i = 0; i < n; i++) caw_cancel(tasks[i], NULL);
        CAW_AWAIT(await_all(tasks, n));
    } CAW_END;
}

static void reschedule(int n) { test_run(reschedule_due(n)); }

TEST(limits_rescheduled_when_due) { CHECK_LINEAR(reschedule); }

/* n limits whose time has not begun to count when they are left, in any order. */
static CAW_ASYNC(void, brief, caw_of(void) until)
{
    CAW_BEGIN_OWNING(void, caw_unref(until)) {
        CAW_AWAIT(caw_wait_for(until, 1));
    } CAW_END;
}

static CAW_ASYNC(void, leave_fresh, int n)
{
    CAW_BEGIN(void) {
        caw_of(void) *tasks = calloc((size_t)n, sizeof *tasks);
        caw_of(void) *futures = calloc((size_t)n, sizeof *futures);
        for (int i = 0; i < n; i++) tasks[i] = caw_spawn(brief(caw_ref(futures[i] = caw_future(void))), .eager = true);
        for (int i = 0; i < n; i++) caw_set_done(futures[shuffled(i, n)]);
        CAW_AWAIT(await_all(tasks, n));
        for (int i = 0; i < n; i++) caw_unref(futures[i]);
        free(futures);
    } CAW_END;
}

static void leave(int n) { test_run(leave_fresh(n)); }

TEST(limits_left_in_any_order) { CHECK_LINEAR(leave); }

/* ---- Timers ------------------------------------------------------------------------------------------------------------------- */

static void never(void *argument) { (void)argument; }

/* n timers at times in an order, cancelled in another. 0: as they came, 1: the last first, 2: any. */
static void timers(int n, int made, int cancelled)
{
    caw_loop    *loop = caw_loop_new();
    caw_handle **handles = calloc((size_t)n, sizeof *handles);
    for (int i = 0; i < n; i++) {
        int at = made == 0 ? i : made == 1 ? n - i : shuffled(i, n);
        handles[i] = caw_call_at(loop, caw_sim_time() + 1 + at, never, NULL);
    }
    caw_loop_turn(loop, NULL);
    for (int i = 0; i < n; i++) {
        int which = cancelled == 0 ? i : cancelled == 1 ? n - 1 - i : shuffled(i, n);
        caw_handle_cancel(handles[which]);
        if (i % 100 == 0) caw_loop_turn(loop, NULL);
    }
    CHECK(isinf(caw_loop_turn(loop, NULL).deadline));
    for (int i = 0; i < n; i++) caw_unref(handles[i]);
    free(handles);
    caw_loop_close(loop);
}

static void forwards(int n) { timers(n, 0, 0); }
static void backwards(int n) { timers(n, 0, 1); }
static void falling(int n) { timers(n, 1, 0); }
static void shuffled_first(int n) { timers(n, 2, 0); }
static void shuffled_then(int n) { timers(n, 0, 2); }

TEST(timers_cancelled)
{
    CHECK_LINEAR(forwards);
    CHECK_LINEAR(backwards);
    CHECK_LINEAR(falling);
    CHECK_LINEAR(shuffled_first);
    CHECK_LINEAR(shuffled_then);
}

static void fire(int n, int made)
{
    caw_loop *loop = caw_loop_new();
    for (int i = 0; i < n; i++) {
        int at = made == 0 ? i : made == 1 ? n - i : shuffled(i, n);
        caw_unref(caw_call_at(loop, caw_sim_time() + 1 + at / 10, never, NULL));
    }
    uint32_t jobs = 0;
    for (int i = 0; i < n / 10 + 2; i++) {
        caw_sim_set_time(caw_sim_time() + 1);
        jobs += caw_loop_turn(loop, NULL).jobs;
    }
    CHECK_INT(jobs, n);
    caw_loop_close(loop);
}

static void fire_rising(int n) { fire(n, 0); }
static void fire_falling(int n) { fire(n, 1); }
static void fire_shuffled(int n) { fire(n, 2); }

TEST(timers_fired)
{
    CHECK_LINEAR(fire_rising);
    CHECK_LINEAR(fire_falling);
    CHECK_LINEAR(fire_shuffled);
}

/* ---- Loops -------------------------------------------------------------------------------------------------------------------- */

static void loops_made_and_closed(int n)
{
    caw_loop **loops = calloc((size_t)n, sizeof *loops);
    for (int i = 0; i < n; i++) loops[i] = caw_loop_new();
    for (int i = 0; i < n; i++) caw_loop_close(loops[shuffled(i, n)]);
    free(loops);
}

TEST(loops) { CHECK_LINEAR(loops_made_and_closed); }

static CAW_ASYNC(void, exits, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_SYSTEM_EXIT, NULL);
    } CAW_END;
}

/* n runs that are broken off at their first job, beside n jobs that never have their turn. */
static void broken_off(int n)
{
    caw_loop *loop = caw_loop_new();
    caw_of(void) *tasks = calloc((size_t)n, sizeof *tasks);
    for (int i = 0; i < n; i++) tasks[i] = caw_spawn(exits(), .loop = loop);
    for (int i = 0; i < n; i++) caw_unref(caw_call_soon(loop, never, NULL));
    for (int i = 0; i < n; i++)
        CHECK_ERROR(caw_run_until_complete(loop, (caw_of(void))caw_ref(tasks[i]), NULL), CAW_SYSTEM_EXIT, NULL);
    for (int i = 0; i < n; i++) caw_unref(tasks[i]);
    free(tasks);
    caw_loop_close(loop);
}

TEST(runs_broken_off) { CHECK_LINEAR(broken_off); }

/* ---- Scopes that hold many ---------------------------------------------------------------------------------------------------- */

static caw_of(void) enter_soon(void *argument)
{
    (void)argument;
    return caw_sleep(0);
}

static caw_of(bool) leave_at_once(void *argument, caw_error *error)
{
    (void)argument, (void)error;
    return NULL;
}

/* n tasks that enter something into one stack, all at once. */
static CAW_ASYNC(void, stack_of_many, int n)
{
    CAW_BEGIN(void) {
        static const caw_with_type type = {.enter = enter_soon, .exit = leave_at_once};
        CAW_WITH_EXIT_STACK(stack) {
            caw_of(void) *tasks = calloc((size_t)n, sizeof *tasks);
            for (int i = 0; i < n; i++) tasks[i] = caw_spawn(caw_exit_stack_enter(stack, (caw_with){NULL, &type}));
            CAW_AWAIT(await_all(tasks, n));
        }
        CAW_END_EXIT_STACK;
    } CAW_END;
}

static void enter_many(int n) { test_run(stack_of_many(n)); }

TEST(exit_stacks) { CHECK_LINEAR(enter_many); }

/* A group of n whose children end in any order, some by themselves, the others cancelled by the first error. */
static CAW_ASYNC(void, ends, int i, int n)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1 + shuffled(i, n)));
        if (i == n / 2) CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

static CAW_ASYNC(void, group_of_many, int n)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                for (int i = 0; i < n; i++) CAW_GROUP_START(group, ends(i, n));
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            CHECK_INT(caw_error_child_count(error), 1);
        }
        CAW_END_TRY;
    } CAW_END;
}

static void group(int n) { test_run(group_of_many(n)); }

TEST(task_groups) { CHECK_LINEAR(group); }

/* ---- Generators --------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC_GEN(int, one, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_YIELD(2);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, generators_of_many, int n)
{
    CAW_BEGIN(void) {
        caw_gen(int) *all = calloc((size_t)n, sizeof *all);
        for (int i = 0; i < n; i++) CHECK_INT(CAW_AWAIT(caw_anext(all[i] = one())), 1);
        for (int i = 0; i < n; i++) CAW_AWAIT(caw_aclose(all[shuffled(i, n)]));
        for (int i = 0; i < n; i++) caw_unref(all[i]);
        free(all);
    } CAW_END;
}

static void generators(int n) { test_run(generators_of_many(n)); }

TEST(generators_begun_and_closed) { CHECK_LINEAR(generators); }
