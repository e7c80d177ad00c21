// refused: CAW_RETURN: this async function must return a value
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN();
    } CAW_END;
}
