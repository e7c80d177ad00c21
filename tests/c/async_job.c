/* Jobs that are async functions: what goes and comes back, how they are cancelled, what becomes of them with their worker. */
#include "async_jobs.h"

static CAW_ASYNC(void, ticks, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        trace("tick");
    } CAW_END;
}
CAW_JOB(void, ticks);

static CAW_ASYNC(caw_string *, joined, const char *text, caw_string *more, caw_bytes bytes, caw_value value,
                 caw_doubles *numbers)
{
    CAW_BEGIN(caw_string *) {
        char out[80];
        CAW_AWAIT(caw_sleep(1)); /* by then nobody else has them any more */
        snprintf(out, sizeof out, "%s+%s+%.*s+%s+%g", text ? text : "none", more ? caw_string_data(more) : "none",
                 (int)bytes.size, bytes.data ? (const char *)bytes.data : "",
                 value.tag == CAW_STRING ? caw_string_data(value.as_string) : "none",
                 caw_doubles_count(numbers) ? caw_doubles_data(numbers)[0] : 0);
        CAW_RETURN(caw_string_of(out));
    } CAW_END;
}
CAW_JOB(caw_string *, joined, const char *, text, caw_string *, more, caw_bytes, bytes, caw_value, value, caw_doubles *,
        numbers);

static CAW_ASYNC(void, fails, int how)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        if (how == 1)
            CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "no %d", how), caw_error_os(EPERM, NULL)));
        if (how == 2) CAW_RAISE(CAW_CANCELLED_ERROR, "by itself");
    } CAW_END;
}
CAW_JOB(void, fails, int, how);

static CAW_ASYNC(void, fails_again, int depth)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            if (depth) CAW_AWAIT(fails_again(depth - 1));
            CAW_RAISE(CAW_VALUE_ERROR, "first");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_RAISE(CAW_VALUE_ERROR, "%d", depth);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_JOB(void, fails_again, int, depth);

/* Each error is the context of the next; what is far behind stays there. */
ASYNC_TEST(contexts_come_along)
{
    CAW_BEGIN(void) {
        for (int depth = 3; depth < 100; depth += 60) {
            CAW_TRY {
                CAW_AWAIT(caw_run_in_executor(NULL, fails_again, depth));
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                int count = 0;
                for (caw_error *e = error; e; e = caw_error_context(e)) count++;
                trace("%d", count);
            }
            CAW_END_TRY;
        }
        CHECK_TRACE("5 33");
    } CAW_END;
}

static CAW_ASYNC(int, at, int *where)
{
    CAW_BEGIN(int) {
        CAW_RETURN(*where);
    } CAW_END;
}
CAW_JOB(int, at, int *, where);

static CAW_ASYNC(caw_value, owner, void)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(caw_pointer(malloc(1), free));
    } CAW_END;
}
CAW_JOB(caw_value, owner);

static caw_context_var request = CAW_CONTEXT_VAR("request", caw_int(-1));

static CAW_ASYNC(int, of_context, void)
{
    CAW_BEGIN(int) {
        int before = caw_context_get(&request).as_int32;
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_context_set(&request, caw_int(99)), 0); /* nobody else sees that */
        CAW_RETURN(before);
    } CAW_END;
}
CAW_JOB(int, of_context);

static caw_of(int) is_failed(int how) { return how ? (caw_of(int))caw_base(caw_future(int)) : NULL; }
CAW_JOB(int, is_failed, int, how);

static CAW_ASYNC(void, there_and_back, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind, .workers = 2);
        CAW_DEFER(caw_unref, e);
        double begun = elapsed();
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, naps, 2, 7)), 7);
        CHECK_REAL(elapsed() - begun, 2);
        CAW_AWAIT(caw_run_in_executor(e, ticks));
        CHECK_TRACE("tick");
        caw_string  *more = caw_string_of("more"), *last = caw_string_of("last");
        caw_doubles *numbers = caw_doubles_new((double[]){2.5}, 1);
        caw_of(caw_string *) text_job =
            caw_run_in_executor(e, joined, "text", more, ((caw_bytes){(const uint8_t *)"bytes", 3}), caw_text(last), numbers);
        caw_unref(more);
        caw_unref(last);
        caw_unref(numbers);
        caw_string *text = CAW_AWAIT(text_job);
        CHECK_TEXT(caw_string_data(text), "text+more+byt+last+2.5");
        caw_unref(text);
        text = CAW_AWAIT(caw_run_in_executor(e, joined, NULL, NULL, (caw_bytes){0}, caw_int(3), NULL));
        CHECK_TEXT(caw_string_data(text), "none+none++none+0");
        caw_unref(text);
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(e, fails, 1));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            caw_place place;
            CHECK_TEXT(caw_error_message(error), "no 1");
            CHECK_INT(caw_error_errno(caw_error_cause(error)), EPERM);
            CHECK(caw_error_place(error, 0, &place) && strcmp(place.function, "fails") == 0);
            trace("raised");
        }
        CAW_END_TRY;
        CHECK_TRACE("raised");
        caw_of(void) one = caw_run_in_executor(e, fails, 2);
        CAW_TRY {
            CAW_AWAIT(caw_ref(one));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) { /* who asks first has it as it was raised there */
            caw_place place;
            CHECK(caw_error_place(error, 0, &place) && strcmp(place.function, "fails") == 0);
            trace("raised");
        }
        CAW_END_TRY;
        CHECK_TRACE("raised");
        CHECK_RAISES(caw_ref(one), CAW_CANCELLED_ERROR, "by itself");
        CHECK(caw_cancelled(one));
        caw_drop(one);
        int here = 5;
        if (kind == CAW_EXECUTOR_INSTANCES)
            CHECK_RAISES(caw_run_in_executor(e, at, &here), CAW_TYPE_ERROR,
                         "a pointer means nothing to another instance: give what it points to");
        else CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, at, &here)), 5);
        CHECK_RAISES(caw_run_in_executor(e, owner), CAW_TYPE_ERROR,
                     "a pointer with a destructor has one owner, and stays with it");
        CHECK_RAISES(caw_run_in_executor(e, is_failed, 1), CAW_RUNTIME_ERROR, "no running event loop");
        CHECK_RAISES(caw_run_in_executor(e, is_failed, 0), CAW_TYPE_ERROR, NULL);
        int          some[] = {1, 2, 3};
        caw_results *all = CAW_AWAIT(caw_executor_map(e, fails, some + 2, 1));
        CHECK_INT(caw_results_count(all), 1);
        caw_unref(all);
        CAW_AWAIT(caw_executor_shutdown(e));
    } CAW_END;
}

ASYNC_TEST(arguments_results_and_errors)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 3; i++) CAW_AWAIT(there_and_back(kinds[i]));
    } CAW_END;
}

ASYNC_TEST(with_the_context)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&request, caw_int(4)), 0);
        CHECK_INT(CAW_AWAIT(caw_to_thread(of_context)), 4);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, of_context)), -1);
        CHECK_INT(caw_context_get(&request).as_int32, 4);
    } CAW_END;
}

/* One after the other for one worker, together for two, and all at once where there are none. */
ASYNC_TEST(how_many_at_once)
{
    CAW_BEGIN(void) {
        for (size_t i = 1; i <= 3; i++) {
            caw_executor *e =
                i < 3 ? caw_executor_new(.workers = i) : caw_executor_new(.workers = 1, .kind = CAW_EXECUTOR_INLINE);
            double begun = elapsed();
            caw_unref(CAW_AWAIT(caw_gather(caw_run_in_executor(e, naps, 1, 1), caw_run_in_executor(e, naps, 1, 2))));
            CHECK_REAL(elapsed() - begun, i == 1 ? 2 : 1);
            caw_unref(e);
        }
    } CAW_END;
}

/* As a task is: it hears of it, with the message, ends in its own time, and may refuse. */
static CAW_ASYNC(void, cancelling, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.kind = kind, .workers = 1);
        CAW_DEFER(caw_unref, e);
        double begun = elapsed();
        caw_of(int) job = caw_run_in_executor(e, lingers, 0);
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(job, "enough"));
        CHECK(!caw_done(job)); /* not before it has ended */
        CHECK_RAISES(caw_ref(job), CAW_CANCELLED_ERROR, "enough");
        CHECK(caw_cancelled(job) && !caw_cancel(job, NULL));
        caw_drop(job);
        CHECK_REAL(elapsed() - begun, 2);
        CHECK_TRACE("[enough]");
        job = caw_run_in_executor(e, lingers, 1);
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(job, "once");
        CAW_AWAIT(caw_sleep(3)); /* it goes on */
        CHECK(!caw_done(job));
        caw_cancel(job, "twice");
        CHECK_RAISES(job, CAW_CANCELLED_ERROR, "twice");
        CHECK_TRACE("[once] [twice]");
        CHECK_REAL(elapsed() - begun, 7);
        job = caw_run_in_executor(e, lingers, 0);
        CHECK_RAISES(caw_wait_for(job, 1), CAW_TIMEOUT_ERROR, NULL); /* who waits for it may be cancelled, too */
        CHECK_TRACE("[]");
        CHECK_REAL(elapsed() - begun, 9);
        caw_of(int) first = caw_run_in_executor(e, naps, 1, 1), queued = caw_run_in_executor(e, naps, 1, 2);
        caw_cancel(queued, "never");
        if (kind == CAW_EXECUTOR_INLINE) CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancelled(queued));
        CHECK_RAISES(queued, CAW_CANCELLED_ERROR, "never");
        CHECK_INT(CAW_AWAIT(first), 1);
        CHECK_REAL(elapsed() - begun, 10);
    } CAW_END;
}

ASYNC_TEST(cancelled)
{
    CAW_BEGIN(void) {
        for (size_t i = 0; i < 3; i++) CAW_AWAIT(cancelling(kinds[i]));
    } CAW_END;
}

/* It does not end when it is asked: so its worker is ended. */
ASYNC_TEST(killed)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1, .kill_after = 3);
        caw_of(int) job = caw_run_in_executor(e, lingers, 3), next = caw_run_in_executor(e, naps, 1, 5);
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(job, "a");
        CAW_AWAIT(caw_sleep(2));
        caw_cancel(job, "b"); /* the first one counts */
        CHECK_RAISES(job, CAW_CANCELLED_ERROR, NULL);
        CHECK_REAL(elapsed(), 4);
        CHECK_INT(CAW_AWAIT(next), 5);
        CHECK_TRACE("[a] [b]");
        job = caw_run_in_executor(e, lingers, 0);
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(job, NULL); /* in time */
        CHECK_RAISES(job, CAW_CANCELLED_ERROR, NULL);
        CHECK_REAL(elapsed(), 7);
        caw_unref(e);
        test.trace[0] = 0;
    } CAW_END;
}

ASYNC_TEST(lost)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1);
        caw_sim_worker_fail(CAW_SIM_WORKER_LOST, EIO, 0, 1);
        CHECK_RAISES(caw_run_in_executor(e, naps, 1, 1), CAW_RUNTIME_ERROR, "the worker is lost: as the test has asked for");
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(e, naps, 1, 5)), 5);
        caw_of(int) cancelled = caw_run_in_executor(e, lingers, 0);
        CAW_AWAIT(caw_sleep(1));
        caw_drop(caw_executor_shutdown(e));
        caw_cancel(cancelled, NULL);
        CHECK_RAISES(cancelled, CAW_CANCELLED_ERROR, NULL);
        caw_unref(e);
        test.trace[0] = 0;
    } CAW_END;
}

ASYNC_TEST(a_value_of_bytes)
{
    CAW_BEGIN(void) {
        caw_executor *e = caw_executor_new(.workers = 1);
        caw_value     bytes = caw_blob(caw_string_new("x", 1));
        caw_string   *text = CAW_AWAIT(caw_run_in_executor(e, joined, "a", NULL, (caw_bytes){NULL, 0}, bytes, NULL));
        CHECK_TEXT(caw_string_data(text), "a+none++none+0");
        caw_unref(text);
        caw_value_drop(bytes);
        caw_unref(e);
    } CAW_END;
}
