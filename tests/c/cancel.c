/* Cancellation, exact to asyncio's: when it is delivered, what it drops, counts, chains and cycles of awaits. */
#include "tasks.h"

/* Says how it ended; swallow: a CancelledError is handled and not passed on. */
static CAW_ASYNC(int, body, const char *word, double seconds, bool swallow)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            trace("%s", word);
            CAW_AWAIT(nap(seconds));
            trace("%s.", word);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s!%s", word, caw_error_message(error));
            if (!swallow) CAW_RERAISE();
        } CAW_FINALLY {
            trace("%s~", word);
        }
        CAW_END_TRY;
        CAW_RETURN(5);
    } CAW_END;
}

ASYNC_TEST(delivered_at_the_next_step)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(body("a", 10, false));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, "why"));
        CHECK(!caw_done(task)); /* its state is unchanged until its step */
        CHECK_INT(caw_cancelling(task), 1);
        CHECK_TRACE("a");
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "why");
        CHECK(caw_cancelled(task));
        CHECK(!caw_cancel(task, NULL));
        CHECK_INT(caw_result(task, NULL), -CAW_CANCELLED_ERROR);
        CHECK_ERROR(caw_exception(task), CAW_CANCELLED_ERROR, ""); /* the one with the message was taken by who awaited first */
        caw_unref(task);
        CHECK_TRACE("a!why a~");
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}

ASYNC_TEST(before_the_first_step_nothing_of_the_body_runs)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(body("a", 10, false));
        CHECK(caw_cancel(task, "early"));
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "early");
        CHECK(caw_cancelled(task));
        caw_unref(task);
        CHECK_TRACE("");
    } CAW_END;
}

ASYNC_TEST(an_awaited_future_is_cancelled_at_once)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_auto task = caw_spawn(await_void(caw_ref(f), "a"));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, NULL));
        CHECK(caw_cancelled(f));
        CHECK(!caw_done(task));
        CHECK_INT(caw_set_done(f), -CAW_INVALID_STATE_ERROR);
        caw_unref(f);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("a!1");
    } CAW_END;
}

/* Rule 10b: the result was there and the wake queued; the task gets CancelledError, the future keeps its result. */
ASYNC_TEST(after_the_result_was_set_the_task_drops_it)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_auto task = caw_spawn(await_void(caw_ref(f), "a"));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_done(f), 0);
        CHECK(caw_cancel(task, NULL));
        CHECK(!caw_cancelled(f));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
        CHECK_INT(caw_result(f, NULL), 0);
        caw_unref(f);
        CHECK_TRACE("a!1");
    } CAW_END;
}

static CAW_ASYNC(void, await_string, caw_of(caw_string *) handle)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(handle));
            trace("wrong");
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("dropped");
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_dropped_counted_result_is_released)
{
    CAW_BEGIN(void) {
        caw_of(caw_string *) f = caw_future(caw_string *);
        caw_auto task = caw_spawn(await_string(caw_ref(f)));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(f, caw_string_of("counted")), 0);
        caw_unref(f);
        CHECK(caw_cancel(task, NULL));
        CAW_AWAIT(task);
        CHECK_TRACE("dropped");
    } CAW_END;
}

/* An error set before the cancellation gives way to it, too. */
ASYNC_TEST(cancelling_wins_over_an_error_not_yet_delivered)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_auto task = caw_spawn(await_void(caw_ref(f), "a"));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_error(f, caw_error_new(CAW_VALUE_ERROR, "lost")), 0);
        CHECK(caw_cancel(task, "wins"));
        caw_unref(f);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "wins");
        CHECK_TRACE("a!1");
    } CAW_END;
}

/* ---- While running -------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_string *, cancel_self, int how)
{
    CAW_BEGIN(caw_string *) {
        CHECK(caw_cancel(me(), "self"));
        CHECK(!caw_cancelled(me()));
        CHECK_INT(caw_cancelling(me()), 1);
        if (how == 1) CAW_RAISE(CAW_VALUE_ERROR, "another");
        if (how == 2) CAW_AWAIT(caw_sleep(0));
        if (how == 3) CAW_AWAIT(caw_sleep(1000));
        if (how == 4) CHECK_INT(caw_uncancel(me()), 0);
        if (how == 4) CAW_AWAIT(caw_sleep(0));
        if (how == 2 || how == 3) trace("wrong");
        CAW_RETURN(caw_string_of("lost"));
    } CAW_END;
}

ASYNC_TEST(a_task_that_cancels_itself)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(cancel_self(0)); /* returns without suspending: the value is lost, the task cancelled */
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "self");
        CHECK(caw_cancelled(task));
        caw_unref(task);
        CHECK_RAISES(caw_spawn(cancel_self(1)), CAW_VALUE_ERROR, "another");  /* another error wins */
        CHECK_RAISES(caw_spawn(cancel_self(2)), CAW_CANCELLED_ERROR, "self"); /* a bare yield: at its next step */
        CHECK_RAISES(caw_spawn(cancel_self(3)), CAW_CANCELLED_ERROR, "self"); /* what it newly awaits is cancelled at once */
        CHECK_REAL(elapsed(), 0);
        caw_string *text = CAW_AWAIT(caw_spawn(cancel_self(4))); /* taken back in time (3.13) */
        CHECK_TEXT(caw_string_data(text), "lost");
        caw_unref(text);
    } CAW_END;
}

static CAW_ASYNC(void, raise_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_CANCELLED_ERROR, "own");
    } CAW_END;
}

ASYNC_TEST(an_escaping_cancelled_error_cancels_whoever_raised_it)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(raise_cancelled());
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "own");
        CHECK(caw_cancelled(task));
        CHECK_INT(caw_cancelling(task), 0);
        caw_unref(task);
    } CAW_END;
}

/* ---- Counts ------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, slow_cleanup, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap(100));
        } CAW_FINALLY {
            CAW_TRY {
                CAW_AWAIT(nap(5));
                trace("cleaned");
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("again:%s", caw_error_message(error));
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(twice_before_delivery_is_one_error)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(slow_cleanup());
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, "first"));
        CHECK(caw_cancel(task, "second"));
        CHECK_INT(caw_cancelling(task), 2);
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "first"); /* what it awaited was cancelled with the first */
        caw_unref(task);
        CHECK_TRACE("cleaned");
        CHECK_REAL(elapsed(), 5);
        task = caw_spawn(slow_cleanup());
        CHECK(caw_cancel(task, "first"));
        CHECK(caw_cancel(task, "second"));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "second"); /* nothing was awaited: the last message */
    } CAW_END;
}

ASYNC_TEST(again_during_cleanup_is_a_second_error)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(slow_cleanup());
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, "first"));
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(task));
        CHECK(caw_cancel(task, "second"));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "second");
        CHECK_TRACE("again:second");
        CHECK_REAL(elapsed(), 1);
    } CAW_END;
}

ASYNC_TEST(swallowing_leaves_the_count)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(body("a", 10, true));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, NULL));
        CHECK_INT(CAW_AWAIT(caw_ref(task)), 5);
        CHECK(!caw_cancelled(task));
        CHECK_INT(caw_cancelling(task), 1);
        CHECK_INT(caw_uncancel(task), 0);
        CHECK_INT(caw_uncancel(task), 0);
        caw_unref(task);
        CHECK_TRACE("a a! a~");
    } CAW_END;
}

ASYNC_TEST(uncancel_before_delivery_takes_it_back)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(body("a", 1, false));
        CHECK(caw_cancel(task, NULL));
        CHECK(caw_cancel(task, NULL));
        CHECK_INT(caw_uncancel(task), 1); /* still asked for */
        CHECK_INT(caw_uncancel(task), 0);
        CHECK_INT(CAW_AWAIT(task), 5);
        CHECK_TRACE("a a. a~");
    } CAW_END;
}

/* Who takes back what one asked for leaves what others did. */
ASYNC_TEST(uncancel_leaves_what_others_asked_for)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(body("a", 1, false));
        CHECK(caw_cancel(task, NULL));
        CHECK(caw_cancel(task, NULL));
        CHECK_INT(caw_uncancel(task), 1);
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, NULL);
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

/* ---- Inside coroutines ------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, outer, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(body("inner", 10, false));
        } CAW_FINALLY {
            trace("outer~");
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(it_unwinds_from_the_innermost_coroutine)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(outer());
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("inner inner! inner~ outer~");
    } CAW_END;
}

ASYNC_TEST(a_coroutine_cannot_be_cancelled)
{
    CAW_BEGIN(void) {
        caw_of(void) coroutine = nap(1);
        CHECK(!caw_cancel(coroutine, NULL));
        CAW_AWAIT(coroutine);
        CHECK_REAL(elapsed(), 1);
    } CAW_END;
}

ASYNC_TEST(a_yielding_task_is_cancelled_at_its_next_step)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(await_void(caw_sleep(0), "a"));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(task, "m"));
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, "m");
        CHECK_TRACE("a!1");
    } CAW_END;
}

/* Its children have ended already: it cannot be cancelled any more, so the task is told at its next step. */
ASYNC_TEST(cancelled_before_it_awaits_what_is_as_good_as_done)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        caw_of(caw_results *) g = caw_gather(caw_ref(f));
        CHECK_INT(caw_set_done(f), 0);
        CHECK(!caw_done(g));
        CHECK(caw_cancel(me(), "late"));
        CHECK_RAISES(caw_ref(g), CAW_CANCELLED_ERROR, "late");
        CHECK_INT(caw_uncancel(me()), 0);
        CHECK_INT(caw_result(g, NULL), 0);
        caw_unref(g);
        caw_unref(f);
    } CAW_END;
}

static CAW_ASYNC(int, swallow_it, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(10));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("swallowed");
        }
        CAW_END_TRY;
        CAW_RETURN(5);
    } CAW_END;
}

static CAW_ASYNC(int, cancel_itself, caw_of(int) inner)
{
    CAW_BEGIN(int) {
        caw_cancel((caw_of(void))caw_current_task(), NULL);
        int n = CAW_AWAIT(inner);
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(n);
    } CAW_END;
}

/* Asked for before the await, it goes to what is awaited; that it is swallowed there is the end of it. */
ASYNC_TEST(what_is_awaited_swallows_it)
{
    CAW_BEGIN(void) {
        caw_of(int) inner = caw_spawn(swallow_it());
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(CAW_AWAIT(caw_spawn(cancel_itself(inner))), 5);
        CHECK_TRACE("swallowed");
        CHECK_REAL(elapsed(), 1);
    } CAW_END;
}
