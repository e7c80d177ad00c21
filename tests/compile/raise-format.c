// refused: format specifies type
#include <cawait.h>

CAW_ASYNC(void, fail, int n)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_VALUE_ERROR, "bad %s", n);
    } CAW_END;
}
