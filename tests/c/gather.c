/* Gather: order of results, errors, cancellation, duplicates, untyped arrays. */
#include "tasks.h"

static CAW_ASYNC(caw_string *, give_text, const char *text)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}

ASYNC_TEST(results_in_the_order_of_the_arguments)
{
    CAW_BEGIN(void) {
        caw_results *r = CAW_AWAIT(caw_gather(give(1, 3), give_text("two"), give(3, 1), caw_sleep(2)));
        CAW_DEFER(caw_unref, r);
        CHECK_TRACE("3 1");
        CHECK_INT(caw_results_count(r), 4);
        CHECK_INT(caw_result_at(r, 0, int), 1);
        CHECK_INT(caw_result_at(r, 2, int), 3);
        caw_string *text = caw_result_at(r, 1, caw_string *);
        CHECK_TEXT(caw_string_data(text), "two");
        caw_unref(text);
        CHECK(caw_error_at(r, 0) == NULL);
        CHECK(caw_error_at(r, 9) == NULL);
        CHECK_REAL(elapsed(), 3);
        CHECK_INT(caw_result_at(r, 9, int), 0);
        CHECK_LOGGED("caw_result_at: no such child");
        CHECK_REAL(caw_result_at(r, 0, double), 0);
        CHECK_LOGGED("caw_result_at: the child's result has another type");
    } CAW_END;
}

ASYNC_TEST(of_nothing_is_done)
{
    CAW_BEGIN(void) {
        caw_of(caw_results *) none = caw_gather_array(NULL, 0);
        CHECK(caw_done(none));
        caw_results *r = CAW_AWAIT(none);
        CHECK_INT(caw_results_count(r), 0);
        caw_unref(r);
    } CAW_END;
}

ASYNC_TEST(an_array_of_many)
{
    CAW_BEGIN(void) {
        caw_any *handles[300];
        for (int i = 0; i < 300; i++) handles[i] = caw_base(give(i, i % 3));
        caw_results *r = CAW_AWAIT(caw_gather_array(handles, 300));
        int          sum = 0;
        for (size_t i = 0; i < 300; i++) sum += caw_result_at(r, i, int);
        CHECK_INT(sum, 299 * 150);
        caw_unref(r);
        test.trace[0] = 0;
    } CAW_END;
}

ASYNC_TEST(the_first_error_ends_it_and_the_siblings_go_on)
{
    CAW_BEGIN(void) {
        caw_of(caw_results *) g = caw_gather(give(1, 5), fail("first", 1), fail("late, swallowed", 2), give(4, 0));
        CHECK_RAISES(caw_ref(g), CAW_VALUE_ERROR, "first");
        CHECK_REAL(elapsed(), 1);
        CHECK_TRACE("4");
        CHECK(!caw_cancel(g, NULL)); /* too late: they are on their own */
        caw_unref(g);
        CAW_AWAIT(caw_sleep(10));
        CHECK_TRACE("1");
    } CAW_END;
}

ASYNC_TEST(settled_waits_for_all)
{
    CAW_BEGIN(void) {
        caw_auto cancelled = caw_spawn(give(3, 50));
        caw_of(void) failed = caw_spawn(fail("one", 1));
        caw_of(caw_results *) g = caw_gather_settled(give(1, 5), failed, caw_ref(cancelled), give_text("x"));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(cancelled, "two");
        caw_unref(cancelled);
        caw_results *r = CAW_AWAIT(g);
        CHECK_REAL(elapsed(), 5);
        CHECK(caw_error_at(r, 0) == NULL);
        CHECK_TEXT(caw_error_message(caw_error_at(r, 1)), "one");
        CHECK_INT(caw_error_type_of(caw_error_at(r, 2)), CAW_CANCELLED_ERROR);
        CHECK(caw_error_at(r, 3) == NULL);
        CHECK_INT(caw_result_at(r, 1, int), 0);
        CHECK_LOGGED("caw_result_at: the child has no result");
        caw_unref(r);
        CHECK_TRACE("3! 1");
    } CAW_END;
}

ASYNC_TEST(a_handle_given_twice_counts_once)
{
    CAW_BEGIN(void) {
        caw_auto     task = caw_spawn(give(7, 1));
        caw_results *r = CAW_AWAIT(caw_gather(caw_ref(task), give(8, 0), caw_ref(task), task));
        CHECK_INT(caw_results_count(r), 4);
        CHECK_INT(caw_result_at(r, 0, int) + caw_result_at(r, 2, int) + caw_result_at(r, 3, int), 21);
        caw_unref(r);
        CHECK_TRACE("8 7");
    } CAW_END;
}

static CAW_ASYNC(int, clean_up_slowly, int n)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(3));
            trace("%d~", n);
        }
        CAW_END_TRY;
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(int, refuse_cancel, int n)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(100));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%d-refuses", n);
        }
        CAW_END_TRY;
        CAW_RETURN(n);
    } CAW_END;
}

/* Rule 18: all children are cancelled; it ends when the first has ended cancelled, others still clean up. */
ASYNC_TEST(cancelling_it_cancels_the_children)
{
    CAW_BEGIN(void) {
        caw_of(caw_results *) g = caw_gather(clean_up_slowly(1), give(2, 50));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(g, "stop"));
        CHECK(!caw_done(g));
        CHECK_RAISES(caw_ref(g), CAW_CANCELLED_ERROR, "stop");
        CHECK(!caw_cancelled(g)); /* it failed with CancelledError, as in asyncio */
        CHECK_INT(caw_result(g, NULL), -CAW_CANCELLED_ERROR);
        caw_unref(g);
        CHECK_REAL(elapsed(), 0);
        CHECK_TRACE("2!");
        CAW_AWAIT(caw_sleep(10));
        CHECK_TRACE("1~");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_settled_gather_waits_for_all_and_raises)
{
    CAW_BEGIN(void) {
        caw_of(caw_results *) g = caw_gather_settled(clean_up_slowly(1), refuse_cancel(2));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(g, NULL));
        CHECK_RAISES(g, CAW_CANCELLED_ERROR, NULL);
        CHECK_REAL(elapsed(), 3);
        CHECK_TRACE("2-refuses 1~");
        g = caw_gather_settled(refuse_cancel(3), refuse_cancel(4)); /* all return normally, it raises all the same */
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(g, NULL));
        CHECK_RAISES(g, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("3-refuses 4-refuses");
    } CAW_END;
}

static CAW_ASYNC(void, gather_two, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather(give(1, 50), give(2, 50))));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("cancelling=%d", caw_cancelling(me()));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, cancel_itself, const char *message, bool failing)
{
    CAW_BEGIN(int) {
        caw_cancel(me(), message);
        if (failing) CAW_RAISE(CAW_VALUE_ERROR, NULL);
        CAW_RETURN(1);
    } CAW_END;
}

/* As in CPython, whose results hold no CancelledError that was thrown, and whose gather asks the last of its children. */
ASYNC_TEST(messages_of_cancellations)
{
    CAW_BEGIN(void) {
        caw_auto     thrown = caw_spawn(give(1, 9));
        caw_auto     ended = caw_spawn(cancel_itself("own", false));
        caw_results *r;
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(thrown, "why");
        r = CAW_AWAIT(caw_gather_settled(caw_ref(thrown), caw_ref(ended)));
        CHECK_TEXT(caw_error_message(caw_error_at(r, 0)), "");
        CHECK_TEXT(caw_error_message(caw_error_at(r, 1)), "own");
        caw_unref(r);
        CHECK_RAISES(thrown, CAW_CANCELLED_ERROR, "why");
        CHECK_RAISES(caw_ref(ended), CAW_CANCELLED_ERROR, "own");
        CHECK_RAISES(ended, CAW_CANCELLED_ERROR, "own");

        caw_auto all = caw_gather_settled(give(2, 9), cancel_itself("last", true));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(all, "all");
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "last");
        CHECK_TRACE("1! 2!");

        caw_auto twice = caw_spawn(give(3, 9));
        all = caw_gather(caw_ref(twice), caw_ref(twice));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(all, NULL);
        CHECK_INT(caw_cancelling(twice), 2);
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("3!");
        caw_unref(twice);
    } CAW_END;
}

ASYNC_TEST(cancelling_the_awaiter_cancels_the_children)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(gather_two());
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, "m"));
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "m");
        CHECK(caw_cancelled(task));
        caw_unref(task);
        CHECK_TRACE("1! 2! cancelling=1");
    } CAW_END;
}

/* Rule 19 */
ASYNC_TEST(a_child_cancelled_from_elsewhere_is_an_error_not_a_cancellation)
{
    CAW_BEGIN(void) {
        caw_auto child = caw_spawn(give(1, 50));
        caw_of(caw_results *) g = caw_gather(caw_ref(child), give(2, 1));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(child, "elsewhere");
        caw_unref(child);
        CHECK_RAISES(caw_ref(g), CAW_CANCELLED_ERROR, "elsewhere");
        CHECK(!caw_cancelled(g));
        CHECK_INT(caw_cancelling(me()), 0);
        caw_unref(g);
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("1! 2");
    } CAW_END;
}

ASYNC_TEST(what_is_done_already_counts)
{
    CAW_BEGIN(void) {
        caw_of(int) done = caw_future(int), failed = caw_future(int);
        CHECK_INT(caw_set_result(done, 4), 0);
        caw_results *r = CAW_AWAIT(caw_gather(caw_ref(done), done));
        CHECK_INT(caw_result_at(r, 1, int), 4);
        caw_unref(r);
        CHECK_INT(caw_set_error(failed, caw_error_new(CAW_TYPE_ERROR, "before")), 0);
        CHECK_RAISES(caw_gather(failed, give(1, 1)), CAW_TYPE_ERROR, "before");
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("1");
    } CAW_END;
}

ASYNC_TEST(a_dropped_gather_lets_its_children_run)
{
    CAW_BEGIN(void) {
        caw_unref(caw_gather(give(1, 1), give(2, 2)));
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("1 2");
    } CAW_END;
}

ASYNC_TEST(an_error_of_a_gather_nobody_awaits_is_reported)
{
    CAW_BEGIN(void) {
        caw_unref(caw_gather(fail("unseen", 1), give(2, 2)));
        CAW_AWAIT(caw_sleep(5));
        CHECK_LOGGED("Future exception was never retrieved\nValueError: unseen");
        CHECK_TRACE("2");
    } CAW_END;
}

TEST(outside_a_loop)
{
    caw_of(caw_results *) g = caw_gather(give(1, 1), give(2, 2));
    CHECK_ERROR(caw_exception(g), CAW_RUNTIME_ERROR, "no running event loop");
    caw_unref(g);
    caw_loop *a = caw_loop_new(), *b = caw_loop_new();
    g = caw_gather(caw_future_on(a, int), caw_future_on(b, int));
    CHECK_ERROR(caw_exception(g), CAW_VALUE_ERROR, "gather: the futures belong to different loops");
    caw_unref(g);
    caw_of(int) f = caw_future_on(a, int);
    g = caw_gather(caw_ref(f), caw_future_on(a, int));
    CHECK(caw_loop_of(g) == a);
    CHECK(caw_cancel(g, NULL));
    CHECK(caw_cancelled(f));
    caw_loop_turn(a, NULL);
    CHECK_INT(caw_result(g, NULL), -CAW_CANCELLED_ERROR);
    caw_unref(g);
    caw_unref(f);
    caw_loop_close(a);
    caw_loop_close(b);
}

ASYNC_TEST(an_awaitable_of_ones_own_must_be_spawned)
{
    CAW_BEGIN(void) {
        caw_awaitable own = CAW_AWAITABLE(await_one);
        CHECK_RAISES(caw_gather(caw_awaitable_of(int, &own), give(2, 0)), CAW_TYPE_ERROR,
                     "gather: give an awaitable of your own to caw_spawn first");
        caw_unref(CAW_AWAIT(caw_gather(caw_spawn(caw_awaitable_of(int, &own)), give(2, 0))));
        CHECK_TRACE("1 2");
    } CAW_END;
}

/* A child that itself had no memory is told apart from a result that cannot be copied. */
ASYNC_TEST(a_child_without_memory)
{
    CAW_BEGIN(void) {
        caw_of(int) f = caw_future(int);
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_MEMORY_ERROR, "of its own")), 0);
        caw_results *r = CAW_AWAIT(caw_gather_settled(f));
        CHECK_INT(caw_result_at(r, 0, int), 0);
        CHECK_LOGGED("caw_result_at: the child has no result");
        CHECK(caw_error_at(r, 1) == NULL);
        CHECK(caw_error_at(r, SIZE_MAX) == NULL);
        caw_unref(r);
    } CAW_END;
}
