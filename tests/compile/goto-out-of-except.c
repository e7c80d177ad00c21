// refused: a goto has left a CAW_TRY, CAW_WITH or CAW_FOR_AWAIT block and comes here
#include <cawait.h>

CAW_ASYNC(int, caller, int tries)
{
    CAW_BEGIN(int) {
    again:
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            if (tries--) goto again;
        }
        CAW_END_TRY;
        CAW_RETURN(1);
    } CAW_END;
}
