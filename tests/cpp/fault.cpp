/* Each allocation fails in its turn: coroutines of C++, their results, their cleanup. Nothing but MemoryError comes out, nothing is left. */
#include "test.hpp"

#include "../c/fault.h"
#include <string>

#define SWEEP(name)                                                                                                            \
    static caw::task<> body_##name();                                                                                          \
    static caw_of(void) start_##name() { return body_##name(); }                                                               \
    TEST(name) { sweep(start_##name); }                                                                                        \
    static caw::task<> body_##name()

static caw::task<int> adds(int n)
{
    co_await caw_sleep(0);
    co_return n + 1;
}
static caw::task<std::string> text(const char *of)
{
    co_await caw_sleep(0);
    co_return of;
}
static caw::task<> raises() { co_await caw::raise(CAW_VALUE_ERROR, "%d", 1); }

SWEEP(awaits)
{
    int n = co_await adds(co_await adds(1));
    CHECK_INT(n, 3);
    CHECK_TEXT((co_await text("a text that is longer than a small one")).c_str(), "a text that is longer than a small one");
}

SWEEP(tasks)
{
    caw::future one{caw_spawn(adds(1), .name = "one")};
    caw::future two{caw_spawn(text("two"))};
    caw::ref    all = co_await caw_gather(one, two);
    CHECK_INT(caw_result_at(all.get(), 0, int), 2);
    CHECK_TEXT((co_await std::move(two)).c_str(), "two");
}

SWEEP(errors)
{
    caw::result<void> failed = co_await caw::caught(raises());
    if (failed.is(CAW_MEMORY_ERROR)) co_await std::move(failed);
    else CHECK(failed.is(CAW_VALUE_ERROR));
}

SWEEP(cleanup)
{
    leaves      local("");
    caw::future task{caw_spawn([]() -> caw::task<> { co_await caw::finally(caw_sleep(9), [] { return raises(); }); }())};
    co_await caw_sleep(0);
    caw_cancel(task, nullptr);
    caw::result<void> ended = co_await caw::caught(task);
    if (ended.is(CAW_MEMORY_ERROR)) co_await std::move(ended);
    test.trace[0] = 0;
}
