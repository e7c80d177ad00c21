// refused: co_await takes a handle (caw_of), a caw::future, a coroutine that is given over (co_await f(), co_await std::move(task))
// flags: -x c++ -std=gnu++20 -UCAW_CORO -fno-exceptions
#include <cawait.hpp>

static caw::task<int> f() { co_return 1; }
caw::task<int>        g();
caw::task<int>        g()
{
    caw::task<int> once = f();
    co_return co_await once;
}
