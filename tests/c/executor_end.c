/* How executors end: by a shutdown, with their run, with a loop that is closed under them. */
#include "jobs.h"

ASYNC_TEST(shut_down)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1);
        caw_of(int) runs = caw_run_in_executor(e, sleeps_for, 2, 1), waits = caw_run_in_executor(e, sleeps_for, 2, 2);
        CAW_AWAIT(caw_executor_shutdown(e));
        CHECK_REAL(elapsed(), 4);
        CHECK_INT(CAW_AWAIT(runs) + CAW_AWAIT(waits), 3);
        CHECK_RAISES(caw_run_in_executor(e, nothing), CAW_RUNTIME_ERROR, "cannot schedule new futures after shutdown");
        CAW_AWAIT(caw_executor_shutdown(e));
        caw_unref(e);
        e = caw_executor_new(.workers = 1);
        runs = caw_run_in_executor(e, sleeps_for, 2, 1);
        waits = caw_run_in_executor(e, sleeps_for, 2, 2);
        caw_drop(caw_executor_shutdown(e, .cancel_futures = true));
        CHECK_RAISES(waits, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(CAW_AWAIT(runs), 1);
        caw_unref(e);
        CHECK_RAISES(caw_executor_shutdown(NULL), CAW_TYPE_ERROR, "an executor that is NULL");
        e = caw_executor_new(.workers = 1); /* nobody has it: it does what it was given */
        runs = caw_run_in_executor(e, sleeps_for, 2, 1);
        caw_unref(e);
        CHECK_INT(CAW_AWAIT(runs), 1);
        e = caw_executor_new(.workers = 1);
        caw_drop(caw_run_in_executor(e, sleeps_for, 2, 1));
        caw_of(void) end = caw_spawn(caw_executor_shutdown(e));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(end, NULL);
        CHECK_RAISES(end, CAW_CANCELLED_ERROR, NULL);
        caw_unref(e);
        e = caw_executor_new(.workers = 1);
        caw_of(int) three[] = {caw_run_in_executor(e, sleeps_for, 1, 1), caw_run_in_executor(e, sleeps_for, 1, 2),
                               caw_run_in_executor(e, sleeps_for, 1, 3)};
        caw_cancel(three[2], NULL); /* the last one of the queue */
        caw_drop(three[2]);
        CHECK_INT(CAW_AWAIT(three[0]) + CAW_AWAIT(three[1]), 3);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(default_one)
{
    CAW_BEGIN(void) {
        caw_executor *own = caw_executor_new(.workers = 1);
        CHECK_INT(caw_loop_set_default_executor(NULL, own), 0);
        caw_of(int) one = caw_run_in_executor(NULL, sleeps_for, 1, 1), two = caw_run_in_executor(NULL, sleeps_for, 1, 2);
        CHECK_INT(CAW_AWAIT(one) + CAW_AWAIT(two), 3);
        CHECK_REAL(elapsed(), 2);
        caw_unref(own);
        one = caw_run_in_executor(NULL, sleeps_for, 10, 1);
        CAW_AWAIT(caw_loop_shutdown_default_executor(NULL, 1));
        CHECK_LOGGED("the executor's jobs have not ended within the time limit of its shutdown");
        CHECK_REAL(elapsed(), 3);
        CHECK_RAISES(caw_run_in_executor(NULL, nothing), CAW_RUNTIME_ERROR, "cannot schedule new futures after shutdown");
        CHECK_INT(CAW_AWAIT(one), 1);
    } CAW_END;
}

static CAW_ASYNC(void, leaves_one, void)
{
    CAW_BEGIN(void) {
        caw_drop(caw_run_in_executor(NULL, sleeps_for, 5, 1));
    } CAW_END;
}

TEST(waited_for_at_the_end)
{
    caw_error *error = caw_run(leaves_one(), NULL);
    CHECK(!error);
    CHECK_REAL(elapsed(), 5);
    CHECK_INT(caw_loop_set_default_executor(NULL, NULL), -CAW_RUNTIME_ERROR);
    CHECK(!caw_executor_new());
    error = caw_run(caw_run_in_executor(NULL, nothing), NULL);
    CHECK_ERROR(error, CAW_RUNTIME_ERROR, "no running event loop");
}

static caw_executor *left;
static caw_any      *left_jobs[3];

static CAW_ASYNC(void, begins, void)
{
    CAW_BEGIN(void) {
        left = caw_executor_new(.workers = 1, .kill_after = 1);
        left_jobs[0] = caw_base(caw_run_in_executor(left, sleeps_for, 5, 1));
        left_jobs[1] = caw_base(caw_run_in_executor(left, sleeps_for, 5, 2));
        left_jobs[2] = caw_base(caw_run_in_executor(NULL, sleeps_for, 5, 3));
        caw_cancel((caw_of(int))left_jobs[0], NULL);
    } CAW_END;
}

static CAW_ASYNC(int, in_another, caw_executor *of)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(of, nothing)));
    } CAW_END;
}

TEST(loops_of_their_own)
{
    caw_loop  *loop = caw_loop_new(), *other = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, begins(), NULL);
    CHECK(!error);
    CHECK_INT(caw_loop_set_default_executor(other, left), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_set_default_executor(loop, left), 0);
    CHECK_INT(caw_loop_set_default_executor(loop, NULL), 0);
    error = caw_run_until_complete(other, in_another(left), NULL);
    CHECK_ERROR(error, CAW_RUNTIME_ERROR, "the executor belongs to another event loop");
    error = caw_run_until_complete(other, caw_loop_shutdown_default_executor(other, 1), NULL);
    CHECK(!error);
    CHECK_INT(caw_loop_close(loop), 0);
    for (int i = 0; i < 3; i++) caw_unref(left_jobs[i]);
    caw_loop_close(other);
    CHECK_INT(caw_loop_set_default_executor(other = caw_loop_new(), NULL), 0);
    caw_loop_close(other);
    caw_drop(caw_loop_shutdown_default_executor(NULL, 1));
    caw_unref(left);
}

/* A loop that is closed under them. */
TEST(closed_under_them)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, begins(), NULL);
    CHECK(!error);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(caw_loop_set_default_executor(loop, left), -CAW_RUNTIME_ERROR); /* the executor has it still */
    caw_drop(caw_loop_shutdown_default_executor(loop, 1));
    for (int i = 0; i < 3; i++) {
        CHECK(caw_cancelled((caw_of(int))left_jobs[i]));
        caw_unref(left_jobs[i]);
    }
    caw_unref(left);
}

static void stop(void *loop) { caw_stop(loop); }

static CAW_ASYNC(void, begins_short_ones, void)
{
    CAW_BEGIN(void) {
        left = caw_executor_new(.workers = 1);
        left_jobs[0] = caw_base(caw_run_in_executor(left, nothing));
        left_jobs[1] = caw_base(caw_run_in_executor(left, nothing));
    } CAW_END;
}

/* The answer has come, and nobody has read it. */
TEST(closed_over_an_answer)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, begins_short_ones(), NULL);
    CHECK(!error);
    caw_unref(caw_call_soon(loop, stop, loop));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_INT(caw_loop_close(loop), 0);
    for (int i = 0; i < 2; i++) caw_unref(left_jobs[i]);
    caw_unref(left);
}

static CAW_ASYNC(void, leaves_after, int passes)
{
    CAW_BEGIN(void) {
        left = caw_executor_new(.workers = 1);
        left_jobs[0] = caw_base(caw_run_in_executor(left, sleeps_for, 1, 7));
        CAW_AWAIT(caw_sleep(1));
        while (passes--) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* In whichever pass. */
TEST(closed_as_an_answer_comes)
{
    for (int passes = 0; passes < 5; passes++) {
        caw_loop *loop = caw_loop_new();
        CHECK_ERROR(caw_run_until_complete(loop, leaves_after(passes), NULL), CAW_OK, NULL);
        CHECK_INT(caw_loop_close(loop), 0);
        caw_unref(left_jobs[0]);
        caw_unref(left);
    }
}

static CAW_ASYNC(void, breaks_off, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_KEYBOARD_INTERRUPT, NULL);
    } CAW_END;
}

/* The same, the run being broken off in the pass in which it came. */
TEST(broken_off_and_closed_over_an_answer)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, begins_short_ones(), NULL);
    CHECK(!error);
    error = caw_run_until_complete(loop, breaks_off(), NULL);
    CHECK_ERROR(error, CAW_KEYBOARD_INTERRUPT, NULL);
    CHECK(!caw_done((caw_of(int))left_jobs[0]));
    CHECK_INT(caw_loop_close(loop), 0);
    for (int i = 0; i < 2; i++) {
        CHECK(caw_cancelled((caw_of(int))left_jobs[i]));
        caw_unref(left_jobs[i]);
    }
    caw_unref(left);
}

static CAW_ASYNC(void, begins_a_long_one, void)
{
    CAW_BEGIN(void) {
        left = caw_executor_new(.workers = 1, .kill_after = 2);
        left_jobs[0] = caw_base(caw_run_in_executor(left, sleeps_for, 100, 1));
        left_jobs[1] = caw_base(caw_run_in_executor(left, sleeps_for, 1, 2));
    } CAW_END;
}

static CAW_ASYNC(void, asks_for_the_next, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT((caw_of(int))left_jobs[1]), 2);
    } CAW_END;
}

/* It has the same time, counted from then. */
TEST(cancelled_between_two_runs)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, begins_a_long_one(), NULL), CAW_OK, NULL);
    CHECK(caw_cancel((caw_of(int))left_jobs[0], NULL));
    CHECK_ERROR(caw_run_until_complete(loop, asks_for_the_next(), NULL), CAW_OK, NULL);
    CHECK_REAL(elapsed(), 3);
    CHECK_INT(caw_loop_close(loop), 0);
    caw_unref(left_jobs[0]);
    caw_unref(left);
}
