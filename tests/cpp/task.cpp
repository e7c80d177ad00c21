/* Coroutines of C++ are async functions: what they give, when they run, who they are, what becomes of those that never run. */
#include "test.hpp"
#include <cawait/promise.h>
#include <memory>
#include <string>

static caw::task<int> next(int n)
{
    trace("%d", n);
    co_await caw_sleep(1);
    co_return n + 1;
}

ASYNC_TEST(an_await_gives_the_result)
{
    int n = co_await next(3);
    CHECK_INT(n, 4);
    CHECK_INT(co_await next(co_await next(5)), 7);
    CHECK_REAL(elapsed(), 3);
    CHECK_TRACE("3 5 6");
}

ASYNC_TEST(a_call_runs_nothing)
{
    {
        caw::task<int> never = next(1);
        CHECK_TRACE("");
    }
    caw::task<int> later = next(2);
    trace("first");
    CHECK_INT(co_await std::move(later), 3);
    CHECK_TRACE("first 2");
}

static caw::task<> keeps(leaves parameter)
{
    leaves local("local");
    trace("runs");
    co_await caw_sleep(1);
}

ASYNC_TEST(parameters_go_with_the_frame)
{
    {
        caw::task<> never = keeps(leaves("unrun"));
    }
    CHECK_TRACE("unrun");
    co_await keeps(leaves("parameter"));
    trace("after");
    CHECK_TRACE("runs local parameter after");
    /* Cancelled before its first step: the body never runs. */
    caw::future task{caw_spawn(keeps(leaves("early")))};
    CHECK(caw_cancel(task, "too soon"));
    CHECK_RAISES(task, CAW_CANCELLED_ERROR, "too soon");
    CHECK_TRACE("early");
}

ASYNC_TEST(once_awaited_it_is_empty)
{
    caw::task<int> once = next(1);
    CHECK_INT(co_await std::move(once), 2);
    CHECK_RAISES(std::move(once), CAW_TYPE_ERROR, nullptr);
    caw_of(int) handle = next(2).release();
    CHECK_INT(co_await handle, 3);
    CHECK_TRACE("1 2");
}

static caw::task<> yields(const char *word, int n)
{
    for (int i = 0; i < n; i++) {
        trace("%s%d", word, i);
        co_await caw_sleep(0);
    }
}

ASYNC_TEST(tasks_take_turns)
{
    caw::future a{caw_spawn(yields("a", 3))}, b{caw_spawn(yields("b", 2), .name = "second")};
    CHECK_TEXT(caw_task_name(b), "second");
    CHECK(!caw_done(a));
    co_await a;
    co_await b;
    co_await b;
    CHECK(caw_done(a) && !caw_cancelled(a));
    CHECK_TRACE("a0 b0 a1 b1 a2");
    caw::future c = b;
    CHECK(c.get() == b.get());
}

static caw::task<> who(caw_any **is)
{
    *is = caw_current_task();
    co_await caw_sleep(0);
    CHECK(*is == caw_current_task());
}

ASYNC_TEST(an_await_is_in_its_task)
{
    caw_any    *other, *inner;
    caw::future task{caw_spawn(who(&other))};
    CHECK_TEXT(caw_task_name(task), "Task-2");
    co_await who(&inner);
    CHECK(inner == caw_current_task());
    co_await task;
    CHECK(other == caw_base(task));
}

/* ---- Results ------------------------------------------------------------------------------------------------------------ */

struct point {
    double x, y;
};
static caw::task<point>       give_point(double x) { co_return {x, -x}; }
static caw::task<std::string> give_text(const char *text)
{
    co_await caw_sleep(1);
    co_return text;
}
static caw::task<std::unique_ptr<int>> give_only(int n) { co_return std::make_unique<int>(n); }
static caw::task<caw::ref<caw_string>> give_string(const char *text) { co_return caw::ref(caw_string_of(text)); }
static caw::task<caw::value>           give_value(const char *text) { co_return caw::value(caw_text(caw_string_of(text))); }
static caw::task<bool>                 give_bool(bool b) { co_return b; }
static caw::task<caw::future<int>>     give_future(int n) { co_return caw::future<int>(caw_spawn(next(n))); }

struct alignas(16) wide {
    float       of[4];
    std::string name;
};
static caw::task<wide> give_wide(const char *name) { co_return wide{{1, 2, 3, 4}, name}; }

ASYNC_TEST(results_of_every_kind)
{
    point p = co_await give_point(2);
    CHECK_REAL(p.x - p.y, 4);
    CHECK_TEXT((co_await give_text("a text that is longer than a small one")).c_str(),
               "a text that is longer than a small one");
    CHECK_INT(*co_await give_only(7), 7);
    caw::ref<caw_string> string = co_await give_string("counted");
    CHECK_TEXT(caw_string_data(string.get()), "counted");
    CHECK_TEXT(caw_string_data((co_await give_value("a value"))->as_string), "a value");
    CHECK(co_await give_bool(true));
    CHECK_INT(co_await co_await give_future(1), 2);
    wide w = co_await give_wide("wide");
    CHECK_REAL(w.of[3], 4);
    CHECK_TEXT(w.name.c_str(), "wide");
    CHECK_TRACE("1");
}

ASYNC_TEST(a_result_is_shared_or_moved)
{
    caw::future task{caw_spawn(give_text("a text that is longer than a small one"))}, other = task;
    std::string first = co_await task, second = co_await task;
    CHECK(first == second && first.size() == 38);
    CHECK(co_await std::move(task) == first);
    CHECK(co_await std::move(other) == first);
    caw::future only{caw_spawn(give_only(3))};
    static_assert(!std::is_copy_constructible_v<decltype(only)>);
    CHECK_INT(*co_await std::move(only), 3);
    {
        caw::future lost{caw_spawn(give_only(4))};
    }
    {
        caw::future lost{caw_spawn(give_string("nobody's"))};
    }
    co_await caw_sleep(2);
}

/* ---- From C and to C ------------------------------------------------------------------------------------------------------- */

extern "C" {
static caw_of(int) plain(int n) { co_return n + co_await next(n); }
}

ASYNC_TEST(a_handle_of_c_is_a_result_type)
{
    caw_of(int) (*as_c)(int) = plain;
    CHECK_INT(co_await as_c(4), 9);
    caw_drop(plain(1));
    caw::future task{caw_spawn(plain(2))};
    CHECK_INT(co_await std::move(task), 5);
    CHECK_TRACE("4 2");
}

static caw::task<int> deep(int n) { co_return n ? 1 + co_await deep(n - 1) : 0; }

ASYNC_TEST(as_deep_as_memory_goes) { CHECK_INT(co_await deep(100000), 100000); }

TEST(run_from_main)
{
    int      n = 0;
    caw::ref error{caw_run(next(1), &n, .debug = false)};
    CHECK(!error);
    CHECK_INT(n, 2);
    caw_loop *loop = caw_loop_new();
    caw::ref  other{caw_run_until_complete(loop, next(4), &n)};
    CHECK_INT(n, 5);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("1 4");
}

/* ---- Lambdas and members ----------------------------------------------------------------------------------------------------- */

struct counter {
    int            n = 0;
    caw::task<int> add(int by)
    {
        co_await caw_sleep(1);
        co_return n += by;
    }
};

ASYNC_TEST(members_and_lambdas)
{
    counter c;
    CHECK_INT(co_await c.add(2), 2);
    auto twice = [&c]() -> caw::task<int> { co_return co_await c.add(1) + co_await c.add(1); };
    CHECK_INT(co_await twice(), 7);
    auto generic = [](auto of) -> caw::task<decltype(of)> {
        co_await caw_sleep(0);
        co_return of;
    };
    CHECK_INT(co_await generic(3), 3);
    CHECK_TEXT((co_await generic(std::string("three"))).c_str(), "three");
}

/* ---- Where it is -------------------------------------------------------------------------------------------------------------- */

static caw::task<> raises()
{
    co_await caw_sleep(1);
    co_await caw::raise(CAW_VALUE_ERROR, "%d of %s", 3, "them");
}
enum { RAISES = __LINE__ - 2 };
static caw::task<> passes() { co_await raises(); }
enum { PASSES = __LINE__ - 1 };

ASYNC_TEST(an_error_says_where)
{
    caw::result<void> failed = co_await caw::caught(passes());
    caw_place         place;
    CHECK(failed.error() && caw_error_place(failed.error(), 0, &place));
    CHECK_TEXT(place.function, "raises");
    CHECK_INT(place.line, RAISES);
    CHECK(caw_error_place(failed.error(), 1, &place));
    CHECK_TEXT(place.function, "passes");
    CHECK_INT(place.line, PASSES);
    CHECK_TEXT(caw_error_message(failed.error()), "3 of them");
}

static caw::task<> graphed(caw_call_graph **graph)
{
    co_await caw_sleep(0);
    *graph = caw_capture_tasks(nullptr);
}
static caw::task<> waits_for(caw_of(void) task) { co_await task; }
enum { WAITS_FOR = __LINE__ - 1 };

ASYNC_TEST(the_graph_knows_them)
{
    caw_call_graph *graph = nullptr;
    caw::future     task{caw_spawn(graphed(&graph), .name = "inner")};
    enum { HERE = __LINE__ + 1 };
    co_await waits_for(task);
    caw::ref             own{graph};
    const caw_call_node *root = nullptr;
    for (size_t i = 0; i < caw_call_graph_size(graph); i++) {
        const caw_call_node *node = caw_call_graph_node(graph, i);
        if (node->id == caw_current_task()) root = node;
    }
    CHECK(root != nullptr);
    if (!root) co_return;
    CHECK_INT(root->call_count, 2);
    CHECK_TEXT(root->calls[0].function, "waits_for");
    CHECK_INT(root->calls[0].line, WAITS_FOR);
    CHECK_TEXT(root->calls[1].function, "case_the_graph_knows_them");
    CHECK_INT(root->calls[1].line, HERE);
}

static em_promise_result_t twice(void **result, void *, void *value)
{
    *result = reinterpret_cast<void *>(2 * reinterpret_cast<intptr_t>(value));
    return EM_PROMISE_FULFILL;
}

static caw::task<int> seven()
{
    co_await caw_sleep(0);
    co_return 7;
}

ASYNC_TEST(a_task_is_a_promise_of_promise_h)
{
    em_promise_t first = caw_to_em_promise(seven());
    em_promise_t next = emscripten_promise_then(first, twice, nullptr, nullptr);
    void        *value = co_await caw_wait_for(caw_from_em_promise(void *, next), 5);
    CHECK_INT(reinterpret_cast<intptr_t>(value), 14);
    CHECK_INT(co_await caw_from_em_promise(int, first), 7);
    emscripten_promise_destroy(first);
    emscripten_promise_destroy(next);
}
