/* Where a coroutine waits that stands far below the first line of its function. */
#include "test.hpp"
#include <cawait/graph.h>

static unsigned line_of(const caw::future<void> &task, const char *name)
{
    caw::ref<caw_call_graph> graph{caw_capture_call_graph(task)};
    const caw_call_node     *node = caw_call_graph_node(graph.get(), 0);
    for (size_t i = 0; node && i < node->call_count; i++) {
        if (strstr(node->calls[i].function, name)) return node->calls[i].line;
    }
    return 0;
}

static caw::task<void> walks()
{
    for (int i = 0; i < 2; i++) {
#line 100
        co_await caw_sleep(1);
#line 400
        co_await caw_sleep(1);
    }
}

static caw::generator<int> gives()
{
#line 60000
    co_await caw_sleep(1);
    co_yield 1;
#line 61000
    co_await caw_sleep(1);
    co_yield 2;
}

static caw::task<void> takes()
{
    auto numbers = gives();
    int  sum = 0;
#line 70000
    co_await walks();
    while (auto i = co_await numbers.next()) sum += *i;
    CHECK_INT(sum, 3);
}

ASYNC_TEST(the_line_of_each_await)
{
    caw::future task{caw_spawn(takes())};
    for (unsigned line : {100U, 400U, 100U, 400U}) {
        co_await caw_sleep(0.5);
        CHECK_INT(line_of(task, "walks"), line);
        CHECK_INT(line_of(task, "takes"), 70000);
        co_await caw_sleep(0.5);
    }
    for (unsigned line : {60000U, 61000U}) {
        co_await caw_sleep(0.5);
        CHECK_INT(line_of(task, "gives"), line);
        co_await caw_sleep(0.5);
    }
    co_await task;
}
