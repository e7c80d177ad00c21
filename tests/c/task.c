/* Tasks: first step, hops between completion and resumption, names, lists, eager start, lifetimes, misuse. */
#include "test.h"

static CAW_ASYNC(int, work, const char *word, int yields)
{
    CAW_BEGIN(int) {
        trace("%s", word);
        for (int i = 0; i < yields; i++) CAW_AWAIT(caw_sleep(0));
        trace("%s.", word);
        CAW_RETURN((int)strlen(word));
    } CAW_END;
}

static CAW_ASYNC(void, fail, const char *message, int yields)
{
    CAW_BEGIN(void) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "%s", message);
    } CAW_END;
}

ASYNC_TEST(tasks_start_in_the_next_pass_and_take_turns)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(work("a", 2)), b = caw_spawn(work("bb", 1));
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a bb");
        CHECK_INT(CAW_AWAIT(a), 1);
        CHECK_INT(CAW_AWAIT(b), 2);
        CHECK_TRACE("bb. a.");
    } CAW_END;
}

/* ---- Hops ----------------------------------------------------------------------------------------------------------------- */

static int  pass_number, leaf_pass;
static bool counting;

/* Reschedules itself at the head of each pass, so pass_number is the pass. */
static void count_pass(void *unused)
{
    pass_number++;
    if (counting) caw_unref(caw_call_soon(NULL, count_pass, unused));
}

static void set_leaf(void *future)
{
    leaf_pass = pass_number;
    CHECK_INT(caw_set_result(*(caw_of(int) *)future, 1), 0);
}

static CAW_ASYNC(int, leaf_task, int yields)
{
    CAW_BEGIN(int) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        leaf_pass = pass_number;
        CAW_RETURN(1);
    } CAW_END;
}

static void put_leaf(void *queue)
{
    leaf_pass = pass_number;
    CHECK_INT(caw_queue_put_nowait(queue, caw_int(1)), 0);
}

static void release_leaf(void *semaphore)
{
    leaf_pass = pass_number;
    CHECK_INT(caw_release(semaphore), 0);
}

/* The passes from the leaf's completion until the await of `handle` returns. */
#define HOPS(handle)                                                                                                           \
    ({                                                                                                                         \
        (void)CAW_AWAIT(handle);                                                                                               \
        pass_number - leaf_pass;                                                                                               \
    })

ASYNC_TEST(hops_from_completion_to_resumption)
{
    CAW_BEGIN(void) {
        counting = true;
        caw_unref(caw_call_soon(NULL, count_pass, NULL));
        caw_of(int) f = caw_future(int);
        caw_unref(caw_call_later(NULL, 0, set_leaf, &f));
        CHECK_INT(HOPS(caw_ref(f)), 1);
        caw_unref(f);
        CHECK_INT(HOPS(leaf_task(3)), 0); /* a coroutine is part of its awaiter */
        CHECK_INT(HOPS(caw_spawn(leaf_task(3))), 1);
        caw_of(caw_results *) both = caw_gather(leaf_task(3), leaf_task(1));
        caw_unref(CAW_AWAIT(both));
        CHECK_INT(pass_number - leaf_pass, 2);
        CHECK_INT(HOPS(caw_shield(leaf_task(3))), 2);
        CHECK_INT(HOPS(caw_wait_for(leaf_task(3), 1)), 0); /* in the caller's own task */
        CHECK_INT(HOPS(caw_wait_for(caw_spawn(leaf_task(3)), 1)), 1);
        f = caw_future(int);
        caw_unref(caw_call_later(NULL, 0, set_leaf, &f));
        CHECK_INT(HOPS(caw_wait_for(f, 1)), 1);
        caw_queue *q = caw_queue_new(0);
        caw_unref(caw_call_later(NULL, 0, put_leaf, q));
        CHECK_INT(HOPS(caw_queue_get(q)), 1);
        caw_unref(q);
        caw_semaphore *s = caw_semaphore_new(0);
        caw_unref(caw_call_later(NULL, 0, release_leaf, s));
        CHECK_INT(HOPS(caw_acquire(s)), 1);
        caw_unref(s);
        caw_of(int) done = caw_spawn(leaf_task(0));
        CAW_AWAIT(caw_sleep(0));
        leaf_pass = pass_number;
        CHECK_INT(HOPS(done), 0); /* done already */
        CHECK_INT(HOPS(caw_spawn(leaf_task(0), .eager = true)), 0);
        leaf_pass = pass_number;
        CHECK_INT(HOPS(caw_sleep(0)), 1);
        leaf_pass = pass_number;
        CHECK_INT(HOPS(caw_spawn(leaf_task(0))), 1); /* its first step is one pass later, and it is seen one after */
        counting = false;
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* ---- Eager --------------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(an_eager_task_starts_at_once)
{
    CAW_BEGIN(void) {
        caw_any *me = caw_current_task();
        caw_auto a = caw_spawn(work("a", 0), .eager = true);
        CHECK_TRACE("a a.");
        CHECK(caw_done(a));
        CHECK_INT(caw_all_tasks(NULL, NULL, 0), 1);
        CHECK(caw_current_task() == me);
        CHECK_INT(CAW_AWAIT(a), 1);
        caw_auto b = caw_spawn(work("b", 1), .eager = true);
        CHECK_TRACE("b");
        CHECK(!caw_done(b));
        CHECK_INT(CAW_AWAIT(b), 1);
        CHECK_TRACE("b.");
        CHECK_RAISES(caw_spawn(fail("eager", 0), .eager = true), CAW_VALUE_ERROR, "eager");
        caw_loop_set_eager(caw_running_loop(), true);
        caw_unref(caw_spawn(work("c", 0)));
        CHECK_TRACE("c c.");
        caw_unref(CAW_AWAIT(caw_gather(work("d", 0), work("e", 1))));
        CHECK_TRACE("d d. e e.");
        caw_results *r = CAW_AWAIT(caw_gather(work("ff", 0), work("ggg", 0)));
        CHECK_INT(caw_result_at(r, 0, int) * 10 + caw_result_at(r, 1, int), 23);
        caw_unref(r);
        CHECK_TRACE("ff ff. ggg ggg.");
        caw_loop_set_eager(caw_running_loop(), false);
    } CAW_END;
}

TEST(eager_on_a_loop_that_does_not_run_is_lazy)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  task = caw_spawn(work("a", 0), .loop = loop, .eager = true);
    int       n = 0;
    CHECK_TRACE("");
    CHECK_ERROR(caw_run_until_complete(loop, task, &n), CAW_OK, "");
    CHECK_TRACE("a a.");
    CHECK_INT(n, 1);
    caw_loop_close(loop);
}

/* ---- Lifetimes ------------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(a_dropped_handle_does_not_end_the_task)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(work("a", 2)));
        caw_drop(caw_spawn(work("b", 2)));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a b a. b.");
    } CAW_END;
}

ASYNC_TEST(a_task_may_be_awaited_by_several_and_again)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(work("abc", 1));
        caw_auto also = caw_spawn(caw_wait_for(caw_ref(task), 5));
        CHECK_INT(CAW_AWAIT(caw_ref(task)), 3);
        CHECK_INT(CAW_AWAIT(caw_ref(task)), 3);
        CHECK_INT(CAW_AWAIT(also), 3);
        int n = 0;
        CHECK_INT(caw_result(task, &n), 0);
        CHECK_INT(n, 3);
        caw_unref(task);
        CHECK_TRACE("abc abc.");
    } CAW_END;
}

ASYNC_TEST(an_error_of_a_task_is_reported_with_its_name)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(fail("lost", 1), .name = "loser"));
        CAW_AWAIT(caw_sleep(1));
        CHECK(strstr(test.log, "Task exception was never retrieved\n  task: loser (") != NULL);
        CHECK(strstr(test.log, "task.c:") != NULL);
        CHECK_LOGGED("ValueError: lost\n  in fail (");
        CHECK_RAISES(caw_spawn(fail("seen", 1)), CAW_VALUE_ERROR, "seen");
        caw_auto task = caw_spawn(fail("seen", 0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_result(task, NULL), -CAW_VALUE_ERROR);
        caw_unref(task);
    } CAW_END;
}

static CAW_ASYNC(void, fail_when_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_FINALLY {
            CAW_RAISE(CAW_VALUE_ERROR, "cleanup");
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(an_error_after_a_cancellation_is_reported_too)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(fail_when_cancelled());
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        caw_unref(task);
        CAW_AWAIT(caw_sleep(1));
        CHECK_LOGGED("Task exception was never retrieved");
    } CAW_END;
}

static CAW_ASYNC(void, await_void, caw_of(void) handle)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(handle);
    } CAW_END;
}

static caw_of(void) self_handle;

static CAW_ASYNC(void, await_self, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(caw_ref(self_handle), CAW_RUNTIME_ERROR, "a task cannot await itself");
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

ASYNC_TEST(a_task_cannot_await_itself)
{
    CAW_BEGIN(void) {
        self_handle = caw_spawn(await_self());
        CAW_AWAIT(caw_sleep(0.5));
        CHECK_RAISES(caw_ref(self_handle), CAW_RUNTIME_ERROR, NULL); /* CPython: "await wasn't used with future" */
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(self_handle); /* it is done */
    } CAW_END;
}

ASYNC_TEST(what_may_be_spawned)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(void) same = caw_spawn(f);
        CHECK(same == f); /* as ensure_future */
        CHECK(caw_cancel(f, NULL));
        caw_unref(f);
        CAW_AWAIT(caw_spawn(caw_sleep(0)));
        CAW_AWAIT(caw_spawn(caw_sleep(1)));
        CHECK_REAL(elapsed(), 1);
        caw_of(void) coroutine = await_void(caw_sleep(1));
        caw_auto task = caw_spawn(await_void(coroutine));
        CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(caw_spawn(coroutine), CAW_RUNTIME_ERROR, NULL);
        CAW_AWAIT(task);
    } CAW_END;
}

TEST(without_a_loop_the_coroutine_is_dropped)
{
    caw_auto task = caw_spawn(work("a", 0));
    CHECK_ERROR(caw_exception(task), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(task);
}

/* ---- Many --------------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, await_next, caw_of(int) next)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(next) + 1);
    } CAW_END;
}

ASYNC_TEST(a_chain_of_a_hundred_thousand_tasks)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int), last = caw_ref(f);
        for (int i = 0; i < 100000; i++) last = caw_spawn(await_next(last));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(f, 0), 0);
        caw_unref(f);
        CHECK_INT(CAW_AWAIT(last), 100000);
    } CAW_END;
}

TEST(tasks_of_several_loops_do_not_mix)
{
    caw_loop *a = caw_loop_new(), *b = caw_loop_new();
    caw_auto  x = caw_spawn(work("x", 1), .loop = a), y = caw_spawn(work("y", 1), .loop = b);
    CHECK_INT(caw_all_tasks(a, NULL, 0), 1);
    CHECK(caw_loop_of(x) == a && caw_loop_of(y) == b);
    caw_loop_turn(a, NULL);
    CHECK_TRACE("x x.");
    caw_loop_turn(b, NULL);
    CHECK_TRACE("y y.");
    caw_unref(x);
    caw_unref(y);
    caw_loop_close(a);
    caw_loop_close(b);
}

static CAW_ASYNC(void, await_oneself, const char *soon)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(caw_call_soon(NULL, say, (void *)(uintptr_t)soon));
            CAW_AWAIT(caw_ref(me()));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            trace("raised");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* The first time it is told at its next step, then at once: CPython's Future in C. */
ASYNC_TEST(awaiting_oneself_again)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(await_oneself("one"));
        CHECK_TRACE("one raised");
        CAW_AWAIT(await_oneself("two"));
        CHECK_TRACE("raised");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("two");
    } CAW_END;
}
