// refused: incompatible pointer to integer conversion
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN("text");
    } CAW_END;
}
