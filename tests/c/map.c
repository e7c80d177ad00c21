/* map: so many at once, in order; the first error or a cancellation ends all. */
#include "test.h"

typedef struct job {
    int    n;
    double seconds;
} job;

static int running, most;

static CAW_ASYNC(int, work, const job *j)
{
    CAW_BEGIN(int) {
        trace("+%d", j->n);
        if (++running > most) most = running;
        CAW_TRY {
            CAW_AWAIT(caw_sleep(j->seconds));
            if (j->n < 0) CAW_RAISE(CAW_VALUE_ERROR, "%d", j->n);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CAW_AWAIT(caw_sleep(1));
            trace("%d!", j->n);
            CAW_RERAISE();
        } CAW_FINALLY {
            running--;
        }
        CAW_END_TRY;
        trace("-%d", j->n);
        CAW_RETURN(j->n * 10);
    } CAW_END;
}

static int made;
static caw_of(int) told(const job *j)
{
    made++;
    return work(j);
}

static void begin(void) { running = most = made = 0; }

ASYNC_TEST(in_order_and_no_more_than_so_many)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{1, 3}, {2, 1}, {3, 1}, {4, 5}, {5, 1}};
        begin();
        caw_results *r = CAW_AWAIT(caw_map(work, jobs, 5, 2));
        CHECK_TRACE("+1 +2 -2 +3 -3 +4 -1 +5 -5 -4");
        CHECK_INT(most, 2);
        CHECK_REAL(elapsed(), 7);
        CHECK_INT(caw_results_count(r), 5);
        for (size_t i = 0; i < 5; i++) CHECK_INT(caw_result_at(r, i, int), jobs[i].n * 10);
        caw_unref(r);
        r = CAW_AWAIT(caw_map(work, jobs, 3, 100)); /* all at once */
        CHECK_TRACE("+1 +2 +3 -2 -3 -1");
        caw_unref(r);
        r = CAW_AWAIT(caw_map(work, jobs, 3, 1)); /* one after another */
        CHECK_TRACE("+1 -1 +2 -2 +3 -3");
        caw_unref(r);
    } CAW_END;
}

ASYNC_TEST(of_nothing)
{
    CAW_BEGIN(void) {
        job *none = NULL;
        caw_of(caw_results *) m = caw_map(work, none, 0, 3);
        CHECK(caw_done(m));
        caw_results *r = CAW_AWAIT(m);
        CHECK_INT(caw_results_count(r), 0);
        caw_unref(r);
        CHECK_RAISES(caw_map(work, none, 0, 0), CAW_VALUE_ERROR, "map: a limit of 0 begins nothing");
    } CAW_END;
}

ASYNC_TEST(the_first_error_ends_it)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{1, 1}, {2, 9}, {-3, 1}, {4, 9}, {5, 1}};
        begin();
        CHECK_RAISES(caw_map(told, jobs, 5, 3), CAW_VALUE_ERROR, "-3");
        CHECK_TRACE("+1 +2 +-3 -1 2!"); /* 4 was taken up in the pass of the error, and cancelled before it ran */
        CHECK_INT(made, 4);
        CHECK_REAL(elapsed(), 2);
        CHECK_INT(running, 0);
    } CAW_END;
}

ASYNC_TEST(later_errors_are_lost)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{-1, 1}, {-2, 1}, {-3, 9}};
        begin();
        CHECK_RAISES(caw_map(work, jobs, 3, 3), CAW_VALUE_ERROR, "-1");
        CHECK_TRACE("+-1 +-2 +-3 -3!");
    } CAW_END;
}

ASYNC_TEST(cancelling_it)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{1, 1}, {2, 9}, {3, 9}, {4, 9}};
        begin();
        caw_of(caw_results *) m = caw_map(work, jobs, 4, 2);
        CAW_AWAIT(caw_sleep(2));
        CHECK(caw_cancel(m, "stop"));
        CHECK(!caw_done(m));
        CHECK_RAISES(m, CAW_CANCELLED_ERROR, "stop");
        CHECK_TRACE("+1 +2 -1 +3 2! 3!");
        CHECK_REAL(elapsed(), 3);
        CHECK_RAISES(caw_wait_for(caw_map(work, jobs, 4, 2), 2), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("+1 +2 -1 +3 2! 3!");
        CHECK_REAL(elapsed(), 6);
        m = caw_map(work, jobs, 4, 2);
        CHECK(caw_cancel(m, NULL)); /* before anything ran */
        CHECK_RAISES(m, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("");
    } CAW_END;
}

static CAW_ASYNC(caw_string *, shout, char **text)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_string_of(*text));
    } CAW_END;
}

static CAW_ASYNC(void, square, double *x)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1 / *x));
        *x *= *x;
    } CAW_END;
}

ASYNC_TEST(inputs_and_results_of_every_type)
{
    CAW_BEGIN(void) {
        char        *texts[] = {"a", "b", "c"};
        caw_results *r = CAW_AWAIT(caw_map(shout, texts, 3, 2));
        caw_string  *c = caw_result_at(r, 2, caw_string *);
        CHECK_TEXT(caw_string_data(c), "c");
        caw_unref(c);
        caw_unref(r);
        double numbers[] = {1, 2, 3}; /* in place */
        caw_unref(CAW_AWAIT(caw_map(square, &numbers[1], 2, 2)));
        CHECK_REAL(numbers[0] + numbers[1] + numbers[2], 14);
    } CAW_END;
}

/* An ordinary function that gives a handle will do; some are done at once. */
static caw_of(int) known(int *n)
{
    caw_of(int) f = caw_future(int);
    caw_set_result(f, *n);
    static const job seven = {7, 0};
    return *n % 3 ? f : (caw_unref(f), work(&seven));
}

ASYNC_TEST(what_is_done_at_once)
{
    CAW_BEGIN(void) {
        enum { N = 3000 };
        int *numbers = malloc(N * sizeof *numbers);
        CAW_DEFER(free, numbers);
        begin();
        for (int i = 0; i < N; i++) numbers[i] = i;
        caw_results *r = CAW_AWAIT(caw_map(known, numbers, N, 4));
        for (size_t i = 0; i < N; i++) CHECK_INT(caw_result_at(r, i, int), i % 3 ? (int)i : 70);
        CHECK(most <= 4);
        caw_unref(r);
        test.trace[0] = 0;
    } CAW_END;
}

static caw_context_var variable = CAW_CONTEXT_VAR("variable", caw_int(0));

static CAW_ASYNC(int, in_context, int *n)
{
    CAW_BEGIN(int) {
        int before = caw_context_get(&variable).as_int32;
        CAW_CHECK(caw_context_set(&variable, caw_int(before + *n)));
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(before);
    } CAW_END;
}

ASYNC_TEST(each_in_a_copy_of_the_callers_context)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&variable, caw_int(1)));
        int numbers[] = {10, 20, 30};
        caw_of(caw_results *) m = caw_map(in_context, numbers, 3, 1);
        CAW_CHECK(caw_context_set(&variable, caw_int(2)));
        caw_results *r = CAW_AWAIT(m);
        for (size_t i = 0; i < 3; i++) CHECK_INT(caw_result_at(r, i, int), 1);
        caw_unref(r);
        CHECK_INT(caw_context_get(&variable).as_int32, 2);
    } CAW_END;
}

ASYNC_TEST(eager_tasks)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{1, 1}, {2, 1}, {3, 1}};
        begin();
        caw_loop_set_eager(caw_running_loop(), true);
        caw_of(caw_results *) m = caw_map(work, jobs, 3, 2);
        CHECK_TRACE("+1 +2");
        caw_unref(CAW_AWAIT(m));
        CHECK_TRACE("-1 -2 +3 -3");
        caw_loop_set_eager(caw_running_loop(), false);
    } CAW_END;
}

static CAW_ASYNC(void, map_there, void)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{1, 0}, {2, 9}, {3, 9}, {4, 9}};
        caw_unref(CAW_AWAIT(caw_map(work, jobs, 4, 2)));
    } CAW_END;
}

TEST(a_loop_closed_meanwhile)
{
    begin();
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(map_there(), .loop = loop));
    for (int n = 0; n < 4; n++) caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    test.log[0] = 0;
    CHECK_TRACE("+1 +2 -1 +3");
    job none = {0, 0};
    caw_of(caw_results *) m = caw_map(work, &none, 1, 1);
    CHECK_ERROR(caw_exception(m), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(m);
}

static caw_of(caw_results *) its_map;

static caw_of(int) cancel_at_the_third(const job *j)
{
    if (j->n == 3) CHECK(caw_cancel(its_map, NULL));
    return work(j);
}

/* The input that is begun in that moment is cancelled, too: before it has run. */
ASYNC_TEST(cancelled_while_the_next_is_begun)
{
    CAW_BEGIN(void) {
        static const job jobs[] = {{1, 1}, {2, 9}, {3, 9}, {4, 9}};
        begin();
        its_map = caw_map(cancel_at_the_third, jobs, 4, 2);
        CHECK_RAISES(caw_ref(its_map), CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("+1 +2 -1 2!");
        caw_unref(its_map);
    } CAW_END;
}

/* ---- Whose context ---------------------------------------------------------------------------------------------------------------- */

static caw_context_var counter = CAW_CONTEXT_VAR("counter", caw_none());

static CAW_ASYNC(int, counted, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

/* An ordinary function: what it sets the next one finds, and who called the map does not. */
static caw_of(int) count_on(const int *by)
{
    int n = caw_context_get(&counter).as_int32 + *by;
    CHECK_INT(caw_context_set(&counter, caw_int(n)), 0);
    return counted(n);
}

ASYNC_TEST(a_function_that_sets_a_variable)
{
    CAW_BEGIN(void) {
        static const int by[] = {1, 10, 100};
        CAW_CHECK(caw_context_set(&counter, caw_int(1000)));
        caw_results *r = CAW_AWAIT(caw_map(count_on, by, 3, 1));
        for (size_t i = 0; i < 3; i++) trace("%d", caw_result_at(r, i, int));
        caw_unref(r);
        CHECK_TRACE("1001 1011 1111");
        CHECK_INT(caw_context_get(&counter).as_int32, 1000);
    } CAW_END;
}
