/* Executors: jobs, their arguments and results, errors, cancellation, the end. */
#include "test.h"
#include <errno.h>

typedef struct point {
    double x, y;
} point;

static double sum(int a, double b) { return a + b; }
CAW_JOB(double, sum, int, a, double, b);

static int nothing(void) { return 7; }
CAW_JOB(int, nothing);

static void sleeps(double seconds) { caw_job_sleep(seconds); }
CAW_JOB(void, sleeps, double, seconds);

static int sleeps_for(double seconds, int result)
{
    caw_job_sleep(seconds);
    return result;
}
CAW_JOB(int, sleeps_for, double, seconds, int, result);

static point mirrored(point p, bool both) { return (point){-p.x, both ? -p.y : p.y}; }
CAW_JOB(point, mirrored, point, p, bool, both);

static caw_string *joined(const char *text, caw_string *more, caw_bytes bytes)
{
    char out[64];
    snprintf(out, sizeof out, "%s+%s+%.*s", text ? text : "none", more ? caw_string_data(more) : "none", (int)bytes.size,
             bytes.data ? (const char *)bytes.data : "");
    return caw_string_of(out);
}
CAW_JOB(caw_string *, joined, const char *, text, caw_string *, more, caw_bytes, bytes);

static caw_doubles *doubled(caw_doubles *of)
{
    caw_doubles *result = caw_doubles_new(caw_doubles_data(of), caw_doubles_count(of));
    for (size_t i = 0; result && i < caw_doubles_count(result); i++) caw_doubles_data(result)[i] *= 2;
    return result;
}
CAW_JOB(caw_doubles *, doubled, caw_doubles *, of);

static caw_value same(caw_value value) { return caw_value_copy(value); }
CAW_JOB(caw_value, same, caw_value, value);

static int at(int *place) { return *place; }
CAW_JOB(int, at, int *, place);

static int square(int n) { return n * n; }
CAW_JOB(int, square, int, n);

static int fails(int how)
{
    if (how == 1) caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "no %d", how));
    if (how == 2) {
        caw_error *cause = caw_error_os(EPERM, "not allowed");
        caw_error *error = caw_error_set_cause(caw_error_new(CAW_LOOKUP_ERROR, NULL), cause);
        CHECK_INT(caw_error_add_note(error, "a note"), 0);
        caw_job_raise(error);
    }
    if (how == 3) {
        caw_error *both[] = {caw_error_new(CAW_TYPE_ERROR, "one"), caw_error_new(CAW_CANCELLED_ERROR, NULL)};
        caw_job_raise(caw_error_group("two", both, 2));
    }
    if (how == 4) {
        caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "first"));
        caw_job_raise(NULL);
    }
    return 1;
}
CAW_JOB(int, fails, int, how);

static caw_context_var request = CAW_CONTEXT_VAR("request", caw_int(-1));
static caw_context_var name = CAW_CONTEXT_VAR("name", caw_none());

static int of_context(void)
{
    caw_value id = caw_context_get(&request), text = caw_context_get(&name);
    int       result = id.as_int32 * 10 + (text.tag == CAW_STRING ? (int)caw_string_size(text.as_string) : 0);
    caw_value_drop(id);
    caw_value_drop(text);
    CHECK_INT(caw_context_set(&request, caw_int(99)), 0); /* nobody else sees that */
    CHECK(!caw_running_loop());
    return result;
}
CAW_JOB(int, of_context);

static caw_value owner(void) { return caw_pointer(malloc(1), free); }
CAW_JOB(caw_value, owner);

static int is_null(int *pointer) { return pointer == NULL; }
CAW_JOB(int, is_null, int *, pointer);

static int length_of(caw_bytes bytes) { return (int)bytes.size; }
CAW_JOB(int, length_of, caw_bytes, bytes);

static CAW_ASYNC(void, raises_twice, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "first");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_RAISE(CAW_TYPE_ERROR, "second");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* With a context, or with more causes than go. */
static void chains(int causes)
{
    caw_error *error = causes ? caw_error_new(CAW_VALUE_ERROR, "cause 0") : caw_run(raises_twice(), NULL);
    for (int i = 0; i < causes; i++) error = caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, NULL), error);
    caw_job_raise(error);
}
CAW_JOB(void, chains, int, causes);

ASYNC_TEST(odd_messages)
{
    CAW_BEGIN(void) {
        static const uint8_t many[5000];
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, length_of, ((caw_bytes){many, sizeof many}))), sizeof many);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, is_null, NULL)), 1); /* that one means the same everywhere */
        CAW_AWAIT(caw_run_in_executor(NULL, sleeps, -1));
        CHECK_RAISES(caw_run_in_executor(NULL, owner), CAW_TYPE_ERROR,
                     "a pointer with a destructor has one owner, and stays with it");
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, chains, 0));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "first");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, chains, 100));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            int depth = 0;
            for (const caw_error *e = error; e; e = caw_error_cause(e)) depth++;
            CHECK_INT(depth, 33);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(arguments_and_results)
{
    CAW_BEGIN(void) {
        CHECK_REAL(CAW_AWAIT(caw_run_in_executor(NULL, sum, 2, 0.5)), 2.5);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, nothing)), 7);
        CAW_AWAIT(caw_run_in_executor(NULL, sleeps, 3));
        CHECK_REAL(elapsed(), 3);
        point p = CAW_AWAIT(caw_run_in_executor(NULL, mirrored, (point){1, 2}, true));
        CHECK_REAL(p.x + 10 * p.y, -21);
        caw_string *more = caw_string_of("more"),
                   *text =
                       CAW_AWAIT(caw_run_in_executor(NULL, joined, "text", more, ((caw_bytes){(const uint8_t *)"bytes", 3})));
        CHECK_TEXT(caw_string_data(text), "text+more+byt");
        caw_unref(text);
        caw_unref(more);
        text = CAW_AWAIT(caw_run_in_executor(NULL, joined, NULL, NULL, (caw_bytes){0}));
        CHECK_TEXT(caw_string_data(text), "none+none+");
        caw_unref(text);
        caw_doubles *some = caw_doubles_new((double[]){1, 2.5}, 2);
        caw_doubles *twice = CAW_AWAIT(caw_run_in_executor(NULL, doubled, some));
        CHECK_INT(caw_doubles_count(twice), 2);
        CHECK_REAL(caw_doubles_data(twice)[1], 5);
        caw_unref(twice);
        caw_unref(some);
        twice = CAW_AWAIT(caw_run_in_executor(NULL, doubled, NULL));
        CHECK_INT(caw_doubles_count(twice), 0);
        caw_unref(twice);
    } CAW_END;
}

ASYNC_TEST(values)
{
    CAW_BEGIN(void) {
        caw_value values[] = {caw_none(),
                              caw_bool(true),
                              caw_int(-5),
                              caw_int64(1LL << 40),
                              caw_double(0.25),
                              caw_text(caw_string_new("a\0b", 3)),
                              caw_blob(caw_string_new(NULL, 4))};
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            caw_value got = CAW_AWAIT(caw_run_in_executor(NULL, same, values[i]));
            CHECK_INT(got.tag, values[i].tag);
            if (got.tag == CAW_STRING || got.tag == CAW_BYTES) {
                CHECK_INT(caw_string_size(got.as_string), caw_string_size(values[i].as_string));
                CHECK(!memcmp(caw_string_data(got.as_string), caw_string_data(values[i].as_string),
                              caw_string_size(got.as_string)));
            } else {
                CHECK_INT(got.as_int64, values[i].as_int64);
            }
            caw_value_drop(got);
            caw_value_drop(values[i]);
        }
    } CAW_END;
}

ASYNC_TEST(pointers)
{
    CAW_BEGIN(void) {
        static int    place = 5;
        caw_executor *threads = caw_executor_new(.kind = CAW_EXECUTOR_THREADS);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(threads, at, &place)), 5);
        CHECK_RAISES(caw_run_in_executor(NULL, at, &place), CAW_TYPE_ERROR,
                     "a pointer means nothing to another instance: give what it points to");
        CHECK_RAISES(caw_run_in_executor(threads, same, ((caw_value){.tag = CAW_JS})), CAW_TYPE_ERROR,
                     "a JavaScript value stays in its instance: give its text or bytes");
        caw_value p = CAW_AWAIT(caw_run_in_executor(threads, same, caw_pointer(&place, NULL)));
        CHECK(p.as_pointer == &place);
        CHECK_RAISES(caw_run_in_executor(threads, same, caw_pointer(&place, free)), CAW_TYPE_ERROR,
                     "a pointer with a destructor has one owner, and stays with it");
        CHECK_RAISES(caw_run_in_executor(NULL, same, caw_pointer(&place, NULL)), CAW_TYPE_ERROR, NULL);
        caw_unref(threads);
    } CAW_END;
}

ASYNC_TEST(errors)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_run_in_executor(NULL, fails, 1), CAW_VALUE_ERROR, "no 1");
        CHECK_RAISES(caw_run_in_executor(NULL, fails, 4), CAW_TYPE_ERROR, "an error was to be raised that is NULL");
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, fails, 2));
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CHECK_TEXT(caw_error_note(error, 0), "a note");
            CHECK_INT(caw_error_errno(caw_error_cause(error)), EPERM);
            CHECK_TEXT(caw_error_message(caw_error_cause(error)), "not allowed");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, fails, 3));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION_GROUP, error) {
            CHECK_INT(caw_error_child_count(error), 2);
            CHECK(caw_error_is(caw_error_child(error, 1), CAW_CANCELLED_ERROR));
        }
        CAW_END_TRY;
        caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "outside"));
        CHECK(!caw_job_cancelled());
        caw_drop(caw_run_in_executor(NULL, fails, 1));
        CAW_AWAIT(caw_sleep(1));
        CHECK_LOGGED("ValueError: no 1");
    } CAW_END;
}

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
        CHECK_INT(CAW_AWAIT(caw_to_thread(of_context)), -10);
        caw_executor *threads = caw_executor_new(.kind = CAW_EXECUTOR_THREADS);
        CHECK_RAISES(caw_run_in_executor(threads, nothing), CAW_OS_ERROR,
                     "the simulated host was told to have no workers (caw_sim_set_workers)");
        caw_sim_set_workers(4);
        caw_unref(threads);
    } CAW_END;
}

ASYNC_TEST(contexts)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&request, caw_int(4)), 0);
        CHECK_INT(caw_context_set(&name, caw_text(caw_string_of("abc"))), 0);
        CHECK_INT(CAW_AWAIT(caw_to_thread(of_context)), 43);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, of_context)), -10);
        CHECK_INT(caw_context_set(&name, caw_pointer(malloc(1), free)), 0); /* stays behind */
        CHECK_INT(CAW_AWAIT(caw_to_thread(of_context)), 40);
        caw_value id = caw_context_get(&request);
        CHECK_INT(id.as_int32, 4);
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
