/* Jobs that are async functions, and the end: of their run, of their loop; cancelled as they end by themselves. */
#include "async_jobs.h"

static caw_executor *left;
static caw_any      *left_jobs[3];

static CAW_ASYNC(void, leaves, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        left = caw_executor_new(.workers = 1, .kind = kind);
        left_jobs[0] = caw_base(caw_run_in_executor(left, lingers, 0));
        left_jobs[1] = caw_base(caw_run_in_executor(left, naps, 1, 1));
        left_jobs[2] = caw_base(caw_run_in_executor(left, lingers, 1000));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* They are closed with their loop, as tasks are. */
TEST(closed_under_them)
{
    for (size_t i = 0; i < 3; i++) {
        caw_loop  *loop = caw_loop_new();
        caw_error *error = caw_run_until_complete(loop, leaves(kinds[i]), NULL);
        CHECK(!error);
        if (i == 1) caw_cancel((caw_of(int))left_jobs[0], NULL); /* and nobody has told it yet */
        CHECK_INT(caw_loop_close(loop), 0);
        for (int j = 0; j < 3; j++) {
            CHECK(caw_cancelled((caw_of(int))left_jobs[j]));
            caw_unref(left_jobs[j]);
        }
        caw_unref(left);
    }
}

static CAW_ASYNC(void, leaves_some, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kind = kind);
        CHECK_INT(caw_loop_set_default_executor(NULL, e), 0);
        caw_unref(e);
        caw_drop(caw_run_in_executor(NULL, lingers, 0));
        caw_drop(caw_run_in_executor(NULL, lingers, 0));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* What a run leaves of them is cancelled as its tasks are. */
TEST(cancelled_at_the_end)
{
    for (size_t i = 0; i < 3; i++) {
        double     begun = elapsed();
        caw_error *error = caw_run(leaves_some(kinds[i]), NULL);
        CHECK(!error);
        CHECK_REAL(elapsed() - begun, 1);
        CHECK_TRACE(kinds[i] == CAW_EXECUTOR_INLINE ? "[] []" : "[]"); /* the second one of one worker never began */
    }
}

static CAW_ASYNC(void, leaves_an_ordinary_one, void)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 2);
        CHECK_INT(caw_loop_set_default_executor(NULL, e), 0);
        caw_unref(e);
        caw_drop(caw_run_in_executor(NULL, lingers, 0));
        caw_drop(caw_run_in_executor(NULL, sleeps, 3));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* An ordinary one beside is no task, and is waited for. */
TEST(ordinary_ones_are_waited_for)
{
    double     begun = elapsed();
    caw_error *error = caw_run(leaves_an_ordinary_one(), NULL);
    CHECK(!error);
    CHECK_REAL(elapsed() - begun, 3);
    CHECK_TRACE("[]");
}

/* The cancellation is on its way when the loop is closed. */
TEST(closed_over_a_cancellation)
{
    caw_loop  *loop = caw_loop_new();
    caw_error *error = caw_run_until_complete(loop, leaves(CAW_EXECUTOR_INLINE), NULL);
    CHECK(!error);
    caw_cancel((caw_of(int))left_jobs[0], "first");
    caw_cancel((caw_of(int))left_jobs[0], "second");
    CHECK_INT(caw_loop_close(loop), 0);
    for (int j = 0; j < 3; j++) {
        CHECK(caw_cancelled((caw_of(int))left_jobs[j]));
        caw_unref(left_jobs[j]);
    }
    caw_unref(left);
}

static CAW_ASYNC(int, passes_by, int passes)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(passes);
    } CAW_END;
}
CAW_JOB(int, passes_by, int, passes);

/* In whichever pass it is cancelled, twice, around its end: it settles, with its result or so. */
ASYNC_TEST(cancelled_as_it_ends)
{
    CAW_BEGIN(void) {
        caw_executor *each[] = {caw_executor_new(.kind = CAW_EXECUTOR_INSTANCES),
                                caw_executor_new(.kind = CAW_EXECUTOR_THREADS), caw_executor_new(.kind = CAW_EXECUTOR_INLINE)};
        for (int n = 0; n < 3 * 4 * 12; n++) {
            int passes = n / 3 % 4, when = n / 12, twice = n % 2;
            caw_of(int) job = caw_run_in_executor(each[n % 3], passes_by, passes);
            for (int i = 0; i < when; i++) CAW_AWAIT(caw_sleep(0));
            bool asked = caw_cancel(job, "first");
            if (twice) caw_cancel(job, "second");
            int got = -1;
            CAW_TRY {
                got = CAW_AWAIT(job);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
            CHECK(got == passes || (asked && got == -1));
        }
        for (int i = 0; i < 3; i++) caw_unref(each[i]);
    } CAW_END;
}

/* What there was of a line is in the error, at home, too. */
static CAW_ASYNC(void, reads_too_much, void)
{
    CAW_BEGIN(void) {
        caw_stream_reader *reader = caw_stream_reader_new(100);
        CAW_DEFER(caw_unref, reader);
        CAW_CHECK(caw_stream_feed_data(reader, "abc", 3));
        caw_stream_feed_eof(reader);
        caw_unref(CAW_AWAIT(caw_stream_readexactly(reader, 5)));
    } CAW_END;
}
CAW_JOB(void, reads_too_much);

ASYNC_TEST(an_error_brings_what_was_read)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1);
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(e, reads_too_much));
        } CAW_EXCEPT(CAW_INCOMPLETE_READ_ERROR, error) {
            const caw_string *partial = caw_error_partial(error);
            trace("%s", partial ? caw_string_data(partial) : "nothing");
        }
        CAW_END_TRY;
        CHECK_TRACE("abc");
        caw_unref(e);
    } CAW_END;
}
