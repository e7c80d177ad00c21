/*
 * A cancellation that calls out: what is asked to end may be the host's, which may ask others to end meanwhile, or let the loop go
 * on. Here a future whose cancellation is a function of the test's plays the host.
 */
#include "tasks.h"
#include "combine/over.h"

static void (*on_cancel)(void);

static void foreign_release(void *object)
{
    caw__future_clear(object);
    caw__free(object, sizeof(caw_future));
}

static bool foreign_cancel(caw_future *future, const char *message)
{
    void (*act)(void) = on_cancel;
    trace("asked");
    on_cancel = NULL;
    if (act) act();
    return caw__future_cancel(future, message);
}

static const caw__type foreign_type = {"foreign", foreign_release, foreign_cancel};

static caw_of(void) foreign_new(caw_loop *loop)
{
    return (caw_of(void))(uintptr_t)caw__future_make(&foreign_type, loop, 0, sizeof(caw_future));
}

static caw_loop *its_loop;
static caw_of(void) other;
static caw_of(caw_results *) all;
static caw_task_group *its_group;

static CAW_ASYNC(void, await_results, caw_of(caw_results *) handle)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(handle));
    } CAW_END;
}

static void turn(void) { caw_loop_turn(its_loop, NULL); }
static void end_other(void)
{
    CHECK_INT(caw_set_done(other), 0);
    turn();
}
static void cancel_other(void) { CHECK(caw_cancel(other, NULL)); }

/* ---- From inside the loop: another request meanwhile -------------------------------------------------------------------------- */

/* Both requests come by the same task; each asks it once, and neither confuses the other. */
ASYNC_TEST(another_request_meanwhile)
{
    CAW_BEGIN(void) {
        caw_auto shared = caw_spawn(nap(100));
        caw_of(caw_results *) inner = caw_gather_settled(caw_ref(shared));
        other = (caw_of(void))(uintptr_t)caw_ref(inner);
        caw_auto foreign = foreign_new(NULL);
        all = caw_gather_settled(caw_ref(shared), foreign, inner, caw_ref(shared));
        CAW_AWAIT(caw_sleep(0));
        on_cancel = cancel_other;
        CHECK(caw_cancel(all, NULL));
        CHECK_TRACE("asked");
        CHECK_INT(caw_cancelling(shared), 4); /* by three ways of the one request, and by the other */
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(other, CAW_CANCELLED_ERROR, "");
        CHECK(caw_cancelled(shared));
        caw_unref(shared);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static caw_of(void) decided, again;

static void race_of_the_same(void) { again = caw_race(caw_ref(other), caw_ref(decided)); }

/* The first has ended before the race begins, so that the second is cancelled as it begins. */
ASYNC_TEST(another_race_over_the_same_meanwhile)
{
    CAW_BEGIN(void) {
        decided = caw_future(void);
        other = foreign_new(NULL);
        CHECK_INT(caw_set_done(decided), 0);
        on_cancel = race_of_the_same;
        caw_auto race = caw_race(caw_ref(decided), caw_ref(other), caw_ref(decided));
        CHECK_TRACE("asked asked");
        CAW_AWAIT(caw_ref(race));
        CAW_AWAIT(again);
        CHECK(caw_cancelled(other));
        caw_unref(race);
        caw_unref(decided);
        caw_unref(other);
    } CAW_END;
}

/* ---- From outside: the loop goes on meanwhile ----------------------------------------------------------------------------------- */

/* What stands here runs on `its_loop`, turned by hand. */
static void begin(void) { its_loop = caw_loop_new(); }

static void end(void)
{
    turn();
    CHECK_INT(caw_loop_close(its_loop), 0);
}

/* The gather has its outcome before all of its members were asked. */
TEST(a_gather_that_ends_meanwhile)
{
    begin();
    other = caw_future_on(its_loop, void);
    caw_auto last = caw_future_on(its_loop, void);
    caw_any *members[] = {caw_base(foreign_new(its_loop)), caw_base(caw_ref(other)), caw_base(caw_ref(last))};
    all = caw_gather_array(members, 3);
    on_cancel = NULL;
    turn();
    CHECK(!caw_done(all));
    caw_of(caw_results *) kept = caw_ref(all);
    caw_auto waits = caw_spawn(await_results(all), .loop = its_loop);
    turn();
    on_cancel = end_other; /* it is not over by that */
    CHECK(caw_cancel(waits, NULL));
    turn();
    CHECK_TRACE("asked");
    CHECK(caw_done(other) && !caw_cancelled(other));
    CHECK(caw_cancelled(last));
    CHECK(caw_cancelled(waits));
    caw_unref(last);
    caw_unref(other);
    caw_unref(waits);
    caw_unref(kept);
    end();
}

static void fail_other(void)
{
    CHECK_INT(caw_set_error(other, caw_error_new(CAW_VALUE_ERROR, "meanwhile")), 0);
    turn();
}

/* A member fails, and so does the gather: the others are not asked any more, as there is nothing to cancel. */
TEST(a_gather_that_fails_meanwhile)
{
    begin();
    other = caw_future_on(its_loop, void);
    caw_auto last = caw_future_on(its_loop, void);
    caw_any *members[] = {caw_base(foreign_new(its_loop)), caw_base(caw_ref(other)), caw_base(caw_ref(last))};
    all = caw_gather_array(members, 3);
    on_cancel = fail_other;
    CHECK(caw_cancel(all, NULL));
    CHECK_TRACE("asked");
    CHECK_ERROR(caw_exception(all), CAW_VALUE_ERROR, "meanwhile");
    CHECK(!caw_done(last));
    caw_unref(all);
    caw_unref(other);
    caw_unref(last);
    end();
}

/* A chain of tasks, the last of which ends while what it waited for is asked: there is nobody to be cancelled there any more. */
TEST(a_chain_that_ends_meanwhile)
{
    begin();
    other = caw_future_on(its_loop, void);
    caw_auto foreign = foreign_new(its_loop);
    caw_any *any[] = {caw_base(foreign)};
    all = caw_gather_array(any, 1); /* so that there is something over futures */
    caw_of(caw_results *) kept = caw_ref(all);
    caw_auto inner = caw_spawn(await_results(all), .loop = its_loop);
    caw_auto outer = caw_spawn(await_void(caw_ref(inner), "outer"), .loop = its_loop);
    turn();
    on_cancel = end_other;
    CHECK(caw_cancel(outer, NULL));
    turn();
    CHECK_TRACE("asked outer!1");
    CHECK(caw_cancelled(inner) && caw_cancelled(outer));
    CHECK_INT(caw_cancelling(inner), 1);
    caw_unref(inner);
    caw_unref(outer);
    caw_unref(other);
    caw_unref(kept);
    end();
}

static CAW_ASYNC(void, hold_group, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(g) {
                its_group = caw_ref(g);
                caw_unref(caw_group_spawn(g, foreign_new(NULL)));
                caw_unref(caw_group_spawn(g, caw_ref(other)));
                for (int i = 0; i < 3; i++) CAW_GROUP_START(g, give(i, 100));
            }
            CAW_END_TASK_GROUP;
        } CAW_FINALLY {
            trace("left");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* The children that are left are asked, each once, wherever the one that has ended stood. */
TEST(a_child_that_ends_meanwhile)
{
    begin();
    other = caw_future_on(its_loop, void);
    caw_auto task = caw_spawn(hold_group(), .loop = its_loop);
    turn();
    on_cancel = end_other;
    caw_group_cancel(its_group);
    turn();
    CHECK_TRACE("asked 0! 1! 2! left");
    CHECK(caw_done(task) && !caw_cancelled(task));
    CHECK_INT(caw_result(task, NULL), 0);
    caw_unref(task);
    caw_unref(other);
    caw_unref(its_group);
    end();
}
