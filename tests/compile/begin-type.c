// refused: incompatible function pointer types returning
#include <cawait.h>

CAW_ASYNC(double, give, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(1);
    } CAW_END;
}
