// refused: null returned from function that requires a non-null return value
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        return 0;
    } CAW_END;
}
