/* Built with exceptions and RTTI: one that leaves a coroutine is the error of who awaits it. */
#include "test.hpp"
#include <new>
#include <stdexcept>

static caw::task<> throws()
{
    leaves left("left");
    co_await caw_sleep(0);
    throw std::runtime_error("thrown");
}
static caw::task<int> lacks()
{
    co_await caw_sleep(0);
    throw std::bad_alloc();
}

ASYNC_TEST(an_exception_is_an_error)
{
    CHECK_RAISES(throws(), CAW_RUNTIME_ERROR, "thrown");
    CHECK_TRACE("left");
    CHECK_RAISES(lacks(), CAW_MEMORY_ERROR, nullptr);
    try {
        co_await caw_sleep(0);
        throw 3;
    } catch (int n) {
        CHECK_INT(n, 3);
    }
}
