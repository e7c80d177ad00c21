// refused: incompatible pointer to integer conversion
#include <cawait.h>

CAW_ASYNC_GEN(int, give, void)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD("text"); }
    CAW_END_GEN;
}
