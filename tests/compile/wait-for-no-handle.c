// refused: is not a function or function pointer
#include <cawait.h>

CAW_ASYNC(void, caller, caw_any *any)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(any, 1));
    } CAW_END;
}
