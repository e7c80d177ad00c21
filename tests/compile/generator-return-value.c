// refused: caw__nothing
#include <cawait.h>

CAW_ASYNC_GEN(int, items, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_YIELD(1);
        CAW_RETURN(123);
    }
    CAW_END_GEN;
}
