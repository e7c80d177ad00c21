/* A coroutine that ignores GeneratorExit is cut off where it stands; whatever it held there goes with it. */
#include "test.h"

static CAW_ASYNC(void, nap, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

/* GeneratorExit comes here, and leaves as an error that is not immortal. */
static CAW_ASYNC(void, told_to_go, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap());
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, exit) {
            trace("told");
            CAW_RAISE(CAW_VALUE_ERROR, "not yet");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, stay, void)
{
    CAW_BEGIN(void) {
        trace("stays");
        CAW_AWAIT(caw_sleep(0));
        trace("wrong");
    } CAW_END;
}

static CAW_ASYNC(void, in_except, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, in_finally, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_FINALLY {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Two errors are alive: the one that is handled, and the one that waits for the finally. */
static CAW_ASYNC(void, in_finally_in_except, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_TRY {
                CAW_RAISE(CAW_RUNTIME_ERROR, "another");
            } CAW_FINALLY {
                CAW_AWAIT(stay());
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, in_except_group, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(caw_string *, returning, void)
{
    CAW_BEGIN(caw_string *) {
        CAW_TRY {
            CAW_TRY {
                CAW_AWAIT(told_to_go());
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                CAW_RETURN(caw_string_of("given back"));
            }
            CAW_END_TRY;
        } CAW_FINALLY {
            CAW_AWAIT(stay());
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(bool, slow_exit, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)self, (void)error;
        CAW_AWAIT(stay());
        CAW_RETURN(false);
    } CAW_END;
}

static const caw_with_type slow = {.exit = slow_exit};

static CAW_ASYNC(void, in_exit, void)
{
    CAW_BEGIN(void) {
        CAW_WITH(((caw_with){.type = &slow})) {
            CAW_AWAIT(told_to_go());
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, numbers, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0;; i++) CAW_YIELD(i);
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, in_loop, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int n, numbers()) {
            CAW_TRY {
                CAW_AWAIT(told_to_go());
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                CAW_AWAIT(stay());
                trace("%d", n);
            }
            CAW_END_TRY;
        }
        CAW_END_FOR;
    } CAW_END;
}

/* ---- In a scope: its end never comes ---------------------------------------------------------------------------------------- */

#define IN_SCOPE(name, begin, end)                                                                                             \
    static CAW_ASYNC(void, name, void)                                                                                         \
    {                                                                                                                          \
        CAW_BEGIN(void)                                                                                                        \
        {                                                                                                                      \
            CAW_TRY { CAW_AWAIT(told_to_go()); }                                                                               \
            CAW_EXCEPT(CAW_VALUE_ERROR, error)                                                                                 \
            {                                                                                                                  \
                begin { CAW_AWAIT(stay()); }                                                                                   \
                end;                                                                                                           \
            }                                                                                                                  \
            CAW_END_TRY;                                                                                                       \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }                                                                                                                          \
    static CAW_ASYNC(void, name##_around, void)                                                                                \
    {                                                                                                                          \
        CAW_BEGIN(void)                                                                                                        \
        {                                                                                                                      \
            begin                                                                                                              \
            {                                                                                                                  \
                CAW_TRY { CAW_AWAIT(told_to_go()); }                                                                           \
                CAW_EXCEPT(CAW_VALUE_ERROR, error) { CAW_AWAIT(stay()); }                                                      \
                CAW_END_TRY;                                                                                                   \
            }                                                                                                                  \
            end;                                                                                                               \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }

IN_SCOPE(timeout, CAW_WITH_TIMEOUT(scope, 5), CAW_END_TIMEOUT)
IN_SCOPE(timeout_none, CAW_WITH_TIMEOUT(scope, CAW_NEVER), CAW_END_TIMEOUT)
IN_SCOPE(timeout_at, CAW_WITH_TIMEOUT_AT(scope, 5), CAW_END_TIMEOUT)
IN_SCOPE(timeout_over, CAW_WITH_TIMEOUT(scope, 0), CAW_END_TIMEOUT)
IN_SCOPE(move_on, CAW_MOVE_ON_AFTER(scope, 5), CAW_END_MOVE_ON)
IN_SCOPE(group, CAW_WITH_TASK_GROUP(g), CAW_END_TASK_GROUP)
IN_SCOPE(stack, CAW_WITH_EXIT_STACK(s), CAW_END_EXIT_STACK)

static CAW_ASYNC(void, by_wait_for, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(in_except(), 5));
    } CAW_END;
}

/* ---- In an await of anything ------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, await_of, int kind)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(told_to_go());
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("stays");
            caw_lock *lock = caw_lock_new();
            CAW_DEFER(caw_unref, lock);
            caw_event *event = caw_event_new();
            CAW_DEFER(caw_unref, event);
            caw_queue *queue = caw_queue_new(1);
            CAW_DEFER(caw_unref, queue);
            CAW_AWAIT(caw_lock_acquire(lock));
            CHECK_INT(caw_queue_put_nowait(queue, caw_int(1)), 0);
            switch (kind) {
            case 0: CAW_AWAIT(caw_lock_acquire(lock)); break;
            case 1: CAW_AWAIT(caw_event_wait(event)); break;
            case 2: CAW_AWAIT(caw_queue_put(queue, caw_pointer(caw_string_of("put"), caw_unref))); break;
            default: CAW_AWAIT(caw_queue_join(queue)); break;
            }
            trace("wrong");
        }
        CAW_END_TRY;
    } CAW_END;
}

#define CUT_OFF(name, coroutine)                                                                                               \
    TEST(name)                                                                                                                 \
    {                                                                                                                          \
        caw_loop *loop = caw_loop_new();                                                                                       \
        caw_unref(caw_spawn((coroutine), .loop = loop));                                                                       \
        caw_loop_turn(loop, NULL);                                                                                             \
        CHECK_INT(caw_loop_close(loop), 0);                                                                                    \
        CHECK_TRACE("told stays");                                                                                             \
        CHECK(strstr(test.log, "coroutine ignored GeneratorExit") != NULL);                                                    \
        test.log[0] = 0;                                                                                                       \
    }

CUT_OFF(while_it_handles_an_error, in_except())
CUT_OFF(in_a_finally_that_an_error_waits_for, in_finally())
CUT_OFF(in_a_finally_inside_an_except, in_finally_in_except())
CUT_OFF(while_it_handles_part_of_a_group, in_except_group())
CUT_OFF(in_a_finally_that_a_result_waits_for, returning())
CUT_OFF(in_the_exit_of_a_with, in_exit())
CUT_OFF(in_a_loop_over_a_generator, in_loop())

#define CUT_OFF_IN(name)                                                                                                       \
    CUT_OFF(in_##name, name())                                                                                                 \
    CUT_OFF(in_##name##_around, name##_around())

CUT_OFF_IN(timeout)
CUT_OFF_IN(timeout_none)
CUT_OFF_IN(timeout_at)
CUT_OFF_IN(move_on)
CUT_OFF_IN(group)
CUT_OFF_IN(stack)
CUT_OFF(in_timeout_that_is_over, timeout_over())
CUT_OFF(in_wait_for, by_wait_for())

TEST(in_an_await_of_anything)
{
    for (int kind = 0; kind < 4; kind++) {
        caw_loop *loop = caw_loop_new();
        caw_unref(caw_spawn(await_of(kind), .loop = loop));
        caw_loop_turn(loop, NULL);
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK_TRACE("told stays");
        CHECK(strstr(test.log, "coroutine ignored GeneratorExit") != NULL);
        test.log[0] = 0;
    }
}

/* ---- A scope whose time is over when the loop is closed ----------------------------------------------------------------------- */

static CAW_ASYNC(void, expiring, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 1) {
            CAW_TRY {
                CAW_AWAIT(nap());
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CHECK_REAL(caw_timeout_when(scope), 1);
                CAW_AWAIT(in_except());
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

static CAW_ASYNC(void, tick, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

TEST(in_a_scope_that_has_expired)
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_spawn(expiring(), .loop = loop));
    CHECK_ERROR(caw_run_until_complete(loop, tick(2), NULL), CAW_OK, "");
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("told stays");
    CHECK(strstr(test.log, "coroutine ignored GeneratorExit") != NULL);
    test.log[0] = 0;
}
