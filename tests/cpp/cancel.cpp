/* Cancellation in coroutines of C++: exact as in C, where destructors are what finally is there. */
#include "test.hpp"

static caw::task<> naps(const char *word, double seconds)
{
    leaves left(word);
    co_await caw_sleep(seconds);
    trace("%s slept", word);
}

ASYNC_TEST(what_is_alive_goes_in_order)
{
    caw::future task{caw_spawn([]() -> caw::task<> {
        leaves outer("outer");
        co_await naps("first", 1);
        leaves inner("inner");
        co_await naps("second", 5);
        trace("not here");
    }())};
    co_await caw_sleep(2);
    CHECK(caw_cancel(task, "enough"));
    CHECK(!caw_done(task));
    caw::result<void> ended = co_await caw::caught(task);
    CHECK(ended.is(CAW_CANCELLED_ERROR));
    CHECK_TEXT(caw_error_message(ended.error()), "enough");
    CHECK(caw_cancelled(task));
    CHECK_REAL(elapsed(), 2);
    CHECK_TRACE("first slept first second inner outer");
}

ASYNC_TEST(the_error_can_be_kept)
{
    caw::future task{caw_spawn([]() -> caw::task<int> {
        caw::result<void> slept = co_await caw::caught(caw_sleep(5));
        trace("%s", slept.is(CAW_CANCELLED_ERROR) ? "cancelled" : "slept");
        trace("%d", caw_cancelling((caw_of(void))caw_current_task()));
        caw_uncancel((caw_of(void))caw_current_task());
        co_await caw_sleep(1);
        co_return 3;
    }())};
    co_await caw_sleep(1);
    caw_cancel(task, nullptr);
    CHECK_INT(co_await task, 3);
    CHECK(!caw_cancelled(task));
    CHECK_REAL(elapsed(), 2);
    CHECK_TRACE("cancelled 1");
}

static caw::task<> cleanup(const char *word)
{
    trace("%s begins", word);
    co_await caw_sleep(1);
    trace("%s ends", word);
}

static caw::task<int> with_cleanup(double seconds)
{
    co_return co_await caw::finally(
        [](double s) -> caw::task<int> {
            co_await caw_sleep(s);
            co_return 7;
        }(seconds),
        [] { return cleanup("cleanup"); });
}

ASYNC_TEST(cleanup_that_waits)
{
    CHECK_INT(co_await with_cleanup(1), 7);
    CHECK_TRACE("cleanup begins cleanup ends");
    caw::future task{caw_spawn(with_cleanup(5))};
    co_await caw_sleep(1);
    caw_cancel(task, "stop");
    CHECK_RAISES(task, CAW_CANCELLED_ERROR, "stop");
    CHECK_REAL(elapsed(), 4);
    CHECK_TRACE("cleanup begins cleanup ends");
    /* Cancelled again while it cleans up. */
    caw::future again{caw_spawn(with_cleanup(5))};
    co_await caw_sleep(1);
    caw_cancel(again, "first");
    co_await caw_sleep(.5);
    caw_cancel(again, "second");
    caw::result<int> twice = co_await caw::caught(again);
    CHECK_TEXT(caw_error_message(twice.error()), "second");
    CHECK_TEXT(caw_error_message(caw_error_context(twice.error())), "first");
    CHECK_TRACE("cleanup begins");
}

static caw::task<> fails(double seconds)
{
    leaves left("failed");
    co_await caw_sleep(seconds);
    co_await caw::raise(CAW_VALUE_ERROR, nullptr);
}

ASYNC_TEST(an_error_of_cleanup_replaces)
{
    caw::result<void> both = co_await caw::caught(caw::finally(fails(0), []() -> caw::task<> {
        co_await caw_sleep(0);
        co_await caw::raise(CAW_RUNTIME_ERROR, "of cleanup");
    }));
    CHECK(both.is(CAW_RUNTIME_ERROR));
    CHECK_INT(caw_error_type_of(caw_error_context(both.error())), CAW_VALUE_ERROR);
    CHECK_TRACE("failed");
}

ASYNC_TEST(a_timeout_ends_it)
{
    CHECK_RAISES(caw_wait_for(naps("nap", 5), 1), CAW_TIMEOUT_ERROR, nullptr);
    co_await caw_wait_for(naps("short", 1), 5);
    CHECK_REAL(elapsed(), 2);
    CHECK_TRACE("nap short slept short");
}

ASYNC_TEST(gather_and_its_children)
{
    caw::future slow{caw_spawn(naps("slow", 3))};
    CHECK_RAISES(caw_gather(slow, fails(1)), CAW_VALUE_ERROR, nullptr);
    CHECK(!caw_done(slow));
    co_await slow;
    caw::future all{caw_gather(naps("a", 9), naps("b", 9))};
    co_await caw_sleep(1);
    caw_cancel(all, nullptr);
    CHECK_RAISES(std::move(all), CAW_CANCELLED_ERROR, nullptr);
    CHECK_TRACE("failed slow slept slow a b");
}

ASYNC_TEST(shield_goes_on)
{
    caw::future inner{caw_spawn(naps("inner", 2))};
    caw::future outer{caw_spawn([](auto of) -> caw::task<> { co_await caw_shield(of); }(inner))};
    co_await caw_sleep(1);
    caw_cancel(outer, nullptr);
    CHECK_RAISES(outer, CAW_CANCELLED_ERROR, nullptr);
    co_await inner;
    CHECK_TRACE("inner slept inner");
}

ASYNC_TEST(race_ends_the_others)
{
    co_await caw_race(naps("late", 5), naps("early", 1));
    CHECK_REAL(elapsed(), 1);
    CHECK_TRACE("early slept early late");
}

/* Whom a cancellation finds in a chain of tasks: the innermost first. */
ASYNC_TEST(a_chain_of_tasks)
{
    caw::future inner{caw_spawn(naps("inner", 9))};
    caw::future middle{caw_spawn([](auto of) -> caw::task<> {
        leaves left("middle");
        co_await of;
    }(inner))};
    caw::future outer{caw_spawn([](auto of) -> caw::task<> {
        leaves left("outer");
        co_await of;
    }(middle))};
    co_await caw_sleep(1);
    caw_cancel(outer, "all");
    CHECK_RAISES(outer, CAW_CANCELLED_ERROR, "all");
    CHECK(caw_cancelled(inner) && caw_cancelled(middle));
    CHECK_TRACE("inner middle outer");
}

/* The loop is closed: GeneratorExit goes through what is suspended; who awaits again is cut off. */
TEST(a_loop_that_is_closed)
{
    caw_loop *loop = caw_loop_new();
    caw::ref  none{caw_run_until_complete(
        loop,
        []() -> caw::task<> {
            caw_drop(caw_spawn(naps("one", 9), .name = "one"));
            caw_drop(caw_spawn(
                []() -> caw::task<> {
                    leaves      left("two");
                    caw::future never{caw_future(void)};
                    for (;;) (void)(co_await caw::caught(never)).error();
                }(),
                 .name = "two"));
            co_await caw_sleep(1);
        }(),
        nullptr)};
    CHECK(!none);
    caw_drop(caw_spawn(naps("unbegun", 1), .loop = loop));
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("one two");
    CHECK_LOGGED("coroutine ignored GeneratorExit");
}

ASYNC_TEST(destructors_may_call)
{
    struct spawns {
        ~spawns()
        {
            caw_drop(caw_spawn(naps("spawned", 1)));
            caw_drop(caw_spawn(naps("eager", 0), .eager = true));
        }
    };
    caw::future task{caw_spawn([](spawns) -> caw::task<int> {
        co_await caw_sleep(1);
        co_return 1;
    }(spawns{}))};
    CHECK_INT(co_await task, 1);
    caw::future other{caw_spawn([](spawns) -> caw::task<> { co_await caw_sleep(9); }(spawns{}))};
    co_await caw_sleep(1);
    caw_cancel(other, nullptr);
    CHECK_RAISES(other, CAW_CANCELLED_ERROR, nullptr);
    co_await caw_sleep(3);
    test.trace[0] = 0;
}
