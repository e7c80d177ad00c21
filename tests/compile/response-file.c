// refused: cawait: add the response file to the compiler's arguments: clang @path/to/cawait.rsp
// flags: -UCAW_CORO
#include <cawait.h>
