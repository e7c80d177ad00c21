/* Async context managers: what runs on every way into and out of a CAW_WITH. */
#include "test.h"

typedef struct manager {
    const char    *word;
    int            yields;  /* in enter and in exit */
    caw_error_type refuses; /* enter raises it */
    caw_error_type raises;  /* exit raises it */
    bool           swallows, again;
} manager;

static CAW_ASYNC(void, enter, void *self)
{
    CAW_BEGIN(void) {
        const manager *m = self;
        for (int i = 0; i < m->yields; i++) CAW_AWAIT(caw_sleep(0));
        if (m->refuses) CAW_RAISE(m->refuses, "enter of %s", m->word);
        trace("+%s", m->word);
    } CAW_END;
}

static CAW_ASYNC(bool, leave, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        const manager *m = self;
        for (int i = 0; i < m->yields; i++) CAW_AWAIT(caw_sleep(0));
        trace("-%s:%s", m->word, error ? caw_error_name((int)caw_error_type_of(error)) : "none");
        if (m->raises) CAW_RAISE(m->raises, "exit of %s", m->word);
        if (m->again) CAW_RAISE_ERROR(caw_ref(error));
        CAW_RETURN(m->swallows);
    } CAW_END;
}

static const caw_with_type type = {.enter = enter, .exit = leave};
static caw_with            managed(manager *m) { return (caw_with){m, &type}; }

/* The same at once, and it owns what it is about. */
static caw_of(void) enter_now(void *self)
{
    trace("+%s", ((manager *)self)->word);
    return NULL;
}
static caw_of(bool) leave_now(void *self, caw_error *error)
{
    trace("-%s:%s", ((manager *)self)->word, error ? caw_error_name((int)caw_error_type_of(error)) : "none");
    return ((manager *)self)->swallows ? CAW_SWALLOW : NULL;
}
static void                give_up(void *self) { trace("!%s", ((manager *)self)->word); }
static const caw_with_type owning_type = {.enter = enter_now, .exit = leave_now, .release = give_up};
static const caw_with_type owning_async_type = {.enter = enter, .exit = leave, .release = give_up};

enum { END, RETURN, RAISE, BREAK, CONTINUE };

static CAW_ASYNC(int, block, caw_with with, int how, int yields)
{
    CAW_BEGIN(int) {
        for (int round = 0; round < 2; round++) {
            CAW_WITH(with) {
                for (int i = 0; i < yields; i++) CAW_AWAIT(caw_sleep(0));
                trace("body");
                if (how == RETURN) CAW_RETURN(1);
                if (how == RAISE) CAW_RAISE(CAW_VALUE_ERROR, "body");
                if (how == BREAK) break;
                if (how == CONTINUE) continue;
                trace("end");
            }
            CAW_END_WITH;
            trace("after");
            break;
        }
        CAW_RETURN(0);
    } CAW_END;
}

ASYNC_TEST(the_exit_runs_on_every_way_out)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 3; yields++) {
            manager m = {.word = "m", .yields = yields};
            CHECK_INT(CAW_AWAIT(block(managed(&m), END, yields)), 0);
            CHECK_TRACE("+m body end -m:none after");
            CHECK_INT(CAW_AWAIT(block(managed(&m), RETURN, yields)), 1);
            CHECK_TRACE("+m body -m:none");
            CHECK_RAISES(block(managed(&m), RAISE, yields), CAW_VALUE_ERROR, "body");
            CHECK_TRACE("+m body -m:ValueError");
            for (int how = BREAK; how <= CONTINUE; how++) {
                CHECK_RAISES(block(managed(&m), how, yields), CAW_RUNTIME_ERROR, NULL);
                CHECK_TRACE("+m body -m:RuntimeError");
            }
        }
    } CAW_END;
}

ASYNC_TEST(the_exit_may_swallow_an_error_but_nothing_else)
{
    CAW_BEGIN(void) {
        manager m = {.word = "m", .swallows = true};
        CHECK_INT(CAW_AWAIT(block(managed(&m), RAISE, 1)), 0);
        CHECK_TRACE("+m body -m:ValueError after");
        CHECK_INT(CAW_AWAIT(block(managed(&m), RETURN, 1)), 1);
        CHECK_TRACE("+m body -m:none");
        CHECK_INT(CAW_AWAIT(block((caw_with){&m, &owning_type}, RAISE, 1)), 0);
        CHECK_TRACE("+m body -m:ValueError !m after");
    } CAW_END;
}

ASYNC_TEST(an_error_of_the_exit_replaces_the_blocks)
{
    CAW_BEGIN(void) {
        manager m = {.word = "m", .yields = 1, .raises = CAW_TYPE_ERROR};
        CHECK_RAISES(block(managed(&m), END, 1), CAW_TYPE_ERROR, "exit of m");
        CHECK_TRACE("+m body end -m:none");
        CHECK_RAISES(block(managed(&m), RETURN, 1), CAW_TYPE_ERROR, "exit of m");
        CHECK_TRACE("+m body -m:none");
        CAW_TRY {
            CAW_AWAIT(block(managed(&m), RAISE, 1));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "body");
            CHECK(caw_error_cause(error) == NULL);
        }
        CAW_END_TRY;
        CHECK_TRACE("+m body -m:ValueError");
    } CAW_END;
}

ASYNC_TEST(raising_the_blocks_error_again_lets_it_go_on)
{
    CAW_BEGIN(void) {
        manager m = {.word = "m", .again = true};
        CAW_TRY {
            CAW_AWAIT(block(managed(&m), RAISE, 0));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK(caw_error_context(error) == NULL);
            trace("same");
        }
        CAW_END_TRY;
        CHECK_TRACE("+m body -m:ValueError same");
    } CAW_END;
}

ASYNC_TEST(when_enter_fails_neither_block_nor_exit_runs)
{
    CAW_BEGIN(void) {
        manager m = {.word = "m", .refuses = CAW_OS_ERROR};
        for (m.yields = 0; m.yields < 2; m.yields++) {
            CHECK_RAISES(block(managed(&m), END, 0), CAW_OS_ERROR, "enter of m");
            CHECK_TRACE("");
            CHECK_RAISES(block((caw_with){&m, &owning_async_type}, END, 0), CAW_OS_ERROR, "enter of m");
            CHECK_TRACE("!m");
        }
    } CAW_END;
}

ASYNC_TEST(nested_ones_unwind_from_the_inside)
{
    CAW_BEGIN(void) {
        manager a = {.word = "a", .yields = 1, .swallows = true}, b = {.word = "b", .raises = CAW_LOOKUP_ERROR};
        manager c = {.word = "c", .yields = 2};
        CAW_WITH(managed(&a)) {
            CAW_WITH(((caw_with){&b, &owning_async_type})) {
                CAW_WITH(managed(&c)) {
                    CAW_RAISE(CAW_VALUE_ERROR, NULL);
                }
                CAW_END_WITH;
            }
            CAW_END_WITH;
        }
        CAW_END_WITH;
        CHECK_TRACE("+a +b +c -c:ValueError -b:ValueError !b -a:LookupError");
    } CAW_END;
}

ASYNC_TEST(an_error_raised_within_while_another_is_handled)
{
    CAW_BEGIN(void) {
        manager m = {.word = "m", .raises = CAW_TYPE_ERROR};
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE(CAW_VALUE_ERROR, "handled");
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                CAW_WITH(managed(&m)) {
                    trace("body");
                }
                CAW_END_WITH;
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "handled");
        }
        CAW_END_TRY;
        CHECK_TRACE("+m body -m:none");
    } CAW_END;
}

static CAW_ASYNC(void, hold, caw_with with, double seconds)
{
    CAW_BEGIN(void) {
        CAW_WITH(with) {
            trace("body+%g", elapsed());
            CAW_AWAIT(caw_sleep(seconds));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(the_exit_runs_when_the_task_is_cancelled)
{
    CAW_BEGIN(void) {
        manager  m = {.word = "m", .yields = 1};
        caw_auto task = caw_spawn(hold(managed(&m), 10));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, "enough");
        CHECK_RAISES(caw_ref(task), CAW_CANCELLED_ERROR, "enough");
        CHECK_TRACE("+m body+0 -m:CancelledError");
        caw_unref(task);
        m.swallows = true; /* the cancellation, too */
        task = caw_spawn(hold(managed(&m), 10));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CAW_AWAIT(task);
        CHECK_TRACE("+m body+1 -m:CancelledError");
    } CAW_END;
}

ASYNC_TEST(the_exit_itself_is_cancelled)
{
    CAW_BEGIN(void) {
        manager  m = {.word = "m", .yields = 3};
        caw_auto task = caw_spawn(hold((caw_with){&m, &owning_async_type}, 0));
        for (int i = 0; i < 7; i++) CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("+m body+0 !m");
    } CAW_END;
}

TEST(the_exit_runs_when_the_loop_is_closed)
{
    caw_loop *loop = caw_loop_new();
    manager   m = {.word = "m"}, n = {.word = "n"};
    caw_unref(caw_spawn(hold(managed(&m), 10), .loop = loop));
    caw_unref(caw_spawn(hold((caw_with){&n, &owning_type}, 10), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_TRACE("+m body+0 +n body+0");
    caw_loop_close(loop);
    CHECK_TRACE("-m:GeneratorExit -n:GeneratorExit !n");
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    test.log[0] = 0;
}

/* What suspends again is cut off, but what is owned is given up. */
TEST(an_exit_that_waits_while_the_loop_is_closed_is_cut_off)
{
    caw_loop *loop = caw_loop_new();
    manager   m = {.word = "m", .yields = 1};
    caw_unref(caw_spawn(hold((caw_with){&m, &owning_async_type}, 10), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_loop_turn(loop, NULL);
    CHECK_TRACE("+m body+0");
    caw_loop_close(loop);
    CHECK_TRACE("!m");
    CHECK(strstr(test.log, "Task was destroyed but it is pending!") != NULL);
    CHECK_LOGGED("coroutine ignored GeneratorExit");
}

/* A counted result on its way out is released when the exit raises. */
static CAW_ASYNC(caw_string *, give, caw_with with)
{
    CAW_BEGIN(caw_string *) {
        CAW_WITH(with) {
            CAW_RETURN(caw_string_of("result"));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(a_result_that_the_exit_overtakes)
{
    CAW_BEGIN(void) {
        manager     m = {.word = "m"};
        caw_string *result = CAW_AWAIT(give(managed(&m)));
        CHECK_TEXT(caw_string_data(result), "result");
        caw_unref(result);
        m.raises = CAW_VALUE_ERROR;
        CHECK_RAISES(give(managed(&m)), CAW_VALUE_ERROR, "exit of m");
        CHECK_TRACE("+m -m:none +m -m:none");
    } CAW_END;
}

ASYNC_TEST(a_manager_without_functions_does_nothing)
{
    CAW_BEGIN(void) {
        static const caw_with_type nothing;
        CHECK_INT(CAW_AWAIT(block((caw_with){NULL, &nothing}, RETURN, 0)), 1);
        CHECK_RAISES(block((caw_with){NULL, &nothing}, RAISE, 0), CAW_VALUE_ERROR, "body");
        CHECK_TRACE("body body");
    } CAW_END;
}
