/* CPython's FutureGatherTests and CoroutineGatherTests (test_tasks): NAME over futures, NAME_coroutines over coroutines. */
#include "conform.h"

#define GATHER_TEST(name)                                                                                                      \
    static caw_of(void) case_##name(bool coroutines);                                                                          \
    static void run_##name(void) { test_run(case_##name(false)); }                                                             \
    static void run_##name##_coroutines(void) { test_run(case_##name(true)); }                                                 \
    TEST_ENLIST(name, run_##name)                                                                                              \
    TEST_ENLIST(name##_coroutines, run_##name##_coroutines)                                                                    \
    static CAW_ASYNC(void, case_##name, bool coroutines)

enum { MOST = 6 };
typedef struct set {
    caw_of(int) f[MOST];
    int count;
    caw_of(caw_results *) gather;
} set;

static CAW_ASYNC(int, wait_for_it, caw_of(int) f)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_ref(f)));
    } CAW_END;
}

static void tell_done(void *gather, caw_any *future)
{
    CHECK(caw_base(*(caw_of(caw_results *) *)gather) == future);
    trace("called");
}

/* Gathers `count` new futures, or coroutines that wait for them. */
static void begin(set *s, int count, bool coroutines, bool settled)
{
    caw_any *given[MOST];
    s->count = count;
    for (int i = 0; i < count; i++) {
        s->f[i] = caw_future(int);
        given[i] = caw_base(coroutines ? wait_for_it(s->f[i]) : caw_ref(s->f[i]));
    }
    s->gather = settled ? caw_gather_settled_array(given, (size_t)count) : caw_gather_array(given, (size_t)count);
    CHECK_INT(caw_add_done_callback(s->gather, tell_done, &s->gather), 0);
}

static void end(set *s)
{
    for (int i = 0; i < s->count; i++) caw_unref(s->f[i]);
    caw_unref(s->gather);
}

/* As long as anything can be ready here. */
static CAW_ASYNC(void, settle, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static void fail(caw_of(int) f, caw_error_type type) { CHECK_INT(caw_set_error(f, caw_error_new(type, NULL)), 0); }

static CAW_ASYNC(void, check_success, bool coroutines, bool settled)
{
    CAW_BEGIN(void) {
        set s;
        begin(&s, 3, coroutines, settled);
        caw_set_result(s.f[1], 1);
        caw_set_result(s.f[0], 2);
        CAW_AWAIT(settle());
        CHECK_TRACE("");
        CHECK(!caw_done(s.gather));
        caw_set_result(s.f[2], 3);
        CAW_AWAIT(settle());
        CHECK_TRACE("called");
        caw_results *r = NULL;
        CHECK_INT(caw_result(s.gather, &r), 0);
        CHECK_INT(caw_result_at(r, 0, int), 2);
        CHECK_INT(caw_result_at(r, 1, int), 1);
        CHECK_INT(caw_result_at(r, 2, int), 3);
        caw_unref(r);
        end(&s);
    } CAW_END;
}

GATHER_TEST(success)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_success(coroutines, false));
    } CAW_END;
}

GATHER_TEST(result_exception_success)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(check_success(coroutines, true));
    } CAW_END;
}

GATHER_TEST(one_exception)
{
    CAW_BEGIN(void) {
        set        s;
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, NULL), *got;
        begin(&s, 5, coroutines, false);
        caw_set_result(s.f[0], 1);
        caw_set_error(s.f[1], caw_ref(error));
        CAW_AWAIT(settle());
        CHECK(caw_done(s.gather));
        CHECK_TRACE("called");
        got = caw_exception(s.gather);
        CHECK(got == error);
        caw_unref(got);
        caw_unref(error);
        caw_set_result(s.f[2], 3); /* nobody cares any more */
        caw_cancel(s.f[3], NULL);
        fail(s.f[4], CAW_RUNTIME_ERROR);
        CAW_AWAIT(settle());
        end(&s);
    } CAW_END;
}

GATHER_TEST(return_exceptions)
{
    CAW_BEGIN(void) {
        set s;
        begin(&s, 4, coroutines, true);
        caw_set_result(s.f[1], 1);
        fail(s.f[2], CAW_VALUE_ERROR);
        caw_set_result(s.f[0], 3);
        CAW_AWAIT(settle());
        CHECK(!caw_done(s.gather));
        fail(s.f[3], CAW_RUNTIME_ERROR);
        CAW_AWAIT(settle());
        CHECK_TRACE("called");
        caw_results *r = NULL;
        CHECK_INT(caw_result(s.gather, &r), 0);
        CHECK_INT(caw_result_at(r, 0, int), 3);
        CHECK_INT(caw_result_at(r, 1, int), 1);
        CHECK(caw_error_is(caw_error_at(r, 2), CAW_VALUE_ERROR));
        CHECK(caw_error_is(caw_error_at(r, 3), CAW_RUNTIME_ERROR));
        caw_unref(r);
        end(&s);
    } CAW_END;
}

/* ---- Of futures ----------------------------------------------------------------------------------------------------------------- */

TEST(constructor_empty_sequence_without_loop)
{
    caw_auto g = caw_gather_array(NULL, 0);
    CHECK_OUTCOME(g, "RuntimeError");
    caw_unref(g);
}

ASYNC_TEST(constructor_empty_sequence_use_running_loop)
{
    CAW_BEGIN(void) {
        caw_auto g = caw_gather_array(NULL, 0);
        CHECK(caw_loop_of(g) == caw_running_loop());
        CHECK(caw_done(g));
        caw_results *r = CAW_AWAIT(g);
        CHECK_INT(caw_results_count(r), 0);
        caw_unref(r);
    } CAW_END;
}

TEST(constructor_heterogenous_futures)
{
    caw_loop *one = caw_loop_new(), *other = caw_loop_new();
    caw_auto  g = caw_gather(caw_future_on(one, int), caw_future_on(other, int));
    CHECK_OUTCOME(g, "ValueError");
    caw_unref(g);
    caw_loop_close(one);
    caw_loop_close(other);
}

TEST(constructor_homogenous_futures)
{
    caw_loop *loop = caw_loop_new();
    caw_auto  f = caw_future_on(loop, int);
    for (int i = 0; i < 2; i++) {
        caw_auto g = caw_gather(caw_ref(f), caw_ref(f));
        CHECK(caw_loop_of(g) == loop);
        run_briefly(loop);
        CHECK(!caw_done(g));
        caw_unref(g);
    }
    caw_set_result(f, 1);
    run_briefly(loop);
    caw_unref(f);
    caw_loop_close(loop);
}

ASYNC_TEST(one_cancellation)
{
    CAW_BEGIN(void) {
        set s;
        begin(&s, 5, false, false);
        caw_set_result(s.f[0], 1);
        caw_cancel(s.f[1], NULL);
        CAW_AWAIT(settle());
        CHECK_TRACE("called");
        CHECK(!caw_cancelled(s.gather)); /* it has failed by a CancelledError */
        CHECK_OUTCOME(s.gather, "CancelledError");
        caw_set_result(s.f[2], 3);
        caw_cancel(s.f[3], NULL);
        fail(s.f[4], CAW_RUNTIME_ERROR);
        CAW_AWAIT(settle());
        end(&s);
    } CAW_END;
}

ASYNC_TEST(result_exception_one_cancellation)
{
    CAW_BEGIN(void) {
        static const caw_error_type want[] = {CAW_OK, CAW_VALUE_ERROR,     CAW_CANCELLED_ERROR,
                                              CAW_OK, CAW_CANCELLED_ERROR, CAW_RUNTIME_ERROR};
        set                         s;
        begin(&s, 6, false, true);
        caw_set_result(s.f[0], 1);
        fail(s.f[1], CAW_VALUE_ERROR);
        caw_cancel(s.f[2], NULL);
        CAW_AWAIT(settle());
        CHECK(!caw_done(s.gather));
        caw_set_result(s.f[3], 3);
        caw_cancel(s.f[4], NULL);
        fail(s.f[5], CAW_RUNTIME_ERROR);
        caw_results *r = CAW_AWAIT(caw_ref(s.gather));
        for (size_t i = 0; i < 6; i++) CHECK_INT(caw_error_type_of(caw_error_at(r, i)), want[i]);
        CHECK_INT(caw_result_at(r, 0, int), 1);
        CHECK_INT(caw_result_at(r, 3, int), 3);
        CHECK_TRACE("called");
        caw_unref(r);
        end(&s);
    } CAW_END;
}

/* ---- Of coroutines --------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, answer, int value)
{
    CAW_BEGIN(int) {
        CAW_RETURN(value);
    } CAW_END;
}

TEST(constructor_without_loop)
{
    caw_auto g = caw_gather(answer(1), answer(2));
    CHECK_OUTCOME(g, "RuntimeError");
    caw_unref(g);
}

ASYNC_TEST(constructor_use_running_loop)
{
    CAW_BEGIN(void) {
        caw_auto g = caw_gather(answer(1), answer(2));
        CHECK(caw_loop_of(g) == caw_running_loop());
        caw_unref(CAW_AWAIT(g));
    } CAW_END;
}

ASYNC_TEST(duplicate_coroutines)
{
    CAW_BEGIN(void) {
        caw_auto     c = caw_spawn(answer(1)); /* a coroutine has one owner: it is given more than once as a task */
        caw_results *r = CAW_AWAIT(caw_gather(caw_ref(c), caw_ref(c), answer(2), caw_ref(c)));
        for (size_t i = 0; i < 4; i++) trace("%d", caw_result_at(r, i, int));
        CHECK_TRACE("1 1 2 1");
        caw_unref(r);
        caw_unref(c);
    } CAW_END;
}

typedef struct family {
    caw_of(int) waiter, children[2];
    caw_of(caw_results *) gather;
} family;

static CAW_ASYNC(void, gather_children, family *f)
{
    CAW_BEGIN(void) {
        f->gather = caw_gather(caw_ref(f->children[0]), caw_ref(f->children[1]));
        caw_unref(CAW_AWAIT(caw_ref(f->gather)));
        NOT_HERE();
    } CAW_END;
}

ASYNC_TEST(cancellation_broadcast)
{
    CAW_BEGIN(void) {
        family f = {.waiter = caw_future(int)};
        for (int i = 0; i < 2; i++) f.children[i] = caw_spawn(wait_for_it(f.waiter));
        caw_auto t = caw_spawn(gather_children(&f));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(t, NULL));
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, NULL);
        CHECK(!caw_cancel(f.gather, NULL));
        CHECK(caw_cancelled(f.waiter) && caw_cancelled(f.children[0]) && caw_cancelled(f.children[1]));
        caw_unref(f.waiter);
        caw_unref(f.gather);
        for (int i = 0; i < 2; i++) caw_unref(f.children[i]);
    } CAW_END;
}

static CAW_ASYNC(void, fail_after, caw_of(int) f)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(f));
        CAW_RAISE(CAW_RUNTIME_ERROR, "not to be ignored");
    } CAW_END;
}

static CAW_ASYNC(void, gather_failing, caw_of(int) a, caw_of(int) b)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather(fail_after(a), fail_after(b))));
    } CAW_END;
}

/* The second error comes when the gather has failed already: it is nobody's, and nobody is told. */
ASYNC_TEST(exception_marking)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_future(int), b = caw_future(int);
        caw_auto t = caw_spawn(gather_failing(a, b));
        CAW_AWAIT(settle());
        caw_set_result(a, 1);
        CAW_AWAIT(settle());
        caw_set_result(b, 1);
        CAW_AWAIT(settle());
        CHECK_OUTCOME(t, "RuntimeError");
        caw_unref(t);
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}
