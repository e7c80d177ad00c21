// refused: incompatible integer to pointer conversion
#include <cawait.h>

CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        return n;
    } CAW_END;
}
