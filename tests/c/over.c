/*
 * What is over futures: whatever the kind, a loop that is closed under it leaves nothing, a cancellation asks each member as asyncio
 * would and no more often than it takes, and the graph sees through it.
 */
#include "tasks.h"
#include "combine/over.h"

static CAW_ASYNC(void, drop_waited, caw_of(caw_waited *) handle)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(handle));
    } CAW_END;
}

static CAW_ASYNC(void, drop_results, caw_of(caw_results *) handle)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(handle));
    } CAW_END;
}

static caw_of(void) a, b; /* futures, or what is over them; of each case */

static CAW_ASYNC(void, by_race, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_race(caw_ref(a), caw_ref(b)));
    } CAW_END;
}

static CAW_ASYNC(void, by_any_of, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_any_of(caw_ref(a), caw_ref(b)));
    } CAW_END;
}

static caw_of(void) nth(int *n) { return caw_ref(*n ? a : b); }

static CAW_ASYNC(void, by_map, void)
{
    CAW_BEGIN(void) {
        int inputs[] = {0, 1, 0};
        caw_unref(CAW_AWAIT(caw_map(nth, inputs, 3, 2)));
    } CAW_END;
}

static CAW_ASYNC(void, by_gather, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather(caw_ref(a), caw_ref(b), caw_ref(a))));
    } CAW_END;
}

static CAW_ASYNC(void, by_shield, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_shield(caw_ref(a)));
    } CAW_END;
}

static CAW_ASYNC(void, by_wait, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait(caw_ref(a), caw_ref(b))));
    } CAW_END;
}

static CAW_ASYNC(void, by_wait_until, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait_until(CAW_FIRST_COMPLETED, 5, caw_ref(a), caw_ref(b))));
    } CAW_END;
}

static CAW_ASYNC(void, by_as_completed, void)
{
    CAW_BEGIN(void) {
        caw_completions *all = caw_as_completed_within(5, caw_ref(a), caw_ref(b));
        CAW_DEFER(caw_unref, all);
        CAW_AWAIT(caw_next_result(all, void));
    } CAW_END;
}

static CAW_ASYNC(void, by_wait_for, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_ref(a), 5));
    } CAW_END;
}

static CAW_ASYNC(void, by_group, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            caw_unref(caw_group_spawn(group, caw_ref(a)));
            caw_unref(caw_group_spawn(group, caw_ref(b)));
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static CAW_ASYNC(void, by_cancel_and_wait, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_cancel_and_wait(caw_ref(a)));
    } CAW_END;
}

static CAW_ASYNC(void, by_timeout, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 5) {
            CAW_AWAIT(caw_ref(a));
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

typedef caw_of(void) maker(void);
static maker *const makers[] = {by_race,       by_any_of,       by_map,      by_gather, by_shield,          by_wait,
                                by_wait_until, by_as_completed, by_wait_for, by_group,  by_cancel_and_wait, by_timeout};
enum { MAKERS = sizeof makers / sizeof makers[0] };

static void drop_pair(void)
{
    caw_unref(a);
    caw_unref(b);
    a = b = NULL;
}

TEST(every_kind_is_whole)
{
    caw_loop *loop = caw_loop_new();
    a = caw_future_on(loop, void), b = caw_future_on(loop, void);
    for (int i = 0; i < MAKERS; i++) caw_unref(caw_spawn(makers[i](), .loop = loop));
    caw_loop_turn(loop, NULL);
    for (int i = 0; i < CAW__OVER_KINDS; i++) {
        const caw__over_type *type = loop->over_types[i];
        CHECK(type != NULL);
        if (!type) continue;
        CHECK_INT(type->kind, i);
        CHECK(type->run && type->awaited && type->detach);
        CHECK(!type->count == !type->member);
        CHECK(!type->of == !type->asked && (!type->of || type->count));
        CHECK(!type->of == (type->type.cancel != caw__over_cancel));
    }
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(loop->overs == NULL); /* the futures keep its memory */
    drop_pair();
    test.log[0] = 0;
}

/* How the loop comes to be closed under it. */
enum { NOBODY_ELSE, HELD, DONE_JUST_BEFORE, CANCELLED_JUST_BEFORE, ONE_DONE_JUST_BEFORE, NOT_BEGUN, WAYS };

static void close_under(maker *make, int how)
{
    caw_loop *loop = caw_loop_new();
    a = caw_future_on(loop, void), b = caw_future_on(loop, void);
    caw_of(void) task = caw_spawn(make(), .loop = loop);
    if (how != NOT_BEGUN) caw_loop_turn(loop, NULL);
    if (how == DONE_JUST_BEFORE || how == ONE_DONE_JUST_BEFORE) caw_set_done(a);
    if (how == DONE_JUST_BEFORE) caw_set_done(b);
    if (how == CANCELLED_JUST_BEFORE) caw_cancel(task, NULL);
    if (how == NOBODY_ELSE) drop_pair();
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(caw_done(task));
    caw_unref(task);
    drop_pair();
    test.log[0] = 0;
}

TEST(nothing_is_left_of_any_kind_when_its_loop_is_closed)
{
    caw_stats before = caw_get_stats();
    for (int i = 0; i < MAKERS; i++) {
        for (int how = 0; how < WAYS; how++) {
            close_under(makers[i], how);
            caw_stats after = caw_get_stats();
            if (after.blocks != before.blocks || after.frames != before.frames)
                test_complain("  maker %d, way %d: %d blocks, %d frames\n", i, how, (int)(after.blocks - before.blocks),
                              (int)(after.frames - before.frames));
            before = after;
        }
    }
}

/* The same of what is over others of the kind, awaited by a task or dropped. */
static caw_of(void) combined(int kind)
{
    switch (kind) {
    case 0: return caw_race(caw_ref(a), caw_ref(b));
    case 1: return caw_any_of(caw_ref(a), caw_ref(b));
    case 2: return caw_shield(caw_ref(a));
    case 3: return caw_spawn(drop_results(caw_gather(caw_ref(a), caw_ref(b))));
    case 4: return caw_spawn(drop_waited(caw_wait(caw_ref(a), caw_ref(b))));
    case 5: return caw_spawn(by_group());
    case 6: return caw_spawn(by_as_completed());
    default: return caw_spawn(by_map());
    }
}
enum { COMBINED = 8 };

static CAW_ASYNC(void, await_it, caw_of(void) it)
{
    CAW_BEGIN_OWNING(void, caw_unref(it)) {
        CAW_AWAIT(it);
    } CAW_END;
}

static CAW_ASYNC(void, nest, int inner, int outer, bool drop)
{
    CAW_BEGIN(void) {
        caw_of(void) one = combined(inner), two = combined(inner);
        CAW_AWAIT(caw_sleep(0));
        drop_pair();
        a = one, b = two;
        caw_of(void) nested = combined(outer);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        if (drop) caw_unref(nested);
        else caw_unref(caw_spawn(await_it(nested)));
        drop_pair();
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(nothing_is_left_of_any_kind_over_any_kind)
{
    caw_stats before = caw_get_stats();
    for (int i = 0; i < 2 * COMBINED * COMBINED; i++) {
        caw_loop *loop = caw_loop_new();
        a = caw_future_on(loop, void), b = caw_future_on(loop, void);
        caw_error *error =
            caw_run_until_complete(loop, nest(i / COMBINED % COMBINED, i % COMBINED, i / COMBINED / COMBINED), NULL);
        CHECK_ERROR(error, CAW_OK, "");
        CHECK_INT(caw_loop_close(loop), 0);
        caw_stats after = caw_get_stats();
        if (after.blocks != before.blocks || after.frames != before.frames)
            test_complain("  %d over %d: %d blocks, %d frames\n", i % COMBINED, i / COMBINED % COMBINED,
                          (int)(after.blocks - before.blocks), (int)(after.frames - before.frames));
        before = after;
    }
    test.log[0] = 0;
}

/* ---- Cancelling ------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, await_word, caw_of(void) it, const char *word)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(it);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s:%s", word, caw_error_message(error));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

/* As many ways to a task as asyncio's recursion finds, so many cancellations it counts. */
ASYNC_TEST(counts_are_asyncios)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(void) t1 = caw_spawn(await_word(caw_ref(f), "1"));
        caw_of(void) t2 = caw_spawn(await_word(caw_ref(t1), "2"));
        caw_of(void) t3 = caw_spawn(await_word(caw_ref(t2), "3"));
        caw_of(caw_results *) low = caw_gather(caw_ref(t1), caw_ref(t2), caw_ref(t3));
        caw_of(caw_results *) high = caw_gather(caw_ref(low), caw_ref(t3), caw_gather(caw_ref(low), caw_ref(f)));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(high, "why"));
        CHECK_INT(caw_cancelling(t1), 3 + 1 + 3);
        CHECK_INT(caw_cancelling(t2), 2 + 1 + 2);
        CHECK_INT(caw_cancelling(t3), 1 + 1 + 1);
        CHECK(caw_cancelled(f));
        CHECK_RAISES(high, CAW_CANCELLED_ERROR, "why");
        CHECK_RAISES(caw_ref(t3), CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("1:why 2: 3:");
        caw_unref(low);
        caw_unref(t1);
        caw_unref(t2);
        caw_unref(t3);
        caw_unref(f);
    } CAW_END;
}

/* Whose children say no the second time was not asked to end (gather's return value, and what it gives in the end). */
ASYNC_TEST(the_second_answer_is_asyncios)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(caw_results *) first = caw_gather_settled(caw_ref(f)), second = caw_gather_settled(f);
        caw_of(caw_results *) both = caw_gather_settled(caw_ref(first), caw_ref(second));
        CHECK(caw_cancel(both, NULL));
        CHECK_RAISES(both, CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(first, CAW_CANCELLED_ERROR, "");
        caw_results *results = CAW_AWAIT(second);
        CHECK(caw_error_is(caw_error_at(results, 0), CAW_CANCELLED_ERROR));
        caw_unref(results);
    } CAW_END;
}

/* Of k gathers each over the two before there are 2^k ways to the first. */
ASYNC_TEST(gathers_over_gathers)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(nap(1000));
        caw_of(caw_results *) one = caw_gather(caw_ref(task)), two = caw_gather(caw_ref(one));
        CAW_AWAIT(caw_sleep(0));
        for (int k = 0; k < 100; k++) {
            caw_of(caw_results *) three = caw_gather(one, caw_ref(two));
            one = two;
            two = three;
        }
        CHECK(caw_cancel(two, NULL));
        CHECK_INT(caw_cancelling(task), INT32_MAX);
        caw_unref(one);
        CHECK_RAISES(two, CAW_CANCELLED_ERROR, "");
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

ASYNC_TEST(races_over_races)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(nap(1000));
        caw_of(void) one = caw_race(caw_ref(task)), two = caw_race(caw_ref(one));
        CAW_AWAIT(caw_sleep(0));
        for (int k = 0; k < 100; k++) {
            caw_of(void) three = caw_race(one, caw_ref(two));
            one = two;
            two = three;
        }
        CHECK(caw_cancel(two, NULL));
        caw_unref(one);
        CHECK_RAISES(two, CAW_CANCELLED_ERROR, "");
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

/* A task behind each: a chain of n in one gather takes n steps, not n squared. */
static CAW_ASYNC(void, chain_in_gather, int n)
{
    CAW_BEGIN(void) {
        static caw_any *tasks[100000];
        caw_of(void) last = caw_future(void);
        for (int i = 0; i < n; i++) {
            tasks[i] = caw_base(caw_spawn(await_it(last)));
            last = (caw_of(void))(uintptr_t)caw_ref(tasks[i]);
        }
        caw_unref(last);
        caw_of(caw_results *) all = caw_gather_array(tasks, (size_t)n);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(all, NULL));
        CHECK_INT(caw_cancelling((caw_of(void))tasks[0]), n);
        CHECK_INT(caw_cancelling((caw_of(void))tasks[n - 1]), 1);
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
    } CAW_END;
}

ASYNC_TEST(a_gather_of_a_chain)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(chain_in_gather(3));
        CAW_AWAIT(chain_in_gather(100000));
    } CAW_END;
}

/* The third answer is as the second: what is asked once more has ended meanwhile. */
ASYNC_TEST(the_third_answer_is_as_the_second)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(caw_results *) inner = caw_gather_settled(f);
        caw_of(caw_results *) each[3];
        for (int i = 0; i < 3; i++) each[i] = caw_gather_settled(caw_ref(inner));
        caw_of(caw_results *) all = caw_gather_settled(caw_ref(each[0]), caw_ref(each[1]), caw_ref(each[2]));
        CHECK(caw_cancel(all, NULL));
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(each[0], CAW_CANCELLED_ERROR, "");
        for (int i = 1; i < 3; i++) {
            caw_results *results = CAW_AWAIT(each[i]);
            CHECK(caw_error_is(caw_error_at(results, 0), CAW_CANCELLED_ERROR));
            caw_unref(results);
        }
        caw_unref(inner);
    } CAW_END;
}

/* And as the second when that is yes: a task that has not ended can be asked again. */
ASYNC_TEST(the_third_answer_is_yes)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(nap(1000));
        caw_of(caw_results *) inner = caw_gather_settled(caw_ref(task));
        caw_of(caw_results *) each[3];
        for (int i = 0; i < 3; i++) each[i] = caw_gather_settled(caw_ref(inner));
        caw_of(caw_results *) all = caw_gather_settled(caw_ref(each[0]), caw_ref(each[1]), caw_ref(each[2]));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(all, NULL));
        CHECK_INT(caw_cancelling(task), 3);
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
        for (int i = 0; i < 3; i++) CHECK_RAISES(each[i], CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(inner, CAW_CANCELLED_ERROR, "");
        caw_unref(task);
    } CAW_END;
}

static CAW_ASYNC(void, gather_oneself, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather((caw_of(void))caw_ref(caw_current_task()))));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("inner!");
            CAW_AWAIT(caw_sleep(1));
            trace("inner.");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, gather_given, caw_of(void) one)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather_settled(one, nap(100))));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("outer!");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Only who is in the circle is told at once; who waits for it outside waits until it has ended. */
ASYNC_TEST(a_circle_below)
{
    CAW_BEGIN(void) {
        caw_auto inner = caw_spawn(gather_oneself());
        caw_auto outer = caw_spawn(gather_given(inner));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(outer, NULL));
        CAW_AWAIT(outer);
        CHECK_TRACE("inner! inner. outer!");
    } CAW_END;
}
