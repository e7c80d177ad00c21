// refused: cawait: more async functions in one file than the response file names
// flags: -UCAW_CORO_NAMES -DCAW_CORO_NAMES=1
#include <cawait.h>

CAW_ASYNC(void, first, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
CAW_ASYNC(void, second, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
