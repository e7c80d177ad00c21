/*
 * CPython's StaggeredTests (test_staggered), and those of test_eager_task_factory. asyncio.staggered is no public function, nor is one
 * here: the race is written in this file, of tasks, events and wait, and run through CPython's scenarios.
 */
#include "conform.h"

enum { MOST = 4 };

typedef struct race {
    caw_of(int) (*starters[MOST])(void *); /* each begins when the one before has failed, or has taken `delay` */
    void      *argument;
    int        count, next;
    double     delay;
    int        winner, result;
    caw_error *errors[MOST];
    int        started; /* how many have begun */
    caw_of(void) tasks[MOST + 1];
    int task_count;
} race;

static caw_of(void) run_one(race *r, caw_event *before);

/* Starts the task that waits for the next one's turn. Consumes the event. */
static void start_next(race *r, caw_event *before)
{
    int slot = r->task_count++;
    r->tasks[slot] = NULL; /* an eager one runs before it has a handle */
    r->tasks[slot] = caw_spawn(run_one(r, before));
}

static void cancel_others(race *r, const caw_any *but)
{
    for (int i = 0; i < r->task_count; i++) {
        if (r->tasks[i] && caw_base(r->tasks[i]) != but) caw_cancel(r->tasks[i], NULL);
    }
}

static CAW_ASYNC(void, run_one, race *r, caw_event *before)
{
    CAW_BEGIN_OWNING(void, caw_unref(before)) {
        CAW_DEFER(caw_unref, before);
        if (before) {
            CAW_TRY {
                CAW_AWAIT(caw_wait_for(caw_event_wait(before), r->delay));
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
            }
            CAW_END_TRY;
        }
        if (r->next == r->count) CAW_RETURN();
        int        mine = r->next++;
        caw_event *failed = caw_event_new();
        CAW_DEFER(caw_unref, failed);
        r->started++;
        start_next(r, caw_ref(failed));
        CAW_TRY {
            r->result = CAW_AWAIT(r->starters[mine](r->argument));
            r->winner = mine;
            cancel_others(r, caw_current_task());
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            r->errors[mine] = caw_ref(e);
            caw_event_set(failed);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Waits until nobody runs any more; a cancellation is passed on each time it comes, and raised in the end. */
static CAW_ASYNC(void, staggered_race, race *r)
{
    CAW_BEGIN(void) {
        caw_error *cancelled = NULL;
        r->winner = -1;
        if (r->count) start_next(r, NULL);
        for (;;) {
            caw_any *pending[MOST + 1];
            size_t   count = 0;
            for (int i = 0; i < r->task_count; i++) {
                if (!caw_done(r->tasks[i])) pending[count++] = caw_base(caw_ref(r->tasks[i]));
            }
            if (!count) break;
            CAW_TRY {
                caw_unref(CAW_AWAIT(caw_wait_array(pending, count, CAW_ALL_COMPLETED, CAW_NEVER)));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
                caw_unref(cancelled);
                cancelled = caw_ref(e);
                cancel_others(r, NULL);
            }
            CAW_END_TRY;
        }
        for (int i = 0; i < r->task_count; i++) caw_unref(r->tasks[i]);
        if (cancelled) CAW_RAISE_ERROR(cancelled);
    } CAW_END;
}

/* Who won with what, and the errors of those that began. */
static void trace_race(race *r)
{
    trace("winner:%d result:%d", r->winner, r->result);
    for (int i = 0; i < r->started; i++) {
        trace("%s", r->errors[i] ? caw_error_name((int)caw_error_type_of(r->errors[i])) : "-");
        caw_unref(r->errors[i]);
    }
}

/* ---- Who runs ------------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(int, after, double seconds, int value)
{
    CAW_BEGIN(int) {
        if (seconds >= 0) CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC(int, fail, void *yields)
{
    CAW_BEGIN(int) {
        if (yields) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

static CAW_ASYNC(int, block, void *unused)
{
    (void)unused;
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_future(int)));
    } CAW_END;
}

static caw_of(int) at_once(void *unused) { return (void)unused, after(-1, 7); }
static caw_of(int) yields(void *unused) { return (void)unused, after(0, 0); }
static caw_of(int) one_second(void *unused) { return (void)unused, after(1, 1); }
static caw_of(int) ten_seconds(void *unused) { return (void)unused, after(10, 10); }

ASYNC_TEST(empty)
{
    CAW_BEGIN(void) {
        race r = {.delay = CAW_NEVER};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
        CHECK_TRACE("winner:-1 result:0");
    } CAW_END;
}

ASYNC_TEST(one_successful)
{
    CAW_BEGIN(void) {
        race r = {.starters = {at_once, at_once}, .count = 2, .delay = CAW_NEVER};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
        CHECK_TRACE("winner:0 result:7 -"); /* the second did not begin */
    } CAW_END;
}

ASYNC_TEST(first_error_second_successful)
{
    CAW_BEGIN(void) {
        race r = {.starters = {fail, at_once}, .count = 2, .delay = CAW_NEVER};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
        CHECK_TRACE("winner:1 result:7 ValueError -");
    } CAW_END;
}

ASYNC_TEST(first_timeout_second_successful)
{
    CAW_BEGIN(void) {
        race r = {.starters = {ten_seconds, at_once}, .count = 2, .delay = 0.1};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
        CHECK_TRACE("winner:1 result:7 CancelledError -");
        CHECK_REAL(elapsed(), 0.1);
    } CAW_END;
}

ASYNC_TEST(none_successful)
{
    CAW_BEGIN(void) {
        race r = {.starters = {fail, fail}, .count = 2, .delay = CAW_NEVER};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
        CHECK_TRACE("winner:-1 result:0 ValueError ValueError");
    } CAW_END;
}

static CAW_ASYNC(int, wait_event, void *event)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_event_wait(event));
        CAW_RETURN(5);
    } CAW_END;
}

static CAW_ASYNC(int, set_event, void *event)
{
    CAW_BEGIN(int) {
        caw_event_set(event);
        CAW_RETURN(CAW_AWAIT(block(NULL)));
    } CAW_END;
}

/* Two could win in one pass: the first does, the second is cancelled as it wakes. */
ASYNC_TEST(multiple_winners)
{
    CAW_BEGIN(void) {
        caw_event *event = caw_event_new();
        CAW_DEFER(caw_unref, event);
        race r = {.starters = {wait_event, wait_event, set_event}, .argument = event, .count = 3, .delay = 0.1};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
        CHECK_TRACE("winner:0 result:5 - CancelledError CancelledError");
    } CAW_END;
}

typedef struct limits {
    caw_timeout *outer, *inner;
} limits;

static CAW_ASYNC(void, expire, caw_timeout *scope, const char *word)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_timeout_reschedule(scope, -1), 0);
        CAW_AWAIT(caw_sleep(0));
        CAW_TRY {
            CAW_AWAIT(caw_sleep(0));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
            trace("%s", word);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, expire_both, void *argument)
{
    CAW_BEGIN(int) {
        limits *l = argument;
        CAW_AWAIT(expire(l->inner, "cancelled-1"));
        CAW_AWAIT(expire(l->outer, "cancelled-2"));
        CAW_RETURN(0);
    } CAW_END;
}

static CAW_ASYNC(void, race_under_two_limits, race *r)
{
    CAW_BEGIN(void) {
        limits l;
        r->argument = &l;
        CAW_WITH_TIMEOUT(outer, CAW_NEVER) {
            CAW_WITH_TIMEOUT(inner, CAW_NEVER) {
                l = (limits){outer, inner};
                CAW_TRY {
                    CAW_AWAIT(staggered_race(r));
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
                    trace("cancelled-3");
                    CAW_RERAISE();
                }
                CAW_END_TRY;
            }
            CAW_END_TIMEOUT;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* Each cancellation that comes to the race gets to those who run. */
ASYNC_TEST(cancelled)
{
    CAW_BEGIN(void) {
        race r = {.starters = {expire_both}, .count = 1, .delay = CAW_NEVER};
        CHECK_RAISES(race_under_two_limits(&r), CAW_TIMEOUT_ERROR, NULL);
        CHECK_TRACE("cancelled-1 cancelled-2 cancelled-3");
    } CAW_END;
}

/* ---- With eager tasks ----------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, eager_race, void)
{
    CAW_BEGIN(void) {
        race r = {.starters = {block, one_second, fail}, .argument = "yields", .count = 3, .delay = 0.25};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
    } CAW_END;
}

TEST(staggered_race_with_eager_tasks)
{
    conform_run_eager(eager_race());
    CHECK_TRACE("winner:1 result:1 CancelledError - ValueError");
}

static CAW_ASYNC(void, eager_race_no_delay, void)
{
    CAW_BEGIN(void) {
        race r = {.starters = {fail, one_second, yields}, .count = 3, .delay = CAW_NEVER};
        CAW_AWAIT(staggered_race(&r));
        trace_race(&r);
    } CAW_END;
}

TEST(staggered_race_with_eager_tasks_no_delay)
{
    conform_run_eager(eager_race_no_delay());
    CHECK_TRACE("winner:1 result:1 ValueError -"); /* the third does not begin */
}
