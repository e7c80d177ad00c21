// refused: should return a value
#include <cawait.h>

CAW_ASYNC(void, give, int n)
{
    CAW_BEGIN(void) {
        if (n) return;
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}
