/* Async functions: calling, awaiting, results of every shape, parameters, locals, defers, deep recursion, misuse. */
#include "test.h"

static CAW_ASYNC(int, add, int a, int b, int yields)
{
    CAW_BEGIN(int) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(a + b);
    } CAW_END;
}

ASYNC_TEST(calling_runs_nothing)
{
    CAW_BEGIN(void) {
        caw_of(int) coroutine = add(1, 2, 0);
        CHECK_INT(caw_get_stats().frames, 2);
        CHECK(!caw_done(coroutine));
        CHECK(!caw_cancel(coroutine, NULL));
        CHECK_INT(CAW_AWAIT(coroutine), 3);
        CHECK_INT(caw_get_stats().frames, 1);
    } CAW_END;
}

ASYNC_TEST(an_await_is_an_expression)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(add(CAW_AWAIT(add(1, 2, 1)), CAW_AWAIT(add(3, 4, 0)), CAW_AWAIT(add(0, 1, 1)))), 10);
        int n = CAW_AWAIT(add(1, 1, 1)) * 10 + CAW_AWAIT(add(1, 2, 2));
        CHECK_INT(n, 23);
        if (CAW_AWAIT(add(1, 1, 1)) == 2 && CAW_AWAIT(add(1, 1, 0)) == 2) trace("if");
        while (CAW_AWAIT(add(n, 0, 1)) > 21) n--;
        for (int i = CAW_AWAIT(add(0, 0, 1)); i < CAW_AWAIT(add(1, 1, 1)); i += CAW_AWAIT(add(0, 1, 0))) trace("for%d", i);
        switch (CAW_AWAIT(add(n, 0, 1))) {
        case 20: trace("wrong"); break;
        case 21:
            CAW_AWAIT(caw_sleep(0));
            trace("case%d", n);
            /* fall through */
        case 22: trace("through%d", CAW_AWAIT(add(1, 2, 1))); break;
        default: trace("default");
        }
        CHECK_TRACE("if for0 for1 case21 through3");
        char text[32];
        snprintf(text, sizeof text, "%d-%d", CAW_AWAIT(add(1, 0, 1)), CAW_AWAIT(add(2, 0, 0)));
        CHECK_TEXT(text, "1-2");
    } CAW_END;
}

typedef struct member_pair {
    double a;
    int    b[3];
} member_pair;

static CAW_ASYNC(member_pair, pair_of, double a, int b, int yields)
{
    CAW_BEGIN(member_pair) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN((member_pair){a, {b, b + 1, b + 2}});
    } CAW_END;
}

static CAW_ASYNC(double, member_of, int yields)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(pair_of(yields, 0, yields)).a); /* leaves with the member at once */
    } CAW_END;
}

static member_pair pair_now(int b) { return (member_pair){0, {b, b + 1, b + 2}}; }

/* Declared, added, compared, passed on, in loops and blocks: compilers keep such a structure in a place of its own for a moment. */
ASYNC_TEST(a_member_of_what_is_awaited)
{
    CAW_BEGIN(void) {
        double one = CAW_AWAIT(pair_of(1.5, 2, 1)).a;
        int    three = CAW_AWAIT(pair_of(1.5, 1, 0)).b[2],
            both = CAW_AWAIT(pair_of(0, 4, 1)).b[0] + CAW_AWAIT(pair_of(5, 0, 1)).b[1];
        CHECK_REAL(one, 1.5);
        CHECK_INT(three * 10 + both, 35);
        CHECK_REAL(CAW_AWAIT(member_of(2)) + CAW_AWAIT(member_of(0)), 2);
        CHECK(CAW_AWAIT(pair_of(1, 1, 1)).a == one - 0.5);
        for (int i = CAW_AWAIT(pair_of(0, 0, 1)).b[0]; i < CAW_AWAIT(pair_of(0, 2, 1)).b[0]; i++) {
            const double twice = 2 * CAW_AWAIT(pair_of(i, 0, 1)).a;
            CHECK_REAL(twice, 2 * i);
        }
        CAW_TRY {
            int sum = CAW_AWAIT(add(CAW_AWAIT(pair_of(0, 1, 1)).b[0], (int)CAW_AWAIT(pair_of(2, 0, 1)).a, 1));
            CHECK_INT(sum, 3);
        } CAW_FINALLY {
            int four = CAW_AWAIT(pair_of(0, 4, 1)).b[0];
            CHECK_INT(four, 4);
        }
        CAW_END_TRY;
        int one_more = pair_now(CAW_AWAIT(add(1, 2, 1))).b[1];
        CHECK_INT(one_more, 4);
        caw_queue *q = caw_queue_new(0);
        CHECK_INT(caw_queue_put_nowait(q, caw_int(7)), 0);
        int seven = CAW_AWAIT(caw_queue_get(q)).as_int32;
        CHECK_INT(seven, 7);
        caw_unref(q);
    } CAW_END;
}

typedef struct point {
    double x, y;
    char   name[12];
} point;

static CAW_ASYNC(point, locals, const char *name, point by, int yields)
{
    CAW_BEGIN(point) {
        char              text[200];
        int               squares[50];
        point             p = {0};
        _Alignas(16) char aligned[16];
        CHECK_INT((uintptr_t)aligned % 16, 0);
        snprintf(text, sizeof text, "<%s>", name);
        for (int i = 0; i < 50; i++) {
            squares[i] = i * i;
            if (i % 10 == 0 && yields) CAW_AWAIT(caw_sleep(0));
        }
        for (int i = 0; i < 50; i++) p.x += squares[i] * by.x;
        p.y = by.y;
        CAW_AWAIT(caw_sleep(0));
        snprintf(p.name, sizeof p.name, "%s", text);
        CAW_RETURN(p);
    } CAW_END;
}

ASYNC_TEST(locals_and_parameters_live_across_awaits)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 2; yields++) {
            point p = CAW_AWAIT(locals("name", (point){2, 3, ""}, yields));
            CHECK_REAL(p.x, 2 * 40425);
            CHECK_REAL(p.y, 3);
            CHECK_TEXT(p.name, "<name>");
        }
    } CAW_END;
}

/* ---- Declared elsewhere, by pointer --------------------------------------------------------------------------------------- */

caw_of(int) external(int n); /* as a header would */
CAW_ASYNC(int, external, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n * 2);
    } CAW_END;
}

ASYNC_TEST(a_function_may_be_external_or_called_by_pointer)
{
    CAW_BEGIN(void) {
        caw_of(int) (*pointer)(int) = external;
        CHECK_INT(CAW_AWAIT(external(4)), 8);
        CHECK_INT(CAW_AWAIT(pointer(5)), 10);
    } CAW_END;
}

/* ---- Recursion --------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, fib, int n)
{
    CAW_BEGIN(int) {
        if (n % 3 == 0) CAW_AWAIT(caw_sleep(0));
        if (n < 2) CAW_RETURN(n);
        CAW_RETURN(CAW_AWAIT(fib(n - 1)) + CAW_AWAIT(fib(n - 2)));
    } CAW_END;
}

static CAW_ASYNC(int, deep, int n, int yields)
{
    CAW_BEGIN(int) {
        if (n == 0) {
            while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
            CAW_RETURN(0);
        }
        CAW_RETURN(CAW_AWAIT(deep(n - 1, yields)) + 1);
    } CAW_END;
}

static CAW_ASYNC(int, deep_failure, int n, int yields)
{
    CAW_BEGIN(int) {
        while (n == 0 && yields-- > 0) CAW_AWAIT(caw_sleep(0));
        if (n == 0) CAW_RAISE(CAW_VALUE_ERROR, "bottom");
        CAW_RETURN(CAW_AWAIT(deep_failure(n - 1, yields)) + 1);
    } CAW_END;
}

ASYNC_TEST(recursion)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(fib(15)), 610);
    } CAW_END;
}

ASYNC_TEST(a_hundred_thousand_inline_awaits_deep)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 3; yields++) {
            CHECK_INT(CAW_AWAIT(deep(100000, yields)), 100000);
            CAW_TRY {
                CAW_AWAIT(deep_failure(100000, yields));
                trace("wrong");
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                trace("%s", caw_error_message(error));
            }
            CAW_END_TRY;
        }
        CHECK_TRACE("bottom bottom bottom");
    } CAW_END;
}

ASYNC_TEST(a_deep_task_can_be_cancelled)
{
    CAW_BEGIN(void) {
        caw_of(int) task = caw_spawn(deep(100000, 5));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, NULL));
        CAW_TRY {
            CAW_AWAIT(caw_ref(task));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cancelled");
        }
        CAW_END_TRY;
        caw_unref(task);
        CHECK_TRACE("cancelled");
    } CAW_END;
}

/* ---- Defers ---------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(int, deferring, int how)
{
    CAW_BEGIN_OWNING(int, trace("given-up")) {
        static const char *const numbers[] = {"0", "1", "2"};
        CAW_DEFER(say, "first");
        for (int i = 0; i < 3; i++) CAW_DEFER(say, numbers[i]);
        CAW_AWAIT(caw_sleep(0));
        CAW_DEFER(say, "last");
        if (how == 1) CAW_RAISE(CAW_VALUE_ERROR, NULL);
        if (how == 2) CAW_AWAIT(caw_sleep(100));
        CAW_RETURN(1);
    } CAW_END;
}

ASYNC_TEST(defers_run_on_every_way_out)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(deferring(0)), 1);
        CHECK_TRACE("last 2 1 0 first");
        CAW_TRY {
            CAW_AWAIT(deferring(1));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("value");
        }
        CAW_END_TRY;
        CHECK_TRACE("last 2 1 0 first value");
        caw_auto task = caw_spawn(deferring(2));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        caw_unref(task);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("last 2 1 0 first");
    } CAW_END;
}

ASYNC_TEST(what_never_ran_runs_only_its_given_up_statements)
{
    CAW_BEGIN(void) {
        caw_drop(deferring(0));
        CHECK_TRACE("given-up");
        caw_unref(deferring(0));
        CHECK_TRACE("given-up");
        caw_auto task = caw_spawn(deferring(0));
        caw_cancel(task, NULL);
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("given-up");
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

/* ---- Awaiting other things ---------------------------------------------------------------------------------------------------- */

typedef struct counter {
    caw_awaitable awaitable;
    int           from, yields;
} counter;

static caw_any *await_counter(caw_awaitable *self)
{
    counter *c = (counter *)self;
    return caw_base(add(c->from, 1, c->yields));
}

static caw_any *await_nothing(caw_awaitable *self)
{
    (void)self;
    return NULL;
}

ASYNC_TEST(an_awaitable_of_ones_own)
{
    CAW_BEGIN(void) {
        counter c = {CAW_AWAITABLE(await_counter), 41, 0};
        CHECK_INT(CAW_AWAIT(caw_awaitable_of(int, &c.awaitable)), 42);
        c.yields = 2;
        CHECK_INT(CAW_AWAIT(caw_awaitable_of(int, &c.awaitable)), 42);
        CHECK_INT(CAW_AWAIT(caw_spawn(caw_awaitable_of(int, &c.awaitable))), 42);
        CHECK_INT(CAW_AWAIT(caw_wait_for(caw_awaitable_of(int, &c.awaitable), 1)), 42);
        caw_results *all = CAW_AWAIT(caw_gather(caw_wait_for(caw_awaitable_of(int, &c.awaitable), 1)));
        CHECK_INT(caw_result_at(all, 0, int), 42);
        caw_unref(all);
        caw_awaitable bad = CAW_AWAITABLE(await_nothing);
        CAW_TRY {
            CAW_AWAIT(caw_awaitable_of(void, &bad));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            trace("%s", caw_error_message(error));
        }
        CAW_END_TRY;
        CHECK_TRACE("the awaitable gave nothing to await, or itself");
    } CAW_END;
}

static CAW_ASYNC(void, await_it, caw_of(int) handle)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            trace("got %d", CAW_AWAIT(handle));
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            trace("%.*s", (int)strlen("cannot reuse already awaited coroutine 'add'"), caw_error_message(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_coroutine_is_awaited_once)
{
    CAW_BEGIN(void) {
        caw_of(int) coroutine = add(1, 1, 3);
        caw_auto first = caw_spawn(await_it(coroutine));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(await_it(coroutine)); /* it is suspended inside the first */
        CAW_AWAIT(first);
        CHECK_TRACE("cannot reuse already awaited coroutine 'add' got 2");
    } CAW_END;
}

static CAW_ASYNC(int, forgetful, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        if (n) CAW_RETURN(n);
    } CAW_END;
}

ASYNC_TEST(ending_without_a_result_is_an_error)
{
    CAW_BEGIN(void) {
        CHECK_INT(CAW_AWAIT(forgetful(1)), 1);
        CAW_TRY {
            CAW_AWAIT(forgetful(0));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK(strncmp(caw_error_message(error), "'forgetful' ended without CAW_RETURN (", 38) == 0);
            CHECK(strstr(caw_error_message(error), "coro.c:") != NULL);
            trace("raised");
        }
        CAW_END_TRY;
        CHECK_TRACE("raised");
    } CAW_END;
}

ASYNC_TEST(a_finished_future_does_not_suspend)
{
    CAW_BEGIN(void) {
        caw_of(int) future = caw_future(int);
        CHECK_INT(caw_set_result(future, 5), 0);
        caw_auto other = caw_spawn(await_it(caw_ref(future)));
        CHECK_INT(CAW_AWAIT(caw_ref(future)), 5);
        CHECK_INT(CAW_AWAIT(future), 5);
        CHECK_TRACE("");
        CAW_AWAIT(other);
        CHECK_TRACE("got 5");
    } CAW_END;
}
