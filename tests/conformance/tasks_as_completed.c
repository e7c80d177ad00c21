/* CPython's BaseTaskTests (test_tasks): as_completed, by result (for) and by task (async for). */
#include "tasks.h"

static CAW_ASYNC(int, at_once, int value)
{
    CAW_BEGIN(int) {
        CAW_RETURN(value);
    } CAW_END;
}

/* The next value, either way. */
static CAW_ASYNC(int, next, caw_completions *it, bool by_task)
{
    CAW_BEGIN(int) {
        if (!by_task) CAW_RETURN(CAW_AWAIT(caw_next_result(it, int)));
        caw_of(int) task = (caw_of(int))CAW_AWAIT(caw_next_completed(it));
        CHECK(caw_done(task));
        CAW_RETURN(CAW_AWAIT(task));
    } CAW_END;
}

/* Up to `count` values until the end. */
static CAW_ASYNC(void, drain, caw_completions *it, bool by_task, int count)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            while (count-- > 0) trace("%d", CAW_AWAIT(next(it, by_task)));
        } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, e) {
            trace("end");
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(as_completed)
{
    CAW_BEGIN(void) {
        for (int by_task = 0; by_task < 2; by_task++) {
            double           start = elapsed();
            caw_completions *it = caw_as_completed(after(0.01, 2), after(0.15, 3), after(0.01, 1));
            CAW_AWAIT(drain(it, by_task, 9));
            CHECK_TRACE("2 1 3 end"); /* equal times in the order given, which asyncio leaves open */
            CHECK_REAL(elapsed() - start, 0.15);
            caw_unref(it);
        }
    } CAW_END;
}

/* Tasks come out as they are; of coroutines, tasks come out. */
ASYNC_TEST(as_completed_same_tasks_in_as_out)
{
    CAW_BEGIN(void) {
        caw_auto         b = caw_spawn(at_once(1)), d = caw_spawn(at_once(3));
        caw_any         *out[4];
        caw_completions *it = caw_as_completed(at_once(0), caw_ref(b), at_once(2), caw_ref(d));
        for (int i = 0; i < 4; i++) out[i] = CAW_AWAIT(caw_next_completed(it));
        int same = 0;
        for (int i = 0; i < 4; i++) {
            same += out[i] == caw_base(b) || out[i] == caw_base(d);
            CHECK(caw_done((caw_of(int))out[i]));
            caw_unref(out[i]);
        }
        CHECK_INT(same, 2);
        caw_unref(it);
        caw_unref(b);
        caw_unref(d);
    } CAW_END;
}

ASYNC_TEST(as_completed_with_timeout)
{
    CAW_BEGIN(void) {
        for (int by_task = 0; by_task < 2; by_task++) {
            double           start = elapsed();
            caw_auto         a = caw_spawn(after(0.1, 1)), b = caw_spawn(after(0.15, 2));
            caw_completions *it = caw_as_completed_within(0.12, caw_ref(a), caw_ref(b));
            CHECK_INT(CAW_AWAIT(next(it, by_task)), 1);
            CHECK_RAISES(next(it, by_task), CAW_TIMEOUT_ERROR, NULL);
            CHECK_REAL(elapsed() - start, 0.12);
            caw_unref(it);
            CHECK_OUTCOME(b, "pending");
            CHECK_INT(CAW_AWAIT(b), 2);
            caw_unref(a);
        }
    } CAW_END;
}

ASYNC_TEST(as_completed_with_unused_timeout)
{
    CAW_BEGIN(void) {
        for (int by_task = 0; by_task < 2; by_task++) {
            caw_completions *it = caw_as_completed_within(1, after(0.01, 1));
            CAW_AWAIT(drain(it, by_task, 9));
            CHECK_TRACE("1 end");
            caw_unref(it);
        }
        CHECK_REAL(elapsed(), 0.02);
    } CAW_END;
}

/* One that was left can be taken up again. */
ASYNC_TEST(as_completed_resume_iterator)
{
    CAW_BEGIN(void) {
        for (int by_task = 0; by_task < 2; by_task++) {
            caw_completions *it = caw_as_completed(at_once(0), at_once(1), at_once(2), at_once(3));
            CAW_AWAIT(drain(it, by_task, 2));
            CHECK_TRACE("0 1");
            CAW_AWAIT(drain(it, by_task, 9));
            CHECK_TRACE("2 3 end");
            caw_unref(it);
        }
    } CAW_END;
}

/* Whoever of those asked for is awaited first gets what ends first. */
ASYNC_TEST(as_completed_reverse_wait)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed(after(0.05, 1), after(0.1, 2));
        caw_of(int) first = caw_next_result(it, int);
        caw_of(int) second = caw_next_result(it, int);
        CHECK_INT(CAW_AWAIT(second), 1);
        CHECK_REAL(elapsed(), 0.05);
        CHECK_INT(CAW_AWAIT(first), 2);
        CHECK_REAL(elapsed(), 0.1);
        caw_unref(it);
    } CAW_END;
}

ASYNC_TEST(as_completed_concurrent)
{
    CAW_BEGIN(void) {
        for (int by_task = 0; by_task < 2; by_task++) {
            caw_completions *it = caw_as_completed(after(0.05, 1), after(0.05, 2));
            caw_auto         a = caw_spawn(next(it, by_task)), b = caw_spawn(next(it, by_task));
            caw_unref(CAW_AWAIT(caw_wait(caw_ref(a), caw_ref(b))));
            CHECK_INT(CAW_AWAIT(a) + CAW_AWAIT(b), 3);
            caw_unref(it);
        }
    } CAW_END;
}

ASYNC_TEST(as_completed_duplicate_coroutines)
{
    CAW_BEGIN(void) {
        for (int by_task = 0; by_task < 2; by_task++) {
            caw_auto         c = caw_spawn(at_once(1));
            caw_completions *it = caw_as_completed(caw_ref(c), caw_ref(c), at_once(2));
            CAW_AWAIT(drain(it, by_task, 9));
            CHECK_TRACE("1 2 end");
            caw_unref(it);
            caw_unref(c);
        }
    } CAW_END;
}

static CAW_ASYNC(void, ask, caw_completions *it)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_next_result(it, int), CAW_RUNTIME_ERROR, NULL);
    } CAW_END;
}

TEST(as_completed_coroutine_without_loop)
{
    caw_completions *it = caw_as_completed(at_once(42)); /* no loop runs; every next says so */
    CHECK_ERROR(caw_run(ask(it), NULL), CAW_OK, NULL);
    caw_unref(it);
}

ASYNC_TEST(as_completed_coroutine_use_running_loop)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed(at_once(42));
        CAW_AWAIT(drain(it, false, 9));
        CHECK_TRACE("42 end");
        caw_unref(it);
    } CAW_END;
}
