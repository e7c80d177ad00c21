// refused: cawait.hpp: coroutines need C++20: -std=gnu++20 or -std=c++20
// flags: -x c++ -std=gnu++17 -UCAW_CORO
#include <cawait.hpp>
