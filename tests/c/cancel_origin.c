/* caw_cancelled_by_child: whether a task was asked to end, or what it awaited was cancelled. */
#include "test.h"

/* Awaits and says what comes: self, child, another error's name, or nothing. `then` is how it goes on: raises it again, or returns. */
enum { RERAISE, SWALLOW };
static CAW_ASYNC(void, watch, const char *name, caw_of(void) what, int then)
{
    CAW_BEGIN_OWNING(void, caw_drop(what)) {
        CAW_TRY {
            CAW_AWAIT(what);
            trace("%s:-", name);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s:%s%d", name, caw_cancelled_by_child(error) ? "child" : "self", caw_cancelling(me()));
            CAW_AWAIT(caw_sleep(0));
            if (caw_cancelled_by_child(error)) trace("%s:child", name);
            if (then == RERAISE) CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, forever, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

/* Ends it, whatever it raises. */
#define JOIN(task)                                                                                                             \
    do {                                                                                                                       \
        CAW_TRY { CAW_AWAIT(task); }                                                                                           \
        CAW_EXCEPT(CAW_CANCELLED_ERROR, joined) {}                                                                             \
        CAW_END_TRY;                                                                                                           \
    } while (0)

ASYNC_TEST(asked_or_not)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(watch("sleep", caw_sleep(1000), RERAISE));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        JOIN(task);
        CHECK_TRACE("sleep:self1");

        caw_of(void) future = caw_future(void);
        task = caw_spawn(watch("future", caw_ref(future), RERAISE));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(future, "by somebody");
        JOIN(task);
        CHECK_TRACE("future:child0 future:child");
        JOIN(watch("done", future, RERAISE));
        CHECK_TRACE("done:child0 done:child");

        caw_of(void) child = caw_spawn(forever());
        task = caw_spawn(watch("task", caw_ref(child), RERAISE));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(child, NULL);
        caw_unref(child);
        JOIN(task);
        CHECK_TRACE("task:child0 task:child");
    } CAW_END;
}

static CAW_ASYNC(void, cancel_self, bool yield)
{
    CAW_BEGIN(void) {
        caw_cancel(me(), NULL);
        if (yield) CAW_AWAIT(caw_sleep(0));
        else CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

static CAW_ASYNC(void, raise_it, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_CANCELLED_ERROR, "by hand");
    } CAW_END;
}

ASYNC_TEST(by_itself)
{
    CAW_BEGIN(void) {
        JOIN(caw_spawn(watch("yield", cancel_self(true), RERAISE)));
        JOIN(caw_spawn(watch("sleep", cancel_self(false), RERAISE)));
        JOIN(caw_spawn(watch("hand", raise_it(), RERAISE)));
        CHECK_TRACE("yield:self1 sleep:self1 hand:child0 hand:child");
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, NULL);
        CHECK(!caw_cancelled_by_child(error) && !caw_cancelled_by_child(NULL));
        caw_unref(error);
    } CAW_END;
}

/* Rule 14. */
ASYNC_TEST(two_waiters_of_one_task)
{
    CAW_BEGIN(void) {
        for (int first = 0; first < 2; first++) {
            caw_of(void) child = caw_spawn(watch("c", forever(), RERAISE));
            caw_of(void) a = caw_spawn(watch("a", caw_ref(child), RERAISE));
            caw_of(void) b = caw_spawn(watch("b", child, RERAISE));
            CAW_AWAIT(caw_sleep(0));
            CAW_AWAIT(caw_sleep(0));
            caw_cancel(first ? b : a, NULL);
            JOIN(a);
            JOIN(b);
            CHECK_TRACE(first ? "c:self1 a:child0 b:self1 a:child" : "c:self1 a:self1 b:child0 b:child");
        }
    } CAW_END;
}

/* The child's cancellation and the task's own, in both orders, before the task runs. */
ASYNC_TEST(both_at_once)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 4; how++) {
            caw_of(void) child = how & 1 ? caw_spawn(forever()) : caw_future(void);
            caw_of(void) task = caw_spawn(watch("t", caw_ref(child), RERAISE));
            CAW_AWAIT(caw_sleep(0));
            CAW_AWAIT(caw_sleep(0));
            if (how & 2) caw_cancel(task, NULL);
            caw_cancel(child, NULL);
            if (!(how & 2)) caw_cancel(task, NULL);
            caw_unref(child);
            JOIN(task);
            CHECK_TRACE("t:self1");
        }
    } CAW_END;
}

ASYNC_TEST(a_request_is_spent_once)
{
    CAW_BEGIN(void) {
        /* not taken back: the count says nothing any more */
        caw_of(void) child = caw_spawn(forever());
        caw_cancel(me(), NULL);
        JOIN(watch("own", caw_sleep(0), SWALLOW));
        CHECK_INT(caw_cancelling(me()), 1);
        caw_cancel(child, NULL);
        JOIN(watch("child", child, SWALLOW));
        CHECK_TRACE("own:self1 child:child1 child:child");
        caw_uncancel(me());

        /* swallowed by what was awaited */
        caw_of(void) task = caw_spawn(watch("outer", caw_spawn(watch("inner", forever(), SWALLOW)), SWALLOW));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        CAW_AWAIT(task);
        CHECK_TRACE("inner:self1 outer:-");

        /* taken back before it was delivered */
        caw_of(void) future = caw_future(void);
        caw_cancel(me(), NULL);
        CHECK_INT(caw_uncancel(me()), 0);
        caw_cancel(future, NULL);
        JOIN(watch("back", future, SWALLOW));
        CHECK_TRACE("back:child0 back:child");
    } CAW_END;
}

static CAW_ASYNC(void, nested, caw_of(void) child)
{
    CAW_BEGIN_OWNING(void, caw_drop(child)) {
        CAW_DEFER(caw_unref, child);
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, outer) {
            CAW_TRY {
                CAW_AWAIT(caw_ref(child));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, inner) {
                trace("%d%d", caw_cancelled_by_child(outer), caw_cancelled_by_child(inner));
            }
            CAW_END_TRY;
            CAW_TRY {
                CAW_AWAIT(caw_sleep(1000));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, again) {
                trace("%d%d", caw_cancelled_by_child(outer), caw_cancelled_by_child(again));
            } CAW_FINALLY {
                CAW_RERAISE();
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(nested_handlers_keep_theirs)
{
    CAW_BEGIN(void) {
        caw_of(void) child = caw_spawn(forever());
        caw_of(void) task = caw_spawn(watch("t", nested(caw_ref(child)), RERAISE));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(child, NULL);
        caw_unref(child);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("01");
        caw_cancel(task, NULL);
        JOIN(task);
        CHECK_TRACE("00 t:self2");
    } CAW_END;
}

/* ---- Through the library's own ---------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, gather_all, caw_of(caw_results *) all)
{
    CAW_BEGIN_OWNING(void, caw_drop(all)) {
        caw_unref(CAW_AWAIT(all));
    } CAW_END;
}

ASYNC_TEST(gather)
{
    CAW_BEGIN(void) {
        caw_of(void) child = caw_spawn(forever());
        caw_of(void) task = caw_spawn(watch("g", gather_all(caw_gather(caw_ref(child), caw_sleep(1))), RERAISE));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(child, NULL);
        caw_unref(child);
        JOIN(task);
        CHECK_TRACE("g:child0 g:child");
        for (int first = 0; first < 2; first++) {
            caw_of(caw_results *) both = caw_gather(forever(), forever());
            caw_of(void) a = caw_spawn(watch("a", gather_all(caw_ref(both)), RERAISE));
            caw_of(void) b = caw_spawn(watch("b", gather_all(caw_ref(both)), RERAISE));
            CAW_AWAIT(caw_sleep(0));
            caw_cancel(first ? b : a, NULL);
            JOIN(a);
            JOIN(b);
            CHECK_TRACE(first ? "a:child0 b:self1 a:child" : "a:self1 b:child0 b:child");
            JOIN(watch("late", gather_all(both), RERAISE));
            CHECK_TRACE("late:child0 late:child");
        }
    } CAW_END;
}

ASYNC_TEST(shield)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 2; how++) {
            caw_of(void) inner = caw_spawn(forever());
            caw_of(void) task = caw_spawn(watch("s", caw_shield(caw_ref(inner)), RERAISE));
            CAW_AWAIT(caw_sleep(0));
            caw_cancel(how ? inner : task, NULL);
            JOIN(task);
            caw_cancel(inner, NULL);
            JOIN(inner);
        }
        CHECK_TRACE("s:self1 s:child0 s:child");
    } CAW_END;
}

static CAW_ASYNC(void, within, double seconds, caw_of(void) what)
{
    CAW_BEGIN_OWNING(void, caw_drop(what)) {
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(what, seconds));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            trace("timeout%d", caw_cancelled_by_child(caw_error_cause(error)));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(timeouts_ask_the_task)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(within(1, watch("w", forever(), RERAISE)));
        CHECK_TRACE("w:self1 timeout0");
        CAW_AWAIT(within(2, within(1, watch("w", forever(), RERAISE))));
        CHECK_TRACE("w:self1 timeout0");
        caw_of(void) child = caw_spawn(forever());
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(child, NULL);
        JOIN(within(1, watch("w", child, RERAISE)));
        CHECK_TRACE("w:child0 w:child");
    } CAW_END;
}

static CAW_ASYNC(void, fail_soon, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "bad");
    } CAW_END;
}

static CAW_ASYNC(void, in_group, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, fail_soon());
            CAW_GROUP_START(group, watch("sibling", forever(), RERAISE));
            CAW_AWAIT(watch("body", forever(), RERAISE));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

ASYNC_TEST(task_groups_ask_body_and_siblings)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(in_group(), CAW_EXCEPTION_GROUP, NULL);
        CHECK_TRACE("sibling:self1 body:self1");
    } CAW_END;
}

/* An error that is passed on by hand. */
static CAW_ASYNC(void, pass_on, caw_of(void) to)
{
    CAW_BEGIN_OWNING(void, caw_drop(to)) {
        CAW_DEFER(caw_unref, to);
        CAW_TRY {
            CAW_AWAIT(forever());
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            caw_set_error(to, caw_ref(error));
            CAW_AWAIT(caw_sleep(1));
            trace("%d", caw_cancelled_by_child(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(passed_on_by_hand)
{
    CAW_BEGIN(void) {
        caw_of(void) to = caw_future(void);
        caw_of(void) task = caw_spawn(pass_on(caw_ref(to)));
        caw_of(void) other = caw_spawn(watch("other", to, RERAISE));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, "why");
        JOIN(other);
        CAW_AWAIT(task);
        CHECK_TRACE("other:child0 other:child 0");
    } CAW_END;
}
