/*
 * Cancel storms: thousands of tasks do random things with every primitive and cancel each other at random times. By seed, so that
 * a failure can be had again. At the end no permit and no item is lost, nothing is alive, and a second run took the same course.
 */
#include "test.h"

enum { PERMITS = 3, CAPACITY = 4, FUTURES = 6, KNOWN = 64 };
enum {
    ALONE = 16
}; /* in a depth: waits for nobody known, so that it is in no cycle of awaits, which a cancellation would cut */

static struct world {
    uint64_t       random;
    uint64_t       course; /* a hash of all that happened */
    bool           ending;
    unsigned       started, cancelled, finished, failed;
    unsigned       put, got;
    caw_semaphore *semaphore;
    caw_queue     *queue;
    caw_of(int) futures[FUTURES];
    caw_of(int) known[KNOWN]; /* some of the tasks, to be cancelled and awaited by others */
} world;

static unsigned below(unsigned limit)
{
    world.random ^= world.random << 13;
    world.random ^= world.random >> 7;
    world.random ^= world.random << 17;
    return (unsigned)((world.random >> 33) % limit);
}

static void happened(unsigned id, unsigned what)
{
    uint64_t time = (uint64_t)(elapsed() * 1000 + 0.5);
    world.course = (world.course ^ id ^ (uint64_t)what << 20 ^ time << 32) * 1099511628211u;
}

/* Binary fractions: sums of them are exact, so that the course does not depend on when it starts. */
static double some_time(void) { return below(20) * 0.0625; }

static caw_of(int) creature(unsigned id, unsigned depth);

/* A child of one's own, of some kind or other; consumed by whoever awaits it. */
static caw_of(int) child(unsigned id, unsigned depth)
{
    unsigned next = ++world.started;
    happened(id, next);
    return creature(next, depth + 1);
}

static void remember(caw_of(int) task)
{
    unsigned n = below(KNOWN);
    caw_unref(world.known[n]);
    world.known[n] = task;
}

static void cancel_somebody(void *message)
{
    caw_of(int) task = world.known[below(KNOWN)];
    if (task) happened(1, caw_cancel(task, message));
}

/* Sets, fails or cancels a shared future, and puts a fresh one in its place. */
static void settle_somehow(unsigned n)
{
    switch (below(3)) {
    case 0: (void)caw_set_result(world.futures[n], (int)n); break;
    case 1: (void)caw_set_error(world.futures[n], caw_error_new(CAW_LOOKUP_ERROR, "future %u", n)); break;
    default: caw_cancel(world.futures[n], NULL);
    }
    caw_unref(world.futures[n]);
    world.futures[n] = caw_future(int);
}

static CAW_ASYNC(void, use_semaphore, unsigned id)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_acquire(world.semaphore));
        CAW_TRY {
            happened(id, 100);
            CAW_AWAIT(caw_sleep(some_time()));
        } CAW_FINALLY {
            CHECK_INT(caw_release(world.semaphore), 0);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, use_queue, unsigned id)
{
    CAW_BEGIN(void) {
        if (below(2)) {
            CAW_AWAIT(caw_queue_put(world.queue, caw_text(caw_string_of("item"))));
            world.put++;
            happened(id, 101);
        } else {
            caw_value_drop(CAW_AWAIT(caw_queue_get(world.queue)));
            world.got++;
            CHECK_INT(caw_queue_task_done(world.queue), 0);
            happened(id, 102);
        }
    } CAW_END;
}

static CAW_ASYNC(void, several, unsigned id, unsigned depth)
{
    CAW_BEGIN(void) {
        caw_of(caw_results *) g = below(2) ? caw_gather(child(id, depth), child(id, depth), caw_sleep(some_time()))
                                           : caw_gather_settled(child(id, depth), caw_spawn(child(id, depth)));
        caw_unref(CAW_AWAIT(g));
    } CAW_END;
}

static CAW_ASYNC(void, within_limits, unsigned id, unsigned depth)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(outer, some_time()) {
            CAW_WITH_TIMEOUT(inner, some_time()) {
                if (below(2)) CAW_AWAIT(caw_sleep(some_time()));
                else (void)CAW_AWAIT(child(id, depth));
            }
            CAW_END_TIMEOUT;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* A child that is told when it runs: none may once what is over it has ended. */
static CAW_ASYNC(int, counted_child, int *running, unsigned id, unsigned depth)
{
    CAW_BEGIN(int) {
        ++*running;
        CAW_TRY {
            CAW_RETURN(CAW_AWAIT(child(id, depth)));
        } CAW_FINALLY {
            --*running;
        }
        CAW_END_TRY;
    } CAW_END;
}

typedef struct input {
    int     *running;
    unsigned id, depth;
} input;

static CAW_ASYNC(int, mapped, const input *in)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(counted_child(in->running, in->id, in->depth)));
    } CAW_END;
}

static CAW_ASYNC(void, structured, unsigned id, unsigned depth)
{
    CAW_BEGIN(void) {
        int running = 0;
        depth |= ALONE;
        CAW_TRY {
            caw_of(int) a = counted_child(&running, id, depth), b = counted_child(&running, id, depth);
            switch (below(3)) {
            case 0: (void)CAW_AWAIT(caw_race(a, b, caw_ref(world.futures[below(FUTURES)]))); break;
            case 1: (void)CAW_AWAIT(caw_any_of(a, b, counted_child(&running, id, depth))); break;
            default: {
                input inputs[5];
                for (int i = 0; i < 5; i++) inputs[i] = (input){&running, id, depth};
                caw_drop(a);
                caw_drop(b);
                caw_unref(CAW_AWAIT(caw_map(mapped, inputs, 5, 1 + below(4))));
            }
            }
        } CAW_FINALLY {
            CHECK_INT(running, 0);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, observed, unsigned id, unsigned depth)
{
    CAW_BEGIN(void) {
        caw_of(int) a = caw_spawn(child(id, depth)), b = caw_spawn(child(id, depth));
        remember(caw_ref(a));
        CAW_MOVE_ON_AFTER(scope, some_time() * 4) {
            if (below(2)) {
                caw_of(caw_waited *) wait =
                    caw_wait_until((caw_wait_mode)below(3), some_time(), a, b, caw_ref(world.futures[0]));
                caw_unref(CAW_AWAIT(wait));
            } else {
                caw_completions *it = caw_as_completed_within(some_time() * 4, a, b, caw_sleep(some_time()));
                CAW_DEFER(caw_unref, it);
                CAW_FOR_NEXT(caw_any * ended, caw_next_completed(it)) { caw_unref(ended); }
                CAW_END_FOR;
            }
        }
        CAW_END_MOVE_ON;
        happened(id, 103u + caw_timeout_expired(scope));
        caw_of(int) task = depth & ALONE ? NULL : world.known[below(KNOWN)];
        if (task && below(2)) CAW_AWAIT(caw_wait_for(caw_cancel_and_wait(caw_ref(task)), some_time()));
        else if (task) (void)CAW_AWAIT(caw_wait_for(caw_race(caw_ref(task), child(id, depth)), some_time()));
    } CAW_END;
}

static CAW_ASYNC(void, act, unsigned id, unsigned depth)
{
    CAW_BEGIN(void) {
        unsigned what = below(depth % ALONE < 4 ? 23 : 11);
        happened(id, what + 200);
        switch (what) {
        case 0: CAW_AWAIT(caw_sleep(0)); break;
        case 1:
        case 2: CAW_AWAIT(caw_sleep(some_time())); break;
        case 3: CAW_AWAIT(caw_wait_for(use_semaphore(id), some_time() * 4)); break;
        case 4:
        case 5: CAW_AWAIT(caw_wait_for(use_queue(id), some_time() * 2)); break;
        case 6: (void)CAW_AWAIT(caw_wait_for(caw_ref(world.futures[below(FUTURES)]), some_time() * 4)); break;
        case 7: settle_somehow(below(FUTURES)); break;
        case 8: cancel_somebody(below(2) ? "storm" : NULL); break;
        case 9: caw_unref(caw_call_later(NULL, some_time(), cancel_somebody, NULL)); break;
        case 10: CAW_RAISE(CAW_VALUE_ERROR, "creature %u", id);
        case 11: (void)CAW_AWAIT(child(id, depth)); break;
        case 12: (void)CAW_AWAIT(caw_spawn(child(id, depth), .eager = below(2))); break;
        case 13: remember(caw_spawn(child(id, depth), .eager = below(2))); break;
        case 14: CAW_AWAIT(several(id, depth)); break;
        case 15: (void)CAW_AWAIT(caw_shield(child(id, depth))); break;
        case 16: (void)CAW_AWAIT(caw_wait_for(caw_shield(child(id, depth)), some_time())); break;
        case 17: (void)CAW_AWAIT(caw_wait_for(child(id, depth), below(4) ? some_time() : 0)); break;
        case 18: CAW_AWAIT(within_limits(id, depth)); break;
        case 19: CAW_AWAIT(structured(id, depth)); break;
        case 20:
        case 21: CAW_AWAIT(observed(id, depth)); break;
        default: {
            caw_of(int) task =
                depth & ALONE ? NULL : world.known[below(KNOWN)]; /* perhaps itself, perhaps a cycle: cut by the limit */
            if (task) (void)CAW_AWAIT(caw_wait_for(caw_ref(task), 0.0625 + some_time()));
            break;
        }
        }
    } CAW_END;
}

static CAW_ASYNC(int, creature, unsigned id, unsigned depth)
{
    CAW_BEGIN(int) {
        unsigned steps = 1 + below(6);
        CAW_TRY {
            for (unsigned i = 0; i < steps && !world.ending; i++) {
                CAW_TRY {
                    CAW_AWAIT(act(id, depth));
                } CAW_EXCEPT(CAW_EXCEPTION, error) {
                    happened(id, 300 + (unsigned)caw_error_type_of(error));
                    if (below(10) == 0) CAW_RERAISE();
                } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                    happened(id, 400);
                    if (world.ending || below(4)) CAW_RERAISE();
                    if (below(2)) caw_uncancel((me()));
                } CAW_FINALLY {
                    if (below(8) == 0) CAW_AWAIT(caw_sleep(some_time())); /* may be cancelled, too */
                }
                CAW_END_TRY;
            }
            world.finished++;
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            world.cancelled++;
            CAW_RERAISE();
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            world.failed++;
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN((int)id);
    } CAW_END;
}

static void ignore(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    happened(2, (unsigned)strlen(report->message)); /* errors nobody retrieved: they come in the same order, too */
}

static void cancel_all_others(void)
{
    static caw_any *tasks[20000];
    size_t          count = caw_all_tasks(NULL, tasks, 20000);
    for (size_t i = 0; i < count && i < 20000; i++) {
        if (tasks[i] != caw_current_task()) caw_ref(tasks[i]);
    }
    for (size_t i = 0; i < count && i < 20000; i++) {
        if (tasks[i] == caw_current_task()) continue;
        caw_cancel(((caw_of(void))tasks[i]), NULL);
        caw_unref(tasks[i]);
    }
}

static CAW_ASYNC(void, run_storm, unsigned seed, unsigned creatures)
{
    CAW_BEGIN(void) {
        world =
            (struct world){.random = 88172645463325252u + seed * 0x9E3779B97F4A7C15u, .semaphore = caw_semaphore_new(PERMITS)};
        world.queue = caw_queue_new(CAPACITY);
        CAW_DEFER(caw_unref, world.semaphore);
        CAW_DEFER(caw_unref, world.queue);
        caw_set_exception_handler(caw_running_loop(), ignore, NULL);
        for (unsigned i = 0; i < FUTURES; i++) world.futures[i] = caw_future(int);
        for (unsigned i = 0; i < creatures; i++) {
            remember(caw_spawn(creature(++world.started, 0)));
            if (i % 16 == 0) CAW_AWAIT(caw_sleep(0.015625));
            if (i % 8 == 0) cancel_somebody("main");
        }
        CAW_AWAIT(caw_sleep(5));
        world.ending = true;
        for (int tries = 0; caw_all_tasks(NULL, NULL, 0) > 1 && tries < 100; tries++) {
            cancel_all_others();
            CAW_AWAIT(caw_sleep(1));
        }
        CHECK_INT(caw_all_tasks(NULL, NULL, 0), 1);
        CHECK_INT(caw_semaphore_value(world.semaphore), PERMITS);
        CHECK(!caw_semaphore_locked(world.semaphore));
        CHECK_INT(world.put - world.got, caw_queue_size(world.queue));
        for (unsigned i = 0; i < FUTURES; i++) caw_unref(world.futures[i]);
        for (unsigned i = 0; i < KNOWN; i++) caw_unref(world.known[i]);
        CAW_AWAIT(caw_sleep(100)); /* nothing wakes up late */
    } CAW_END;
}

static CAW_ASYNC(void, storm, unsigned seed, unsigned creatures)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(run_storm(seed, creatures));
        struct world first = world;
        CHECK(first.cancelled > creatures / 20 && first.failed > 0 && first.finished > creatures / 10 && first.got > 10);
        test.start = caw_sim_time();
        CAW_AWAIT(run_storm(seed, creatures));
        CHECK_INT(world.started, first.started);
        CHECK(world.course == first.course);
    } CAW_END;
}

TEST(seed_1) { CHECK_ERROR(caw_run(storm(1, 1000), NULL), CAW_OK, ""); }
TEST(seed_2) { CHECK_ERROR(caw_run(storm(2, 1000), NULL), CAW_OK, ""); }
TEST(seed_3) { CHECK_ERROR(caw_run(storm(3, 3000), NULL), CAW_OK, ""); }
TEST(many_small_ones)
{
    for (unsigned seed = 10; seed < 60; seed++) {
        test.start = caw_sim_time();
        CHECK_ERROR(caw_run(run_storm(seed, 60), NULL), CAW_OK, "");
    }
}
