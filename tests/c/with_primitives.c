/* Locks, semaphores and conditions as managers. */
#include "test.h"

static CAW_ASYNC(void, locked, caw_lock *l, const char *word, double seconds)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_lock_with(l)) {
            trace("%s+%g", word, elapsed());
            CAW_AWAIT(caw_sleep(seconds));
        }
        CAW_END_WITH;
        trace("%s-", word);
    } CAW_END;
}

ASYNC_TEST(a_lock_is_held_for_the_block)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        caw_auto a = caw_spawn(locked(l, "a", 2)), b = caw_spawn(locked(l, "b", 1)), c = caw_spawn(locked(l, "c", 1));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_lock_locked(l));
        caw_cancel(b, NULL); /* in line: it must not hold it, nor release it */
        CHECK_RAISES(b, CAW_CANCELLED_ERROR, NULL);
        CAW_AWAIT(a);
        caw_cancel(c, NULL); /* in the block */
        CHECK_RAISES(c, CAW_CANCELLED_ERROR, NULL);
        CHECK(!caw_lock_locked(l));
        CHECK_TRACE("a+0 a- c+2");
    } CAW_END;
}

ASYNC_TEST(a_free_lock_is_taken_at_once_but_nobody_is_overtaken)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        caw_auto  first = caw_spawn(locked(l, "first", 0));
        caw_stats before = caw_get_stats();
        CAW_WITH(caw_lock_with(l)) {
            caw_stats held = caw_get_stats();
            CHECK_INT(held.frames, before.frames);
            CHECK_INT(held.blocks, before.blocks);
            trace("main");
            CAW_AWAIT(caw_sleep(0)); /* the first waits now */
        }
        CAW_END_WITH;
        CHECK(!caw_lock_locked(l));
        CAW_WITH(caw_lock_with(l)) {
            trace("again");
        }
        CAW_END_WITH;
        CHECK_TRACE("main first+0 first- again");
        CAW_AWAIT(first);
    } CAW_END;
}

ASYNC_TEST(a_lock_that_the_block_has_released)
{
    CAW_BEGIN(void) {
        caw_lock *l = caw_lock_new();
        CAW_DEFER(caw_unref, l);
        CAW_TRY {
            CAW_WITH(caw_lock_with(l)) {
                CHECK_INT(caw_lock_release(l), 0);
                CAW_RAISE(CAW_VALUE_ERROR, "body");
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_TEXT(caw_error_message(error), "the lock is not locked");
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "body");
            trace("refused");
        }
        CAW_END_TRY;
        CHECK_TRACE("refused");
    } CAW_END;
}

static CAW_ASYNC(void, with_permit, caw_semaphore *s, const char *word, double seconds)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_semaphore_with(s)) {
            trace("%s+%g", word, elapsed());
            CAW_AWAIT(caw_sleep(seconds));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(a_permit_is_held_for_the_block)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = caw_bounded_semaphore_new(2);
        CAW_DEFER(caw_unref, s);
        caw_unref(CAW_AWAIT(
            caw_gather(with_permit(s, "a", 1), with_permit(s, "b", 2), with_permit(s, "c", 2), with_permit(s, "d", 1))));
        CHECK_TRACE("a+0 b+0 c+1 d+2");
        CHECK_INT(caw_semaphore_value(s), 2);
        caw_auto cancelled = caw_spawn(with_permit(s, "e", 5));
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_semaphore_value(s), 1);
        caw_cancel(cancelled, NULL);
        CHECK_RAISES(cancelled, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_semaphore_value(s), 2);
        CHECK_TRACE("e+3");
        CAW_TRY {
            CAW_WITH(caw_semaphore_with(s)) {
                CHECK_INT(caw_release(s), 0);
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("refused");
        }
        CAW_END_TRY;
        CHECK_TRACE("refused");
    } CAW_END;
}

static bool positive(void *number) { return *(int *)number > 0; }

static CAW_ASYNC(void, take, caw_condition *c, int *number)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_condition_with(c)) {
            CAW_AWAIT(caw_condition_wait_for(c, positive, number));
            trace("taken%d+%g", (*number)--, elapsed());
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(a_conditions_lock_is_held_for_the_block)
{
    CAW_BEGIN(void) {
        caw_condition *c = caw_condition_new(NULL);
        CAW_DEFER(caw_unref, c);
        int      number = 0;
        caw_auto a = caw_spawn(take(c, &number)), b = caw_spawn(take(c, &number));
        CAW_AWAIT(caw_sleep(1));
        CAW_WITH(caw_condition_with(c)) {
            number = 2;
            CHECK_INT(caw_condition_notify(c, 2), 0);
        }
        CAW_END_WITH;
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("taken2+1 taken1+1");
        CHECK(!caw_lock_locked(caw_condition_lock(c)));
    } CAW_END;
}

TEST(a_loop_closed_under_blocks)
{
    caw_loop      *loop = caw_loop_new();
    caw_lock      *l = caw_lock_new();
    caw_condition *c = caw_condition_new(NULL);
    int            number = 0;
    caw_unref(caw_spawn(locked(l, "a", 5), .loop = loop));
    caw_unref(caw_spawn(locked(l, "b", 5), .loop = loop)); /* in line */
    caw_unref(caw_spawn(take(c, &number), .loop = loop));
    caw_unref(caw_spawn(take(c, &number), .loop = loop));
    for (int i = 0; i < 3; i++) caw_loop_turn(loop, NULL);
    caw_loop_close(loop);
    CHECK_TRACE("a+0");
    CHECK(!caw_lock_locked(l));
    CHECK(strstr(test.log, "with its loop") == NULL);
    CHECK(strstr(test.log, "ignored") == NULL);
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    test.log[0] = 0;
    caw_unref(l);
    caw_unref(c);
}
