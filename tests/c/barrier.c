/* Barriers: rounds that fill and drain, who is late, cancelled waiters, reset and abort (rule 36). */
#include "test.h"

static CAW_ASYNC(void, party, caw_barrier *b, const char *word, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_TRY {
            int index = CAW_AWAIT(caw_barrier_wait(b));
            trace("%s%d@%g", word, index, elapsed());
        } CAW_EXCEPT(CAW_BROKEN_BARRIER_ERROR, error) {
            trace("%s broken@%g: %s", word, elapsed(), caw_error_message(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(all_go_on_when_the_last_has_come)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(3);
        CAW_DEFER(caw_unref, b);
        CHECK_INT(caw_barrier_parties(b), 3);
        caw_unref(CAW_AWAIT(caw_gather(party(b, "a", 3), party(b, "b", 1), party(b, "c", 2))));
        CHECK_TRACE("a2@3 b0@3 c1@3");
        CHECK_INT(caw_barrier_waiting(b), 0);
        caw_unref(CAW_AWAIT(caw_gather(party(b, "a", 0), party(b, "b", 0), party(b, "c", 0)))); /* again */
        CHECK_TRACE("c2@3 a0@3 b1@3");
    } CAW_END;
}

ASYNC_TEST(for_one_it_does_not_wait)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(1);
        CHECK_INT(CAW_AWAIT(caw_barrier_wait(b)), 0);
        CHECK_INT(CAW_AWAIT(caw_barrier_wait(b)), 0);
        caw_unref(b);
        CHECK(caw_barrier_new(0) == NULL);
    } CAW_END;
}

ASYNC_TEST(who_comes_while_a_round_leaves_waits_for_the_next)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(2);
        CAW_DEFER(caw_unref, b);
        caw_unref(CAW_AWAIT(caw_gather(party(b, "a", 0), party(b, "b", 0), party(b, "c", 0), party(b, "d", 5))));
        CHECK_TRACE("b1@0 a0@0 d1@5 c0@5");
    } CAW_END;
}

ASYNC_TEST(a_cancelled_waiter_leaves_and_the_others_wait_on)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(2);
        CAW_DEFER(caw_unref, b);
        caw_auto a = caw_spawn(party(b, "a", 0)), c = caw_spawn(party(b, "c", 1));
        CAW_AWAIT(caw_sleep(0.5));
        CHECK_INT(caw_barrier_waiting(b), 1);
        caw_cancel(a, NULL);
        CHECK_RAISES(a, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_barrier_waiting(b), 0);
        CAW_AWAIT(caw_sleep(1));
        CHECK(!caw_done(c));
        CAW_AWAIT(party(b, "d", 0));
        CAW_AWAIT(c);
        CHECK_TRACE("d1@1.5 c0@1.5");
        CHECK(!caw_barrier_broken(b));
    } CAW_END;
}

ASYNC_TEST(reset_sends_the_waiters_away_and_it_can_be_used_again)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(3);
        CAW_DEFER(caw_unref, b);
        CAW_AWAIT(caw_barrier_reset(b)); /* nobody there */
        caw_auto a = caw_spawn(party(b, "a", 0)), c = caw_spawn(party(b, "c", 0));
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(caw_barrier_reset(b));
        CAW_AWAIT(a);
        CAW_AWAIT(c);
        CHECK_TRACE("a broken@1: the barrier was aborted or reset c broken@1: the barrier was aborted or reset");
        CHECK(!caw_barrier_broken(b));
        caw_unref(CAW_AWAIT(caw_gather(party(b, "a", 0), party(b, "b", 0), party(b, "c", 0))));
        CHECK_TRACE("c2@1 a0@1 b1@1");
    } CAW_END;
}

ASYNC_TEST(abort_breaks_it_until_a_reset)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(2);
        CAW_DEFER(caw_unref, b);
        caw_auto a = caw_spawn(party(b, "a", 0));
        CAW_AWAIT(caw_sleep(1));
        CAW_AWAIT(caw_barrier_abort(b));
        CHECK(caw_barrier_broken(b));
        CAW_AWAIT(a);
        CHECK_TRACE("a broken@1: the barrier was aborted or reset");
        CHECK_RAISES(caw_barrier_wait(b), CAW_BROKEN_BARRIER_ERROR, "the barrier was aborted");
        CAW_AWAIT(caw_barrier_reset(b));
        CHECK(!caw_barrier_broken(b));
        caw_unref(CAW_AWAIT(caw_gather(party(b, "c", 0), party(b, "d", 0))));
        CHECK_TRACE("d1@1 c0@1");
    } CAW_END;
}

TEST(a_loop_closed_under_waiters)
{
    caw_loop    *loop = caw_loop_new();
    caw_barrier *b = caw_barrier_new(3);
    for (int i = 0; i < 2; i++) caw_unref(caw_spawn(caw_barrier_wait(b), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_barrier_waiting(b), 2);
    caw_loop_close(loop);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    test.log[0] = 0;
    CHECK_INT(caw_barrier_waiting(b), 0);
    caw_unref(b);
}

static CAW_ASYNC(void, pass_numbered, caw_barrier *b, const char *name)
{
    CAW_BEGIN(void) {
        int number = CAW_AWAIT(caw_barrier_wait(b));
        trace("%s=%d", name, number);
    } CAW_END;
}

/* CPython: b 1, c 1, d 2. */
ASYNC_TEST(each_of_a_round_has_another_number_when_one_was_cancelled)
{
    CAW_BEGIN(void) {
        caw_barrier *b = caw_barrier_new(3);
        CAW_DEFER(caw_unref, b);
        for (int round = 0; round < 2; round++) {
            caw_auto first = caw_spawn(pass_numbered(b, "a"));
            caw_auto second = caw_spawn(pass_numbered(b, "b"));
            CAW_AWAIT(caw_sleep(0.1));
            caw_cancel(first, NULL);
            caw_drop(first);
            CAW_AWAIT(caw_sleep(0.1));
            caw_auto third = caw_spawn(pass_numbered(b, "c"));
            CAW_AWAIT(caw_sleep(0.1));
            CAW_AWAIT(pass_numbered(b, "d"));
            CAW_AWAIT(second);
            CAW_AWAIT(third);
            CHECK_TRACE("d=2 b=0 c=1");
        }
    } CAW_END;
}
