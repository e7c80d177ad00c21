// first: CAW_FINALLY is the last of a CAW_TRY, and there is one
// at: CAW_EXCEPT(CAW_VALUE_ERROR
#include <cawait.h>

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(n));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_EXCEPT(CAW_VALUE_ERROR, error)
        {
            CAW_AWAIT(caw_sleep(2));
        }
        CAW_END_TRY;
        CAW_RETURN(1);
    } CAW_END;
}
