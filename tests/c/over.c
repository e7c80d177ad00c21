/*
 * What is over futures: whatever the kind, a loop that is closed under it leaves nothing, a cancellation asks each member as asyncio
 * would and no more often than it takes, and the graph sees through it.
 */
#include "tasks.h"
#include "combine/over.h"
#include <cawait/promise.h>

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

static CAW_ASYNC(void, by_promise, void)
{
    CAW_BEGIN(void) {
        em_promise_t both[] = {caw_to_em_promise(caw_ref(a)), caw_to_em_promise(caw_ref(b))};
        em_promise_t all = emscripten_promise_all(both, NULL, 2);
        em_promise_t next = emscripten_promise_then(all, NULL, NULL, NULL);
        caw_auto     handle = caw_from_em_promise(void *, next);
        emscripten_promise_destroy(both[0]);
        emscripten_promise_destroy(both[1]);
        emscripten_promise_destroy(all);
        emscripten_promise_destroy(next);
        CAW_AWAIT(handle);
    } CAW_END;
}

typedef caw_of(void) maker(void);
static maker *const makers[] = {by_race,       by_any_of,       by_map,      by_gather, by_shield,          by_wait,
                                by_wait_until, by_as_completed, by_wait_for, by_group,  by_cancel_and_wait, by_timeout,
                                by_promise};
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
    case 7: return caw_spawn(by_promise());
    default: return caw_spawn(by_map());
    }
}
enum { COMBINED = 9 };

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
