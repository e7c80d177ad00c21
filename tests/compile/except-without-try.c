// first: call to undeclared function 'this_works_only_after_CAW_TRY'
// at: CAW_EXCEPT(CAW_VALUE_ERROR, error)
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        CAW_EXCEPT(CAW_VALUE_ERROR, error)
        {
        }
        CAW_END_TRY;
    } CAW_END;
}
