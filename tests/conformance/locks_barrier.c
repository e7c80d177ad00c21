/* CPython's BarrierTests (test_locks): filling and draining. */
#include "conform.h"

enum { N = 5 };

static CAW_ASYNC(int, pass, caw_barrier *b)
{
    CAW_BEGIN(int) {
        int index = CAW_AWAIT(caw_barrier_wait(b));
        trace("%d", index);
        CAW_RETURN(index);
    } CAW_END;
}

static CAW_ASYNC(void, pass_twice, caw_barrier *b)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_barrier_wait(b));
        trace("first");
        CAW_AWAIT(caw_barrier_wait(b));
        trace("second");
    } CAW_END;
}

/* In an async function: one more task comes, and now so many wait. */
#define COMES(task, b, waiting)                                                                                                \
    caw_auto task = caw_spawn(pass(b));                                                                                        \
    CAW_AWAIT(caw_sleep(0));                                                                                                   \
    CHECK_INT(caw_barrier_waiting(b), (waiting))

#define CHECK_EMPTY(b)                                                                                                         \
    do {                                                                                                                       \
        CHECK_INT(caw_barrier_waiting(b), 0);                                                                                  \
        CHECK(!caw_barrier_broken(b));                                                                                         \
    } while (0)

TEST(barrier_parties)
{
    CHECK(!caw_barrier_new(0) && !caw_barrier_new(-4));
    caw_barrier *b = caw_barrier_new(N);
    CHECK_INT(caw_barrier_parties(b), N);
    caw_unref(b);
}

/* Entering the barrier as a context manager is waiting, and gives the index; leaving does nothing. */
ASYNC_TEST(context_manager)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(3);
        CAW_DEFER(caw_unref, b);
        caw_unref(CAW_AWAIT(caw_gather(pass(b), pass(b), pass(b))));
        CHECK_TRACE("2 0 1");
        CHECK_EMPTY(b);
    } CAW_END;
}

ASYNC_TEST(filling_one_task)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(1);
        CAW_DEFER(caw_unref, b);
        CHECK_INT(CAW_AWAIT(caw_barrier_wait(b)), 0);
        CHECK_EMPTY(b);
    } CAW_END;
}

ASYNC_TEST(filling_one_task_twice)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(1);
        CAW_DEFER(caw_unref, b);
        caw_auto x = caw_spawn(caw_barrier_wait(b));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_barrier_waiting(b), 0);
        caw_auto y = caw_spawn(caw_barrier_wait(b));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_done(x) && caw_done(y));
        CHECK_INT(CAW_AWAIT(x), CAW_AWAIT(y));
        CHECK_EMPTY(b);
    } CAW_END;
}

ASYNC_TEST(filling_task_by_task)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(3);
        CAW_DEFER(caw_unref, b);
        COMES(x, b, 1);
        COMES(y, b, 2);
        COMES(z, b, 0);
        caw_unref(CAW_AWAIT(caw_gather(x, y, z)));
        CHECK_TRACE("2 0 1");
        CHECK_EMPTY(b);
    } CAW_END;
}

ASYNC_TEST(filling_tasks_wait_twice)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(N);
        CAW_DEFER(caw_unref, b);
        caw_unref(CAW_AWAIT(caw_gather(pass_twice(b), pass_twice(b), pass_twice(b), pass_twice(b), pass_twice(b))));
        CHECK_TRACE("first first first first first second second second second second");
        CHECK_EMPTY(b);
    } CAW_END;
}

static CAW_ASYNC(int, second_index, caw_barrier *b)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_barrier_wait(b));
        CAW_RETURN(CAW_AWAIT(caw_barrier_wait(b)));
    } CAW_END;
}

ASYNC_TEST(filling_tasks_check_return_value)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(N);
        CAW_DEFER(caw_unref, b);
        caw_results *r =
            CAW_AWAIT(caw_gather(second_index(b), second_index(b), second_index(b), second_index(b), second_index(b)));
        unsigned seen = 0;
        for (size_t i = 0; i < N; i++) seen |= 1u << caw_result_at(r, i, int);
        CHECK_INT(seen, (1 << N) - 1); /* 0 to N - 1, each once */
        caw_unref(r);
        CHECK_EMPTY(b);
    } CAW_END;
}

typedef struct rounds {
    caw_barrier *all, *some;
    int          again;
} rounds;

/* Two of N come again while the others still leave; they get in once the round is over. */
static CAW_ASYNC(void, come_again, rounds *r)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_barrier_wait(r->all));
        if (r->again > 0) {
            r->again--;
            CAW_AWAIT(caw_barrier_wait(r->all));
            trace("again");
        } else {
            CAW_AWAIT(caw_barrier_wait(r->some)); /* passed only if exactly N - 2 come here */
            CAW_AWAIT(caw_barrier_wait(r->all));
            trace("other");
        }
    } CAW_END;
}

ASYNC_TEST(blocking_tasks_while_draining)
{
    CAW_BEGIN(void) {
        rounds r = {caw_barrier_new(N), caw_barrier_new(N - 2), 2};
        CAW_DEFER(caw_unref, r.all);
        CAW_DEFER(caw_unref, r.some);
        caw_unref(CAW_AWAIT(caw_gather(come_again(&r), come_again(&r), come_again(&r), come_again(&r), come_again(&r))));
        CHECK_TRACE("other other again again other");
        CHECK_EMPTY(r.all);
    } CAW_END;
}

ASYNC_TEST(filling_tasks_cancel_one)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(3);
        CAW_DEFER(caw_unref, b);
        COMES(w, b, 1);
        COMES(x, b, 2);
        caw_cancel(w, NULL);
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_barrier_waiting(b), 1);
        CHECK_OUTCOME(w, "cancelled");
        CHECK_RAISES(w, CAW_CANCELLED_ERROR, NULL);
        COMES(y, b, 2);
        caw_auto z = caw_spawn(pass(b));
        caw_unref(CAW_AWAIT(caw_gather(x, y, z)));
        CHECK_TRACE("2 0 1"); /* each another, as barrier.h says: CPython gives how many are inside, 2 1 1 */
        CHECK_EMPTY(b);
    } CAW_END;
}
