/*
 * Owns: tests of async generators: items, ends, throws, closing, who may do what when. Outcomes as CPython's.
 */
#include "test.h"

static CAW_ASYNC_GEN(int, count, int from, int to)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (int i = from; i < to; i++) {
                if (i % 2) CAW_AWAIT(caw_sleep(1));
                CAW_YIELD(i);
            }
        } CAW_FINALLY {
            trace("cleanup");
            CAW_AWAIT(caw_sleep(1));
            trace("clean");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

ASYNC_TEST(items_then_the_end_ever_after)
{
    CAW_BEGIN(void) {
        caw_auto g = count(0, 3);
        CAW_DEFER(caw_unref, g);
        for (int i = 0; i < 3; i++) trace("%d", CAW_AWAIT(caw_anext(g)));
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("0 1 2 cleanup clean");
        CHECK_REAL(elapsed(), 2);
    } CAW_END;
}

ASYNC_TEST(nothing_runs_before_the_first_item)
{
    CAW_BEGIN(void) {
        caw_unref(count(0, 3));
        caw_auto g = count(0, 3);
        caw_drop(caw_anext(g));
        caw_auto step = caw_anext(g);
        caw_unref(g);
        CHECK_INT(CAW_AWAIT(caw_spawn(step)), 0); /* the step has kept it; then nobody has */
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("cleanup");
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("clean");
    } CAW_END;
}

ASYNC_TEST(a_loop_over_one)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, count(0, 5)) {
            if (i == 1) continue;
            trace("%d", i);
        }
        CAW_END_FOR;
        CHECK_TRACE("0 2 3 4 cleanup clean");
    } CAW_END;
}

ASYNC_TEST(break_closes_it_at_once)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, count(0, 5)) {
            trace("%d", i);
            if (i == 2) break;
        }
        CAW_END_FOR;
        trace("after");
        CHECK_TRACE("0 1 2 cleanup clean after");
    } CAW_END;
}

ASYNC_TEST(break_leaves_one_that_somebody_kept)
{
    CAW_BEGIN(void) {
        caw_auto g = count(0, 5);
        CAW_DEFER(caw_unref, g);
        CAW_FOR_AWAIT(int i, caw_ref(g)) {
            trace("%d", i);
            if (i == 2) break;
        }
        CAW_END_FOR;
        trace("after %d", CAW_AWAIT(caw_anext(g)));
        CAW_AWAIT(caw_aclose(g));
        CAW_AWAIT(caw_aclose(g));
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("0 1 2 after 3 cleanup clean");
    } CAW_END;
}

static CAW_ASYNC(int, first_above, int limit)
{
    CAW_BEGIN(int) {
        CAW_FOR_AWAIT(int i, count(0, 100)) {
            if (i > limit) CAW_RETURN(i);
        }
        CAW_END_FOR;
        CAW_RETURN(-1);
    } CAW_END;
}

static CAW_ASYNC(void, fails_at, int limit)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, count(0, 100)) {
            CAW_FOR_AWAIT(int j, count(0, 2)) {
                if (i + j > limit) CAW_RAISE(CAW_VALUE_ERROR, "%d", i + j);
            }
            CAW_END_FOR;
        }
        CAW_END_FOR;
    } CAW_END;
}

ASYNC_TEST(return_and_errors_close_it_at_once)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(first_above(2)), 3);
        CHECK_TRACE("cleanup clean");
        CHECK_RAISES(fails_at(1), CAW_VALUE_ERROR, "2");
        CHECK_TRACE("cleanup clean cleanup clean cleanup clean"); /* the inner of the first round, then inner and outer */
    } CAW_END;
}

ASYNC_TEST(cancellation_goes_through_it)
{
    CAW_BEGIN(void) {
        caw_auto t = caw_spawn(first_above(50));
        CAW_AWAIT(caw_sleep(0.5));
        caw_cancel(t, "enough"); /* inside the generator's sleep */
        CHECK_RAISES(t, CAW_CANCELLED_ERROR, "enough");
        CHECK_TRACE("cleanup clean");
        CHECK_REAL(elapsed(), 1.5);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, raises, caw_error_type type)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_RAISE(type, "from inside");
    }
    CAW_END_GEN;
}

ASYNC_TEST(errors_of_the_body)
{
    CAW_BEGIN(void) {
        caw_auto g = raises(CAW_VALUE_ERROR);
        CAW_DEFER(caw_unref, g);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CHECK_RAISES(caw_anext(g), CAW_VALUE_ERROR, "from inside");
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_auto h = raises(CAW_STOP_ASYNC_ITERATION);
        CAW_DEFER(caw_unref, h);
        CHECK_INT(CAW_AWAIT(caw_anext(h)), 1);
        CAW_TRY {
            CAW_AWAIT(caw_anext(h));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            CHECK_ERROR(caw_ref(error), CAW_RUNTIME_ERROR, "async generator raised StopAsyncIteration");
            CHECK_ERROR(caw_ref(caw_error_cause(error)), CAW_STOP_ASYNC_ITERATION, "from inside");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, stubborn, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < 4; i++) {
            CAW_TRY {
                CAW_YIELD(i);
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                trace("%s", caw_error_name((int)caw_error_type_of(error)));
                if (caw_error_is(error, CAW_VALUE_ERROR)) CAW_AWAIT(caw_sleep(1));
            }
            CAW_END_TRY;
        }
    }
    CAW_END_GEN;
}

ASYNC_TEST(athrow)
{
    CAW_BEGIN(void) {
        caw_auto g = stubborn();
        CAW_DEFER(caw_unref, g);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 0);
        CHECK_INT(CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, "in"))), 1);
        CHECK_INT(CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_TYPE_ERROR, "in"))), 2);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 3);
        CHECK_RAISES(caw_athrow(g, caw_error_new(CAW_TYPE_ERROR, "in")), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("ValueError TypeError TypeError");
        CHECK_INT(CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_TYPE_ERROR, "ended"))), 0);
        caw_auto early = stubborn();
        CAW_DEFER(caw_unref, early);
        CHECK_RAISES(caw_athrow(early, caw_error_new(CAW_TYPE_ERROR, "early")), CAW_TYPE_ERROR, "early");
        CHECK_RAISES(caw_anext(early), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_drop(caw_athrow(early, caw_error_new(CAW_TYPE_ERROR, "never")));
    } CAW_END;
}

ASYNC_TEST(aclose_of_one_that_will_not_end)
{
    CAW_BEGIN(void) {
        caw_auto g = stubborn();
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 0);
        CHECK_RAISES(caw_aclose(g), CAW_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        CHECK_RAISES(caw_aclose(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_RAISES(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, "in")), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 2);
        CHECK_TRACE("GeneratorExit");
        caw_unref(g); /* it was closed once: no second time */
        CHECK_LOGGED("an async generator was let go of where it stood");
    } CAW_END;
}

ASYNC_TEST(aclose_before_the_first_item)
{
    CAW_BEGIN(void) {
        caw_auto g = count(0, 2);
        CAW_DEFER(caw_unref, g);
        CAW_AWAIT(caw_aclose(g));
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_TRACE("");
    } CAW_END;
}

static CAW_ASYNC_GEN(double, average, void)
{
    CAW_BEGIN_GEN(double)
    {
        double sum = 0;
        for (int n = 1;; n++) {
            CAW_YIELD(n == 1 ? 0 : sum / (n - 1));
            caw_value got = CAW_SENT();
            if (got.tag != CAW_DOUBLE) break;
            sum += got.as_double;
        }
    }
    CAW_END_GEN;
}

ASYNC_TEST(asend)
{
    CAW_BEGIN(void) {
        caw_auto g = average();
        CAW_DEFER(caw_unref, g);
        CHECK_RAISES(caw_asend(g, caw_text(caw_string_of("early"))), CAW_TYPE_ERROR, NULL);
        CHECK_REAL(CAW_AWAIT(caw_asend(g, caw_none())), 0);
        CHECK_REAL(CAW_AWAIT(caw_asend(g, caw_double(10))), 10);
        CHECK_REAL(CAW_AWAIT(caw_asend(g, caw_double(20))), 15);
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
        CHECK_RAISES(caw_asend(g, caw_text(caw_string_of("late"))), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

ASYNC_TEST(one_step_at_a_time)
{
    CAW_BEGIN(void) {
        caw_auto g = count(1, 5);
        CAW_DEFER(caw_unref, g);
        caw_auto first = caw_spawn(caw_anext(g));
        caw_auto second = caw_spawn(caw_anext(g));
        CAW_AWAIT(caw_sleep(0));
        CHECK_RAISES(second, CAW_RUNTIME_ERROR, "anext(): asynchronous generator 'count' is already running");
        CHECK_RAISES(caw_aclose(g), CAW_RUNTIME_ERROR, "aclose(): asynchronous generator 'count' is already running");
        CHECK_RAISES(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, NULL)), CAW_RUNTIME_ERROR, NULL);
        CHECK_RAISES(caw_asend(g, caw_none()), CAW_RUNTIME_ERROR, NULL);
        CHECK_INT(CAW_AWAIT(first), 1);
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_anext(g), 5)), 2);
        CAW_AWAIT(caw_aclose(g));
        CHECK_TRACE("cleanup clean");
    } CAW_END;
}

typedef struct point {
    double x, y, z;
} point;

static CAW_ASYNC_GEN(point, points, void)
{
    CAW_BEGIN_GEN(point)
    {
        for (int i = 1;; i++) {
            CAW_AWAIT(caw_sleep(0));
            CAW_YIELD(((point){i, 2 * i, 3 * i}));
        }
    }
    CAW_END_GEN;
}

/* When it is taken the generator runs, when it begins it stands at a yield: there must be room for what it gives. */
ASYNC_TEST(a_step_taken_while_another_runs)
{
    CAW_BEGIN(void) {
        caw_gen(point) g = points();
        caw_of(point) first = caw_spawn(caw_anext(g));
        CAW_AWAIT(caw_sleep(0));
        caw_results *results = CAW_AWAIT(caw_gather(caw_anext(g)));
        point        p = caw_result_at(results, 0, point);
        CHECK(p.x == 2 && p.y == 4 && p.z == 6);
        caw_unref(results);
        p = CAW_AWAIT(first);
        CHECK(p.x == 1 && p.z == 3);
        CAW_AWAIT(caw_aclose(g));
        caw_unref(g);
    } CAW_END;
}

ASYNC_TEST(a_step_that_takes_too_long_ends_it)
{
    CAW_BEGIN(void) {
        caw_auto g = count(1, 5);
        CAW_DEFER(caw_unref, g);
        CHECK_RAISES(caw_wait_for(caw_anext(g), 0.5), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("cleanup clean");
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

static CAW_ASYNC_GEN(caw_string *, words, void)
{
    CAW_BEGIN_GEN(caw_string *)
    {
        static const char *const list[] = {"one", "two", "three"};
        for (int i = 0; i < 3; i++) {
            CAW_TRY {
                CAW_YIELD(caw_string_of(list[i]));
            } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            }
            CAW_END_TRY;
        }
    }
    CAW_END_GEN;
}

ASYNC_TEST(counted_items)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_string *word, words()) {
            trace("%s", caw_string_data(word));
            caw_unref(word);
        }
        CAW_END_FOR;
        CHECK_TRACE("one two three");
        caw_auto g = words();
        CAW_DEFER(caw_unref, g);
        caw_unref(CAW_AWAIT(caw_anext(g)));
        CHECK_RAISES(caw_aclose(g), CAW_RUNTIME_ERROR, NULL); /* what it yielded then is dropped */
        caw_unref(CAW_AWAIT(caw_anext(g)));
        CHECK_RAISES(caw_anext(g), CAW_STOP_ASYNC_ITERATION, NULL);
    } CAW_END;
}

typedef struct cursor {
    int at, end;
} cursor;

static CAW_ASYNC(int, cursor_next, cursor *c)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        if (c->at == c->end) CAW_RAISE(CAW_STOP_ASYNC_ITERATION, NULL);
        CAW_RETURN(c->at++);
    } CAW_END;
}

ASYNC_TEST(an_iterator_of_ones_own)
{
    CAW_BEGIN(void) {
        cursor c = {1, 5};
        CAW_FOR_NEXT(int i, cursor_next(&c)) { trace("%d", i); }
        CAW_END_FOR;
        CHECK_TRACE("1 2 3 4");
    } CAW_END;
}
