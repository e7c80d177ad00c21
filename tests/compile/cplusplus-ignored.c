// refused: await it, spawn it or give it away
// flags: -x c++ -std=gnu++20 -UCAW_CORO -fno-exceptions
#include <cawait.hpp>

static caw::task<int> f() { co_return 1; }
void                  g();
void                  g() { f(); }
