// refused: caw__nothing
#include <cawait.h>

CAW_ASYNC(void, give, void)
{
    CAW_BEGIN(void) {
        CAW_RETURN(1);
    } CAW_END;
}
