// refused: caw__inside_CAW_BEGIN_GEN
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_YIELD(1); // not in an async generator
        CAW_RETURN(1);
    } CAW_END;
}
