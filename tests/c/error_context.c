/* What an error's context is: Python's rule. Checked against CPython. */
#include "chains.h"

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
