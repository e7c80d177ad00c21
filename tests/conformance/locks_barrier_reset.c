/* CPython's BarrierTests (test_locks): reset and abort. */
#include "conform.h"

enum { N = 5, HALF = N / 2 };

typedef struct meeting {
    caw_barrier *barrier, *second;
    int          left;
} meeting;

/* N tasks of one function, awaited together. */
static CAW_ASYNC(void, all, caw_of(void) (*party)(meeting *), int count, meeting *m)
{
    CAW_BEGIN(void) {
        caw_any *tasks[N];
        for (int i = 0; i < count; i++) tasks[i] = caw_base(caw_spawn(party(m)));
        caw_unref(CAW_AWAIT(caw_gather_array(tasks, (size_t)count)));
    } CAW_END;
}

#define CHECK_STATE(m, is_broken)                                                                                              \
    do {                                                                                                                       \
        CHECK_INT(caw_barrier_waiting((m).barrier), 0);                                                                        \
        CHECK_INT(caw_barrier_broken((m).barrier), (is_broken));                                                               \
    } while (0)

/* N of one kind meet: what is traced, and whether the barrier is broken in the end. */
#define CHECK_MEETING(party, want, is_broken)                                                                                  \
    do {                                                                                                                       \
        meeting m = {caw_barrier_new(N), caw_barrier_new(N), 0};                                                               \
        CAW_AWAIT(all((party), N, &m));                                                                                        \
        CHECK_TRACE(want);                                                                                                     \
        CHECK_STATE(m, (is_broken));                                                                                           \
        caw_unref(m.barrier);                                                                                                  \
        caw_unref(m.second);                                                                                                   \
    } while (0)

ASYNC_TEST(reset_barrier)
{
    CAW_BEGIN(void) {
        meeting m = {.barrier = caw_barrier_new(1)};
        CAW_DEFER(caw_unref, m.barrier);
        caw_unref(caw_spawn(caw_barrier_reset(m.barrier)));
        CAW_AWAIT(caw_sleep(0));
        CHECK_STATE(m, false);
    } CAW_END;
}

static CAW_ASYNC(bool, gets_through, meeting *m)
{
    CAW_BEGIN(bool) {
        CAW_TRY {
            CAW_AWAIT(caw_barrier_wait(m->barrier));
        } CAW_EXCEPT(CAW_BROKEN_BARRIER_ERROR, e) {
            CAW_RETURN(false);
        }
        CAW_END_TRY;
        CAW_RETURN(true);
    } CAW_END;
}

static CAW_ASYNC(void, wait_or_broken, meeting *m)
{
    CAW_BEGIN(void) {
        trace(CAW_AWAIT(gets_through(m)) ? "passed" : "broken");
    } CAW_END;
}

ASYNC_TEST(reset_barrier_while_tasks_waiting)
{
    CAW_BEGIN(void) {
        meeting m = {.barrier = caw_barrier_new(N)};
        CAW_DEFER(caw_unref, m.barrier);
        caw_auto waiting = caw_spawn(all(wait_or_broken, N - 1, &m));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_barrier_waiting(m.barrier), N - 1);
        caw_unref(caw_spawn(caw_barrier_reset(m.barrier)));
        CAW_AWAIT(waiting);
        CHECK_TRACE("broken broken broken broken");
        CHECK_STATE(m, false);
    } CAW_END;
}

static CAW_ASYNC(void, reset_when_half_are_out, meeting *m)
{
    CAW_BEGIN(void) {
        if (!CAW_AWAIT(gets_through(m))) trace("broken");
        else if (++m->left == N - HALF) CAW_AWAIT(caw_barrier_reset(m->barrier));
    } CAW_END;
}

ASYNC_TEST(reset_barrier_when_tasks_half_draining)
{
    CAW_BEGIN(void) {
        CHECK_MEETING(reset_when_half_are_out, "broken broken", false);
    } CAW_END;
}

/* The first two out come again and are held off; the third resets; the last two learn of it. All come again and pass. */
static CAW_ASYNC(void, reset_in_the_middle, meeting *m)
{
    CAW_BEGIN(void) {
        if (!CAW_AWAIT(gets_through(m))) {
            trace("broken");
            CAW_AWAIT(caw_barrier_wait(m->barrier));
        } else if (++m->left > HALF) {
            CAW_AWAIT(caw_barrier_reset(m->barrier));
            CAW_AWAIT(caw_barrier_wait(m->barrier));
        } else if (!CAW_AWAIT(gets_through(m))) {
            trace("held-off broken");
        }
    } CAW_END;
}

ASYNC_TEST(reset_barrier_when_tasks_half_draining_half_blocking)
{
    CAW_BEGIN(void) {
        CHECK_MEETING(reset_in_the_middle, "broken broken", false);
    } CAW_END;
}

static CAW_ASYNC(void, wait_again_in_any_case, meeting *m)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(wait_or_broken(m));
        CAW_AWAIT(caw_barrier_wait(m->barrier));
        trace("passed");
    } CAW_END;
}

ASYNC_TEST(reset_barrier_while_tasks_waiting_and_waiting_again)
{
    CAW_BEGIN(void) {
        meeting m = {.barrier = caw_barrier_new(N)};
        CAW_DEFER(caw_unref, m.barrier);
        caw_auto w = caw_spawn(wait_again_in_any_case(&m)), x = caw_spawn(wait_again_in_any_case(&m));
        caw_auto y = caw_spawn(wait_again_in_any_case(&m)), z = caw_spawn(wait_again_in_any_case(&m));
        caw_unref(caw_spawn(caw_barrier_reset(m.barrier)));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_spawn(wait_or_broken(&m)));
        caw_unref(CAW_AWAIT(caw_gather(w, x, y, z)));
        CHECK_TRACE("broken broken broken broken passed passed passed passed passed");
        CHECK_STATE(m, false);
    } CAW_END;
}

/* The last one out resets, which breaks nothing: nobody is inside. */
static CAW_ASYNC(void, reset_when_all_are_out, meeting *m)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_barrier_wait(m->barrier));
        if (++m->left == N) {
            CAW_AWAIT(caw_barrier_reset(m->barrier));
            CAW_AWAIT(caw_barrier_wait(m->barrier));
        } else {
            CAW_AWAIT(wait_or_broken(m));
        }
        CAW_AWAIT(caw_barrier_wait(m->barrier));
        trace("again");
    } CAW_END;
}

ASYNC_TEST(reset_barrier_while_tasks_draining)
{
    CAW_BEGIN(void) {
        CHECK_MEETING(reset_when_all_are_out, "passed passed passed passed again again again again again", false);
    } CAW_END;
}

ASYNC_TEST(abort_barrier)
{
    CAW_BEGIN(void) {
        meeting m = {.barrier = caw_barrier_new(1)};
        CAW_DEFER(caw_unref, m.barrier);
        caw_unref(caw_spawn(caw_barrier_abort(m.barrier)));
        CAW_AWAIT(caw_sleep(0));
        CHECK_STATE(m, true);
    } CAW_END;
}

static CAW_ASYNC(void, abort_in_the_middle, meeting *m)
{
    CAW_BEGIN(void) {
        if (!CAW_AWAIT(gets_through(m))) {
            trace("inside");
        } else if (++m->left > HALF) {
            CAW_AWAIT(caw_barrier_abort(m->barrier));
        } else if (!CAW_AWAIT(gets_through(m))) {
            trace("held-off");
        }
    } CAW_END;
}

ASYNC_TEST(abort_barrier_when_tasks_half_draining_half_blocking)
{
    CAW_BEGIN(void) {
        CHECK_MEETING(abort_in_the_middle, "inside inside held-off held-off", true);
    } CAW_END;
}

/* The one in the middle fails once it is through, and aborts what the others come back to. */
static CAW_ASYNC(void, one_fails, meeting *m)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            int index = CAW_AWAIT(caw_barrier_wait(m->barrier));
            if (index == HALF) CAW_RAISE(CAW_VALUE_ERROR, NULL);
            CAW_AWAIT(caw_barrier_wait(m->barrier));
            trace("passed");
        } CAW_EXCEPT(CAW_BROKEN_BARRIER_ERROR, e) {
            trace("broken");
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CAW_AWAIT(caw_barrier_abort(m->barrier));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(abort_barrier_when_exception)
{
    CAW_BEGIN(void) {
        CHECK_MEETING(one_fails, "broken broken broken broken", true);
    } CAW_END;
}

static CAW_ASYNC(void, one_fails_then_reset, meeting *m)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(one_fails(m));
        if (CAW_AWAIT(caw_barrier_wait(m->second)) == HALF) CAW_AWAIT(caw_barrier_reset(m->barrier));
        CAW_AWAIT(caw_barrier_wait(m->second));
        CAW_AWAIT(caw_barrier_wait(m->barrier));
        trace("again");
    } CAW_END;
}

ASYNC_TEST(abort_barrier_when_exception_then_resetting)
{
    CAW_BEGIN(void) {
        CHECK_MEETING(one_fails_then_reset, "broken broken broken broken again again again again again", false);
    } CAW_END;
}
