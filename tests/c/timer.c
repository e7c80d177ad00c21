/* Timers: order by (when, order of creation), cancelling, a heap of many. */
#include "loop/loop.h"
#include "test.h"

typedef struct shot {
    int    id;
    double when;
} shot;

static int    fired[20000];
static size_t fired_count;

static void fire(void *argument)
{
    const shot *s = argument;
    fired[fired_count++] = s->id;
    CHECK_REAL(caw_sim_time() - test.start, s->when < 0 ? 0 : s->when);
}

static void stop(void *loop) { caw_stop(loop); }

/* The same numbers on every machine. */
static uint32_t random_state;
static uint32_t random_next(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

TEST(equal_times_keep_the_order_of_creation)
{
    caw_loop *loop = caw_loop_new();
    shot      shots[8];
    fired_count = 0;
    double when = caw_sim_time() + 1;
    for (int i = 0; i < 8; i++) {
        shots[i] = (shot){i, 1};
        caw_unref(caw_call_at(loop, when, fire, &shots[i]));
    }
    caw_unref(caw_call_at(loop, when, stop, loop));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_INT(fired_count, 8);
    for (int i = 0; i < 8; i++) CHECK_INT(fired[i], i);
    caw_loop_close(loop);
}

TEST(many_timers_half_cancelled_fire_in_order)
{
    enum { COUNT = 5000 };
    static shot        shots[COUNT];
    static caw_handle *handles[COUNT];
    static bool        cancelled[COUNT];
    caw_loop          *loop = caw_loop_new();
    fired_count = 0;
    random_state = 1;
    for (int i = 0; i < COUNT; i++) {
        shots[i] = (shot){i, (random_next() % 100) * 0.25 - 1};
        cancelled[i] = false;
        handles[i] = caw_call_at(loop, test.start + shots[i].when, fire, &shots[i]);
    }
    for (int i = 0; i < COUNT / 2; i++) {
        uint32_t n = random_next() % COUNT;
        cancelled[n] = true;
        caw_handle_cancel(handles[n]);
    }
    caw_unref(caw_call_later(loop, 100, stop, loop));
    CHECK_INT(caw_run_forever(loop), 0);
    size_t left = 0;
    for (int i = 0; i < COUNT; i++) {
        left += !cancelled[i];
        caw_unref(handles[i]);
    }
    CHECK_INT(fired_count, left);
    int misordered = 0;
    for (size_t i = 1; i < fired_count; i++) {
        const shot *a = &shots[fired[i - 1]], *b = &shots[fired[i]];
        misordered += a->when > b->when || (a->when >= b->when && a->id > b->id);
        misordered += cancelled[b->id];
    }
    CHECK_INT(misordered, 0);
    caw_loop_close(loop);
}

static caw_handle *other;

static void cancel_other(void *word)
{
    trace("%s", (const char *)word);
    caw_handle_cancel(other);
}

TEST(a_timer_cancelled_by_another_of_its_pass_does_not_fire)
{
    caw_loop *loop = caw_loop_new();
    double    when = caw_sim_time() + 1;
    caw_unref(caw_call_at(loop, when, cancel_other, "first"));
    other = caw_call_at(loop, when, say, "second");
    caw_unref(caw_call_at(loop, when, stop, loop));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("first");
    caw_unref(other);
    caw_loop_close(loop);
}

static void again(void *count)
{
    trace("%g", elapsed());
    if (--*(int *)count) caw_unref(caw_call_later(NULL, 10, again, count));
    else caw_stop(caw_running_loop());
}

TEST(a_timer_may_make_the_next)
{
    caw_loop *loop = caw_loop_new();
    int       count = 3;
    caw_unref(caw_call_later(loop, 10, again, &count));
    CHECK_INT(caw_run_forever(loop), 0);
    CHECK_TRACE("10 20 30");
    caw_loop_close(loop);
}

TEST(a_late_loop_runs_all_that_is_due_in_one_pass)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_later(loop, 2, say, "two"));
    caw_unref(caw_call_later(loop, 1, say, "one"));
    caw_unref(caw_call_later(loop, 1000, say, "thousand"));
    caw_sim_set_time(caw_sim_time() + 5);
    caw_unref(caw_call_soon(loop, say, "ready"));
    caw_turn turn = caw_loop_turn(loop, NULL);
    CHECK_INT(turn.jobs, 3);
    CHECK_REAL(turn.deadline, test.start + 1000);
    CHECK_TRACE("ready one two");
    caw_loop_close(loop);
}

TEST(a_timer_just_ahead_is_due)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_later(loop, 1e-7, say, "due")); /* hosts round their clocks: the loop has a resolution */
    caw_loop_turn(loop, NULL);
    CHECK_TRACE("due");
    caw_loop_close(loop);
}

/* A heap that grew one way and is taken apart from the root must not recurse: a hundred thousand siblings, then levels. */
TEST(a_heap_of_a_hundred_thousand)
{
    enum { COUNT = 100000 };
    caw_loop    *loop = caw_loop_new();
    caw_handle **handles = malloc(COUNT * sizeof *handles);
    for (int i = 0; i < COUNT; i++) handles[i] = caw_call_later(loop, 1 + (i * 7919 % 1000), say, "wrong");
    for (int i = 0; i < COUNT; i++) {
        caw_handle_cancel(handles[i]);
        caw_unref(handles[i]);
    }
    CHECK(isinf(caw_loop_turn(loop, NULL).deadline));
    free(handles);
    caw_loop_close(loop);
}

/* As a host calls in: it is told which timer is first once the call is over, and not for each that was first for a moment. */
TEST(a_call_from_outside_tells_of_its_timers_at_its_end)
{
    caw_loop   *loop = caw_loop_new(), *outside = caw__loop_enter(loop);
    caw_handle *third = caw_call_later(loop, 3, say, "third"), *second = caw_call_later(loop, 2, say, "second");
    caw_handle *first = caw_call_later(loop, 1, say, "first");
    CHECK(isinf(loop->armed));
    caw_handle_cancel(first);
    caw_loop *inner = caw__loop_enter(loop); /* such a call inside of it */
    caw_handle_cancel(third);
    caw__loop_leave(loop, inner);
    CHECK(isinf(loop->armed));
    caw__loop_leave(loop, outside);
    CHECK_REAL(loop->armed - test.start, 2);
    caw_handle_cancel(second); /* in no call: it is told at once */
    CHECK(isinf(loop->armed));
    caw_unref(first);
    caw_unref(second);
    caw_unref(third);
    caw_loop_close(loop);
}

static CAW_ASYNC(void, one_of_many, const char *name, double seconds)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, seconds) {
                CAW_AWAIT(caw_future(void));
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            trace("%s", name);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* A limit's timer learns its time late, and still stands in the order in which all were started. */
ASYNC_TEST(limits_among_other_timers)
{
    CAW_BEGIN(void) {
        caw_results *r;
        caw_unref(caw_call_later(NULL, 1, say, "a"));
        caw_auto b = caw_spawn(one_of_many("b", 1), .eager = true);
        caw_unref(caw_call_later(NULL, 1, say, "c"));
        caw_auto d = caw_spawn(one_of_many("d", 1), .eager = true);
        caw_auto e = caw_spawn(one_of_many("e", 0.5), .eager = true);
        caw_auto f = caw_spawn(one_of_many("f", 1), .eager = true);
        caw_auto g = caw_spawn(one_of_many("g", 2), .eager = true);
        caw_cancel(f, NULL); /* from the middle of those without a time */
        caw_unref(caw_call_at(NULL, caw_time(NULL) + 1, say, "h"));
        r = CAW_AWAIT(caw_gather_settled(b, d, e, f, g));
        caw_unref(r);
        CHECK_TRACE("e a c h b d g"); /* a callback runs at once, a cancelled task in the next pass */
        CHECK_REAL(elapsed(), 2);
    } CAW_END;
}

ASYNC_TEST(when_a_limit_is_over)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 3) {
            caw_sim_set_time(caw_sim_time() + 1); /* nobody has looked at the clock since */
            CHECK_REAL(caw_timeout_when(scope) - caw_sim_time(), 3);
            CAW_AWAIT(caw_sleep(2));
            CHECK_REAL(caw_timeout_when(scope) - caw_sim_time(), 1);
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* However long the job has run that asks for it. */
ASYNC_TEST(no_delay_is_the_next_pass)
{
    CAW_BEGIN(void) {
        caw_sim_set_time(caw_sim_time() + 1); /* the loop has not looked at the clock since */
        caw_unref(caw_call_later(NULL, 0, say, "later"));
        CAW_AWAIT(caw_sleep(0));
        trace("2");
        CAW_AWAIT(caw_sleep(0));
        trace("3");
        CHECK_TRACE("2 later 3");
    } CAW_END;
}
