// refused: incompatible pointer to integer conversion passing
#include <cawait.h>

CAW_ASYNC(int, twice, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n * 2);
    } CAW_END;
}

CAW_ASYNC(int, caller, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(twice("2")));
    } CAW_END;
}
