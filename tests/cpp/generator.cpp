/* Async generators of C++: their items, their end, how they are closed and by whom; and those of C's in loops of C++. */
#include "test.hpp"
#include <string>

static caw::generator<int> countdown(int from)
{
    leaves left("left");
    for (int i = from; i > 0; i--) {
        co_await caw_sleep(1);
        co_yield i;
    }
    trace("ends");
}

ASYNC_TEST(a_loop)
{
    auto numbers = countdown(3);
    CHECK_TRACE("");
    while (auto i = co_await numbers.next()) trace("%d", *i);
    CHECK_REAL(elapsed(), 3);
    CHECK(!co_await numbers.next());
    CHECK_RAISES(caw_anext(numbers), CAW_STOP_ASYNC_ITERATION, nullptr);
    CHECK_TRACE("3 2 1 ends left");
}

ASYNC_TEST(never_begun)
{
    {
        auto numbers = countdown(3);
    }
    auto closed = countdown(3);
    co_await caw_aclose(closed);
    CHECK(!co_await closed.next());
    CHECK_TRACE("");
}

ASYNC_TEST(closed_where_it_is)
{
    auto numbers = countdown(3);
    CHECK_INT(*co_await numbers.next(), 3);
    co_await caw_aclose(numbers);
    trace("closed");
    CHECK(!co_await numbers.next());
    CHECK_TRACE("left closed");
}

ASYNC_TEST(let_go_of_in_the_middle)
{
    {
        auto numbers = countdown(3);
        CHECK_INT(*co_await numbers.next(), 3);
    }
    trace("later");
    co_await caw_sleep(1);
    CHECK_TRACE("later left");
}

static caw::task<> shows(int i)
{
    if (i == 2) co_await caw::raise(CAW_VALUE_ERROR, "two");
    trace("%d", i);
}

ASYNC_TEST(each_closes)
{
    co_await caw::each(countdown(1), shows);
    CHECK_TRACE("1 ends left");
    CHECK_RAISES(caw::each(countdown(4), shows), CAW_VALUE_ERROR, "two");
    trace("after");
    CHECK_TRACE("4 3 left after");
}

static caw::generator<int> cleans()
{
    caw::result<void> first = co_yield caw::caught_item{1};
    trace("%s", caw_error_name(caw_error_type_of(first.error())));
    co_await caw_sleep(1);
    trace("cleaned");
    co_await std::move(first);
    trace("not here");
}

ASYNC_TEST(cleanup_that_waits)
{
    auto items = cleans();
    CHECK_INT(*co_await items.next(), 1);
    co_await caw_aclose(items);
    CHECK_REAL(elapsed(), 1);
    CHECK_TRACE("GeneratorExit cleaned");
    auto thrown = cleans();
    CHECK_INT(*co_await thrown.next(), 1);
    CHECK_RAISES(caw_athrow(thrown, caw_error_new(CAW_VALUE_ERROR, "in")), CAW_VALUE_ERROR, "in");
    CHECK_TRACE("ValueError cleaned");
}

static caw::generator<int> fails(int after)
{
    for (int i = 0; i < after; i++) co_yield i;
    co_await caw::raise(CAW_VALUE_ERROR, "at the end");
}

ASYNC_TEST(an_error_ends_it)
{
    auto items = fails(1);
    CHECK_INT(*co_await items.next(), 0);
    CHECK_RAISES(items.next(), CAW_VALUE_ERROR, "at the end");
    CHECK(!co_await items.next());
}

ASYNC_TEST(cancelled_inside)
{
    auto        numbers = countdown(3);
    caw::future task{caw_spawn([](auto of) -> caw::task<> { (void)co_await of.next(); }(numbers))};
    co_await caw_sleep(.5);
    CHECK_RAISES(numbers.next(), CAW_RUNTIME_ERROR, "anext(): asynchronous generator 'countdown' is already running");
    caw_cancel(task, nullptr);
    CHECK_RAISES(task, CAW_CANCELLED_ERROR, nullptr);
    CHECK(!co_await numbers.next());
    CHECK_TRACE("left");
}

static caw::generator<std::string> words()
{
    co_yield "a word that is longer than a small one";
    co_yield std::string("two");
}

ASYNC_TEST(items_of_every_kind)
{
    std::string all;
    auto        items = words();
    while (auto word = co_await items.next()) all += *word;
    CHECK_TEXT(all.c_str(), "a word that is longer than a small onetwo");
    {
        (void)(co_await caw::caught(caw_anext(words()))).error();
    }
}

extern "C" {
static caw_gen(int) handle_of_c(int n)
{
    while (n) co_yield n--;
}
}

ASYNC_TEST(from_a_handle)
{
    caw::generator items{handle_of_c(2)};
    int            sum = 0;
    while (auto i = co_await items.next()) sum += *i;
    CHECK_INT(sum, 3);
    caw_unref((void *)handle_of_c(1));
}

TEST(left_at_the_end_of_a_run)
{
    static std::optional<caw::generator<int>> kept;
    caw::ref                                  none{caw_run(
        []() -> caw::task<> {
            kept.emplace(countdown(2));
            (void)co_await kept->next();
        }(),
        nullptr)};
    CHECK(!none);
    CHECK_TRACE("left");
    kept.reset();
}
