// refused: typedef redefinition with different types
// refused: caw__CAW_EXCEPT_GROUP
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
        } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
        }
        CAW_END_TRY;
    } CAW_END;
}
