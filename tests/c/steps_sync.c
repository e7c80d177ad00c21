/* What wakes one waiter of n, passes over those who were woken or cancelled before, or lets one go: n times that is linear in n. */
#include "steps.h"

/* n tasks, each in a wait of its own; a case has to see that all of them end. */
typedef struct crowd {
    caw_of(void) * tasks;
    int n;
} crowd;

static crowd crowd_of(int n) { return (crowd){calloc((size_t)n, sizeof(caw_of(void))), n}; }

static void crowd_free(void *pointer)
{
    crowd *c = pointer;
    for (int i = 0; i < c->n; i++) caw_unref(c->tasks[i]);
    free(c->tasks);
}

static int crowd_ended(const crowd *c)
{
    int ended = 0;
    for (int i = 0; i < c->n; i++) ended += caw_done(c->tasks[i]);
    return ended;
}

/* The last first, all but the first. */
static void crowd_cancel(const crowd *c)
{
    for (int i = c->n; i-- > 1;) caw_cancel(c->tasks[i], NULL);
}

static CAW_ASYNC(void, passes, int n)
{
    CAW_BEGIN(void) {
        while (n-- > 0) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* ---- Semaphores and locks ---------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, releases_in_one_pass, int n)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        crowd          c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(caw_acquire(s));
        CAW_AWAIT(passes(1));
        for (int i = 0; i < n; i++) CHECK_INT(caw_release(s), 0);
        CHECK(caw_semaphore_locked(s)); /* all permits are somebody's */
        CAW_AWAIT(passes(2));
        CHECK_INT(crowd_ended(&c), n);
        crowd_free(&c);
        caw_unref(s);
    } CAW_END;
}

/* What is taken and given at once, beside waiters that were cancelled in the same pass; all but one. */
static CAW_ASYNC(void, semaphore_beside_cancelled, int n)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_semaphore_new(0);
        crowd          c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(caw_acquire(s));
        CAW_AWAIT(passes(1));
        crowd_cancel(&c);
        CHECK_INT(caw_release(s), 0); /* to the first */
        for (int i = 0; i < n; i++) CHECK(caw_semaphore_locked(s));
        for (int i = 0; i < n; i++) {
            CHECK_INT(caw_release(s), 0);
            CHECK(caw_semaphore_locked(s)); /* the first has not gone on yet */
        }
        CAW_AWAIT(passes(2));
        CHECK_INT(crowd_ended(&c), n);
        for (int i = 0; i < n; i++) CAW_AWAIT(caw_acquire(s));
        CHECK_INT(caw_semaphore_value(s), 0);
        crowd_free(&c);
        caw_unref(s);
    } CAW_END;
}

static CAW_ASYNC(void, lock_beside_cancelled, int n)
{
    CAW_BEGIN(void) {
        caw_lock *lock = caw_lock_new();
        crowd     c = crowd_of(n);
        CAW_AWAIT(caw_lock_acquire(lock));
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(caw_lock_acquire(lock));
        CAW_AWAIT(passes(1));
        crowd_cancel(&c);
        caw_cancel(c.tasks[0], NULL);
        for (int i = 0; i < n; i++) {
            CHECK_INT(caw_lock_release(lock), 0);
            CAW_AWAIT(caw_lock_acquire(lock)); /* at once: none of them waits any more, and none has gone on yet */
        }
        CHECK_INT(crowd_ended(&c), 0);
        CAW_AWAIT(passes(2));
        CHECK_INT(crowd_ended(&c), n);
        crowd_free(&c);
        caw_unref(lock);
    } CAW_END;
}

static CAW_ASYNC(void, hold, caw_lock *lock)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_lock_acquire(lock));
        CAW_AWAIT(caw_sleep(0));
        caw_lock_release(lock);
    } CAW_END;
}

static CAW_ASYNC(void, lock_of_many, int n)
{
    CAW_BEGIN(void) {
        caw_lock *lock = caw_lock_new();
        crowd     c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(hold(lock));
        CAW_AWAIT(passes(1));
        crowd_cancel(&c);
        for (int i = 0; i < n; i++) {
            CAW_TRY {
                CAW_AWAIT((caw_of(void))caw_ref(c.tasks[i]));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
        }
        CHECK(!caw_lock_locked(lock));
        crowd_free(&c);
        caw_unref(lock);
    } CAW_END;
}

static void release_all(int n) { test_run(releases_in_one_pass(n)); }
static void semaphore(int n) { test_run(semaphore_beside_cancelled(n)); }
static void lock(int n) { test_run(lock_beside_cancelled(n)); }
static void lock_many(int n) { test_run(lock_of_many(n)); }

TEST(semaphores_and_locks)
{
    CHECK_LINEAR(release_all);
    CHECK_LINEAR(semaphore);
    CHECK_LINEAR(lock);
    CHECK_LINEAR(lock_many);
}

/* ---- Conditions, events, barriers ---------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, await_notice, caw_condition *condition)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_condition_with(condition)) {
            CAW_AWAIT(caw_condition_wait(condition));
        }
        CAW_END_WITH;
    } CAW_END;
}

/* One notice a waiter; or all are cancelled at once, which passes on as many. */
static CAW_ASYNC(void, notices, int n, bool cancelled)
{
    CAW_BEGIN(void) {
        caw_condition *condition = caw_condition_new(NULL);
        crowd          c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(await_notice(condition));
        CAW_AWAIT(passes(2));
        CAW_AWAIT(caw_lock_acquire(caw_condition_lock(condition)));
        if (cancelled) crowd_cancel(&c);
        for (int i = 0; i < n; i++) CHECK_INT(caw_condition_notify(condition, 1), 0);
        caw_lock_release(caw_condition_lock(condition));
        for (int i = 0; i < n; i++) {
            CAW_TRY {
                CAW_AWAIT((caw_of(void))caw_ref(c.tasks[i]));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
        }
        CHECK_INT(crowd_ended(&c), n);
        crowd_free(&c);
        caw_unref(condition);
    } CAW_END;
}

static CAW_ASYNC(void, event_set_often, int n)
{
    CAW_BEGIN(void) {
        caw_event *event = caw_event_new();
        crowd      c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(caw_event_wait(event));
        CAW_AWAIT(passes(1));
        for (int i = 0; i < n; i++) {
            caw_event_set(event);
            caw_event_clear(event);
        }
        CAW_AWAIT(passes(1));
        CHECK_INT(crowd_ended(&c), n);
        crowd_free(&c);
        caw_unref(event);
    } CAW_END;
}

static CAW_ASYNC(void, one_round, int n)
{
    CAW_BEGIN(void) {
        caw_barrier *barrier = caw_barrier_new(n);
        crowd        c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = (caw_of(void))(uintptr_t)caw_spawn(caw_barrier_wait(barrier));
        for (int i = 0; i < n; i++) (void)CAW_AWAIT((caw_of(int))(uintptr_t)caw_ref(c.tasks[i]));
        crowd_free(&c);
        caw_unref(barrier);
    } CAW_END;
}

static void notify(int n) { test_run(notices(n, false)); }
static void notify_cancelled(int n) { test_run(notices(n, true)); }
static void set_event(int n) { test_run(event_set_often(n)); }
static void barrier(int n) { test_run(one_round(n)); }

TEST(conditions_events_barriers)
{
    CHECK_LINEAR(notify);
    CHECK_LINEAR(notify_cancelled);
    CHECK_LINEAR(set_event);
    CHECK_LINEAR(barrier);
}

/* ---- Queues and streams ---------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, get_one, caw_queue *queue)
{
    CAW_BEGIN(void) {
        (void)CAW_AWAIT(caw_queue_get(queue));
    } CAW_END;
}

/* All but one are cancelled; what comes in the same pass is the one's, and then nobody's. */
static CAW_ASYNC(void, getters_cancelled, int n)
{
    CAW_BEGIN(void) {
        caw_queue *queue = caw_queue_new(0);
        crowd      c = crowd_of(n);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(get_one(queue));
        CAW_AWAIT(passes(1));
        crowd_cancel(&c);
        for (int i = 0; i < n; i++) CHECK_INT(caw_queue_put_nowait(queue, caw_int(i)), 0);
        CAW_AWAIT(passes(2));
        CHECK_INT(crowd_ended(&c), n);
        CHECK_INT(caw_queue_size(queue), n - 1);
        crowd_free(&c);
        caw_unref(queue);
    } CAW_END;
}

static CAW_ASYNC(void, putters_woken, int n)
{
    CAW_BEGIN(void) {
        caw_queue *queue = caw_queue_new(1);
        crowd      c = crowd_of(n);
        caw_value  value;
        CHECK_INT(caw_queue_put_nowait(queue, caw_int(0)), 0);
        for (int i = 0; i < n; i++) c.tasks[i] = caw_spawn(caw_queue_put(queue, caw_int(i)));
        CAW_AWAIT(passes(1));
        for (int i = n; i-- > n / 2;) caw_cancel(c.tasks[i], NULL);
        for (int i = 0; i <= n / 2; i++) {
            CHECK_INT(caw_queue_get_nowait(queue, &value), 0);
            CAW_AWAIT(passes(1));
        }
        CHECK_INT(crowd_ended(&c), n);
        crowd_free(&c);
        caw_unref(queue);
    } CAW_END;
}

static void get(int n) { test_run(getters_cancelled(n)); }
static void put(int n) { test_run(putters_woken(n)); }

TEST(queues)
{
    CHECK_LINEAR(get);
    CHECK_LINEAR(put);
}
