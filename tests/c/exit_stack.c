/* Exit stacks: what they run, in which order, with which error. Traces checked against CPython 3.15. */
#include "test.h"

typedef struct manager {
    const char    *word;
    caw_error_type raises;  /* exit raises it */
    caw_error_type refuses; /* enter raises it */
    bool           swallows, again;
} manager;

static CAW_ASYNC(void, enter, void *self)
{
    CAW_BEGIN(void) {
        const manager *m = self;
        CAW_AWAIT(caw_sleep(0));
        if (m->refuses) CAW_RAISE(m->refuses, "%s", m->word);
        trace("+%s", m->word);
    } CAW_END;
}

static CAW_ASYNC(bool, leave, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        const manager *m = self;
        CAW_AWAIT(caw_sleep(0));
        trace("-%s:%s", m->word, error ? caw_error_name((int)caw_error_type_of(error)) : "none");
        if (m->raises) CAW_RAISE(m->raises, "%s", m->word);
        if (m->again) CAW_RAISE_ERROR(caw_ref(error));
        CAW_RETURN(m->swallows);
    } CAW_END;
}

static void                give_up(void *self) { trace("!%s", ((manager *)self)->word); }
static const caw_with_type type = {.enter = enter, .exit = leave}, owning = {.enter = enter, .exit = leave, .release = give_up};
static caw_with            managed(manager *m) { return (caw_with){m, &type}; }

static CAW_ASYNC(void, say_later, void *word)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        trace("%s", (const char *)word);
    } CAW_END;
}

static CAW_ASYNC(void, fail, void *word)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_LOOKUP_ERROR, "%s", (const char *)word);
    } CAW_END;
}

ASYNC_TEST(the_last_one_leaves_first)
{
    CAW_BEGIN(void) {
        manager a = {.word = "a"}, b = {.word = "b"}, pushed = {.word = "pushed"};
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_exit_stack_enter(stack, managed(&a)));
            CAW_AWAIT(caw_exit_stack_enter(stack, managed(&b)));
            CAW_CHECK(caw_exit_stack_callback(stack, say, "callback"));
            CAW_CHECK(caw_exit_stack_async_callback(stack, say_later, "async-callback"));
            CAW_CHECK(caw_exit_stack_push(stack, managed(&pushed)));
            CAW_AWAIT(caw_exit_stack_enter(stack, caw_nullcontext()));
            trace("body");
        }
        CAW_END_EXIT_STACK;
        trace("after");
        CHECK_TRACE("+a +b body -pushed:none async-callback callback -b:none -a:none after");
    } CAW_END;
}

/* Up to three managers, then the body's error; what leaves, with its contexts. */
static CAW_ASYNC(void, play, caw_error_type body, manager *a, manager *b, manager *c)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_EXIT_STACK(stack) {
                if (a) CAW_AWAIT(caw_exit_stack_enter(stack, managed(a)));
                if (b) CAW_AWAIT(caw_exit_stack_enter(stack, (caw_with){b, &owning}));
                if (c) CAW_AWAIT(caw_exit_stack_enter(stack, managed(c)));
                if (body) CAW_RAISE(body, "body");
            }
            CAW_END_EXIT_STACK;
            trace("after");
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            char text[256] = "";
            for (const caw_error *e = error; e; e = caw_error_context(e)) {
                test_append(text, sizeof text, "%s%s", *text ? "<" : "", caw_error_name((int)caw_error_type_of(e)));
            }
            trace("%s", text);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(errors_pass_from_exit_to_exit)
{
    CAW_BEGIN(void) {
        manager a = {.word = "a"}, b = {.word = "b"}, c = {.word = "c"};
        CAW_AWAIT(play(CAW_VALUE_ERROR, &a, &b, NULL));
        CHECK_TRACE("+a +b -b:ValueError !b -a:ValueError ValueError");
        b.again = a.again = true;
        CAW_AWAIT(play(CAW_VALUE_ERROR, &a, &b, NULL));
        CHECK_TRACE("+a +b -b:ValueError !b -a:ValueError ValueError");
        b.again = a.again = false;
        b.raises = CAW_TYPE_ERROR;
        CAW_AWAIT(play(CAW_VALUE_ERROR, &a, &b, &c));
        CHECK_TRACE("+a +b +c -c:ValueError -b:ValueError !b -a:TypeError TypeError<ValueError");
        a.raises = CAW_LOOKUP_ERROR;
        CAW_AWAIT(play(CAW_VALUE_ERROR, &a, &b, &c));
        CHECK_TRACE("+a +b +c -c:ValueError -b:ValueError !b -a:TypeError LookupError<TypeError<ValueError");
    } CAW_END;
}

ASYNC_TEST(an_exit_swallows_what_comes_to_it)
{
    CAW_BEGIN(void) {
        manager a = {.word = "a"}, b = {.word = "b", .swallows = true}, c = {.word = "c", .raises = CAW_TYPE_ERROR};
        CAW_AWAIT(play(CAW_VALUE_ERROR, &a, &b, NULL));
        CHECK_TRACE("+a +b -b:ValueError !b -a:none after");
        CAW_AWAIT(play(CAW_VALUE_ERROR, NULL, &b, &c));
        CHECK_TRACE("+b +c -c:ValueError -b:TypeError !b after");
        CAW_AWAIT(play(CAW_OK, NULL, &b, &c)); /* what an exit has raised */
        CHECK_TRACE("+b +c -c:none -b:TypeError !b after");
        CAW_AWAIT(play(CAW_OK, NULL, &b, NULL));
        CHECK_TRACE("+b -b:none !b after");
        a.raises = CAW_LOOKUP_ERROR; /* what was swallowed is no context of what comes later */
        CAW_AWAIT(play(CAW_VALUE_ERROR, &a, &b, NULL));
        CHECK_TRACE("+a +b -b:ValueError !b -a:none LookupError");
        CAW_AWAIT(play(CAW_OK, &a, &b, &c));
        CHECK_TRACE("+a +b +c -c:none -b:TypeError !b -a:none LookupError");
    } CAW_END;
}

ASYNC_TEST(when_enter_fails_the_others_leave)
{
    CAW_BEGIN(void) {
        manager a = {.word = "a"}, b = {.word = "b", .refuses = CAW_OS_ERROR};
        CAW_AWAIT(play(CAW_OK, &a, &b, NULL));
        CHECK_TRACE("+a !b -a:OSError OSError");
    } CAW_END;
}

ASYNC_TEST(an_error_that_is_handled_around_it)
{
    CAW_BEGIN(void) {
        manager a = {.word = "a", .raises = CAW_TYPE_ERROR}, b = {.word = "b", .raises = CAW_OS_ERROR};
        CAW_TRY {
            CAW_RAISE(CAW_QUEUE_FULL, NULL);
        } CAW_EXCEPT(CAW_QUEUE_FULL, error) {
            CAW_AWAIT(play(CAW_OK, &a, &b, NULL));
        }
        CAW_END_TRY;
        CHECK_TRACE("+a +b -b:none !b -a:OSError TypeError<OSError");
    } CAW_END;
}

/* ---- By hand -------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(pop_all_hands_everything_on)
{
    CAW_BEGIN(void) {
        manager         a = {.word = "a"};
        caw_exit_stack *kept = NULL;
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_exit_stack_enter(stack, managed(&a)));
            kept = caw_exit_stack_pop_all(stack);
            CAW_CHECK(caw_exit_stack_callback(stack, say, "left"));
            trace("body");
        }
        CAW_END_EXIT_STACK;
        trace("after");
        CAW_AWAIT(caw_exit_stack_aclose(kept));
        CHECK_TRACE("+a body left after -a:none");
        CAW_AWAIT(caw_exit_stack_aclose(kept));
        CHECK_TRACE("");
        CAW_CHECK(caw_exit_stack_callback(kept, say, "wrong"));
        CAW_CHECK(caw_exit_stack_push(kept, (caw_with){&a, &owning}));
        caw_unref(caw_exit_stack_pop_all(kept)); /* called off */
        caw_unref(kept);
        CHECK_TRACE("!a");
    } CAW_END;
}

ASYNC_TEST(aclose_raises_what_an_exit_raises)
{
    CAW_BEGIN(void) {
        caw_exit_stack *stack = caw_exit_stack_new();
        CAW_DEFER(caw_unref, stack);
        CAW_CHECK(caw_exit_stack_callback(stack, say, "first"));
        CAW_CHECK(caw_exit_stack_async_callback(stack, fail, "second"));
        CHECK_RAISES(caw_exit_stack_aclose(stack), CAW_LOOKUP_ERROR, "second");
        CHECK_TRACE("first");
    } CAW_END;
}

ASYNC_TEST(a_stack_may_be_used_again)
{
    CAW_BEGIN(void) {
        caw_exit_stack *stack = caw_exit_stack_new();
        CAW_DEFER(caw_unref, stack);
        CAW_WITH(caw_exit_stack_with(stack)) {
            CAW_CHECK(caw_exit_stack_callback(stack, say, "one"));
            CAW_WITH(caw_exit_stack_with(stack)) {
                CAW_CHECK(caw_exit_stack_callback(stack, say, "two"));
            }
            CAW_END_WITH;
            trace("between");
            CAW_CHECK(caw_exit_stack_callback(stack, say, "three"));
        }
        CAW_END_WITH;
        CHECK_TRACE("two one between three");
    } CAW_END;
}

static caw_exit_stack *current;

static CAW_ASYNC(void, close_inside, void *word)
{
    CAW_BEGIN(void) {
        trace("%s", (const char *)word);
        CAW_AWAIT(caw_exit_stack_aclose(current));
        trace("closed");
    } CAW_END;
}

static void push_more(void *word)
{
    trace("%s", (const char *)word);
    CHECK_INT(caw_exit_stack_callback(current, say, "later"), 0);
}

ASYNC_TEST(a_stack_that_is_changed_while_it_unwinds)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            current = stack;
            CAW_CHECK(caw_exit_stack_callback(stack, say, "first"));
            CAW_CHECK(caw_exit_stack_callback(stack, push_more, "more"));
        }
        CAW_END_EXIT_STACK;
        CHECK_TRACE("more later first");
        CAW_TRY {
            CAW_WITH_EXIT_STACK(stack) {
                current = stack;
                CAW_CHECK(caw_exit_stack_callback(stack, say, "first"));
                CAW_CHECK(caw_exit_stack_async_callback(stack, close_inside, "closing"));
                CAW_RAISE(CAW_VALUE_ERROR, NULL);
            }
            CAW_END_EXIT_STACK;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            trace("error");
        }
        CAW_END_TRY;
        CHECK_TRACE("closing first closed error");
    } CAW_END;
}

/* ---- Cancelled, closed ----------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, hold, manager *a, manager *b)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_exit_stack_enter(stack, managed(a)));
            CAW_CHECK(caw_exit_stack_callback(stack, say, "callback"));
            CAW_AWAIT(caw_exit_stack_enter(stack, (caw_with){b, &owning}));
            CAW_AWAIT(caw_sleep(10));
        }
        CAW_END_EXIT_STACK;
    } CAW_END;
}

ASYNC_TEST(the_exits_run_when_the_task_is_cancelled)
{
    CAW_BEGIN(void) {
        manager  a = {.word = "a"}, b = {.word = "b"};
        caw_auto task = caw_spawn(hold(&a, &b));
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(task, NULL);
        CHECK_RAISES(task, CAW_CANCELLED_ERROR, NULL);
        CHECK_TRACE("+a +b -b:CancelledError !b callback -a:CancelledError");
    } CAW_END;
}

/* These exits suspend: they are cut off, wherever the task stands; what the stack owns is given up. */
TEST(a_loop_closed_under_a_stack)
{
    for (int turns = 0; turns < 4; turns++) {
        caw_loop *loop = caw_loop_new();
        manager   a = {.word = "a"}, b = {.word = "b"};
        caw_auto  task = caw_spawn(hold(&a, &b), .loop = loop);
        for (int i = 0; i < turns; i++) caw_loop_turn(loop, &(caw_budget){.jobs = 1});
        if (turns == 3) caw_cancel(task, NULL);
        caw_loop_close(loop);
        caw_unref(task);
        test.log[0] = 0;
    }
    CHECK_TRACE("+a !b callback +a +b !b");
}

static CAW_ASYNC(bool, raise_given, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)error;
        CAW_RAISE_ERROR(caw_ref((caw_error *)self));
    } CAW_END;
}

static const caw_with_type raising = {.exit = raise_given};

/* Nothing was to be swallowed: what its own exits raised and swallowed is nobody's else. */
ASYNC_TEST(it_swallows_only_what_it_got)
{
    CAW_BEGIN(void) {
        manager swallows = {.word = "swallows", .swallows = true}, raises = {.word = "raises", .raises = CAW_VALUE_ERROR};
        caw_exit_stack *stack = caw_exit_stack_new();
        caw_with        with = caw_exit_stack_with(stack);
        for (int i = 0; i < 2; i++) {
            caw_error *error = i ? caw_error_new(CAW_OS_ERROR, NULL) : NULL;
            CAW_CHECK(caw_exit_stack_push(stack, managed(&swallows)));
            CAW_CHECK(caw_exit_stack_push(stack, managed(&raises)));
            CHECK_INT(CAW_AWAIT(with.type->exit(with.self, error)), i);
            caw_unref(error);
        }
        CHECK_TRACE("-raises:none -swallows:ValueError -raises:OSError -swallows:ValueError");
        caw_unref(stack);
    } CAW_END;
}

/* Where there was no error before it has none as its context, either: that of what is handled outside is not its history. */
ASYNC_TEST(the_first_error_of_a_stack)
{
    CAW_BEGIN(void) {
        caw_error *origin = caw_error_new(CAW_OS_ERROR, "origin");
        caw_error *outcome = caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "outcome"), caw_ref(origin));
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE(CAW_LOOKUP_ERROR, "handled");
            } CAW_EXCEPT(CAW_LOOKUP_ERROR, handled) {
                CAW_WITH_EXIT_STACK(stack) {
                    CAW_CHECK(caw_exit_stack_push(stack, (caw_with){origin, &raising}));
                }
                CAW_END_EXIT_STACK;
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK(error == origin);
            CHECK(caw_error_context(error) == NULL);
        }
        CAW_END_TRY;
        caw_unref(outcome);
        caw_unref(origin);
    } CAW_END;
}

/* The error before it has it as its cause: that would be a circle, so its context stays what is handled here. */
ASYNC_TEST(an_exit_that_raises_what_the_block_s_error_came_from)
{
    CAW_BEGIN(void) {
        caw_error *origin = caw_error_new(CAW_OS_ERROR, "origin");
        caw_error *outcome = caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, "outcome"), caw_ref(origin));
        CAW_TRY {
            CAW_WITH_EXIT_STACK(stack) {
                CAW_CHECK(caw_exit_stack_push(stack, (caw_with){origin, &raising}));
                CAW_CHECK(caw_exit_stack_push(stack, (caw_with){outcome, &raising}));
                CAW_RAISE(CAW_LOOKUP_ERROR, "of the block");
            }
            CAW_END_EXIT_STACK;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK(error == origin);
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "of the block");
            CHECK_TEXT(caw_error_message(caw_error_context(outcome)), "of the block");
            CHECK(caw_error_context(caw_error_context(error)) == NULL);
        }
        CAW_END_TRY;
        caw_unref(outcome);
        caw_unref(origin);
    } CAW_END;
}
