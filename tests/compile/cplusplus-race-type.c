// refused: what is raced has one result type
// flags: -x c++ -std=gnu++20 -UCAW_CORO -fno-exceptions
#include <cawait.hpp>

static caw::task<int>    f() { co_return 1; }
static caw::task<double> d() { co_return 1; }
caw::task<int>           g();
caw::task<int>           g() { co_return co_await caw_race(f(), d()); }
