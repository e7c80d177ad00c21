// refused: CAW_RETURN: not inside CAW_EXCEPT_GROUP
#include <cawait.h>

CAW_ASYNC(int, caller, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
            CAW_RETURN(1);
        }
        CAW_END_TRY;
        CAW_RETURN(2);
    } CAW_END;
}
