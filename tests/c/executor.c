/* Executors: how many jobs at once, in which order; cancelled, killed, lost. */
#include "jobs.h"

ASYNC_TEST(order_and_number)
{
    CAW_BEGIN(void) {
        caw_executor *two = caw_executor_new(.workers = 2);
        caw_results  *r =
            CAW_AWAIT(caw_gather(caw_run_in_executor(two, sleeps_for, 3, 1), caw_run_in_executor(two, sleeps_for, 2, 2),
                                 caw_run_in_executor(two, sleeps_for, 2, 3)));
        CHECK_REAL(elapsed(), 4); /* the third when the second is done */
        CHECK_INT(caw_result_at(r, 0, int) * 100 + caw_result_at(r, 1, int) * 10 + caw_result_at(r, 2, int), 123);
        caw_unref(r);
        int          some[] = {1, 2, 3, 4, 5};
        caw_results *squares = CAW_AWAIT(caw_executor_map(two, square, some, 5));
        CHECK_INT(caw_results_count(squares), 5);
        CHECK_INT(caw_result_at(squares, 4, int), 25);
        caw_unref(squares);
        squares = CAW_AWAIT(caw_executor_map(two, square, some, 0));
        CHECK_INT(caw_results_count(squares), 0);
        caw_unref(squares);
        caw_unref(two);
    } CAW_END;
}

ASYNC_TEST(in_its_turn)
{
    CAW_BEGIN(void) {
        caw_executor *inl = caw_executor_new(.kind = CAW_EXECUTOR_INLINE);
        CHECK_INT(caw_executor_kind_of(inl), CAW_EXECUTOR_INLINE);
        CHECK_INT(caw_executor_kind_of(NULL), CAW_EXECUTOR_INSTANCES);
        caw_of(int) one = caw_run_in_executor(inl, square, 3), two = caw_run_in_executor(inl, square, 4);
        CHECK(!caw_done(one));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(one) && !caw_done(two)); /* one a pass */
        CHECK_INT(CAW_AWAIT(one) + CAW_AWAIT(two), 25);
        caw_unref(inl);
        caw_sim_set_workers(0);
        CHECK_INT(caw_executor_kind_of(NULL), CAW_EXECUTOR_INLINE);
        CHECK_INT(CAW_AWAIT(caw_to_thread(square, 5)), 25);
        caw_executor *threads = caw_executor_new(.kind = CAW_EXECUTOR_THREADS);
        CHECK_RAISES(caw_run_in_executor(threads, nothing), CAW_OS_ERROR,
                     "the simulated host was told to have no workers (caw_sim_set_workers)");
        caw_sim_set_workers(4);
        caw_unref(threads);
    } CAW_END;
}

ASYNC_TEST(cancelled)
{
    CAW_BEGIN(void) {
        caw_executor *one = caw_executor_new(.workers = 1);
        caw_of(int) runs = caw_run_in_executor(one, sleeps_for, 5, 1), waits = caw_run_in_executor(one, sleeps_for, 5, 2);
        CHECK(caw_cancel(waits, NULL));
        CHECK(caw_cancel(runs, "enough"));
        CHECK(!caw_cancel(runs, NULL));
        CHECK_RAISES(waits, CAW_CANCELLED_ERROR, NULL);
        CHECK_RAISES(runs, CAW_CANCELLED_ERROR, "enough");
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(one, square, 2)), 4);
        CHECK_REAL(elapsed(), 5); /* the one that was under way has run on */
        caw_unref(one);
        caw_executor *killing = caw_executor_new(.workers = 1, .kill_after = 1);
        runs = caw_run_in_executor(killing, sleeps_for, 100, 1);
        CHECK(caw_cancel(runs, NULL));
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(killing, square, 2)), 4);
        CHECK_REAL(elapsed(), 6);
        CHECK_RAISES(runs, CAW_CANCELLED_ERROR, NULL);
        caw_unref(killing);
    } CAW_END;
}

static CAW_ASYNC(void, cancel_at, caw_of(int) job, double when)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(when));
        caw_cancel(job, NULL);
    } CAW_END;
}

/* In one pass the answer comes and the time is over: what is next has nothing to do with it. */
ASYNC_TEST(answered_as_it_is_to_be_killed)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kill_after = 2);
        caw_of(int) late = caw_run_in_executor(e, sleeps_for, 2, 1), next = caw_run_in_executor(e, sleeps_for, 3, 2);
        caw_cancel(late, NULL);
        caw_drop(late);
        CHECK_INT(CAW_AWAIT(next), 2);
        CHECK_REAL(elapsed(), 5);
        late = caw_run_in_executor(e, sleeps_for, 2, 1);
        caw_sim_worker_fail(CAW_SIM_WORKER_LOST, EIO, 0, 1); /* of the next one: the worker is there already */
        next = caw_run_in_executor(e, sleeps_for, 2, 2);
        CHECK_INT(CAW_AWAIT(late), 1);
        caw_cancel(next, NULL); /* lost as the time is over */
        caw_drop(next);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, sleeps_for, 1, 3)), 3);
        CHECK_REAL(elapsed(), 10);
        caw_unref(e);
    } CAW_END;
}

/* Cancelled while the one before, cancelled as well, has just answered in the pass of its kill. */
ASYNC_TEST(cancelled_as_another_is_to_be_killed)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kill_after = 2);
        caw_of(int) one = caw_run_in_executor(e, sleeps_for, 2, 1), two = caw_run_in_executor(e, sleeps_for, 100, 2),
                    three = caw_run_in_executor(e, sleeps_for, 1, 3);
        caw_cancel(one, NULL);
        caw_of(void) cancels = caw_spawn(cancel_at(two, 2));
        CHECK_INT(CAW_AWAIT(three), 3);
        CHECK_REAL(elapsed(), 5); /* 2, 2 of grace, 1 */
        CAW_AWAIT(cancels);
        caw_drop(one);
        caw_drop(two);
        caw_unref(e);
    } CAW_END;
}

/* The time that it has is its own, and not what the one before has left of its. */
ASYNC_TEST(cancelled_after_another_has_ended_in_time)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kill_after = 2);
        caw_of(int) one = caw_run_in_executor(e, sleeps_for, 1, 1), two = caw_run_in_executor(e, sleeps_for, 100, 2),
                    three = caw_run_in_executor(e, sleeps_for, 1, 3);
        caw_of(void) cancels = caw_spawn(cancel_at(two, 1.5));
        caw_cancel(one, NULL);
        CHECK_INT(CAW_AWAIT(three), 3);
        CHECK_REAL(elapsed(), 4.5); /* 1.5, 2 of grace, 1 */
        CAW_AWAIT(cancels);
        caw_drop(one);
        caw_drop(two);
        caw_unref(e);
    } CAW_END;
}

static void cancel(void *future) { caw_cancel((caw_of(int))future, NULL); }

/* The same, but of the two in that pass it is cancelled first: its time begins anew. */
ASYNC_TEST(cancelled_before_another_is_to_be_killed)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kill_after = 2);
        caw_of(int) one = caw_run_in_executor(e, sleeps_for, 2, 1), two = caw_run_in_executor(e, sleeps_for, 100, 2),
                    three = caw_run_in_executor(e, sleeps_for, 1, 3);
        caw_unref(caw_call_later(NULL, 2, cancel, caw_base(two)));
        caw_cancel(one, NULL);
        CHECK_INT(CAW_AWAIT(three), 3);
        CHECK_REAL(elapsed(), 5);
        caw_drop(one);
        caw_drop(two);
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(inline_and_let_go_of)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = CAW_EXECUTOR_INLINE);
        caw_of(int) never = caw_run_in_executor(e, nothing);
        caw_cancel(never, NULL);
        caw_drop(never);
        caw_unref(e);
        CAW_AWAIT(caw_sleep(0));
        e = caw_executor_new(.kind = (caw_executor_kind)77);
        CHECK_RAISES(caw_run_in_executor(e, nothing), CAW_VALUE_ERROR, "there is no such kind of executor");
        caw_unref(e);
        e = caw_executor_new(.kill_after = NAN);
        CHECK_RAISES(caw_run_in_executor(e, nothing), CAW_VALUE_ERROR, "kill_after must be 0 or more seconds");
        caw_unref(e);
        e = caw_executor_new(.kill_after = -1);
        CHECK_RAISES(caw_run_in_executor(e, nothing), CAW_VALUE_ERROR, "kill_after must be 0 or more seconds");
        caw_unref(e);
    } CAW_END;
}

ASYNC_TEST(lost_workers)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 2);
        caw_sim_worker_fail(CAW_SIM_WORKER_START, EAGAIN, 0, 1);
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(e, nothing));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK_INT(caw_error_errno(error), EAGAIN);
            trace("refused");
        }
        CAW_END_TRY;
        CHECK_TRACE("refused");
        caw_of(int) first = caw_run_in_executor(e, sleeps_for, 2, 1);
        caw_sim_worker_fail(CAW_SIM_WORKER_START, EAGAIN, 0, 1);
        caw_of(int) second = caw_run_in_executor(e, sleeps_for, 2, 2); /* waits for the one that there is */
        CHECK_INT(CAW_AWAIT(first) + CAW_AWAIT(second), 3);
        CHECK_REAL(elapsed(), 4);
        caw_sim_worker_fail(CAW_SIM_WORKER_RUN, ENOMEM, 0, 1); /* one that was idle: another is tried */
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, nothing)), 7);
        caw_sim_worker_fail(CAW_SIM_WORKER_RUN, ENOMEM, 0, 2);
        CHECK_RAISES(caw_run_in_executor(e, nothing), CAW_MEMORY_ERROR, NULL);
        caw_sim_worker_fail(CAW_SIM_WORKER_LOST, EIO, 0, 1);
        CHECK_RAISES(caw_run_in_executor(e, nothing), CAW_RUNTIME_ERROR, "the worker is lost: as the test has asked for");
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, nothing)), 7); /* by another */
        caw_sim_worker_fail(CAW_SIM_WORKER_LOST, EIO, 0, 1);
        caw_of(int) given_up = caw_run_in_executor(e, nothing); /* nobody is told of that one */
        caw_cancel(given_up, NULL);
        CHECK_RAISES(given_up, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, nothing)), 7);
        caw_unref(e);
    } CAW_END;
}

static caw_loop *its_loop;

static int turns(void) { return caw_loop_turn(its_loop, NULL).status; }
CAW_JOB(int, turns);

ASYNC_TEST(a_job_is_in_a_turn_of_its_loop)
{
    CAW_BEGIN(void) {
        caw_executor *inl = caw_executor_new(.kind = CAW_EXECUTOR_INLINE);
        its_loop = caw_running_loop();
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(inl, turns)), -CAW_RUNTIME_ERROR);
        caw_unref(inl);
    } CAW_END;
}
