/* What an error's context is: Python's rule, and that chains neither grow for nothing nor take long. Checked against CPython. */
#include "test.h"

/* The errors that case after case raises again: they keep the context that they had. */
static caw_error *a, *b;

static void begin(void)
{
    a = caw_error_new(CAW_VALUE_ERROR, "a");
    b = caw_error_new(CAW_VALUE_ERROR, "b");
}

static void end(void)
{
    caw_unref(a);
    caw_unref(b);
}

static const char *chain(const caw_error *error)
{
    static char text[200];
    text[0] = 0;
    for (; error; error = caw_error_context(error))
        test_append(text, sizeof text, "%s%s", *text ? "<" : "", caw_error_message(error));
    return text;
}

#define CHECK_CHAIN(error, want) CHECK_TEXT(chain(error), want)

/* A future that has failed with the error, or will at once. */
static caw_of(void) failed(caw_error *error)
{
    caw_of(void) future = caw_future(void);
    caw_set_error(future, caw_ref(error));
    return future;
}

static caw_of(void) pending;
static void fail_pending(void *error)
{
    caw_set_error(pending, caw_ref((caw_error *)error));
    caw_drop(pending);
}
static caw_of(void) failing(caw_error *error)
{
    pending = caw_future(void);
    caw_unref(caw_call_soon(NULL, fail_pending, error));
    return caw_ref(pending);
}

static CAW_ASYNC(void, handle_and_await, const char *handled, caw_of(void) inside)
{
    CAW_BEGIN_OWNING(void, caw_drop(inside)) {
        CAW_TRY {
            CAW_RAISE(CAW_LOOKUP_ERROR, "%s", handled);
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CAW_AWAIT(inside);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* a, awaited or raised while `handled` is handled, is caught; its chain is that. */
#define CHECK_CAUGHT(handle, want)                                                                                             \
    do {                                                                                                                       \
        CAW_TRY { CAW_AWAIT(handle); }                                                                                         \
        CAW_EXCEPT(CAW_EXCEPTION, caught) { CHECK_CHAIN(caught, want); }                                                       \
        CAW_END_TRY;                                                                                                           \
    } while (0)

ASYNC_TEST(a_new_context_takes_the_place_of_the_old)
{
    CAW_BEGIN(void) {
        begin();
        CHECK_CAUGHT(handle_and_await("1", failed(a)), "a<1");
        CHECK_CAUGHT(handle_and_await("2", failed(a)), "a<2");
        CHECK_CAUGHT(handle_and_await("3", failing(a)), "a<3");
        CHECK_CAUGHT(failed(a), "a<3");
        end();
    } CAW_END;
}

ASYNC_TEST(raised_again_while_a_newer_one_is_handled)
{
    CAW_BEGIN(void) {
        begin();
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE_ERROR(caw_ref(a));
            } CAW_EXCEPT(CAW_VALUE_ERROR, first) {
                CAW_TRY {
                    CAW_RAISE_ERROR(caw_ref(b));
                } CAW_EXCEPT(CAW_VALUE_ERROR, second) {
                    CHECK_CHAIN(second, "b<a");
                    CAW_RAISE_ERROR(caw_ref(a));
                }
                CAW_END_TRY;
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_VALUE_ERROR, again) {
            CHECK_CHAIN(again, "a<b");
        }
        CAW_END_TRY;
        end();
    } CAW_END;
}

static CAW_ASYNC(void, raise_inside, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "inner");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK_CHAIN(error, "inner<outer"); /* also while it is handled here */
            CAW_RAISE(CAW_VALUE_ERROR, "last");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, reraise, void)
{
    CAW_BEGIN(void) {
        CAW_RERAISE();
    } CAW_END;
}

ASYNC_TEST(what_is_handled_where_it_is_awaited)
{
    CAW_BEGIN(void) {
        CHECK_CAUGHT(handle_and_await("outer", raise_inside()), "last<inner<outer");
        CHECK_CAUGHT(handle_and_await("outer", reraise()), "outer");
        CHECK_CAUGHT(reraise(), "no active exception to reraise");
    } CAW_END;
}

/* CPython throws into one frame after the other: each that handles something becomes the context, the one before is lost. */
ASYNC_TEST(thrown_into_one_frame_after_the_other)
{
    CAW_BEGIN(void) {
        begin();
        CHECK_CAUGHT(handle_and_await("1", handle_and_await("2", failed(a))), "a<2<1");
        CHECK_CAUGHT(handle_and_await("1", handle_and_await("2", failing(a))), "a<1");
        end();
    } CAW_END;
}

static CAW_ASYNC(void, look_at_the_thrown, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(failing(a));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK_CHAIN(error, "a"); /* what awaits this has not gone on yet */
            CAW_AWAIT(caw_sleep(0));
            CAW_TRY {
                CAW_RAISE(CAW_VALUE_ERROR, "new");
            } CAW_EXCEPT(CAW_VALUE_ERROR, later) {
                CHECK_CHAIN(later, "new<a");
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
        CAW_RAISE(CAW_VALUE_ERROR, "end");
    } CAW_END;
}

ASYNC_TEST(after_a_step_that_throws)
{
    CAW_BEGIN(void) {
        begin();
        CHECK_CAUGHT(handle_and_await("outer", look_at_the_thrown()), "end<outer");
        end();
    } CAW_END;
}

static CAW_ASYNC(void, raise_under, int frames)
{
    CAW_BEGIN(void) {
        if (frames) CAW_AWAIT(raise_under(frames - 1));
        else CAW_RAISE(CAW_VALUE_ERROR, "deep");
    } CAW_END;
}

static CAW_ASYNC(void, thrown_then_deep, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(failing(a));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_AWAIT(raise_under(1000)); /* more than run inside each other */
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(frames_that_begin_in_a_step_that_throws)
{
    CAW_BEGIN(void) {
        begin();
        CHECK_CAUGHT(handle_and_await("outer", thrown_then_deep()), "deep<outer");
        CHECK_CAUGHT(thrown_then_deep(), "deep<a");
        end();
    } CAW_END;
}

static CAW_ASYNC_GEN(int, raising, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "own");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_YIELD(1);
            CAW_YIELD(2);
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* What a generator handles is handled in it, whoever asks it for what. */
ASYNC_TEST(generators)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = raising();
        CAW_DEFER(caw_unref, g);
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        caw_error *thrown = caw_error_new(CAW_TYPE_ERROR, "thrown");
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE(CAW_LOOKUP_ERROR, "outer");
            } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
                (void)CAW_AWAIT(caw_athrow(g, thrown));
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            CHECK_CHAIN(error, "thrown<own");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, cancelled_in_a_handler, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "handled");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_cancellation)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(cancelled_in_a_handler());
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, "msg");
        CAW_TRY {
            CAW_AWAIT(task);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CHECK_CHAIN(error, "msg<handled");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Of a future that others have, too, each task has an error of its own, which says whether that task was asked to end. */
ASYNC_TEST(a_cancellation_that_comes_through_a_gather)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(cancelled_in_a_handler());
        caw_of(caw_results *) gathered = caw_gather(caw_ref(task));
        CAW_DEFER(caw_unref, gathered);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(task, "msg");
        caw_unref(task);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_ref(gathered)));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            CHECK(caw_cancelled_by_child(error));
            CHECK_CHAIN(error, "msg<handled");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(bool, exit_raises, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)error;
        CAW_RAISE_ERROR(caw_ref((caw_error *)self));
    } CAW_END;
}
static const caw_with_type raising_type = {.exit = exit_raises};

ASYNC_TEST(an_exit)
{
    CAW_BEGIN(void) {
        begin();
        CAW_TRY {
            CAW_WITH(((caw_with){a, &raising_type})) {
                CAW_RAISE_ERROR(caw_ref(b));
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK_CHAIN(error, "a<b");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_WITH(((caw_with){a, &raising_type})) {
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CHECK_CHAIN(error, "a<b"); /* nothing is handled: it keeps what it has */
        }
        CAW_END_TRY;
        end();
    } CAW_END;
}

/* ---- No chain without end -------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, await_myself, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT((caw_of(void))caw_ref(caw_current_task()));
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            CHECK_CHAIN(error, "a task cannot await itself"); /* thrown: it has not come to who handles something yet */
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(awaiting_oneself_is_thrown)
{
    CAW_BEGIN(void) {
        CHECK_CAUGHT(caw_spawn(handle_and_await("handled", await_myself())), "a task cannot await itself<handled");
    } CAW_END;
}

static CAW_ASYNC(void, wait_no_time, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_sleep(1), 0));
    } CAW_END;
}

ASYNC_TEST(a_limit_that_was_over_before)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(handle_and_await("handled", wait_no_time()));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            CHECK(caw_error_context(error) == caw_error_cause(error));
            CHECK_CHAIN(caw_error_cause(error), "handled"); /* the cancellation was raised while that was handled */
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(a_shared_error_that_is_awaited_for_ever)
{
    CAW_BEGIN(void) {
        begin();
        caw_of(void) future = failed(a);
        CAW_DEFER(caw_unref, future);
        uint32_t blocks = 0;
        for (int i = 0; i < 10000; i++) {
            CHECK_CAUGHT(handle_and_await("other", caw_ref(future)), "a<other");
            if (i == 10) blocks = caw_get_stats().blocks;
        }
        CHECK_INT(caw_get_stats().blocks, blocks);
        end();
    } CAW_END;
}

static CAW_ASYNC(void, handlers, int depth)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            if (depth) CAW_AWAIT(handlers(depth - 1));
            else CAW_RAISE(CAW_VALUE_ERROR, NULL);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Each the context of the next: 40 s when each searched the whole chain. */
TEST(a_hundred_thousand_contexts)
{
    caw_error *error = caw_run(handlers(100000), NULL);
    size_t     length = 0;
    for (const caw_error *at = error; at; at = caw_error_context(at)) length++;
    CHECK_INT(length, 100002);
    caw_unref(error);
}

static caw_error *made[100000];

/* The same of errors that somebody keeps, and causes, from either end. */
TEST(a_hundred_thousand_causes)
{
    enum { N = sizeof made / sizeof *made };
    for (int i = 0; i < N; i++) {
        made[i] = caw_error_new(CAW_VALUE_ERROR, NULL);
        if (i) caw_error_set_cause(made[i], caw_ref(made[i - 1]));
    }
    CHECK(caw_error_cause(made[N - 1]) == made[N - 2]);
    caw_error_set_cause(made[0], caw_ref(made[N - 1])); /* a circle */
    CHECK(caw_error_cause(made[0]) == NULL);
    for (int i = 0; i < N; i++) caw_unref(made[i]);
    for (int i = 0; i < N; i++) {
        made[i] = caw_error_new(CAW_VALUE_ERROR, NULL);
        if (i) caw_error_set_cause(made[i - 1], caw_ref(made[i]));
    }
    for (int i = N; i--;) caw_unref(made[i]);
}

static CAW_ASYNC(void, three_deep, caw_error *first)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(caw_ref(first));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_TRY {
                CAW_RAISE(CAW_OS_ERROR, "second");
            } CAW_EXCEPT(CAW_OS_ERROR, second) {
                CAW_TRY {
                    CAW_RAISE(CAW_TYPE_ERROR, "third");
                } CAW_EXCEPT(CAW_TYPE_ERROR, third) {
                    CAW_RAISE_ERROR(caw_ref(first));
                }
                CAW_END_TRY;
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

/* It is taken out at the end of the history that becomes its own. */
TEST(raised_again_while_what_came_of_it_is_handled)
{
    caw_error *first = caw_error_new(CAW_VALUE_ERROR, "first");
    CHECK_ERROR(caw_run(three_deep(first), NULL), CAW_VALUE_ERROR, "first");
    caw_error *third = caw_error_context(first), *second = caw_error_context(third);
    CHECK_TEXT(caw_error_message(third), "third");
    CHECK_TEXT(caw_error_message(second), "second");
    CHECK(caw_error_context(second) == NULL);
    caw_unref(first);
}
