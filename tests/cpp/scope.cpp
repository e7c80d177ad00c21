/* Blocks in coroutines of C++: context managers, limits of time, task groups; and a std::stop_token that follows a cancellation. */
#include "test.hpp"
#include <cawait/stop.hpp>

static caw::task<int> naps(const char *word, double seconds)
{
    leaves left(word);
    co_await caw_sleep(seconds);
    co_return 7;
}
static caw::task<> fails(double seconds)
{
    co_await caw_sleep(seconds);
    co_await caw::raise(CAW_VALUE_ERROR, "failed");
}

/* ---- with ------------------------------------------------------------------------------------------------------------------ */

extern "C" {
static caw_of(void) enter(void *word)
{
    trace("enter %s", (const char *)word);
    co_await caw_sleep(1);
}
static caw_of(bool) leave(void *word, caw_error *error)
{
    trace("leave %s %s", (const char *)word, error ? caw_error_message(error) : "well");
    co_await caw_sleep(1);
    co_return caw_error_is(error, CAW_VALUE_ERROR);
}
static void let_go(void *word) { trace("release %s", (const char *)word); }
}
static const caw_with_type type = {enter, leave, let_go, false};
static caw_with            manager(char *word) { return {word, &type}; }

ASYNC_TEST(with_a_manager)
{
    char word[] = "it";
    CHECK_INT(co_await caw::with(manager(word), [] { return naps("nap", 1); }), 7);
    CHECK_REAL(elapsed(), 3);
    CHECK_TRACE("enter it nap leave it well release it");
    co_await caw::with(manager(word), [] { return fails(0); });
    CHECK_TRACE("enter it leave it failed release it");
    CHECK_INT(co_await caw::with(manager(word),
                                 []() -> caw::task<int> {
                                     co_await fails(0);
                                     co_return 1;
                                 }),
              0);
    CHECK_TRACE("enter it leave it failed release it");
    caw::future task{caw_spawn(caw::with(manager(word), [] { return naps("nap", 9); }))};
    co_await caw_sleep(2);
    caw_cancel(task, "now");
    CHECK_RAISES(task, CAW_CANCELLED_ERROR, "now");
    CHECK_TRACE("enter it nap leave it now release it");
    caw::future early{caw_spawn(caw::with(manager(word), [] { return naps("nap", 9); }))};
    co_await caw_sleep(.5);
    caw_cancel(early, "as it enters");
    CHECK_RAISES(early, CAW_CANCELLED_ERROR, "as it enters");
    CHECK_TRACE("enter it release it");
}

ASYNC_TEST(with_a_lock)
{
    caw::ref lock{caw_lock_new()};
    co_await caw::with(caw_lock_with(lock.get()), [&]() -> caw::task<> {
        CHECK(caw_lock_locked(lock.get()));
        co_await caw_sleep(0);
    });
    CHECK(!caw_lock_locked(lock.get()));
}

/* ---- Limits of time ----------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(limits)
{
    CHECK_INT(co_await caw::with_timeout(2, [](caw_timeout *) { return naps("short", 1); }), 7);
    CHECK_RAISES(caw::with_timeout(1, [](caw_timeout *) { return naps("long", 5); }), CAW_TIMEOUT_ERROR, nullptr);
    CHECK_REAL(elapsed(), 2);
    CHECK_INT(co_await caw::move_on_after(1, [](caw_timeout *) { return naps("left", 5); }), 0);
    CHECK_REAL(elapsed(), 3);
    bool expired = true;
    co_await caw::with_timeout(1, [&](caw_timeout *scope) -> caw::task<> {
        caw_timeout_reschedule(scope, INFINITY);
        co_await naps("more", 5);
        expired = caw_timeout_expired(scope);
    });
    CHECK(!expired);
    CHECK_RAISES(caw::with_timeout(NAN, [](caw_timeout *) { return naps("never", 5); }), CAW_VALUE_ERROR, nullptr);
    CHECK_TRACE("short long left more");
}

/* ---- Task groups ----------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(groups)
{
    int sum = 0;
    co_await caw::task_group([&](caw_task_group *group) -> caw::task<> {
        co_await caw::start(group, naps("a", 2));
        caw::future named{caw_group_spawn(group, naps("b", 1), .name = "named")};
        CHECK_TEXT(caw_task_name(named), "named");
        sum = co_await named;
    });
    CHECK_INT(sum, 7);
    CHECK_REAL(elapsed(), 2);
    CHECK_TRACE("b a");
    caw::result<void> failed = co_await caw::caught(caw::task_group([](caw_task_group *group) -> caw::task<> {
        co_await caw::start(group, naps("child", 9));
        co_await caw::start(group, fails(1), {.name = "failing"});
        co_await naps("block", 9);
    }));
    CHECK(failed.is(CAW_EXCEPTION_GROUP));
    CHECK_INT(caw_error_child_count(failed.error()), 1);
    CHECK_TEXT(caw_error_message(caw_error_child(failed.error(), 0)), "failed");
    CHECK_TRACE("child block");
    caw::ref unentered{caw_task_group_new()};
    CHECK_RAISES([](caw_task_group *group) -> caw::task<> { co_await caw::start(group, naps("no", 1)); }(unentered.get()),
                 CAW_RUNTIME_ERROR, nullptr);
}

/* ---- std::stop_token ------------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(a_stop_token)
{
    std::stop_token of_done, of_cancelled;
    caw::future     done{caw_spawn([](std::stop_token &token) -> caw::task<int> {
        caw::future   answer{caw_future(int)};
        caw::stopping stop(answer);
        token = stop.token();
        CHECK(!caw_set_result(answer, 3));
        co_return co_await answer;
    }(of_done))};
    CHECK_INT(co_await done, 3);
    CHECK(!of_done.stop_requested());
    caw::future cancelled{caw_spawn([](std::stop_token &token) -> caw::task<int> {
        caw::future   answer{caw_future(int)};
        caw::stopping stop(answer);
        token = stop.token();
        co_return co_await answer;
    }(of_cancelled))};
    co_await caw_sleep(0);
    CHECK(!of_cancelled.stop_requested());
    caw_cancel(cancelled, nullptr);
    CHECK_RAISES(cancelled, CAW_CANCELLED_ERROR, nullptr);
    CHECK(of_cancelled.stop_requested());
}
